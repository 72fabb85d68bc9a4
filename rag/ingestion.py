"""Files become a store's content: what is new is read, what changed is replaced, the rest is left alone."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.documents import read, read_jsonl
from rag.errors import FailureCode, ReadError
from rag.passages import split
from rag.store import FaissStore
from rag.types import Document, Progress

Announce = Callable[[str, int, int], None]
"""Told (source, its number from 1, how many in all) before each document is taken in."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A document that was read and indexed."""

    source: str
    title: str
    format: str
    pages: int | None
    characters: int
    passages: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was not taken in, and why, in Chinese and English."""

    source: str
    code: FailureCode
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A file with the very bytes of another one that is indexed."""

    source: str
    same_as: str


@dataclass(slots=True)
class IngestReport:
    """What one run did to the index."""

    added: list[TakenIn] = field(default_factory=list)
    updated: list[TakenIn] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def changed(self) -> bool:
        """Whether the index is another than before."""
        return bool(self.added or self.updated or self.removed)


@dataclass(frozen=True, slots=True)
class _Incoming:
    """Something to take in: its source, what its content hashes to, and how to read it."""

    source: str
    sha256: str
    read: Callable[[], Document]


def take_in(
    store: FaissStore,
    files: Sequence[tuple[str, Path]],
    *,
    mirror: bool = False,
    announce: Announce | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring the store up to date with `files`, pairs of (source, path).

    `mirror` also removes every source that is not among them. A file that can't be read is reported, and
    what the store held of it stays. Raises `StoreError` if the store can't be written.
    """
    began = time.perf_counter()
    report = IngestReport()
    incoming = list(_incoming(files, report))
    known = {record.source: record.sha256 for record in store.sources()}
    named = {one.source for one in incoming} | {failure.source for failure in report.failed}
    leaving = sorted(set(known) - named) if mirror else []
    fresh = [one for one in incoming if known.get(one.source) != one.sha256]
    report.unchanged.extend(one.source for one in incoming if known.get(one.source) == one.sha256)
    if fresh or leaving:
        with store.writing():
            staying = {sha: source for source, sha in known.items() if source not in leaving}
            for number, one in enumerate(fresh, start=1):
                if announce:
                    announce(one.source, number, len(fresh))
                _take_one(store, one, staying, one.source in known, report, progress)
            report.removed.extend(store.remove(leaving) if leaving else ())
    report.seconds = round(time.perf_counter() - began, 3)
    return report


def _take_one(
    store: FaissStore,
    one: _Incoming,
    staying: dict[str, str],
    was_known: bool,
    report: IngestReport,
    progress: Progress | None,
) -> None:
    same = staying.get(one.sha256)
    if same is not None and same != one.source and not was_known:
        report.duplicates.append(Duplicate(one.source, same))
        return
    try:
        document = one.read()
    except ReadError as error:
        report.failed.append(Failure(one.source, error.code, error.zh, error.en))
        return
    parts = split(document)
    store.replace(document, one.sha256, parts, progress=progress)
    staying[one.sha256] = one.source
    pages = len(document.original.page_starts) or None
    taken = TakenIn(
        one.source,
        document.metadata.title,
        document.format,
        pages,
        len(document.original.text),
        len(parts),
        document.warnings,
    )
    (report.updated if was_known else report.added).append(taken)


def _incoming(files: Iterable[tuple[str, Path]], report: IngestReport) -> Iterator[_Incoming]:
    for source, path in files:
        try:
            if path.suffix.lower() == ".jsonl":
                yield from map(_of_document, read_jsonl(path))
            else:
                yield _Incoming(source, _sha256(path), lambda path=path, source=source: read(path, source))  # type: ignore[misc]  # mypy can't type a lambda's defaults
        except ReadError as error:
            report.failed.append(Failure(source, error.code, error.zh, error.en))


def _of_document(document: Document) -> _Incoming:
    content = f"{document.metadata.title}\0{document.original.text}"
    sha256 = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    return _Incoming(document.source, sha256, lambda: document)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ReadError(
            "unreadable",
            f"读不了文件 {path}：{error.strerror}。请检查路径和权限。",
            f"The file {path} can't be read: {error.strerror}. Check its path and permissions.",
        ) from error
