"""The search by terms: in a small store by FTS5, in a large one by files of postings, with the same scores."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from itertools import count

import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreError
from rag.store.folder import StoreFolder
from rag.store.lexicon import TermWeights, any_of, stored_form, telling
from rag.store.postings import Postings
from rag.store.ranking import Part, best, norms, rarity
from rag.store.reader import StoreReader
from rag.store.segments import Segment
from rag.store.vector_index import Numbers

_RELEASED = 16
"""After so many searches what they read of the files, some 5 MB each, is given back."""

_EQUAL = (1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """The postings of one state of the store, and the frequencies that were looked up in it."""

    parts: tuple[Part, ...]
    passages: int
    known: dict[str, int] = field(default_factory=dict)


class LexicalSearch:
    """Searches the terms of the database's present state.

    Where the store has fewer than `start` passages, a file of postings is missing or damaged, or columns have weights
    of their own, FTS5 answers. A damaged file is deleted, for the next writer to make it anew.
    """

    def __init__(self, folder: StoreFolder, reader: StoreReader, start: int) -> None:
        self._folder = folder
        self._reader = reader
        self._start = start
        self._lock = threading.Lock()
        self._asked = count(1)
        self._generation = -1
        self._state: _State | None = None
        self._files: Mapping[str, tuple[int, Postings, NDArray[np.bool_] | None]] = {}

    def matches(
        self, terms: Sequence[str], k: int, weights: TermWeights, sources: Collection[str] | None
    ) -> list[tuple[int, float]]:
        """The best `k` passages for any of the terms as (id, BM25 score), best first, then by id."""
        if k <= 0 or not any_of(terms):
            return []
        with self._reader.snapshot():
            state = self._current() if astuple(weights) == _EQUAL else None
            if state is None:
                return self._reader.matches(terms, k, weights, sources)
            among = self._reader.numbers(sources)
            frequencies = self._frequencies(state, terms)
            kept = telling(terms, frequencies, state.passages) if among is None else terms
            found = _best(state, {stored_form(term): frequencies[term] for term in kept}, k, among)
        if next(self._asked) % _RELEASED == 0:
            for part in state.parts:
                part.postings.release()
        return found

    def document_frequencies(
        self, terms: Iterable[str], sources: Collection[str] | None = None
    ) -> dict[str, int]:
        """In how many passages each term occurs; 0 for one that never does, or not in these sources."""
        with self._reader.snapshot():
            state = self._current()
            if state is None:
                return self._reader.document_frequencies(terms, sources)
            found = self._frequencies(state, terms)
            if (among := self._reader.numbers(sources)) is None:
                return found
            chosen = [_rows_among(part, among) for part in state.parts]
            return {term: n and n * _occurs(state, term, chosen) for term, n in found.items()}

    def vocabulary(self, beginning: str = "") -> frozenset[str]:
        """Every term of the passages and their contexts, or those with this beginning."""
        with self._reader.snapshot():
            state = self._current()
            if state is None:
                return self._reader.vocabulary(beginning)
            start = stored_form(beginning).encode()
            return frozenset(term for part in state.parts for term in _spelt(part, start))

    def _frequencies(self, state: _State, terms: Iterable[str]) -> dict[str, int]:
        wanted = list(terms)
        missing = [term for term in wanted if term not in state.known]
        if missing:
            counts = np.zeros(len(missing), np.int64)
            stored = [stored_form(term).encode() for term in missing]
            for part in state.parts:
                counts += [_frequency(part, place) for place in part.postings.found(stored)]
            state.known.update(zip(missing, counts.tolist(), strict=True))
        return {term: state.known[term] for term in wanted}

    def _current(self) -> _State | None:
        """The postings of the reader's present state; `None` where FTS5 is to be asked."""
        with self._lock:
            generation = self._reader.generation()
            if generation == self._generation:
                return self._state
            files = self._opened()
            state = None if files is None else self._made(files)
            # Another thread may still be reading an older state than the one that is kept.
            if generation > self._generation:
                self._generation, self._state, self._files = generation, state, files or {}
            return state

    def _opened(self) -> dict[str, tuple[int, Postings, NDArray[np.bool_] | None]] | None:
        segments = self._reader.segments()
        if sum(segment.live for segment in segments) < self._start:
            return None
        found = {}
        for segment in segments:
            known = self._files.get(segment.name)
            if known is None or known[0] != segment.dead:
                postings = known[1] if known else self._mapped(segment)
                if postings is None:
                    return None
                known = (segment.dead, postings, _live(postings, self._reader.dead(segment)))
            found[segment.name] = known
        return found

    def _mapped(self, segment: Segment) -> Postings | None:
        path = self._folder.terms(segment.name)
        postings = Postings.mapped(path, segment.name)
        if postings is None and path.exists():
            with suppress(StoreError, OSError), self._folder.locked(wait=0):
                path.unlink(missing_ok=True)
        return postings

    def _made(self, files: Mapping[str, tuple[int, Postings, NDArray[np.bool_] | None]]) -> _State:
        sealed = max((segment.last for segment in self._reader.segments()), default=0)
        held = [(postings, live) for _, postings, live in files.values()]
        held.append((self._reader.tail_postings(sealed + 1), None))
        lengths = [postings.lengths if live is None else postings.lengths[live] for postings, live in held]
        passages = sum(map(len, lengths))
        mean = max(1, sum(int(some.sum()) for some in lengths)) / max(1, passages)
        parts = (Part(postings, live, norms(postings.lengths, mean)) for postings, live in held)
        return _State(tuple(parts), passages)


def _best(
    state: _State, frequencies: Mapping[str, int], k: int, among: Numbers | None
) -> list[tuple[int, float]]:
    ordered = sorted(frequencies, key=lambda term: (frequencies[term], term))
    weights = [rarity(frequencies[term], state.passages) for term in ordered]
    stored = [term.encode() for term in ordered]
    ids, scores = np.zeros(0, np.int64), np.zeros(0)
    floor = 0.0
    for part in state.parts:
        places = zip(part.postings.found(stored), weights, strict=True)
        terms = [(place, weight) for place, weight in places if place >= 0]
        if not terms:
            continue
        chosen = None if among is None else _rows_among(part, among)
        more, gains = best(part, terms, k, floor, chosen)
        ids, scores = np.concatenate([ids, more]), np.concatenate([scores, gains])
        if len(ids) >= k:
            order = np.lexsort((ids, -scores))[:k]
            ids, scores = ids[order], scores[order]
            floor = float(scores[-1])
    order = np.lexsort((ids, -scores))[:k]
    return list(zip(ids[order].tolist(), scores[order].tolist(), strict=True))


def _live(postings: Postings, dead: Numbers) -> NDArray[np.bool_] | None:
    if not len(dead):
        return None
    live: NDArray[np.bool_] = np.isin(postings.numbers, dead, invert=True)
    return live


def _rows_among(part: Part, among: Numbers) -> NDArray[np.bool_]:
    rows: NDArray[np.bool_] = np.isin(part.postings.numbers, among)
    return rows


def _frequency(part: Part, place: int) -> int:
    if place < 0:
        return 0
    rows, _ = part.postings.of(place)
    return len(rows) if part.live is None else int(np.count_nonzero(part.live[rows]))


def _occurs(state: _State, term: str, chosen: Sequence[NDArray[np.bool_]]) -> bool:
    for part, some in zip(state.parts, chosen, strict=True):
        (place,) = part.postings.found([stored_form(term).encode()])
        if place >= 0 and some[part.postings.of(place)[0]].any():
            return True
    return False


def _spelt(part: Part, start: bytes) -> Iterable[str]:
    places = part.postings.beginning(start)
    terms = part.postings.spelling(places)
    if part.live is None:
        return terms
    return [
        term for term, place in zip(terms, places, strict=True) if part.live[part.postings.of(place)[0]].any()
    ]
