"""Which FAISS files there are: runs of vectors by number, joined so that there are few and each is written seldom.

Vectors are numbered as they come. A segment is a file over a run of numbers; what has come since the last one
is the tail, which is searched from the database until it is worth a file. As in a log-structured merge tree
(O'Neil et al. 1996) a run joins the one before it while that is less than twice its size, so a vector is
written O(log n) times; and no file outgrows `_LARGEST`, or an eighth of a large index, which bounds what a single
change can cost. Where there are cells (`rag.store.approximation`), large runs are sorted into them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from rag.store.cosines import unpack_vectors
from rag.store.database import Connection
from rag.store.folder import StoreFolder
from rag.store.vector_index import Cells, Numbers, VectorIndex
from rag.vectors import Vectors

TAIL = 256
"""So many vectors are worth a file; in a small index, as many as are in files already."""

_LARGEST = 16_384
_FILES = 8
"""Runs are not joined to more vectors than `_LARGEST`, or where that is more, than this part of all of them."""

_CELLED = 4096
"""A run of fewer vectors is searched as fast without cells."""

_NAME_BYTES = 6
GREATEST = (1 << 63) - 1
"""No vector has a greater number."""
_AT_ONCE = 16_384

_VECTORS = "SELECT number, vector FROM vector WHERE number BETWEEN ? AND ? ORDER BY number"
_TAIL = "SELECT count(*), max(number) FROM vector WHERE number > ?"
_INSERT = "INSERT INTO segment (name, first, last, size) VALUES (?, ?, ?, ?)"
_DEAD = "SELECT number FROM dead WHERE number BETWEEN ? AND ?"


@dataclass(frozen=True, slots=True)
class Segment:
    """A FAISS file over the vectors numbered `first` to `last`: `size` of them when it was made, `dead` gone since.

    Its name is random, so that a file that was left behind is never taken for another.
    """

    name: str
    first: int
    last: int
    size: int
    dead: int

    @property
    def live(self) -> int:
        """How many vectors it holds."""
        return self.size - self.dead


@dataclass(frozen=True, slots=True)
class Run:
    """`live` vectors numbered `first` to `last`; in the file of `segment`, or to be written to one.

    `joined` are the runs that it was put together of.
    """

    first: int
    last: int
    live: int
    segment: Segment | None = None
    joined: tuple[Run, ...] = ()

    @property
    def pieces(self) -> tuple[Run, ...]:
        """The runs it was put together of, or itself."""
        return self.joined or (self,)


def read_segments(connection: Connection) -> list[Segment]:
    """The segments of an index, in the order of their numbers."""
    rows = connection.execute("SELECT name, first, last, size, dead FROM segment ORDER BY first")
    return [Segment(*row) for row in rows]


def read_cells(connection: Connection, folder: StoreFolder) -> Cells | None:
    """The cells that large runs are sorted into; `None` if there are none, or their file is damaged."""
    for name in cells_listed(connection):
        with suppress(OSError):
            return Cells.from_bytes(folder.vectors(name).read_bytes(), name)
    return None


def cells_listed(connection: Connection) -> list[str]:
    """The name of the file of the cells, if there is one. An index of an earlier version has no such table."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'cells'").fetchone() is None:
        return []
    return [row["name"] for row in connection.execute("SELECT name FROM cells")]


def files_listed(connection: Connection) -> list[str]:
    """The names of all FAISS files that are in use."""
    return [*(segment.name for segment in read_segments(connection)), *cells_listed(connection)]


def read_vectors(
    connection: Connection, first: int, last: int | None, dimensions: int
) -> tuple[list[int], Vectors]:
    """The numbers from `first` to `last`, or to the end, that are there, and their vectors."""
    rows = connection.execute(_VECTORS, (first, GREATEST if last is None else last)).fetchall()
    return [row["number"] for row in rows], unpack_vectors([row["vector"] for row in rows], dimensions)


def index_of(connection: Connection, folder: StoreFolder, segment: Segment, dimensions: int) -> VectorIndex:
    """The index of a segment as it is made of the database's vectors alone."""
    return _index(connection, folder, Run(segment.first, segment.last, segment.live), dimensions)


def seal(connection: Connection, folder: StoreFolder, dimensions: int) -> None:
    """Bring the FAISS files in step with the vectors, within the caller's transaction.

    Files are written before it ends; those it does not come to list are swept away later.
    """
    segments = read_segments(connection)
    runs = joined(_runs(connection, segments))
    kept = {run.segment.name for run in runs if run.segment is not None}
    gone = [(segment.name,) for segment in segments if segment.name not in kept]
    connection.executemany("DELETE FROM segment WHERE name = ?", gone)
    for run in runs:
        if run.segment is None:
            write_segment(connection, folder, run, dimensions)


def largest(vectors: int) -> int:
    """How many vectors a file of an index of so many has at most."""
    return max(_LARGEST, vectors // _FILES)


def joined(runs: Iterable[Run]) -> list[Run]:
    """The runs, in their order, with those put together that are not worth a file each."""
    runs, done = list(runs), list[Run]()
    most = largest(sum(run.live for run in runs))
    for run in runs:
        done.append(run)
        while len(done) > 1 and _belong_together(done[-2], done[-1], most):
            second, first = done.pop(), done.pop()
            pieces = (*first.pieces, *second.pieces)
            done.append(Run(first.first, second.last, first.live + second.live, joined=pieces))
    return done


def write_segment(connection: Connection, folder: StoreFolder, run: Run, dimensions: int) -> None:
    """Write the file of a run, and list it."""
    name = secrets.token_hex(_NAME_BYTES)
    index = _index(connection, folder, run, dimensions)
    folder.write(folder.vectors(name), index.to_bytes(name))
    connection.execute(_INSERT, (name, run.first, run.last, len(index)))
    connection.execute("DELETE FROM dead WHERE number BETWEEN ? AND ?", (run.first, run.last))


def _belong_together(first: Run, second: Run, most: int) -> bool:
    return first.live < 2 * second.live and first.live + second.live <= most


def _runs(connection: Connection, segments: Sequence[Segment]) -> list[Run]:
    """The segments that hold anything, those with more dead than live to be written anew, and a tail worth a file."""
    runs = [
        Run(one.first, one.last, one.live, one)
        if one.dead <= one.live
        else Run(one.first, one.last, one.live, joined=(Run(one.first, one.last, one.live, one),))
        for one in segments
        if one.live
    ]
    sealed = max((one.last for one in segments), default=0)
    count, last = connection.execute(_TAIL, (sealed,)).fetchone()
    if count and count >= min(TAIL, sum(run.live for run in runs)):
        runs.append(Run(sealed + 1, last, count))
    return runs


def _index(connection: Connection, folder: StoreFolder, run: Run, dimensions: int) -> VectorIndex:
    cells = read_cells(connection, folder) if run.live >= _CELLED else None
    if cells is None:
        return VectorIndex.build(*read_vectors(connection, run.first, run.last, dimensions))
    index = cells.index()
    for piece in run.pieces:
        known = _sorted_already(folder, piece, cells)
        if known is not None:
            index.take_over(known)
            continue
        for numbers, vectors in _in_turn(connection, piece, dimensions):
            index.add(numbers, vectors)
    index.drop(_dead(connection, run))
    return index


def _sorted_already(folder: StoreFolder, run: Run, cells: Cells) -> VectorIndex | None:
    """The index of a run's file if it has these cells: its vectors need not be sorted again."""
    if run.segment is None:
        return None
    with suppress(OSError):
        index = VectorIndex.mapped(folder.vectors(run.segment.name), run.segment.name)
        if index is not None and cells.are_of(index) and len(index) == run.segment.size:
            return index
    return None


def _in_turn(connection: Connection, run: Run, dimensions: int) -> Iterator[tuple[list[int], Vectors]]:
    """The vectors of a run, some thousand at once."""
    for first in range(run.first, run.last + 1, _AT_ONCE):
        yield read_vectors(connection, first, min(first + _AT_ONCE - 1, run.last), dimensions)


def _dead(connection: Connection, run: Run) -> Numbers:
    rows = connection.execute(_DEAD, (run.first, run.last)).fetchall()
    return np.array([row["number"] for row in rows], np.int64)
