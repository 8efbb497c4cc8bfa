"""What a cluster answers, as Python objects; the messages themselves are in ``message``."""

from __future__ import annotations

import base64
import html
import json
from dataclasses import dataclass, replace
from typing import Any, Dict, List, Optional, Tuple, Union

import numpy as np

from ._protocol import jobs_pb2
from .errors import SaliencyError
from .images import Floats, png

# The columns of a table of results, in this order.
COLUMNS = (
    "index", "name", "method", "model", "state", "target", "label", "score", "baseline_score", "points", "convergence_delta", "standard_error",
    "error_estimate", "seconds", "code", "what")


def failure(message: Any) -> Optional[SaliencyError]:
    return SaliencyError(message.code, message.what, message.next) if message.code else None


def _optional(message: Any, field: str) -> Optional[float]:
    return float(getattr(message, field)) if message.HasField(field) else None


@dataclass(frozen=True)
class Progress:
    """How far an explanation is.

    Attributes:
        points_done: evaluations of the network that are done.
        points_total: those that are planned at most.
        waiting_for: why nothing is computed, or empty.
        map: the map so far, where partial maps were asked for.
    """

    points_done: int
    points_total: int
    waiting_for: str
    map: Optional[Floats] = None


@dataclass(frozen=True)
class Explanation:
    """The answer for one image and one method.

    Attributes:
        message: everything that the cluster says of it (``saliency.v1.ImageResult``).
        map: attribution of each element, float32, of the shape of the model's input without batch ([C,H,W] or [H,W,C]) or of the layer's
            grid; None where the image failed or maps were not asked for.
        standard_error_map: standard error of each element, where it was asked for.
    """

    message: Any
    map: Optional[Floats]
    standard_error_map: Optional[Floats] = None

    @property
    def index(self) -> int:
        return int(self.message.index)

    @property
    def name(self) -> str:
        return str(self.message.name)

    @property
    def method(self) -> str:
        return str(self.message.method)

    @property
    def model(self) -> str:
        return str(self.message.model)

    @property
    def target(self) -> str:
        """The explained class index, or indices."""
        return str(self.message.target)

    @property
    def label(self) -> str:
        return str(self.message.label)

    @property
    def score(self) -> float:
        """The explained logit or probability."""
        return float(self.message.score)

    @property
    def points(self) -> int:
        return int(self.message.points)

    @property
    def convergence_delta(self) -> Optional[float]:
        return _optional(self.message, "convergence_delta")

    @property
    def standard_error(self) -> Optional[float]:
        return _optional(self.message, "standard_error")

    @property
    def error_estimate(self) -> Optional[float]:
        return _optional(self.message, "error_estimate")

    @property
    def notes(self) -> Tuple[str, ...]:
        """What whoever reads the map must be told."""
        return tuple(self.message.notes)

    @property
    def parameters(self) -> Dict[str, Any]:
        """Every option that the method read, with defaults filled in."""
        return dict(json.loads(self.message.parameters)) if self.message.parameters else {}

    @property
    def failure(self) -> Optional[SaliencyError]:
        """Why there is no map; None where there is one."""
        return failure(self.message.failure)

    def check(self) -> "Explanation":
        """Raises what went wrong with this image, if anything did."""
        if (error := self.failure) is not None:
            raise error
        return self

    @property
    def heat(self) -> Floats:
        """The map summed over the channels: [H,W]."""
        if self.map is None:
            raise ValueError(f"Image '{self.name}' has no map" + (f": {self.failure}" if self.failure else "; ask for maps."))
        axis = -1 if self.message.channels_last else 0
        heat: Floats = self.map.sum(axis=axis) if self.map.ndim == 3 else self.map
        return heat

    def png(self, percentile: float = 99.0) -> bytes:
        """Draws the heat as a PNG file: red is evidence for the target, blue against it, white none.

        The colours are full at the given percentile of the magnitudes. A map without negative values is scaled to its own range.
        """
        heat = np.atleast_2d(np.asarray(self.heat, np.float64))
        heat = heat.sum(axis=tuple(range(heat.ndim - 2)))
        low = 0.0 if heat.min() < 0 else float(heat.min())
        full = float(np.percentile(np.abs(heat - low), percentile)) or float(np.abs(heat - low).max()) or 1.0
        share = np.clip((heat - low) / full, -1, 1)
        fade = np.round(255 * (1 - np.abs(share))).astype(np.uint8)
        return png(np.stack([np.where(share >= 0, 255, fade), fade, np.where(share <= 0, 255, fade)], axis=-1).astype(np.uint8))

    def row(self) -> Dict[str, Any]:
        """Gets a row of a table of results, :data:`COLUMNS`."""
        error = self.failure
        return {
            "index": self.index, "name": self.name, "method": self.method, "model": self.model,
            "state": "failed" if error else "done", "target": self.target, "label": self.label, "score": None if error else self.score,
            "baseline_score": _optional(self.message, "baseline_score"), "points": self.points, "convergence_delta": self.convergence_delta,
            "standard_error": self.standard_error, "error_estimate": self.error_estimate, "seconds": float(self.message.seconds),
            "code": error.code if error else "", "what": error.what if error else "",
        }

    def _repr_html_(self) -> str:
        said = f"<b>{html.escape(self.method)}</b> of {html.escape(self.name)}"
        if (error := self.failure) is not None:
            return f"<p>{said}: {html.escape(str(error))}</p>"
        said += f": {html.escape(self.label or self.target)}, score {self.score:.4g}"
        notes = "".join(f"<br><small>{html.escape(n)}</small>" for n in self.notes)
        if self.map is None:
            return f"<p>{said}{notes}</p>"
        data = base64.b64encode(self.png()).decode()
        return (f"<figure><img alt='Heat map' style='width:224px;image-rendering:pixelated' src='data:image/png;base64,{data}'>"
                f"<figcaption>{said}{notes}</figcaption></figure>")


@dataclass(frozen=True)
class JobStatus:
    """Where a job stands; ``message`` has everything (``saliency.v1.Job``)."""

    message: Any

    @property
    def id(self) -> str:
        return str(self.message.job_id)

    @property
    def state(self) -> str:
        """``queued``, ``running``, ``paused``, ``done``, ``failed`` or ``cancelled``."""
        return str(jobs_pb2.JobState.Name(self.message.state)).replace("JOB_STATE_", "").lower()

    @property
    def has_ended(self) -> bool:
        return self.state in ("done", "failed", "cancelled")

    @property
    def images(self) -> int:
        return int(self.message.images)

    @property
    def done(self) -> int:
        """Images with a map."""
        return int(self.message.images_done)

    @property
    def failed(self) -> int:
        """Images without one, for good."""
        return int(self.message.images_failed)

    @property
    def seconds_left(self) -> Optional[float]:
        return _optional(self.message, "seconds_left")

    @property
    def failure(self) -> Optional[SaliencyError]:
        """The first failure of an image."""
        return failure(self.message.failure)

    def __str__(self) -> str:
        left = f", {self.seconds_left:.0f} s left" if self.seconds_left is not None else ""
        waits = f", {self.message.waiting_for}" if self.message.waiting_for else ""
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{self.id} {self.state}: {self.done} of {self.images} images done{failed}{left}{waits}"


@dataclass(frozen=True)
class Model:
    """A registered model; ``message`` has everything (``saliency.v1.Model``)."""

    message: Any

    @property
    def name(self) -> str:
        """``name:version``."""
        return f"{self.message.name}:{self.message.version}"

    @property
    def sha256(self) -> str:
        return str(self.message.sha256)

    @property
    def image_shape(self) -> Tuple[int, ...]:
        """Shape of one image without batch; -1 where the model leaves it free."""
        return tuple(self.message.image_shape)

    @property
    def labels(self) -> List[str]:
        return list(self.message.labels)

    @property
    def layers(self) -> List[str]:
        """The tensors that layer methods can look at, from image to output."""
        return [layer.tensor for layer in self.message.layers]

    @property
    def methods(self) -> Dict[str, str]:
        """Every method, and why it cannot explain this model; empty where it can."""
        return {m.method: m.missing for m in self.message.methods}


def table(rows: List[Dict[str, Any]]) -> Any:
    """Makes a pandas table of rows; the rows themselves where pandas is not installed."""
    try:
        import pandas
    except ImportError:
        return rows
    return pandas.DataFrame(rows, columns=list(COLUMNS))


class Assembler:
    """Puts the pieces of maps together, for the results of a job and for live explanations."""

    def __init__(self) -> None:
        self._pieces: Dict[str, List[Any]] = {}

    def add(self, kind: str, chunk: Any) -> Optional[Floats]:
        """Takes a piece; gets the map when it is whole."""
        pieces = self._pieces.setdefault(kind, [])
        if chunk.offset == 0:
            pieces.clear()
        pieces.append(chunk)
        size = 4 * int(np.prod(chunk.shape, dtype=np.int64))
        held = sum(len(p.data) for p in pieces)
        if held < size:
            return None
        if held > size:
            raise SaliencyError("SAL2582", f"A map of {size} bytes came in pieces of {held} bytes.", "Update client and gateway to the same version.")
        values = np.frombuffer(b"".join(p.data for p in pieces), "<f4").reshape(tuple(chunk.shape))
        pieces.clear()
        return values


class ResultReader:
    """Reads the stream of a job's results, and knows where to go on after a lost connection. Feed it each message."""

    def __init__(self, first: int = 0) -> None:
        self.first = first
        self._read: int = 0
        self.restart()

    def restart(self) -> None:
        """Begins a stream anew, from image :attr:`first`."""
        self._maps: Dict[str, Floats] = {}
        self._assembler = Assembler()

    def feed(self, message: Any) -> Optional[Explanation]:
        """Gets a result when it is whole and was not given before."""
        kind = message.WhichOneof("event")
        if kind in ("map", "standard_error_map"):
            if (values := self._assembler.add(kind, getattr(message, kind))) is not None:
                self._maps[kind] = values
            return None
        if kind != "result":
            return None
        result, maps, self._maps = message.result, self._maps, {}
        if result.index == self.first and result.method_index < self._read:
            return None
        last = result.method_index + 1 >= max(1, result.methods)
        self.first, self._read = (result.index + 1, 0) if last else (result.index, result.method_index + 1)
        return Explanation(result, maps.get("map"), maps.get("standard_error_map"))


class UpdateReader:
    """Reads the stream of a live explanation."""

    def __init__(self) -> None:
        self._assembler = Assembler()
        self._maps: Dict[str, Floats] = {}
        self._progress = Progress(0, 0, "")

    def feed(self, message: Any) -> Optional[Union[Progress, Explanation]]:
        """Gets news: progress, a partial map, or the answer."""
        kind = message.WhichOneof("event")
        if kind == "progress":
            self._progress = Progress(message.progress.points_done, message.progress.points_total, message.progress.waiting_for)
            return self._progress
        if kind == "partial_map":
            values = self._assembler.add(kind, message.partial_map)
            return None if values is None else replace(self._progress, map=values)
        if kind in ("map", "standard_error_map"):
            if (values := self._assembler.add(kind, getattr(message, kind))) is not None:
                self._maps[kind] = values
            return None
        return Explanation(message.result, self._maps.get("map"), self._maps.get("standard_error_map")) if kind == "result" else None
