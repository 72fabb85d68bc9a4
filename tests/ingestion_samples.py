"""Small folders to be taken in, and a reader in this process for tests of what happens around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rag.documents import Limits, Members, ReadingProcess, read, survey
from rag.ingestion import IngestReport, take_in
from rag.seams import Progress
from rag.store import FaissStore
from rag.types import Document

APPLES = "平遥县2023年苹果产量为31万吨，同比增长6.5%。\n"
ROADS = "祁县2023年新建农村公路120公里，总投资3.6亿元。\n"
PEARS = "祁县2024年酥梨产量为47万吨，出口创汇2.1亿元。\n"
TITLED = f"# 平遥县果业公报\n\n{APPLES}"


class ReadingHere:
    """Reads as a `ReadingProcess` does, without a process; remembers what it was asked to read."""

    def __init__(self) -> None:
        self.read_sources: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is to be ended."""

    def read(
        self,
        path: Path,
        source: str,
        *,
        password: str | None = None,
        limits: Limits = Limits(),  # noqa: B008  frozen
        told: Progress | None = None,
    ) -> Document:
        self.read_sources.append(source)
        return read(path, source, password=password, limits=limits, told=told)

    def members(
        self,
        path: Path,
        source: str,
        *,
        password: str | None = None,
        limits: Limits = Limits(),  # noqa: B008  frozen
    ) -> AbstractContextManager[Members]:
        return ReadingProcess().members(path, source, password=password, limits=limits)


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Make the folder hold just these files."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def taken(
    store: FaissStore, folder: Path, *, mirror: bool = True, reads: ReadingHere | None = None
) -> IngestReport:
    """Take a folder in, in this process."""
    reads = reads or ReadingHere()
    return take_in(store, survey([folder]), mirror=mirror, reading=lambda: reads)


def names(sources: Iterable[Any]) -> list[str]:
    """The file names of sources, or of rows that have one."""
    return [Path(one if isinstance(one, str) else one.source).name for one in sources]
