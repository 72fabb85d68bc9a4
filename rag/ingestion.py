"""Files become a store's content: what is new is read, what changed is replaced, the rest is left alone."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from rag.documents import read, read_jsonl
from rag.errors import FailureCode, ReadError
from rag.passages import split
from rag.store import FaissStore
from rag.types import Document, Progress, SourceRecord

Announce = Callable[[str, int, int], None]
"""Told (source, its number from 1, how many in all) before each document is taken in."""

_CORPUS = ".jsonl"
"""The ending of a file that holds many documents, each with an id of its own."""


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
    def sources(self) -> tuple[str, ...]:
        """Every source that is in now: new, changed or as it was, or as another one's duplicate."""
        taken = [one.source for one in (*self.added, *self.updated)]
        return (*taken, *self.unchanged, *(duplicate.same_as for duplicate in self.duplicates))

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
    within: str = "",
    passwords: Mapping[str, str] = MappingProxyType({}),
    announce: Announce | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring the store up to date with `files`, pairs of (source, path).

    `mirror` also removes every source that is not among them and begins with `within`; `passwords`, by source, open locked files.
    Of files with the same bytes the first is indexed, as in a fresh index. A file that can't be read is
    reported, and what the store held of it stays. Raises `StoreError` if the store can't be written.
    """
    began = time.perf_counter()
    report = IngestReport()
    incoming = list(_incoming(files, passwords, report))
    records = store.sources()
    known = {record.source: record.sha256 for record in records}
    others = _not_among(records, incoming, report)
    owners = {
        record.sha256: record.source for record in others if not (mirror and record.source.startswith(within))
    }
    leaving = [record.source for record in others if mirror and record.source.startswith(within)]
    idle = not leaving and _is_settled(incoming, owners, known)
    with nullcontext() if idle else store.writing():
        leaving += _take_all(store, incoming, owners, known, report, announce, progress)
        report.removed.extend(store.remove(leaving) if leaving else ())
    report.seconds = round(time.perf_counter() - began, 3)
    return report


def refit(
    store: FaissStore, *, announce: Announce | None = None, progress: Progress | None = None
) -> IngestReport:
    """Build a store anew from the documents it holds, as they were read; nothing else is needed for it.

    Raises `StaleStoreError` for a format too old to be read.
    """
    began = time.perf_counter()
    kept = [(record.sha256, store.document(record.source)) for record in store.sources()]
    store.clear()
    report = IngestReport()
    with store.writing():
        for number, (sha256, document) in enumerate(kept, start=1):
            if announce:
                announce(document.source, number, len(kept))
            report.updated.append(_put(store, document, sha256, progress))
    report.seconds = round(time.perf_counter() - began, 3)
    return report


def _not_among(
    records: Iterable[SourceRecord], incoming: Iterable[_Incoming], report: IngestReport
) -> list[SourceRecord]:
    """What the store holds besides the files named. Of a corpus file that can't be read nobody knows the ids."""
    named = {one.source for one in incoming} | {failure.source for failure in report.failed}
    corpus_failed = any(failure.source.lower().endswith(_CORPUS) for failure in report.failed)
    return [
        record
        for record in records
        if record.source not in named and not (corpus_failed and record.format == _CORPUS[1:])
    ]


def _is_settled(incoming: Iterable[_Incoming], owners: Mapping[str, str], known: Mapping[str, str]) -> bool:
    """Whether the store holds all of it already, each text once, so that nothing is to be written."""
    texts = set(owners)
    for one in incoming:
        if (known.get(one.source) == one.sha256) == (one.sha256 in texts):
            return False
        if one.sha256 in texts and one.source in known:
            return False
        texts.add(one.sha256)
    return True


def _take_all(
    store: FaissStore,
    incoming: Iterable[_Incoming],
    owners: dict[str, str],
    known: Mapping[str, str],
    report: IngestReport,
    announce: Announce | None,
    progress: Progress | None,
) -> list[str]:
    """Take in what is new, in order; returns sources the store holds that say what an earlier one says.

    `owners` is the source that each text, by its hash, is indexed under; it grows.
    """
    incoming = list(incoming)
    total = sum(known.get(one.source) != one.sha256 for one in incoming)
    number, copies = 0, []
    for one in incoming:
        was_known = one.source in known
        if same_as := owners.get(one.sha256):
            report.duplicates.append(Duplicate(one.source, same_as))
            copies += [one.source] if was_known else []
        elif known.get(one.source) == one.sha256:
            report.unchanged.append(one.source)
            owners[one.sha256] = one.source
        else:
            number += 1
            if announce:
                announce(one.source, number, total)
            if taken := _take_one(store, one, report, progress):
                (report.updated if was_known else report.added).append(taken)
                owners[one.sha256] = one.source
    return copies


def _take_one(
    store: FaissStore, one: _Incoming, report: IngestReport, progress: Progress | None
) -> TakenIn | None:
    try:
        document = one.read()
    except ReadError as error:
        report.failed.append(Failure(one.source, error.code, error.zh, error.en))
        return None
    return _put(store, document, one.sha256, progress)


def _put(store: FaissStore, document: Document, sha256: str, progress: Progress | None) -> TakenIn:
    parts = split(document)
    store.replace(document, sha256, parts, progress=progress)
    return TakenIn(
        document.source,
        document.metadata.title,
        document.format,
        len(document.original.page_starts) or None,
        len(document.original.text),
        len(parts),
        document.warnings,
    )


def _incoming(
    files: Iterable[tuple[str, Path]], passwords: Mapping[str, str], report: IngestReport
) -> Iterator[_Incoming]:
    """What the files hold, each source once."""
    seen: set[str] = set()
    for source, path in files:
        try:
            for one in _in_file(source, path, passwords.get(source)):
                if one.source in seen:
                    raise _twice(one.source, path)
                seen.add(one.source)
                yield one
        except ReadError as error:
            report.failed.append(Failure(source, error.code, error.zh, error.en))


def _in_file(source: str, path: Path, password: str | None) -> Iterator[_Incoming]:
    if path.suffix.lower() == _CORPUS:
        yield from map(_of_document, read_jsonl(path))
    else:
        yield _Incoming(source, _sha256(path), lambda: read(path, source, password=password))


def _twice(source: str, path: Path) -> ReadError:
    return ReadError(
        "damaged",
        f"{path} 里的编号“{source}”不止一次出现。请让每个文档有自己的编号；后面的没有收入。",
        f'The id "{source}" stands more than once ({path}). Give every document its own; what follows was left out.',
    )


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
