"""What the synchronous and the asynchronous client have in common: address, key, retries."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from typing import Any, List, Optional, Tuple

import grpc

from .errors import SaliencyError

_LOOPBACK = ("localhost", "127.", "[::1]", "::1")

# A gateway that is there and takes no calls now.
_PASSING = ("UNAVAILABLE",)


@dataclass(frozen=True)
class Settings:
    """How a client calls.

    Attributes:
        call_timeout: seconds for a call that has one answer; streams may last.
        attempts: how often a call that is safe to repeat is tried in all while no gateway answers or it says "later".
        longest_pause: seconds between two attempts, at most.
    """

    call_timeout: float = 600.0
    attempts: int = 6
    longest_pause: float = 10.0

    def pause(self, attempt: int, error: SaliencyError) -> Optional[float]:
        """Gets the seconds to wait before the attempt after number ``attempt``, from 1; None where there is to be none."""
        if attempt >= self.attempts:
            return None
        if error.retry_after is not None:
            return min(error.retry_after, self.longest_pause)
        if error.status not in _PASSING:
            return None
        return float(min(0.25 * 2 ** (attempt - 1), self.longest_pause) * random.uniform(0.8, 1.2))


@dataclass(frozen=True)
class Address:
    """Where the gateway is, and how to reach it."""

    target: str
    credentials: Optional[grpc.ChannelCredentials]
    metadata: Tuple[Tuple[str, str], ...]
    options: List[Tuple[str, Any]]

    @staticmethod
    def of(endpoint: Optional[str], api_key: Optional[str], ca: Optional[str]) -> "Address":
        endpoint = endpoint or os.environ.get("SALIENCY_ENDPOINT") or "http://127.0.0.1:50051"
        api_key = api_key or os.environ.get("SALIENCY_API_KEY")
        scheme, _, rest = endpoint.rpartition("://")
        target = rest.rstrip("/")
        if scheme not in ("", "http", "https"):
            raise ValueError(f"endpoint is '{endpoint}'; give host:port, http://host:port or https://host:port.")
        credentials = None
        if scheme == "https" or ca is not None:
            roots = None
            if ca is not None:
                with open(ca, "rb") as file:
                    roots = file.read()
            credentials = grpc.ssl_channel_credentials(roots)
        if api_key is not None and credentials is None and not target.startswith(_LOOPBACK):
            raise ValueError(f"The API key would cross the network unencrypted to '{endpoint}'; give https://{target}.")
        options: List[Tuple[str, Any]] = [
            # A connection whose other end is gone without a word ends within a minute instead of never.
            ("grpc.keepalive_time_ms", 30_000), ("grpc.keepalive_timeout_ms", 20_000),
        ]
        if target.startswith(_LOOPBACK):
            options.append(("grpc.enable_http_proxy", 0))
        metadata = (("authorization", f"Bearer {api_key}"),) if api_key is not None else ()
        return Address(target, credentials, metadata, options)
