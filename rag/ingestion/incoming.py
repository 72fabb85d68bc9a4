"""What the files named hold: documents to be, each with its source and the hash of its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.documents.files.damage import unreadable
from rag.documents.files.discovery import sidecar_of
from rag.documents.formats import ARCHIVES, CORPUS, format_of, holds_files
from rag.documents.limits import Limits, passed
from rag.errors import ReadError
from rag.ingestion.ledger import Ledger, UserWords
from rag.ingestion.ownership import owner_of_source
from rag.seams import Progress
from rag.types import Document

if TYPE_CHECKING:
    from rag.documents import Members, Row

Content = tuple[str, str]
"""What makes two documents the same: the hash of their bytes, and the format they are read as."""

Unreadable = tuple[str, ReadError]
"""A source, and why it can't be taken in."""


class Reads(Protocol):
    """Reads files: `rag.documents.ReadingProcess`, in a process of its own."""

    def read(
        self,
        path: Path,
        source: str,
        *,
        password: str | None = None,
        limits: Limits = ...,
        told: Progress | None = None,
    ) -> Document:
        """The document, or a `ReadError`; `told` hears (done, total) of its pages."""

    def members(
        self, path: Path, source: str, *, password: str | None = None, limits: Limits = ...
    ) -> AbstractContextManager[Members]:
        """What an archive holds, unpacked for as long as the context lasts."""


class Looked:
    """What is known of files looked at before: who follows a folder does not read all of it again and again."""

    def __init__(self) -> None:
        self._hashes: dict[Path, tuple[tuple[int, int, int], str]] = {}
        self.failures: dict[tuple[str, str], ReadError] = {}
        """Why a source with this hash could not be read."""

    def sha256(self, path: Path) -> str:
        """The hash of a file's bytes; of one whose size and times are as they were, the one it had."""
        state = path.stat()
        stamp = (state.st_size, state.st_mtime_ns, state.st_ino)
        known = self._hashes.get(path)
        if known is None or known[0] != stamp:
            with path.open("rb") as file:
                known = stamp, hashlib.file_digest(file, "sha256").hexdigest()
            self._hashes[path] = known
        return known[1]


@dataclass(frozen=True, slots=True)
class Opening:
    """How files are opened: passwords by source (an archive's hold for what is in it), and limits.

    The `ledger` has what users say of documents, and keeps what a run did.
    """

    passwords: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    looked: Looked = field(default_factory=Looked)
    ledger: Ledger | None = None

    def words(self) -> Mapping[str, UserWords]:
        """What users say of documents, by source."""
        return self.ledger.words() if self.ledger else {}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document to be: its source, what its content hashes to, its format by its ending, how to read it."""

    source: str
    sha256: str
    format: str
    read: Callable[[Progress | None], Document]

    @property
    def content(self) -> Content:
        """What it is, whatever it is called."""
        return self.sha256, self.format


def incoming(
    files: Iterable[tuple[str, Path]], opening: Opening, reads: Reads, unpacked: ExitStack
) -> Iterator[Incoming | Unreadable]:
    """What the files hold, pairs of (source, path), each source once; archives stay unpacked with `unpacked`."""
    seen: set[str] = set()
    words = opening.words()
    for source, path in files:
        try:
            for found in _in_file(source, path, opening, reads, unpacked):
                one = _worded(found, words, opening.ledger) if isinstance(found, Incoming) else found
                if isinstance(one, Incoming) and one.source in seen:
                    yield f"{source}:{one.source}", _twice(one.source, path)
                    continue
                seen.add(one.source if isinstance(one, Incoming) else one[0])
                yield one
        except ReadError as error:
            yield source, error


def _in_file(
    source: str, path: Path, opening: Opening, reads: Reads, unpacked: ExitStack
) -> Iterator[Incoming | Unreadable]:
    suffix = path.suffix.lower()
    if suffix == f".{CORPUS}":
        yield from _rows_of(path, opening.limits)
        return
    password = opening.passwords.get(source)
    if suffix not in ARCHIVES:
        yield _of_file(source, path, password, opening, reads)
    if holds_files(path):
        members = reads.members(path, source, password=password, limits=opening.limits)
        for name, member in unpacked.enter_context(members):
            if isinstance(member, ReadError):
                yield name, member
            else:
                yield _of_file(name, member, opening.passwords.get(name, password), opening, reads)


def _of_file(source: str, path: Path, password: str | None, opening: Opening, reads: Reads) -> Incoming:
    form, limits = format_of(path.suffix.lower()), opening.limits
    return Incoming(
        source,
        hash_of(path, source, opening),
        form.name if form else "",
        lambda told: reads.read(path, source, password=password, limits=limits, told=told),
    )


def _worded(one: Incoming, words: Mapping[str, UserWords], ledger: Ledger | None) -> Incoming:
    """The same with what a user says of it; another text of them is another content."""
    known = words.get(one.source)
    if known is None or ledger is None:
        return one

    def read(told: Progress | None) -> Document:
        document = one.read(told)
        fresh = replace(known, found=document.metadata, sha256=one.sha256)
        ledger.keep_words(one.source, fresh)
        return replace(document, metadata=fresh.metadata)

    return replace(one, sha256=known.mixed_into(one.sha256), read=read)


def _rows_of(path: Path, limits: Limits) -> Iterator[Incoming | Unreadable]:
    from rag.documents import Row, read_rows

    return (_of_row(row) if isinstance(row, Row) else row for row in read_rows(path, limits))


def _of_row(row: Row) -> Incoming:
    content = f"{row.title}\0{row.text}".encode("utf-8", "surrogatepass")
    return Incoming(row.source, hashlib.sha256(content).hexdigest(), CORPUS, lambda _told: row.document())


def hash_of(path: Path, source: str, opening: Opening) -> str:
    """The hash of a file; with a sidecar, of both, so that a changed sidecar is a changed document.

    Nothing that users say of documents is in it (`Opening.words`).
    What somebody owns is never the same as another's, whatever its bytes: neither is to know of the other.

    Raises `ReadError` for a file that can't be opened, or is too large to be looked at.
    """
    try:
        size = path.stat().st_size
        if size > opening.limits.file_bytes:
            raise passed("file_bytes", source, opening.limits, size)
        own, sidecar = opening.looked.sha256(path), sidecar_of(path)
        if sidecar is not None:
            own = hashlib.sha256(f"{own}\0{opening.looked.sha256(sidecar)}".encode()).hexdigest()
        owner = owner_of_source(source)
        return hashlib.sha256(f"{own}\0{owner}\0owner".encode()).hexdigest() if owner else own
    except OSError as error:
        raise unreadable(source, error) from error


def _twice(source: str, path: Path) -> ReadError:
    return ReadError(
        "damaged",
        f"{path} 里的编号“{source}”不止一次出现。请让每个文档有自己的编号；后面的没有收入。",
        f'The id "{source}" stands more than once ({path}). Give every document its own; the later one was left out.',
    )
