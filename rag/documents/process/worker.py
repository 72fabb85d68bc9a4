"""`python -m rag.documents.process.worker`: reads files for a `rag.documents.process.reading_process.ReadingProcess`.

Requests come on standard input, answers go to what was standard output when it started. It ends with its
input, that is, with the program that started it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from rag.documents.files.archives import unpack
from rag.documents.files.damage import damaged
from rag.documents.limits import Limits, passed
from rag.documents.process import wire
from rag.documents.process.offline import stay_offline
from rag.documents.reading import bytes_of, read
from rag.errors import ReadError
from rag.types import Json

_GRACE = 60.0
"""Seconds over twice the limit after which a worker that nobody killed ends itself."""


def main() -> None:
    """Answer requests until the input ends."""
    _ignore_interrupts()
    requests, answers = _private_streams()
    stay_offline()
    waiting: queue.SimpleQueue[Json] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    wire.send(answers, wire.READY)
    while True:
        request = waiting.get()
        limits = Limits(**request["limits"])
        _hold_memory(limits)
        _answer(request, limits, answers)
        gc.collect()


def _answer(request: Json, limits: Limits, answers: BinaryIO) -> None:
    """Send the document, the members, or why there are none.

    This is the outermost edge for a file: whatever goes wrong in reading it has become an error that
    names it when it leaves here, and the next file is read as if nothing had been.
    """
    source = request["source"]
    try:
        kind, payload = _done(request, limits, answers)
    except ReadError as error:
        kind, payload = _failure(error)
    except MemoryError:
        # What could not be had now may not be had later: the next file gets a process of its own.
        kind, payload = _failure(passed("memory_bytes", source, limits), spent=True)
    # Parsers meet broken files with nearly any exception; whichever it is, this file can't be read.
    except Exception as error:  # noqa: BLE001  the outermost edge
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201  for whoever looks for the cause
        kind, payload = _failure(damaged(source))
    finally:
        faulthandler.cancel_dump_traceback_later()
    wire.send(answers, kind, payload)


def _done(request: Json, limits: Limits, answers: BinaryIO) -> tuple[wire.FrameKind, bytes]:
    def told(done: int, total: int) -> None:
        _watch_clock(limits)
        wire.send(answers, wire.PROGRESS, wire.packed([done, total]))

    _watch_clock(limits)
    path, source, password = Path(request["path"]), request["source"], request["password"]
    if request.get("page") is not None:
        from rag.documents.pages.page_pictures import page_picture

        picture = page_picture(bytes_of(path, source, limits), request["form"], request["page"], password)
        return wire.PICTURE, picture or b""
    if request["folder"] is None:
        document = read(path, source, password=password, limits=limits, told=told)
        told(1, 1)  # a large one takes its time on the way
        return wire.DOCUMENT, wire.packed_document(document)
    found = unpack(path, source, Path(request["folder"]), password=password, limits=limits, told=told)
    plain = [
        [inner, wire.packed_error(one), None] if isinstance(one, ReadError) else [inner, None, str(one)]
        for inner, one in found
    ]
    return wire.MEMBERS, wire.packed(plain)


def _failure(error: ReadError, *, spent: bool = False) -> tuple[wire.FrameKind, bytes]:
    return wire.ERROR, wire.packed({**wire.packed_error(error), "spent": spent})


def _ignore_interrupts() -> None:
    """Ctrl-C is for the program that started this one, which then ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the other process, out of reach of what libraries print or ask."""
    sys.stdout.flush()
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    sys.stdout = sys.stderr
    return requests, answers


def _listen(requests: BinaryIO, waiting: queue.SimpleQueue[Json]) -> None:
    """Pass requests on; end at once when there will be no more, whatever is being read."""
    while (frame := wire.receive(requests)) is not None:
        waiting.put(wire.unpacked(frame[1]))
    os._exit(0)


def _watch_clock(limits: Limits) -> None:
    """The other process keeps the clock; this is for when it is gone and a parser never lets `_listen` run."""
    faulthandler.dump_traceback_later(2 * limits.seconds + _GRACE, exit=True)


def _hold_memory(limits: Limits) -> None:
    """Let the system refuse more memory than that, where it can, and write no core files."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    for limit, most in ((kind, limits.memory_bytes), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(limit)[1]
        with contextlib.suppress(ValueError, OSError):  # a system that has the limit and does not keep it
            resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main()
