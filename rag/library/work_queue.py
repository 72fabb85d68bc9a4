"""Jobs one after another: one at a time changes the documents, and everyone sees who is before them."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from rag.errors import StoreError, WenjuError
from rag.library.job import CancelledError, Job

_LOG = logging.getLogger(__name__)
_SHOWN_AFTER = 30.0
"""Seconds for which a job that is over can still be seen."""
_MOST_OVER = 200


class WorkQueue:
    """A queue with one thread that works it off; the thread is there while there is work."""

    def __init__(self, work: Callable[[Job], None]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None
        self._over: deque[Job] = deque(maxlen=_MOST_OVER)
        self._count = 0
        self._is_working = False

    def add(self, job: Job) -> Job:
        """Put a job at the end; what takes but a moment (a removal, a description) goes before the reading of files."""
        with self._lock:
            self._count += 1
            job.number = self._count
            place = len(self._waiting)
            if job.kind != "read":
                place = next((n for n, one in enumerate(self._waiting) if one.kind == "read"), place)
            self._waiting.insert(place, job)
            if not self._is_working:
                self._is_working = True
                threading.Thread(target=self._work_off, name="wenju-library", daemon=True).start()
        return job

    def jobs(self) -> tuple[Job, ...]:
        """What is under way, what waits in its order, and what was over just now."""
        since = time.time() - _SHOWN_AFTER
        with self._lock:
            current = (self._current,) if self._current else ()
            return (*current, *self._waiting, *(job for job in self._over if job.ended_at > since))

    def cancel(self, job: Job) -> None:
        """Give a job up, wherever it is."""
        with self._lock:
            if job in self._waiting:
                self._waiting.remove(job)
                job.end("cancelled")
                self._over.appendleft(job)
                return
        job.give_up()

    def _work_off(self) -> None:
        while job := self._next():
            try:
                job.begin()
                self._work(job)
                job.end("failed" if job.report.failed and not job.report.sources else "done")
            except CancelledError:
                job.end("cancelled")
            except WenjuError as error:
                job.end("failed", error)
            except Exception:  # noqa: BLE001  the outermost edge of this thread: the others go on
                _LOG.exception("a document failed")
                job.end("failed", _unexpected())

    def _next(self) -> Job | None:
        with self._lock:
            if self._current is not None:
                self._over.appendleft(self._current)
            self._current = self._waiting.popleft() if self._waiting else None
            self._is_working = self._current is not None
            return self._current


def _unexpected() -> WenjuError:
    return StoreError(
        "出了意料之外的错误，详情写在启动本程序的终端里。请再试一次。",
        "Something unexpected went wrong; the terminal this program runs in says what. Please try again.",
    )
