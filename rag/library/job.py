"""One change of the documents: waiting, under way, or done."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rag.documents import Limits, Members, ReadingProcess
from rag.errors import ReadError, WenjuError
from rag.ingestion import IngestReport, Told
from rag.seams import Progress
from rag.types import Document

JobKind = Literal["read", "describe", "remove"]
JobState = Literal["waiting", "working", "reading", "embedding", "done", "failed", "cancelled"]
_NO_LIMITS = Limits()
_OVER = ("done", "failed", "cancelled")


class CancelledError(Exception):
    """Its owner gave the job up."""


@dataclass(slots=True, eq=False)
class Job:
    """One document that comes, changes or goes, for one owner.

    `again` reads a file that has not changed, too.
    `done` of `total` pages are read, or passages embedded, as `state` says. Any thread may look at it.
    """

    kind: JobKind
    owner: str
    source: str
    number: int = 0
    state: JobState = "waiting"
    done: int = 0
    total: int = 0
    report: IngestReport = field(default_factory=IngestReport)
    error: WenjuError | None = None
    ended_at: float = 0.0
    ended: threading.Event = field(default_factory=threading.Event)
    password: str = ""
    again: bool = False
    words: dict[str, str] = field(default_factory=dict)
    _given_up: bool = False
    _process: ReadingProcess | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in _OVER

    @property
    def told(self) -> Told:
        """What its work is to tell. Raises `CancelledError` in the midst of the work of one that was given up."""
        return Told(pages=self._at("reading"), embedded=self._at("embedding"))

    def give_up(self) -> None:
        """Ask for it to be given up: at once while it waits or its file is read, else at the next passage."""
        self._given_up = True
        pid = self._process.pid if self._process else None
        if pid is not None:
            with suppress(OSError):
                os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    def begin(self) -> None:
        """Its turn has come. Raises `CancelledError` for one that was given up."""
        self.check()
        self.state = "working"

    def check(self) -> None:
        """Raises `CancelledError` for one that was given up."""
        if self._given_up:
            raise CancelledError

    def end(self, state: Literal["done", "failed", "cancelled"], error: WenjuError | None = None) -> None:
        """Nothing more will come of it."""
        self.state, self.error, self.ended_at = state, error, time.time()
        self.password = ""
        self.ended.set()

    @contextmanager
    def reads(self) -> Iterator[_Reads]:
        """Where its file is read, in a process that giving up ends."""
        with ReadingProcess() as process:
            self._process = process
            try:
                yield _Reads(self, process)
            finally:
                self._process = None

    def _at(self, state: Literal["reading", "embedding"]) -> Progress:
        def heard(done: int, total: int) -> None:
            self.check()
            self.state, self.done, self.total = state, done, total

        return heard


@dataclass(frozen=True, slots=True)
class _Reads:
    """Reads files for a job (`rag.ingestion.incoming.Reads`)."""

    job: Job
    process: ReadingProcess

    def read(
        self,
        path: Path,
        source: str,
        *,
        password: str | None = None,
        limits: Limits = _NO_LIMITS,
        told: Progress | None = None,
    ) -> Document:
        """As `ReadingProcess.read`; raises `CancelledError` for a job that was given up."""
        try:
            return self.process.read(path, source, password=password, limits=limits, told=told)
        except ReadError:
            self.job.check()
            raise

    def members(
        self,
        path: Path,
        source: str,
        *,
        password: str | None = None,
        limits: Limits = _NO_LIMITS,
    ) -> AbstractContextManager[Members]:
        """As `ReadingProcess.members`."""
        return self.process.members(path, source, password=password, limits=limits)
