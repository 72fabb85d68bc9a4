"""What is in a Milvus store, as far as it is small: sources, documents' records, terms. A SQLite file on this machine.

Programs of one machine share it. It is derived: it may be deleted, and is then fetched again. A question is read
against these things dozens of times, which over a network would take longer than the search itself.
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.store import failures, queries
from rag.store.lexicon import stored_form
from rag.store.rows import pack_text, record_of, unpack_text
from rag.types import SourceRecord

FILE = "mirror-1.sqlite"
"""The number is the layout's: another layout is another file."""
_BUSY_SECONDS = 30.0
_LAST_CHARACTER = "\U0010ffff"
_SCOPES = 16
"""For so many groups of sources their terms are kept in memory."""
_TABLES = """
CREATE TABLE IF NOT EXISTS state (epoch TEXT NOT NULL, newest INTEGER NOT NULL, generation INTEGER NOT NULL,
    heard INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS source (
    name BLOB PRIMARY KEY, document INTEGER NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS source_of_document ON source (document, name);
CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY, format TEXT NOT NULL, sha256 TEXT NOT NULL, characters INTEGER NOT NULL, pages INTEGER,
    passages INTEGER NOT NULL, metadata TEXT NOT NULL, warnings TEXT NOT NULL, terms BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS term (term TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
"""
_COLUMNS = ("format", "sha256", "characters", "pages", "passages", "metadata", "warnings")
GONE = 0
"""The document of a source that was removed: what is told of it is when."""


@dataclass(frozen=True, slots=True)
class SourceChange:
    """Since `changed` (microseconds since 1970) the source stands for this document, or is `GONE`."""

    source: str
    document: int
    changed: int


@dataclass(frozen=True, slots=True)
class Described:
    """A document's row as the SQLite store has it, and in how many of its passages each term is, packed."""

    row: Mapping[str, Any]
    terms: bytes


@dataclass(frozen=True, slots=True)
class MirrorState:
    """Which epoch is mirrored (none: empty), its newest change and when news were heard last, in microseconds.

    `generation` is the time of the newest change, or later where an older one was heard of after it.
    """

    epoch: str
    newest: int
    generation: int
    heard: int


class Mirror:
    """The file in a folder. Any number of threads and programs may use it.

    Raises `StoreError` if it can't be used.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._own = threading.local()
        self._scoped: OrderedDict[tuple[int, frozenset[int]], frozenset[str]] = OrderedDict()
        with failures.told(self._path):
            folder.mkdir(parents=True, exist_ok=True)
            with closing(self._connected()) as database:
                database.execute("PRAGMA journal_mode = WAL")
                database.executescript(_TABLES)

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """What this thread reads in the block is of one state."""
        outer: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if outer is not None:
            yield outer
            return
        with failures.told(self._path):
            connection = self._idle_connection()
            connection.execute("BEGIN")
            connection.execute("SELECT * FROM state").fetchone()
        self._own.connection = connection
        try:
            yield connection
        finally:
            self._own.connection = None
            connection.execute("ROLLBACK")

    @property
    def is_pinned(self) -> bool:
        """Whether this thread is in a snapshot."""
        return getattr(self._own, "connection", None) is not None

    def close(self) -> None:
        """Let go of this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._own, "idle", None)
        if connection is not None and not self.is_pinned:
            connection.close()
            self._own.idle = None

    def state(self) -> MirrorState:
        """Of when what is here is."""
        rows = self._rows("SELECT epoch, newest, generation, heard FROM state")
        return MirrorState(*rows[0]) if rows else MirrorState("", 0, 0, 0)

    def count(self) -> int:
        """The number of passages."""
        return int(self._rows("SELECT coalesce(sum(passages), 0) AS passages FROM document")[0]["passages"])

    def sources(self, among: Collection[str] | None = None) -> tuple[SourceRecord, ...]:
        """Every source by name, or of these names those that are there."""
        with self.snapshot(), failures.told(self._path):
            if among is None:
                return tuple(map(record_of, self._rows(queries.SOURCES)))
            found = (self._rows(queries.SOURCE, pack_text(source)) for source in sorted(set(among)))
            return tuple(record_of(row) for rows in found for row in rows)

    def source_with(self, document: int) -> str | None:
        """The first source of a document; `None` if there is none."""
        name = self._rows(queries.FIRST_SOURCE, document)[0]["first"]
        return None if name is None else unpack_text(name)

    def document_of(self, source: str) -> int | None:
        """The document that a source stands for."""
        rows = self._rows("SELECT document FROM source WHERE name = ?", pack_text(source))
        return int(rows[0]["document"]) if rows and rows[0]["document"] != GONE else None

    def described(self, document: int) -> sqlite3.Row | None:
        """A document's row, with the first of its sources as `source`; `None` if it is not (or no more) there."""
        rows = self._rows(
            "SELECT document.*, (SELECT min(name) FROM source WHERE source.document = document.id) AS source"
            " FROM document WHERE id = ?",
            document,
        )
        return rows[0] if rows else None

    def documents(self, sources: Collection[str] | None) -> frozenset[int] | None:
        """The documents of these sources; `None` if they are all there are, or none were named."""
        if sources is None:
            return None
        with self.snapshot():
            found = frozenset(doc for source in sources if (doc := self.document_of(source)) is not None)
            (row,) = self._rows("SELECT count(*) AS documents FROM document")
            return None if len(found) == row["documents"] else found

    def passages_in(self, documents: Iterable[int]) -> dict[int, int]:
        """How many passages each of these documents has; no entry for one that is not there."""
        with self.snapshot():
            rows = (
                self._rows("SELECT id, passages FROM document WHERE id = ?", one) for one in set(documents)
            )
            return {row["id"]: row["passages"] for found in rows for row in found}

    def frequencies(self, terms: Iterable[str], among: frozenset[int] | None = None) -> dict[str, int]:
        """In how many passages each term occurs; 0 for one that never does, or in none of the documents `among`."""
        with self.snapshot():
            there = None if among is None else self._terms_in(among)
            return {term: self._frequency(stored_form(term), there) for term in terms}

    def vocabulary(self, beginning: str = "") -> frozenset[str]:
        """Every term that begins so."""
        start = stored_form(beginning)
        rows = self._rows(
            "SELECT term FROM term WHERE term >= ? AND term < ?", start, start + _LAST_CHARACTER
        )
        return frozenset(row["term"] for row in rows)

    def newer(self, changes: Iterable[SourceChange]) -> list[SourceChange]:
        """Those of the changes that are not here yet."""
        with self.snapshot():
            return [one for one in changes if self._changed(one.source) < one.changed]

    def _changed(self, source: str) -> int:
        rows = self._rows("SELECT changed FROM source WHERE name = ?", pack_text(source))
        return int(rows[0]["changed"]) if rows else -1

    def apply(
        self,
        epoch: str,
        changes: Sequence[SourceChange],
        described: Mapping[int, Described],
        *,
        heard: int | None = None,
        anew: bool = False,
    ) -> None:
        """Take changes over, all or none; what was here of another epoch, or `anew` whatever was, is dropped first.

        A change older than what is known of its source is passed over, as is one whose document is neither here
        nor `described`.
        """
        with failures.told(self._path), closing(self._connected()) as database:
            database.execute("BEGIN IMMEDIATE")
            _begin_epoch(database, epoch, anew=anew)
            left: set[int] = set()
            applied = [one for one in changes if _apply(database, one, described, left)]
            if applied:
                _drop_unnamed(database, left)
                newest = max(one.changed for one in applied)
                database.execute(
                    "UPDATE state SET newest = max(newest, ?), generation = max(generation + 1, ?)",
                    (newest, newest),
                )
            if heard is not None:
                database.execute("UPDATE state SET heard = max(heard, ?)", (heard,))
            database.execute("COMMIT")

    def _frequency(self, term: str, there: frozenset[str] | None) -> int:
        if there is not None and term not in there:
            return 0
        rows = self._rows("SELECT count FROM term WHERE term = ?", term)
        return int(rows[0]["count"]) if rows else 0

    def _terms_in(self, documents: frozenset[int]) -> frozenset[str]:
        """Every term of these documents."""
        key = self.state().generation, documents
        known = self._scoped.get(key)
        if known is None:
            rows = (self._rows("SELECT terms FROM document WHERE id = ?", one) for one in documents)
            known = frozenset(term for found in rows for row in found for term in unpack_terms(row["terms"]))
            self._scoped[key] = known
            while len(self._scoped) > _SCOPES:
                self._scoped.popitem(last=False)
        return known

    def _rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self.snapshot() as connection, failures.told(self._path):
            return connection.execute(query, values).fetchall()

    def _idle_connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._own, "idle", None)
        if connection is None:
            connection = self._own.idle = self._connected()
        return connection

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        return connection


def pack_terms(counts: Mapping[str, int]) -> bytes:
    """In how many passages of a document each term is, deflated."""
    return zlib.compress(" ".join(f"{term} {count}" for term, count in counts.items()).encode())


def unpack_terms(data: bytes) -> dict[str, int]:
    """The counts that `pack_terms` packed."""
    parts = zlib.decompress(data).decode().split(" ")
    return dict(zip(parts[::2], map(int, parts[1::2]), strict=True)) if len(parts) > 1 else {}


def counted(passages: Iterable[Iterable[str]]) -> Counter[str]:
    """In how many passages each term is, as it is stored."""
    return Counter(term for terms in passages for term in {stored_form(one) for one in terms})


def _begin_epoch(database: sqlite3.Connection, epoch: str, *, anew: bool) -> None:
    row = database.execute("SELECT epoch FROM state").fetchone()
    if row is not None and row["epoch"] == epoch and not anew:
        return
    for table in ("source", "document", "term"):
        database.execute(f"DELETE FROM {table}")  # noqa: S608  our own names
    if row is None:
        database.execute("INSERT INTO state VALUES (?, 0, 0, 0)", (epoch,))
    else:
        database.execute("UPDATE state SET epoch = ?, newest = 0, generation = generation + 1", (epoch,))


def _apply(
    database: sqlite3.Connection, change: SourceChange, described: Mapping[int, Described], left: set[int]
) -> bool:
    """Take one change over; returns whether it was new. What the source stood for before is noted as `left`."""
    name = pack_text(change.source)
    row = database.execute("SELECT document, changed FROM source WHERE name = ?", (name,)).fetchone()
    if row is not None and row["changed"] >= change.changed:
        return False
    if change.document in described:
        _describe(database, change.document, described[change.document])
    elif change.document != GONE and not _holds(database, change.document):
        return False
    database.execute(
        "INSERT OR REPLACE INTO source VALUES (?, ?, ?)", (name, change.document, change.changed)
    )
    if row is not None:
        left.add(row["document"])
    return True


def _holds(database: sqlite3.Connection, document: int) -> bool:
    return database.execute("SELECT 1 FROM document WHERE id = ?", (document,)).fetchone() is not None


def _describe(database: sqlite3.Connection, document: int, described: Described) -> None:
    if _holds(database, document):
        _drop(database, document)
    row = described.row
    database.execute(
        "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (document, *(row[name] for name in _COLUMNS), described.terms),
    )
    database.executemany(
        "INSERT INTO term VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
        unpack_terms(described.terms).items(),
    )


def _drop_unnamed(database: sqlite3.Connection, documents: Iterable[int]) -> None:
    """Drop those of the documents that no source stands for any more."""
    for document in documents:
        named = database.execute("SELECT 1 FROM source WHERE document = ?", (document,)).fetchone()
        if named is None and _holds(database, document):
            _drop(database, document)


def _drop(database: sqlite3.Connection, document: int) -> None:
    (terms,) = database.execute("SELECT terms FROM document WHERE id = ?", (document,)).fetchone()
    lost = [(count, term) for term, count in unpack_terms(terms).items()]
    database.executemany("UPDATE term SET count = count - ? WHERE term = ?", lost)
    database.executemany("DELETE FROM term WHERE count <= 0 AND term = ?", [(term,) for _, term in lost])
    database.execute("DELETE FROM document WHERE id = ?", (document,))
