"""Files are read in a process of their own, which can be killed without hurting the run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from rag.documents.limits import Limits
from rag.errors import ReadError
from rag.types import Document

_NO_LIMITS = Limits()

Members = list[tuple[str, Path | ReadError]]
"""What an archive holds: the source of each document in it ("ARCHIVE/inner/name"), and its unpacked file
or why there is none."""


class ReadingProcess:
    """One worker process, started when first needed, used for many files, started anew after a kill.

    with ReadingProcess() as process:
        document = process.read(path, source, limits=limits)

    Leaving the context ends the process. Not for several threads at once.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""

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

        A file that makes its reader crash is "damaged".
        """
        raise NotImplementedError

    def members(
        self, path: Path, source: str, *, password: str | None = None, limits: Limits = _NO_LIMITS
    ) -> AbstractContextManager[Members]:
        """The documents in an archive (`.zip`) or those attached to a message (`.eml`), unpacked.

        The unpacked files are there as long as the context. A message itself is no member: read it as
        well. Raises `ReadError` on entering, where the archive itself can't be opened.
        """
        raise NotImplementedError
