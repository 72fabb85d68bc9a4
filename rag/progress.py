"""How far long work has come: on standard error, only where someone watches."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from rag.ingestion.told import Told

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_WHOLE = 100


class ProgressLine:
    """Two bars that are gone when the work is done: all files, and the one being read.

    Silent when the stream is not a terminal.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._bars: Progress | None = None
        self._all: TaskID | None = None
        self._one: TaskID | None = None

    @property
    def told(self) -> Told:
        """What ingestion is to tell: it is shown here."""
        return Told(self.announce, self.pages, self.embedded)

    def announce(self, source: str, number: int, total: int) -> None:
        """A document's turn has come."""
        if self._bars is None or self._all is None or self._one is None:
            return
        self._bars.update(self._all, completed=number - 1, total=total, visible=total > 1)
        self._bars.reset(self._one, total=None, description=source, visible=True, part="")

    def pages(self, done: int, total: int) -> None:
        """So many of its pages are read."""
        self._told("读 reading", done, total, f"{done}/{total}")

    def embedded(self, done: int, total: int) -> None:
        """So many of its texts are embedded."""
        self._told("向量 embedding", done, total, f"{_WHOLE * done // max(total, 1)} %")

    def refresh(self) -> None:
        """Show now what would be shown within a tenth of a second."""
        if self._bars is not None:
            self._bars.refresh()

    def _told(self, what: str, done: int, total: int, how_far: str) -> None:
        if self._bars is not None and self._one is not None:
            self._bars.update(self._one, completed=done, total=max(total, 1), part=f"{what} {how_far}")

    def __enter__(self) -> ProgressLine:
        if self._stream.isatty():
            self._bars = _bars(self._stream)
            self._all = self._bars.add_task("全部 all", visible=False, part="")
            self._one = self._bars.add_task("", visible=False, part="")
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()
            self._bars = None


def _bars(stream: TextIO) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[part]}", markup=False),
        TimeElapsedColumn(),
        console=Console(file=stream),
        transient=True,
    )
