"""What is in a Milvus store, as far as it is small: sources, documents' records, terms. A SQLite file on this machine.

Programs of one machine share it. It is derived: it may be deleted, and is then fetched again. A question is read
against these things dozens of times, which over a network would take longer than the search itself.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.store import failures, queries
from rag.store.lexicon import stored_form
from rag.store.milvus.mirror_changes import (
    GONE,
    Described,
    SourceChange,
    apply_change,
    begin_epoch,
    drop_unnamed,
    unpack_terms,
)
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
            begin_epoch(database, epoch, anew=anew)
            left: set[int] = set()
            applied = [one for one in changes if apply_change(database, one, described, left)]
            if applied:
                drop_unnamed(database, left)
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
