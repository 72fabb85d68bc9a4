"""A question becomes hits: dense and lexical candidates, fused, without near-duplicates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from rag.retrieval.duplicates import without_duplicates
from rag.retrieval.fusion import Signals, fuse
from rag.retrieval.query import QueryReader
from rag.seams import Embedder, Store
from rag.text.coverage import coverage, searchable
from rag.text.periods import years_meant
from rag.types import Hit, Passage, Query, StoredPassage

_CANDIDATES = 60
"""How many passages each side puts forward, at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search gives: the question as understood, its vector of shape (dimensions,), and the hits."""

    query: Query
    vector: NDArray[np.float32]
    hits: tuple[Hit, ...]


class Retriever:
    """Searches one store with one embedder."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder
        self._reader: tuple[int, QueryReader] | None = None

    def search(
        self, question: str, k: int, *, background: str = "", sources: Collection[str] | None = None
    ) -> Found:
        """The best `k` passages for a question; `background` is what the conversation was about."""
        query = self._reader_now().read(question, background)
        vector = self._embedder.embed_query(f"{background} {question}" if background else question)
        candidates = self._candidates(query, vector, max(_CANDIDATES, k), sources)
        ranked = sorted(candidates, key=lambda hit: (-hit.score, hit.id))
        return Found(query, vector, tuple(islice(without_duplicates(ranked), k)))

    @property
    def places(self) -> tuple[str, ...]:
        """The places the documents are about, without 县, 市 and the like."""
        return self._reader_now().places

    def _reader_now(self) -> QueryReader:
        """The reader of questions, made anew when the store has changed."""
        generation = self._store.generation
        if self._reader is None or self._reader[0] != generation:
            self._reader = (generation, QueryReader(self._store))
        return self._reader[1]

    def _candidates(
        self, query: Query, vector: NDArray[np.float32], k: int, sources: Collection[str] | None
    ) -> list[Hit]:
        dense = self._store.dense(vector, k, sources=sources)
        lexical = (
            dict(self._store.lexical(query.lexical_terms, k, sources=sources)) if query.lexical_terms else {}
        )
        ids = list(dict.fromkeys([*(i for i, _ in dense), *lexical]))
        stored = list(self._store.passages(ids))
        cosines = self._store.similarities(vector, [s.id for s in stored])
        signals = _signals(query, stored, np.asarray(cosines, dtype=np.float64), lexical)
        return [
            Hit(s.id, s.passage, float(score), float(d), float(x), float(c))
            for s, score, d, x, c in zip(
                stored, fuse(signals), signals.dense, signals.lexical, signals.coverage, strict=True
            )
        ]


def _signals(
    query: Query, stored: Sequence[StoredPassage], cosines: NDArray[np.float64], lexical: dict[int, float]
) -> Signals:
    passages = [s.passage for s in stored]
    return Signals(
        dense=cosines,
        lexical=np.array([lexical.get(s.id, 0.0) for s in stored]),
        coverage=np.array([_covered(query, passage) for passage in passages]),
        place=np.array([_place_fit(query, passage) for passage in passages]),
        year=np.array([_year_fit(query, passage) for passage in passages]),
    )


def _covered(query: Query, passage: Passage) -> float:
    words = [term for term in query.terms if term.role != "place"]
    return coverage(words, searchable(passage.embedded_text)) if words else 0.0


def _place_fit(query: Query, passage: Passage) -> float:
    """1 for the place asked for (in the document's or the passage's own words), -1 for another."""
    if not query.places:
        return 0.0
    text = searchable(passage.embedded_text).folded
    if any(form in text for term in query.places for form in term.forms):
        return 1.0
    return -1.0 if passage.metadata.place else 0.0


def _year_fit(query: Query, passage: Passage) -> float:
    if not query.years:
        return 0.0
    meant = years_meant(passage.text, passage.metadata.year) or passage.metadata.years
    if not meant:
        return 0.0
    return 1.0 if set(meant) & set(query.years) else -1.0
