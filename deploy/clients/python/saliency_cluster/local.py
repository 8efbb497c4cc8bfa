"""The results of a job in a folder: maps are read when they are looked at."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Union, overload

import numpy as np
from google.protobuf import json_format

from ._protocol import results_pb2
from .images import Floats
from .results import Explanation, table

_LIST = "results.jsonl"


class LocalJob(Sequence[Explanation]):
    """The results of a job that :meth:`Job.download` has written. Opening it reads no map, and a map is mapped, not copied."""

    def __init__(self, folder: Union[str, "os.PathLike[str]"]) -> None:
        self.folder = Path(folder)
        self._lines: List[Dict[str, Any]] = []
        path = self.folder / _LIST
        if not path.exists():
            return
        with open(path, encoding="utf-8") as file:
            for line in file:
                # The last line may have been cut off with the program that wrote it.
                if not line.endswith("\n"):
                    break
                self._lines.append(json.loads(line))

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> Explanation: ...

    @overload
    def __getitem__(self, index: slice) -> List[Explanation]: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[Explanation, List[Explanation]]:
        if isinstance(index, slice):
            return [self._read(i) for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"The job has {len(self)} results here; {index} is none of them.")
        return self._read(index % len(self))

    def __iter__(self) -> Iterator[Explanation]:
        return (self._read(i) for i in range(len(self)))

    def table(self) -> Any:
        """Gets all results as a pandas table, or as a list of dictionaries where pandas is not installed."""
        return table([e.row() for e in self])

    def _read(self, index: int) -> Explanation:
        line = self._lines[index]
        message = json_format.ParseDict(line["result"], results_pb2.ImageResult(), ignore_unknown_fields=True)
        return Explanation(message, self._map(line.get("map")), self._map(line.get("standard_error_map")))

    def _map(self, name: Any) -> Any:
        return None if name is None else np.load(self.folder / name, mmap_mode="r")

    def first_missing(self, methods: int) -> int:
        """Gets the first image that is not here whole, after dropping results of an image of which only some methods are."""
        self._lines = self._lines[:len(self) // methods * methods]
        self._rewrite()
        return int(self._lines[-1]["result"].get("index", 0)) + 1 if self._lines else 0

    def _rewrite(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / (_LIST + ".tmp")
        with open(unfinished, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in self._lines)
        os.replace(unfinished, self.folder / _LIST)

    def append(self, explanation: Explanation) -> None:
        """Writes a result: maps first, so that what is listed is there."""
        line: Dict[str, Any] = {"result": json_format.MessageToDict(explanation.message, preserving_proto_field_name=True)}
        stem = f"{explanation.index:06d}-{explanation.method}"
        for kind, suffix, values in (("map", "", explanation.map), ("standard_error_map", ".stderr", explanation.standard_error_map)):
            if values is not None:
                line[kind] = f"{stem}{suffix}.npy"
                self._save(line[kind], values)
        self._lines.append(line)
        with open(self.folder / _LIST, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _save(self, name: str, values: Floats) -> None:
        unfinished = self.folder / (name + ".tmp")
        with open(unfinished, "wb") as file:
            np.save(file, values)
        os.replace(unfinished, self.folder / name)
