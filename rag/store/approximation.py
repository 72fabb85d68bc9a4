"""When vectors are sorted into cells, and the sorting of them all.

A small index is searched vector by vector. In a large one vectors are sorted into cells (`rag.store.vector_index`),
of which a search looks into some; what it finds is scored by the exact vectors in the database. Cells are trained when
there are enough vectors, and anew when there are four times as many; in between, what comes is sorted into those
there are.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt

import numpy as np

from rag.store.cosines import unpack_vectors
from rag.store.database import Connection
from rag.store.folder import StoreFolder
from rag.store.segments import Run, largest, write_segment
from rag.store.vector_index import Cells, Numbers
from rag.vectors import Vectors

_GROWN = 4
"""Cells are trained anew when there are so many times the vectors."""
_CELLS = 2
"""So many times the root of the number of vectors: their middles and those of some cells are compared in like time."""
_NAME_BYTES = 6
_SEED = 20_02
_AT_ONCE = 10_000

CREATE_CELLS = "CREATE TABLE IF NOT EXISTS cells (name TEXT NOT NULL, vectors INTEGER NOT NULL)"
"""The statement that makes the table of the cells: their file, and how many vectors there were."""

_SEALED = "SELECT coalesce(sum(size - dead), 0) FROM segment"
_SOME = "SELECT vector FROM vector WHERE number IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Scale:
    """From how many vectors on a store works as a large one does.

    From `cells_from` on it sorts them into cells, of which a search looks into the share `probed`; from
    `postings_from` on it keeps files of postings.
    """

    cells_from: int = 50_000
    probed: float = 1 / 32
    postings_from: int = 20_000

    def is_due(self, connection: Connection) -> bool:
        """Whether vectors are to be sorted into new cells."""
        (vectors,) = connection.execute(_SEALED).fetchone()
        if vectors < self.cells_from:
            return False
        connection.execute(CREATE_CELLS)
        known = connection.execute("SELECT vectors FROM cells").fetchone()
        return known is None or bool(vectors >= _GROWN * known["vectors"])


def sort_into_cells(connection: Connection, folder: StoreFolder, dimensions: int) -> None:
    """Train cells and sort all vectors into them, within the caller's transaction; until it ends readers see the old files."""
    numbers = _numbers(connection)
    count = _CELLS * isqrt(len(numbers))
    cells = Cells.trained(_sample(connection, numbers, Cells.sample(count), dimensions), count)
    name = f"cells-{secrets.token_hex(_NAME_BYTES)}"
    folder.write(folder.vectors(name), cells.to_bytes(name))
    connection.execute("DELETE FROM cells")
    connection.execute("INSERT INTO cells (name, vectors) VALUES (?, ?)", (name, len(numbers)))
    connection.execute("DELETE FROM segment")
    for run in _runs(numbers):
        write_segment(connection, folder, run, dimensions)


def _numbers(connection: Connection) -> Numbers:
    rows = connection.execute("SELECT number FROM vector ORDER BY number")
    return np.fromiter((row[0] for row in rows), np.int64)


def _sample(connection: Connection, numbers: Numbers, most: int, dimensions: int) -> Vectors:
    chance = np.random.default_rng(_SEED)
    chosen = np.sort(chance.permutation(numbers)[:most])
    found: Vectors = np.concatenate(list(_vectors(connection, chosen, dimensions)))
    return found


def _vectors(connection: Connection, numbers: Numbers, dimensions: int) -> Iterator[Vectors]:
    for start in range(0, len(numbers), _AT_ONCE):
        wanted = str(numbers[start : start + _AT_ONCE].tolist())
        rows = connection.execute(_SOME, (wanted,)).fetchall()
        yield unpack_vectors([row["vector"] for row in rows], dimensions)


def _runs(numbers: Numbers) -> Iterator[Run]:
    """Runs of equal size, as large as they may be."""
    parts = -(-len(numbers) // largest(len(numbers)))
    for part in np.array_split(numbers, parts):
        yield Run(int(part[0]), int(part[-1]), len(part))
