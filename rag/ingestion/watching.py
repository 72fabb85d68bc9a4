"""Folders are followed: what is new, changed, renamed or deleted in them is told once it has settled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from rag.documents.formats import CORPUS
from rag.ingestion.report import Failure, IngestReport
from rag.types import SourceRecord

QUIET_MS = 400
"""So long nothing may happen before changes are taken in: a file that is being copied is left to finish."""
PATIENCE_MS = 60_000
"""After so long changes are taken in, even where there is no end of them."""
TICK_MS = 1_000
"""How often a file that could not be read is looked at again."""
SETTLED_SECONDS = 2.0
"""A file that was written to less than this ago may not be complete."""


def changes(
    paths: Sequence[Path],
    *,
    ignored: Path,
    waiting: Callable[[], bool],
    stop: threading.Event | None = None,
) -> Iterator[None]:
    """One item whenever something in the folders named, or a file named, has changed and come to rest.

    The first comes by itself: what changed before the folders were followed would never be told. While
    `waiting()`, also one every `TICK_MS`. What happens in the folder `ignored` counts for nothing.
    Goes on until `stop` is set; an interrupt goes through.
    """
    import watchfiles

    ignored = ignored.resolve()

    def counts(_change: watchfiles.Change, name: str) -> bool:
        return not Path(name).resolve().is_relative_to(ignored)

    # A file that is replaced whole is a new one to the system: its folder is followed.
    folders = {path if path.is_dir() else path.parent for path in paths}
    begun = False
    for happened in watchfiles.watch(
        *folders,
        watch_filter=counts,
        debounce=PATIENCE_MS,
        step=QUIET_MS,
        rust_timeout=TICK_MS,
        yield_on_timeout=True,
        stop_event=stop,
    ):
        if happened or waiting() or not begun:
            begun = True
            yield


def follow(
    take: Callable[[], IngestReport],
    paths: Sequence[Path],
    *,
    ignored: Path,
    stop: threading.Event | None = None,
) -> Iterator[IngestReport]:
    """What `take` reports whenever the paths have changed, each time something is to be told.

    A failure is told once, and only when its file has come to rest: one that is still being written is
    taken in again until it has. Goes on until `stop` is set; an interrupt goes through.
    """
    waiting: set[Failure] = set()
    told: set[Failure] = set()
    for _ in changes(paths, ignored=ignored, waiting=lambda: bool(waiting), stop=stop):
        report = take()
        failed = set(report.failed)
        settled = {failure for failure in failed if is_settled(Path(failure.source))}
        waiting.clear()
        waiting.update(failed - settled)
        report.failed = [failure for failure in report.failed if failure in settled - told]
        told = settled
        if report.changed or report.failed:
            yield report


def is_below(paths: Iterable[Path]) -> Callable[[SourceRecord], bool]:
    """Tells whether a source came from the files and folders named, by its name."""
    names = [path.as_posix().rstrip("/") for path in paths]

    def is_one(record: SourceRecord) -> bool:
        source = record.source
        return any(source == name or source.startswith(f"{name}/") for name in names) or (
            "." in names and _is_relative_path(record)
        )

    return is_one


def _is_relative_path(record: SourceRecord) -> bool:
    """Whether a source may have been found in the current folder; the id of a corpus' document is no path."""
    return record.format != CORPUS and not record.source.startswith(("/", "../"))


def is_settled(path: Path) -> bool:
    """Whether nobody wrote to a file just now; one that is gone has settled."""
    try:
        return time.time() - path.stat().st_mtime > SETTLED_SECONDS
    except OSError:
        return True
