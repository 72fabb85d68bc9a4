"""The nearest passages: FAISS segments and the tail searched together, kept in step with the database."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from heapq import nlargest

import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreError
from rag.store.flat_vectors import FlatVectors
from rag.store.folder import StoreFolder
from rag.store.reader import StoreReader
from rag.store.segments import Segment
from rag.store.vector_index import Numbers, Selection, VectorIndex

_NONE: Numbers = np.zeros(0, np.int64)

_SPARE = 16
"""How many more than wanted are looked at, so that a second search is rare."""

_FEW = 2000
"""So many vectors are compared one by one."""


@dataclass(frozen=True, slots=True)
class _Part:
    """An index, the numbers in it that are gone, and what leaves them out."""

    index: VectorIndex | FlatVectors
    dead: Numbers
    left: Selection | None

    @classmethod
    def of(cls, index: VectorIndex | FlatVectors, dead: Numbers) -> _Part:
        return cls(index, dead, Selection(dead, leaves_out=True) if len(dead) else None)


class VectorSearch:
    """Searches the vectors of the database's present state; what is in memory already is not read again.

    A FAISS file that is missing or damaged is made again from the database, which is the truth.
    """

    def __init__(self, folder: StoreFolder, reader: StoreReader, dimensions: int, probed: float) -> None:
        self._probed = probed
        self._folder = folder
        self._reader = reader
        self._dimensions = dimensions
        self._lock = threading.Lock()
        self._generation = -1
        self._segments: Mapping[str, _Part] = {}
        self._tail = _Part.of(FlatVectors(_NONE, np.zeros((0, dimensions), np.float32)), _NONE)

    def nearest(
        self, vector: NDArray[np.float32], k: int, *, among: Numbers | None = None
    ) -> list[tuple[int, float]]:
        """The `k` nearest passages as (id, cosine), best first, then by id; of the vectors `among` or of all."""
        if k <= 0 or (among is not None and not len(among)):
            return []
        with self._reader.snapshot():
            if among is not None and len(among) <= _FEW:
                return _best(self._reader.scored(among.tolist(), vector), k)
            return self._searched(vector, k, among)

    def _searched(
        self, vector: NDArray[np.float32], k: int, among: Numbers | None
    ) -> list[tuple[int, float]]:
        """The nearest by the indexes, scored by the exact vectors: as many as may be among the `k` nearest."""
        parts = self._current()
        probed, limit = self._probed, None
        if among is not None:
            # The fewer vectors are wanted, the more cells they are looked for in.
            probed = min(1.0, probed * sum(len(part.index) for part in parts) / len(among))
            limit = Selection(among)
        margin = max(part.index.tolerance for part in parts)
        wanted = (2 if any(part.index.celled for part in parts) else 1) * k + _SPARE
        while True:
            found = nlargest(
                wanted,
                (
                    pair
                    for part in parts
                    for pair in part.index.nearest(vector, wanted, among=limit or part.left, probed=probed)
                ),
            )
            best = _best(self._reader.scored([number for _, number in found], vector), k)
            if len(found) < wanted or (len(best) == k and found[-1][0] + margin < best[-1][1]):
                return best
            wanted *= 2

    def _current(self) -> list[_Part]:
        """What to search in the reader's present state."""
        with self._lock:
            generation = self._reader.generation()
            if generation == self._generation:
                return [*self._segments.values(), self._tail]
            listed = self._reader.segments()
            segments = {one.name: self._part(one) for one in listed}
            sealed = max((one.last for one in listed), default=0)
            tail = _Part.of(self._reader.tail(sealed + 1, self._dimensions), _NONE)
            # Another thread may still be reading an older state than the one that is kept.
            if generation > self._generation:
                self._generation, self._segments, self._tail = generation, segments, tail
            return [*segments.values(), tail]

    def _part(self, segment: Segment) -> _Part:
        known = self._segments.get(segment.name)
        if known is not None and len(known.dead) == segment.dead:
            return known
        dead = self._reader.dead(segment) if segment.dead else _NONE
        return _Part.of(known.index if known else self._load(segment), dead)

    def _load(self, segment: Segment) -> VectorIndex | FlatVectors:
        path = self._folder.vectors(segment.name)
        with suppress(OSError):
            index = FlatVectors.read(path, segment.name) or VectorIndex.mapped(path, segment.name)
            if index is not None and self._holds(index, segment):
                return index
        index = self._reader.segment_index(segment, self._dimensions)
        # A reader may not be allowed to write, and needn't. If the segment is no more, its file is swept away.
        with suppress(StoreError), self._folder.locked(wait=0):
            self._folder.write(path, index.to_bytes(segment.name))
        return index

    def _holds(self, index: VectorIndex | FlatVectors, segment: Segment) -> bool:
        """Whether an index has all the vectors of a segment, those aside that are gone."""
        if len(index) == segment.size:
            return True
        gone = np.isin(index.numbers, self._reader.dead(segment))
        return len(index) - int(gone.sum()) == segment.live


def _best(scored: list[tuple[int, float]], k: int) -> list[tuple[int, float]]:
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:k]
