"""How far long work has come: one line on standard error, only where someone watches."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TextIO


class ProgressLine:
    """A line that is written over until the work is done; silent when standard error is not a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shown = self._stream.isatty()
        self._what = ""
        self._width = 0

    def announce(self, source: str, number: int, total: int) -> None:
        """A document's turn has come."""
        self._what = f"{number}/{total} {source}"
        self._write(self._what)

    def embedded(self, done: int, total: int) -> None:
        """So many of its texts are embedded."""
        self._write(f"{self._what}  {100 * done // max(total, 1)} %")

    def _write(self, text: str) -> None:
        if self._shown:
            self._stream.write(f"\r{text.ljust(self._width)}")
            self._stream.flush()
            self._width = max(self._width, len(text))

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
