"""Images as users have them, as the messages that a gateway takes."""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Optional, Tuple, Union

import numpy as np
import numpy.typing as npt

from ._protocol import requests_pb2

PIECE = 1 << 20
_PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"}

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Picture:
    """An image with a name of its own.

    Attributes:
        source: a file, the bytes of a picture file, an array, or a PIL image.
        name: what it is called in results.
    """

    source: Any
    name: str


ImageLike = Union[str, "os.PathLike[str]", bytes, Array, Picture, Any]


@dataclass(frozen=True)
class Prepared:
    """An image whose bytes are read when it is sent."""

    name: str
    format: Any
    shape: Tuple[int, ...]
    read: Callable[[], bytes]

    def whole(self) -> Any:
        return requests_pb2.Image(name=self.name, format=self.format, shape=self.shape, data=self.read())

    def pieces(self) -> Iterator[Any]:
        data = self.read()
        for start in range(0, max(1, len(data)), PIECE):
            piece = requests_pb2.Image(data=data[start:start + PIECE], more=start + PIECE < len(data))
            if start == 0:
                piece.name, piece.format = self.name, self.format
                piece.shape.extend(self.shape)
            yield piece


def prepare(image: ImageLike, name: Optional[str] = None) -> Prepared:
    """Makes an image ready to be sent.

    A file or bytes are a picture (PNG, JPEG, WebP, GIF, BMP, TIFF) and go through the model's preprocessing, as do arrays of uint8 in the
    shape [H,W], [H,W,3] or [H,W,1] and PIL images. Arrays of floats are the model's input itself, without batch, such as [3,224,224]. A file
    ``.npy`` is the array in it.
    """
    if isinstance(image, Picture):
        return prepare(image.source, image.name)
    if isinstance(image, (str, os.PathLike)):
        path = Path(image)
        if path.suffix.lower() == ".npy":
            return prepare(np.load(path, allow_pickle=False), name or path.stem)
        return Prepared(name or path.stem, requests_pb2.IMAGE_FORMAT_ENCODED, (), path.read_bytes)
    if isinstance(image, (bytes, bytearray, memoryview)):
        data = bytes(image)
        return Prepared(name or "image", requests_pb2.IMAGE_FORMAT_ENCODED, (), lambda: data)
    if hasattr(image, "__array__"):
        array = np.asarray(image)
        if array.dtype == np.uint8:
            return Prepared(name or "image", requests_pb2.IMAGE_FORMAT_ENCODED, (), lambda: png(array))
        if array.dtype.kind == "f":
            values = np.ascontiguousarray(array, dtype="<f4")
            return Prepared(name or "image", requests_pb2.IMAGE_FORMAT_TENSOR, tuple(values.shape), values.tobytes)
        raise TypeError(f"An array of {array.dtype} is no image: give uint8 pixels [H,W,3], or the model's input as floats [C,H,W].")
    raise TypeError(f"{type(image).__name__} is no image: give a file, bytes of a picture file, an array or a PIL image.")


class Images:
    """The images of a job, made ready one at a time: those of a folder (its pictures and arrays by name), one image, or any iterable."""

    def __init__(self, images: Union[ImageLike, Iterable[ImageLike]]) -> None:
        self._images: Iterable[ImageLike]
        self._numbered = False
        if isinstance(images, (str, os.PathLike)) and Path(images).is_dir():
            self._images = sorted(p for p in Path(images).iterdir() if p.suffix.lower() in _PICTURES | {".npy"})
            if not self._images:
                raise FileNotFoundError(f"The folder '{os.fspath(images)}' holds no pictures ({', '.join(sorted(_PICTURES))}) and no .npy files.")
        elif isinstance(images, (str, bytes, os.PathLike, Picture)) or (hasattr(images, "__array__") and np.asarray(images).ndim <= 3):
            self._images = [images]
        else:
            # An array of more dimensions is a batch.
            self._images, self._numbered = images, True

    @property
    def is_repeatable(self) -> bool:
        """Says whether the images can be read again; those of a generator cannot."""
        return iter(self._images) is not self._images

    def __iter__(self) -> Iterator[Prepared]:
        for index, image in enumerate(self._images):
            is_named = not self._numbered or isinstance(image, (str, os.PathLike, Picture))
            yield prepare(image, None if is_named else f"image-{index}")


def png(pixels: Array) -> bytes:
    """Writes pixels of uint8 in the shape [H,W], [H,W,1], [H,W,3] or [H,W,4] as a PNG file."""
    array = pixels[:, :, 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels
    colour = {2: 0}.get(array.ndim, {3: 2, 4: 6}.get(array.shape[-1], -1) if array.ndim == 3 else -1)
    if colour < 0:
        raise ValueError(f"Pixels have the shape {list(pixels.shape)}; give [H,W], [H,W,1], [H,W,3] or [H,W,4].")
    height, width = array.shape[:2]
    rows = np.ascontiguousarray(array, dtype=np.uint8).reshape(height, -1)
    raw = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
