"""The files of postings that a large store keeps beside the FAISS files, one a segment, made of the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.store.database import Connection
from rag.store.folder import StoreFolder
from rag.store.joined_postings import Live, joined
from rag.store.lexicon import stored_form
from rag.store.postings import Postings
from rag.store.segments import Segment, read_segments

_AT_ONCE = 4096
"""Passages whose terms are read at once."""

_TERMS = """
    SELECT number, vector.passage, title || ' ' || headings || ' ' || words || ' ' || bigrams
    FROM vector CROSS JOIN term ON term.rowid = vector.passage
    WHERE number BETWEEN ? AND ? ORDER BY number"""
_NUMBERS = "SELECT number FROM vector WHERE number BETWEEN ? AND ? ORDER BY number"


def read_postings(connection: Connection, first: int, last: int) -> Postings:
    """The postings of the passages whose vectors have these numbers."""
    rows = connection.execute(_TERMS, (first, last))
    return Postings.made([(number, passage, stored_form(terms)) for number, passage, terms in rows])


def write_term_files(
    connection: Connection, folder: StoreFolder, before: Sequence[Segment], start: int
) -> None:
    """Give each segment of an index of at least `start` vectors a file of postings, if it has none yet.

    Postings are taken over from the files of the segments that there were `before`, as far as there are any.
    """
    segments = read_segments(connection)
    if sum(segment.live for segment in segments) < start:
        return
    for segment in segments:
        path = folder.terms(segment.name)
        if not path.exists():
            made = joined(list(_parts(connection, folder, segment, before)))
            folder.write(path, made.to_bytes(segment.name))


def _parts(
    connection: Connection, folder: StoreFolder, segment: Segment, before: Sequence[Segment]
) -> Iterator[tuple[Postings, Live]]:
    """The postings of a segment's passages: those of old files, and in between those of the database."""
    rows = connection.execute(_NUMBERS, (segment.first, segment.last)).fetchall()
    numbers = np.array([row[0] for row in rows], np.int64)
    at = segment.first
    for old in before:
        if old.last < at or old.first > segment.last:
            continue
        known = Postings.mapped(folder.terms(old.name), old.name)
        if known is None:
            continue
        yield from _read(connection, numbers, at, old.first - 1)
        yield known, np.isin(known.numbers, numbers) & (known.numbers >= at)
        at = old.last + 1
    yield from _read(connection, numbers, at, segment.last)


def _read(
    connection: Connection, numbers: NDArray[np.int64], first: int, last: int
) -> Iterator[tuple[Postings, Live]]:
    some = numbers[(numbers >= first) & (numbers <= last)]
    for start in range(0, len(some), _AT_ONCE):
        chunk = some[start : start + _AT_ONCE]
        made = read_postings(connection, int(chunk[0]), int(chunk[-1]))
        yield made, np.ones(len(made), bool)
