"""A bar while a job runs: tqdm's where it is installed, else one line that is written over."""

from __future__ import annotations

import sys
from typing import Any, Optional

from .results import JobStatus


class Bar:
    """Shows how many images are done."""

    def __init__(self, title: str, shown: bool) -> None:
        self._title, self._shown = title, shown
        self._bar: Optional[Any] = None
        self._written = False

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
        elif self._written:
            sys.stderr.write("\n")

    def show(self, status: JobStatus) -> None:
        self.count(status.done + status.failed, status.images, str(status))

    def count(self, done: int, total: int, text: Optional[str] = None) -> None:
        if not self._shown:
            return
        if self._bar is None and not self._written:
            try:
                from tqdm.auto import tqdm
                self._bar = tqdm(total=total, desc=self._title, unit="image")
            except ImportError:
                pass
        if self._bar is not None:
            self._bar.update(done - self._bar.n)
            return
        self._written = True
        sys.stderr.write(f"\r\x1b[K{text or f'{self._title}: {done} of {total} images'}")
        sys.stderr.flush()
