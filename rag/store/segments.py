"""Which FAISS files there are: runs of vectors by number, joined so that there are few and each is written seldom.

Vectors are numbered as they come. A segment is a file over a run of numbers; what has come since the last one
is the tail, which is searched from the database until it is worth a file. As in a log-structured merge tree
(O'Neil et al. 1996) a run joins the one before it while that is less than twice its size, so a vector is
written O(log n) times; and no file outgrows `_LARGEST`, which bounds what a single change can cost.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.store.cosines import unpack_vectors
from rag.store.database import Connection
from rag.store.folder import StoreFolder
from rag.store.vector_index import VectorIndex
from rag.vectors import Vectors

TAIL = 256
"""So many vectors are worth a file; in a small index, as many as are in files already."""

_LARGEST = 16_384
"""Runs are not joined to more vectors than this."""

_NAME_BYTES = 6
_GREATEST = (1 << 63) - 1

_VECTORS = "SELECT number, vector FROM vector WHERE number BETWEEN ? AND ? ORDER BY number"
_TAIL = "SELECT count(*), max(number) FROM vector WHERE number > ?"
_INSERT = "INSERT INTO segment (name, first, last, size) VALUES (?, ?, ?, ?)"


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
    """`live` vectors numbered `first` to `last`; in the file of `segment`, or to be written to one."""

    first: int
    last: int
    live: int
    segment: Segment | None = None


def read_segments(connection: Connection) -> list[Segment]:
    """The segments of an index, in the order of their numbers."""
    rows = connection.execute("SELECT name, first, last, size, dead FROM segment ORDER BY first")
    return [Segment(*row) for row in rows]


def read_vectors(
    connection: Connection, first: int, last: int | None, dimensions: int
) -> tuple[list[int], Vectors]:
    """The numbers from `first` to `last`, or to the end, that are there, and their vectors."""
    rows = connection.execute(_VECTORS, (first, _GREATEST if last is None else last)).fetchall()
    return [row["number"] for row in rows], unpack_vectors([row["vector"] for row in rows], dimensions)


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
            _write(connection, folder, run, dimensions)


def joined(runs: Iterable[Run]) -> list[Run]:
    """The runs, in their order, with those put together that are not worth a file each."""
    done: list[Run] = []
    for run in runs:
        done.append(run)
        while len(done) > 1 and _belong_together(*done[-2:]):
            second, first = done.pop(), done.pop()
            done.append(Run(first.first, second.last, first.live + second.live))
    return done


def _belong_together(first: Run, second: Run) -> bool:
    return first.live < 2 * second.live and first.live + second.live <= _LARGEST


def _runs(connection: Connection, segments: Sequence[Segment]) -> list[Run]:
    """The segments that hold anything, those with more dead than live to be written anew, and a tail worth a file."""
    runs = [
        Run(one.first, one.last, one.live, one if one.dead <= one.live else None)
        for one in segments
        if one.live
    ]
    sealed = max((one.last for one in segments), default=0)
    count, last = connection.execute(_TAIL, (sealed,)).fetchone()
    if count and count >= min(TAIL, sum(run.live for run in runs)):
        runs.append(Run(sealed + 1, last, count))
    return runs


def _write(connection: Connection, folder: StoreFolder, run: Run, dimensions: int) -> None:
    name = secrets.token_hex(_NAME_BYTES)
    numbers, vectors = read_vectors(connection, run.first, run.last, dimensions)
    folder.write(folder.vectors(name), VectorIndex.build(numbers, vectors).to_bytes(name))
    connection.execute(_INSERT, (name, run.first, run.last, len(numbers)))
    connection.execute("DELETE FROM dead WHERE number BETWEEN ? AND ?", (run.first, run.last))
