"""The passages with the best BM25 scores, found without looking at every posting.

MaxScore (Turtle & Flood 1995) term by term: the rarest terms are added up first; once those that are left could not
lift a passage among the best by themselves, they are looked up for the passages alone that still may be. The result is
that of adding up everything. The score is FTS5's: k1 = 1.2, b = 0.75, and a term in more than half of the passages
counts next to nothing: https://www.sqlite.org/fts5.html#the_bm25_function
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from rag.store.postings import Postings, Rows

_K1, _B = 1.2, 0.75
_LEAST = 1e-6
_FIRST_LOOK = 4_000
"""After so many postings the best so far are scored in full, which tells how good a passage must be; and then at four times
as many, and so on."""
_STEP = 20
"""Looking up one passage takes as long as adding up so many postings."""
_HARDLY = 1e-9
"""More than adding in another order may change a score by."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The postings of some passages: `live` are those that are there (all if `None`).

    `norms` are k1 · (1 - b + b · length / mean length), shape (passages,).
    """

    postings: Postings
    live: NDArray[np.bool_] | None
    norms: Scores


def norms(lengths: NDArray[np.uint32], mean: float) -> Scores:
    """What a passage's length makes of the count of a term, shape (passages,)."""
    found: Scores = _K1 * (1 - _B + _B * lengths.astype(np.float64) / mean)
    return found


def rarity(frequency: int, passages: int) -> float:
    """How much a term in so many of all passages counts."""
    return max(log((passages - frequency + 0.5) / (frequency + 0.5)), _LEAST)


def best(
    part: Part, terms: Sequence[tuple[int, float]], k: int, floor: float, among: NDArray[np.bool_] | None
) -> tuple[NDArray[np.int64], Scores]:
    """Passages of a part, by id, with their scores: all of the `k` best that are not below `floor`, and maybe others.

    `terms` are (place, rarity), the rarest first; `among` limits the passages, shape (passages,).
    """
    search = _Search(part, terms, k, floor, part.live if among is None else among)
    rows = search.rows()
    return part.postings.ids[rows], search.scores[rows]


class _Search:
    """One question to one part."""

    def __init__(
        self,
        part: Part,
        terms: Sequence[tuple[int, float]],
        k: int,
        floor: float,
        among: NDArray[np.bool_] | None,
    ) -> None:
        self._norms = part.norms
        self._least = float(part.norms.min(initial=np.inf))
        self._held = [(*part.postings.of(place), weight) for place, weight in terms]
        most = [
            weight * (_K1 + 1) * top / (top + self._least)
            for top, weight in ((float(counts.max(initial=0)), weight) for _, counts, weight in self._held)
        ]
        self._left = [*np.cumsum(most[::-1])[::-1].tolist(), 0.0]
        self._k = k
        self._floor = floor
        self._among = among
        self.scores = np.zeros(len(part.norms))

    def rows(self) -> NDArray[np.int64]:
        """The rows whose scores are complete and may be among the best."""
        seen, look = 0, _FIRST_LOOK
        for at, (rows, counts, weight) in enumerate(self._held):
            if self._left[at] < self._floor - _HARDLY:
                return self._finished(at)
            self.scores[rows] += self._gains(rows, counts, weight)
            seen += len(rows)
            if seen >= look and at + 1 < len(self._held):
                self._raise_floor(at + 1)
                look = 4 * seen
        return self._finished(len(self._held))

    def _gains(self, rows: Rows, counts: NDArray[np.uint8], weight: float) -> Scores:
        often = counts.astype(np.float64)
        gains: Scores = weight * (_K1 + 1) * often / (often + self._norms[rows])
        return gains

    def _raise_floor(self, at: int) -> None:
        """Score the best so far in full: the last of them is as good as a passage must be."""
        rows = self._hopeful(0.0)
        if len(rows) < self._k:
            return
        best = rows[np.argpartition(self.scores[rows], -self._k)[-self._k :]]
        whole = self.scores[best]
        for held in self._held[at:]:
            whole = whole + self._looked_up(np.sort(best), *held)[np.argsort(np.argsort(best))]
        self._floor = max(self._floor, float(whole.min()))

    def _finished(self, at: int) -> NDArray[np.int64]:
        """The rows that may be among the best, with what the terms from `at` on add to their scores."""
        rows = self._hopeful(self._floor - self._left[at] - _HARDLY)
        for number, held in enumerate(self._held[at:], start=at):
            self.scores[rows] += self._looked_up(rows, *held)
            rows = rows[self.scores[rows] >= self._floor - self._left[number + 1] - _HARDLY]
        if len(rows) > self._k:
            least = np.partition(self.scores[rows], -self._k)[-self._k]
            rows = rows[self.scores[rows] >= least]
        return rows

    def _hopeful(self, least: float) -> NDArray[np.int64]:
        """The rows with a score that is not below `least`, and not 0."""
        chosen = self.scores >= max(least, np.nextafter(0.0, 1.0))
        if self._among is not None:
            chosen &= self._among
        return np.flatnonzero(chosen)

    def _looked_up(
        self, wanted: NDArray[np.int64], rows: Rows, counts: NDArray[np.uint8], weight: float
    ) -> Scores:
        """What a term adds to the scores of these rows, which ascend."""
        gains = np.zeros(len(wanted))
        if len(wanted) * _STEP > len(rows):
            every = np.zeros(len(self.scores))
            every[rows] = self._gains(rows, counts, weight)
            return every[wanted]
        at = np.minimum(np.searchsorted(rows, wanted.astype(np.uint32)), max(0, len(rows) - 1))
        there = rows[at] == wanted if len(rows) else np.zeros(len(wanted), bool)
        hit = at[there]
        gains[there] = self._gains(rows[hit], counts[hit], weight)
        return gains
