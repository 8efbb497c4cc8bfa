"""Errors of calls and of images, as the cluster says them: code, what, next."""

from __future__ import annotations

from typing import Any, Optional

import grpc

from ._protocol import status_pb2

# What a client says itself, where no gateway answered: the codes of the command line.
UNREACHABLE, GIVEN_UP = "SAL2580", "SAL2583"


class SaliencyError(Exception):
    """Something that the cluster refused or could not do.

    Attributes:
        code: the stable code, such as ``SAL3004``; docs/errors.md of SaliencyCluster lists them all.
        what: what went wrong, where and why.
        next: what can be done about it.
        status: the gRPC status, such as ``NOT_FOUND``; empty for the failure of one image.
        retry_after: seconds after which the call may succeed, where the gateway says so.
    """

    def __init__(self, code: str, what: str, next: str = "", status: str = "", retry_after: Optional[float] = None) -> None:
        super().__init__(f"{code}: {what} {next}".strip())
        self.code, self.what, self.next, self.status, self.retry_after = code, what, next, status, retry_after

    def __reduce__(self) -> Any:
        return SaliencyError, (self.code, self.what, self.next, self.status, self.retry_after)


def of_call(error: Any, endpoint: str) -> SaliencyError:
    """Reads the error of a call."""
    status, details = error.code(), error.details() or ""
    retry_after = None
    info = None
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        for detail in status_pb2.Status.FromString(value).details:
            if detail.type_url.endswith("/google.rpc.ErrorInfo"):
                info = status_pb2.ErrorInfo.FromString(detail.value)
            elif detail.type_url.endswith("/google.rpc.RetryInfo"):
                delay = status_pb2.RetryInfo.FromString(detail.value).retry_delay
                retry_after = delay.seconds + delay.nanos / 1e9
    if info is not None and info.reason:
        return SaliencyError(info.reason, info.metadata.get("what", details), info.metadata.get("next", ""), status.name, retry_after)
    if status == grpc.StatusCode.DEADLINE_EXCEEDED:
        return SaliencyError(GIVEN_UP, f"The gateway {endpoint} did not answer in time.", "Try again, or raise Settings.call_timeout.", status.name)
    return SaliencyError(UNREACHABLE, f"No gateway answers at {endpoint}: {details}", "Check the address, and that the gateway runs.", status.name)
