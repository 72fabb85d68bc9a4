"""Files are read in a process of their own, which can be killed without hurting the run."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from rag.documents.files.damage import damaged
from rag.documents.limits import Limits, passed
from rag.documents.process import wire
from rag.errors import ReadError
from rag.types import Document, Json

if TYPE_CHECKING:
    from rag.documents.files.archives import Members

_NO_LIMITS = Limits()
_SECONDS_TO_START = 60.0
_SECONDS_TO_END = 5.0
_COMMAND = (sys.executable, "-P", "-m", "rag.documents.process.worker")
_OUT_OF_MEMORY = ("bad_alloc", "MemoryError", "out of memory", "Cannot allocate", "Failed to allocate")
_COMPLAINTS_READ = 20_000


class ReadingProcess:
    """One worker process, started when first needed, used for many files, started anew after a kill.

    with ReadingProcess() as process:
        document = process.read(path, source, limits=limits)

    Leaving the context ends the process. Not for several threads at once.
    """

    def __init__(self) -> None:
        self._worker: _Worker | None = None
        self.starts = 0
        """How many processes were started so far."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._end()

    @property
    def pid(self) -> int | None:
        """The number of the process, while there is one."""
        return self._worker.pid if self._worker else None

    def read(
        self,
        path: Path,
        source: str,
        *,
        password: str | None = None,
        limits: Limits = _NO_LIMITS,
        told: Callable[[int, int], None] | None = None,
    ) -> Document:
        """What `rag.documents.read` gives and raises, and besides: "timeout", and "too_large" for memory.

        A file that makes its reader crash is "damaged". `told` hears (done, total) of its pages, in this process.
        """
        request = _request(path, source, password, limits)
        return wire.unpacked_document(self._ask(request, limits, told))

    def picture(
        self,
        path: Path,
        source: str,
        form: str,
        page: int,
        *,
        password: str | None = None,
        limits: Limits = _NO_LIMITS,
    ) -> bytes:
        """A page, from 1, of a file of the format `form` as PNG or JPEG; nothing where it can't be drawn.

        Raises `ReadError` as `read` does.
        """
        request = {**_request(path, source, password, limits), "form": form, "page": page}
        return self._ask(request, limits, None)

    @contextmanager
    def members(
        self, path: Path, source: str, *, password: str | None = None, limits: Limits = _NO_LIMITS
    ) -> Iterator[Members]:
        """The documents in an archive (`.zip`) or those attached to a message (`.eml`), unpacked.

        The unpacked files are there as long as the context. A message itself is no member: read it as
        well. Raises `ReadError` on entering, where the archive itself can't be opened.
        """
        from rag.documents.process.unpacking_folder import unpacking_folder

        with unpacking_folder() as folder:
            request = _request(path, source, password, limits)
            found = wire.unpacked(self._ask({**request, "folder": str(folder)}, limits, None))
            yield [
                (inner, wire.unpacked_error(error) if error else Path(file)) for inner, error, file in found
            ]

    def _ask(self, request: Json, limits: Limits, told: Callable[[int, int], None] | None) -> bytes:
        """The answer. Where a worker fails that has read other files, a fresh one tries again: no file pays for them."""
        while True:
            worker = self._worker or self._start()
            fresh = not worker.used
            try:
                return worker.ask(request, limits, told)
            except ReadError as error:
                if fresh or not worker.spent or error.code == "timeout":
                    raise
            finally:
                if worker.spent:
                    self._end()

    def _start(self) -> _Worker:
        self.starts += 1
        self._worker = _Worker()
        return self._worker

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker:
            worker.end()


def _request(path: Path, source: str, password: str | None, limits: Limits) -> Json:
    """What the worker is asked; it may stand in another folder by now, so the path is whole."""
    return {
        "path": str(path.absolute()),
        "source": source,
        "password": password,
        "limits": asdict(limits),
        "folder": None,
        "form": "",
        "page": None,
    }


class _Worker:
    """One process and the pipes to it."""

    def __init__(self) -> None:
        self.ready = self.used = False
        self.spent = True
        """Whether it must not be asked again: it is dead, or in the middle of something."""
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  closed in `end`
        self._process = subprocess.Popen(  # noqa: S603  our own module
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env={**os.environ, "PYTHONPATH": _module_path()},
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._process.stdin
        assert self._process.stdout
        self._requests: IO[bytes] = self._process.stdin
        self._frames: queue.SimpleQueue[tuple[bytes, bytes] | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def ask(self, request: Json, limits: Limits, told: Callable[[int, int], None] | None) -> bytes:
        """The payload of the answer. Raises `ReadError`; `spent` then says whether the process went with it."""
        self.spent = True
        self._await_start(request["source"])
        self._complaints.seek(0)
        self._complaints.truncate()
        with suppress(OSError):  # a process that is gone is noticed below
            wire.send(self._requests, wire.REQUEST, wire.packed(request))
        while frame := self._next(limits.seconds, passed("seconds", request["source"], limits)):
            kind, payload = frame
            if kind != wire.PROGRESS:
                return self._answer(kind, payload)
            if told:
                told(*wire.unpacked(payload))
        raise self._crash(request["source"], limits)

    def _answer(self, kind: bytes, payload: bytes) -> bytes:
        self.spent, self.used = False, True
        if kind == wire.ERROR:
            said = wire.unpacked(payload)
            self.spent = said["spent"]
            raise wire.unpacked_error(said)
        return payload

    def end(self) -> None:
        """Kill the process, whatever it does, and let go of it."""
        self._process.kill()
        self._process.wait()
        with suppress(OSError):  # what was not sent is of no use any more
            self._requests.close()
        self._complaints.close()

    def _listen(self, answers: IO[bytes]) -> None:
        with answers:
            while frame := wire.receive(answers):
                self._frames.put(frame)
        self._frames.put(None)

    def _next(self, seconds: float, too_late: ReadError) -> tuple[bytes, bytes] | None:
        """The next frame; `None` if the process ended. Raises `too_late` after so many seconds without one."""
        try:
            return self._frames.get(timeout=seconds)
        except queue.Empty:
            raise too_late from None

    def _await_start(self, source: str) -> None:
        if self.ready:
            return
        failure = ReadError(
            "unreadable",
            f"没能读 {source}：读取文件的进程没有启动。请检查内存是否足够、安装是否完整，再试一次。",
            f"{source} was not read: the process that reads files did not start. Check that there is memory left "
            "and that the installation is complete, and try again.",
        )
        if self._next(_SECONDS_TO_START, failure) is None:
            raise failure
        self.ready = True

    def _crash(self, source: str, limits: Limits) -> ReadError:
        """What ended a process that nobody ended. The system kills those that take too much memory."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_SECONDS_TO_END)
        self._complaints.seek(0)
        said = self._complaints.read(_COMPLAINTS_READ).decode("utf-8", "replace")
        killed = self._process.returncode == -getattr(signal, "SIGKILL", 9)
        if killed or any(words in said for words in _OUT_OF_MEMORY):
            return passed("memory_bytes", source, limits)
        return damaged(source)


def _module_path() -> str:
    """Where the worker finds this package, whatever folder it is started in."""
    here = str(Path(__file__).resolve().parents[3])
    return os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
