"""Changes of a store, taken over into the file that mirrors it; each within the caller's transaction."""

from __future__ import annotations

import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rag.store.lexicon import stored_form
from rag.store.rows import pack_text

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


def begin_epoch(database: sqlite3.Connection, epoch: str, *, anew: bool) -> None:
    """Drop what is there of another epoch, or `anew` whatever is."""
    row = database.execute("SELECT epoch FROM state").fetchone()
    if row is not None and row["epoch"] == epoch and not anew:
        return
    for table in ("source", "document", "term"):
        database.execute(f"DELETE FROM {table}")  # noqa: S608  our own names
    if row is None:
        database.execute("INSERT INTO state VALUES (?, 0, 0, 0)", (epoch,))
    else:
        database.execute("UPDATE state SET epoch = ?, newest = 0, generation = generation + 1", (epoch,))


def apply_change(
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


def drop_unnamed(database: sqlite3.Connection, documents: Iterable[int]) -> None:
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
