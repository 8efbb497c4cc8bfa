"""The messages of calls, for both clients."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any, Iterable, Iterator, List, Mapping, Optional, Sequence, Union

from ._protocol import explanations_pb2, jobs_pb2, models_pb2
from .images import PIECE, ImageLike, Images, prepare
from .options import Methods, read, read_all


def upload(
    name: str, model: Union[str, "os.PathLike[str]", bytes], labels: Union[Sequence[str], str, "os.PathLike[str]", None], scale: Optional[float],
    mean: Union[float, Sequence[float], None], std: Union[float, Sequence[float], None], layout: Optional[str], resize: Optional[str],
    channel_order: Optional[str]) -> Iterator[Any]:
    """Makes the messages that store a model."""
    if isinstance(labels, (str, os.PathLike)):
        labels = Path(labels).read_text(encoding="utf-8").splitlines()
    if channel_order not in (None, "rgb", "bgr"):
        raise ValueError(f"channel_order is '{channel_order}'; give 'rgb' or 'bgr'.")
    header = models_pb2.ModelHeader(name=name, labels=labels or [], layout=layout or "")
    preparing = header.preprocessing
    if scale is not None:
        preparing.scale = scale
    preparing.mean.extend(_numbers(mean))
    preparing.std.extend(_numbers(std))
    preparing.blue_first = channel_order == "bgr"
    if resize is not None:
        preparing.resize.mode = resize
    yield models_pb2.UploadModelRequest(header=header)
    data = model if isinstance(model, bytes) else Path(model).read_bytes()
    for start in range(0, len(data), PIECE):
        yield models_pb2.UploadModelRequest(data=data[start:start + PIECE])


def explain(model: str, image: ImageLike, method: str, options: Mapping[str, Any], partial_maps: bool, pool: Optional[str]) -> Any:
    """Makes the message that explains one image."""
    return explanations_pb2.ExplainRequest(
        model=model, options=read(method, options), image=prepare(image).whole(), partial_maps=partial_maps, pool=pool or "")


class Submission:
    """A job to submit: under an id of its own, so that sending it again is harmless."""

    def __init__(
        self, model: Union[str, Sequence[str]], images: Union[ImageLike, Iterable[ImageLike]], method: Methods, options: Mapping[str, Any],
        job_id: Optional[str], pool: Optional[str]) -> None:
        models: List[str] = [model] if isinstance(model, str) else list(model)
        first, *others = read_all(method, options)
        self.job_id = job_id or f"py-{uuid.uuid4().hex[:16]}"
        self._header = jobs_pb2.JobHeader(
            job_id=self.job_id, model=models[0], options=first, compared=others, compared_models=models[1:], pool=pool or "")
        self._images = Images(images)

    @property
    def is_repeatable(self) -> bool:
        """Says whether it can be sent again."""
        return self._images.is_repeatable

    def messages(self) -> Iterator[Any]:
        yield jobs_pb2.SubmitJobRequest(header=self._header)
        for image in self._images:
            for piece in image.pieces():
                yield jobs_pb2.SubmitJobRequest(image=piece)


def results(job_id: str, first: int, maps: bool, follow: bool) -> Any:
    """Makes the message that reads the results of a job from an image on."""
    return explanations_pb2.ReadResultsRequest(job_id=job_id, first_image=first, without_maps=not maps, follow=follow)


def _numbers(values: Union[float, Sequence[float], None]) -> List[float]:
    return [] if values is None else [float(values)] if isinstance(values, (int, float)) else [float(v) for v in values]
