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
from rag.store.folder import StoreFolder
from rag.store.reader import StoreReader
from rag.store.segments import Segment
from rag.store.vector_index import Numbers, VectorIndex

_NONE: Numbers = np.zeros(0, np.int64)

_SPARE = 16
"""How many more than wanted are looked at, so that a second search is rare."""

_ROUNDING = 1e-5
"""Further apart than FAISS's single precision can bring two equal cosines."""


@dataclass(frozen=True, slots=True)
class _Part:
    """An index, and the numbers in it that are gone."""

    index: VectorIndex
    dead: Numbers


class VectorSearch:
    """Searches the vectors of the database's present state; what is in memory already is not read again.

    A FAISS file that is missing or damaged is made again from the database, which is the truth.
    """

    def __init__(self, folder: StoreFolder, reader: StoreReader, dimensions: int) -> None:
        self._folder = folder
        self._reader = reader
        self._dimensions = dimensions
        self._lock = threading.Lock()
        self._generation = -1
        self._segments: Mapping[str, _Part] = {}
        self._tail = _Part(VectorIndex.build([], np.zeros((0, dimensions), np.float32)), _NONE)

    def nearest(
        self, vector: NDArray[np.float32], k: int, *, among: Numbers | None = None
    ) -> list[tuple[int, float]]:
        """The `k` nearest passages as (id, cosine), best first, then by id; of the vectors `among` or of all."""
        if k <= 0 or (among is not None and not len(among)):
            return []
        with self._reader.snapshot():
            parts = self._current()
            near = _near(parts, vector, k, among)
            return sorted(self._reader.scored(near, vector), key=lambda pair: (-pair[1], pair[0]))[:k]

    def _current(self) -> list[_Part]:
        """What to search in the reader's present state."""
        with self._lock:
            generation = self._reader.generation()
            if generation == self._generation:
                return [*self._segments.values(), self._tail]
            listed = self._reader.segments()
            segments = {one.name: self._part(one) for one in listed}
            sealed = max((one.last for one in listed), default=0)
            tail = _Part(self._reader.index_of(sealed + 1, None, self._dimensions), _NONE)
            # Another thread may still be reading an older state than the one that is kept.
            if generation > self._generation:
                self._generation, self._segments, self._tail = generation, segments, tail
            return [*segments.values(), tail]

    def _part(self, segment: Segment) -> _Part:
        known = self._segments.get(segment.name)
        if known is not None and len(known.dead) == segment.dead:
            return known
        dead = self._reader.dead(segment) if segment.dead else _NONE
        return _Part(known.index if known else self._load(segment, dead), dead)

    def _load(self, segment: Segment, dead: Numbers) -> VectorIndex:
        path = self._folder.vectors(segment.name)
        with suppress(OSError):
            index = VectorIndex.from_bytes(path.read_bytes(), segment.name)
            if index is not None and np.isin(index.numbers, dead, invert=True).sum() == segment.live:
                return index
        index = self._reader.index_of(segment.first, segment.last, self._dimensions)
        # A reader may not be allowed to write, and needn't. If the segment is no more, its file is swept away.
        with suppress(StoreError), self._folder.locked(wait=0):
            self._folder.write(path, index.to_bytes(segment.name))
        return index


def _near(parts: list[_Part], vector: NDArray[np.float32], k: int, among: Numbers | None) -> list[int]:
    """Numbers of at least the `k` nearest, and of all that might be as near as the last of them."""
    wanted = k + _SPARE
    while True:
        found = nlargest(
            wanted,
            (
                pair
                for part in parts
                for pair in part.index.nearest(vector, wanted, among=among, without=part.dead)
            ),
        )
        if len(found) < wanted or found[-1][0] < found[k - 1][0] - _ROUNDING:
            return [number for _, number in found]
        wanted *= 2
