"""A question becomes hits: dense and lexical candidates, judged by late interaction, without near-duplicates."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from rag.given import Given, Stage
from rag.retrieval.duplicates import without_duplicates
from rag.retrieval.fusion import Fusion, Signals
from rag.retrieval.late_interaction import likeness
from rag.retrieval.query import QueryReader
from rag.retrieval.seen import seen_store
from rag.retrieval.switches import ALL_ON, Switches
from rag.seams import Embedder, Store
from rag.text.coverage import coverage, searchable
from rag.text.periods import years_meant
from rag.types import Hit, Passage, Query, StoredPassage
from rag.vectors import Encoded

_READERS = 16
"""For so many groups of readers, who see different documents, what questions are read against is kept."""
_CANDIDATES = 60
"""How many passages each side puts forward, at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search gives: the question as understood and as encoded, and the hits."""

    query: Query
    question: Encoded
    hits: tuple[Hit, ...]


class Retriever:
    """Searches one store with one embedder."""

    def __init__(
        self, store: Store, embedder: Embedder, fusion: Fusion | None = None, switches: Switches = ALL_ON
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._fusion = fusion or Fusion()
        self._switches = switches
        self._readers: OrderedDict[frozenset[str] | None, tuple[int, QueryReader]] = OrderedDict()
        self._making = Lock()

    def search(
        self,
        question: str,
        k: int,
        *,
        background: str = "",
        sources: Collection[str] | None = None,
        seen: frozenset[str] | None = None,
    ) -> Found:
        """The best `k` passages for a question; `background` is what the conversation was about.

        It is looked for in `sources`; `seen` are those that whoever asks may know of, where these are not all.
        """
        query = self._reader_now(seen).read(question, background)
        encoded = self._embedder.encode_query(f"{background} {query.text}" if background else query.text)
        candidates = self._candidates(query, encoded, max(_CANDIDATES, k), sources)
        ranked = sorted(candidates, key=lambda hit: (-hit.score, hit.id))
        distinct = without_duplicates(ranked) if self._switches.distinct else ranked
        return Found(query, encoded, tuple(islice(distinct, k)))

    def places(self, seen: frozenset[str] | None = None) -> tuple[str, ...]:
        """The places the documents (that are seen) are about, without 县, 市 and the like."""
        return self._reader_now(seen).places

    def _reader_now(self, seen: frozenset[str] | None) -> QueryReader:
        """The reader of questions, made anew when the store has changed; one for all who see the same."""
        generation = self._store.generation
        with self._making:  # by whoever asks first; the others wait for it
            known = self._readers.get(seen)
            if known is None or known[0] != generation:
                store = self._store if seen is None else seen_store(self._store, seen)
                known = self._readers[seen] = generation, QueryReader(store, self._switches)
            self._readers.move_to_end(seen)
            while len(self._readers) > _READERS:
                self._readers.popitem(last=False)
            return known[1]

    def _candidates(
        self, query: Query, question: Encoded, k: int, sources: Collection[str] | None
    ) -> list[Hit]:
        dense = self._store.dense(question.vector, k, sources=sources)
        terms = query.lexical_terms if self._fusion.hears_words else ()
        lexical = dict(self._store.lexical(terms, k, sources=sources)) if terms else {}
        ids = list(dict.fromkeys([*(i for i, _ in dense), *lexical]))
        stored = list(self._store.passages(ids))
        signals = self._signals(query, question, stored, lexical)
        added = self._fusion.added(signals)
        return [_hit(one, row, signals, added) for row, one in enumerate(stored)]

    def _signals(
        self, query: Query, question: Encoded, stored: Sequence[StoredPassage], lexical: dict[int, float]
    ) -> Signals:
        ids = [one.id for one in stored]
        passages = [one.passage for one in stored]
        late = likeness(question.tokens, self._store.token_vectors(ids))
        return Signals(
            passage=np.asarray(self._store.similarities(question.vector, ids), dtype=np.float64),
            sentence=np.array([row.max(initial=0.0) for row in late.sentences]),
            tokens=late.passages,
            words=np.array([lexical.get(number, 0.0) for number in ids]),
            coverage=np.array([_covered(query, passage) for passage in passages]),
            place=np.array([_place_fit(query, passage) for passage in passages]),
            year=np.array([_year_fit(query, passage) for passage in passages]),
        )


def _hit(stored: StoredPassage, row: int, signals: Signals, added: dict[Stage, NDArray[np.float64]]) -> Hit:
    given = tuple(
        Given(stage, float(getattr(signals, stage)[row]), float(values[row]))
        for stage, values in added.items()
    )
    return Hit(
        stored.id,
        stored.passage,
        score=sum(one.added for one in given),
        dense=float(signals.passage[row]),
        lexical=float(signals.words[row]),
        coverage=float(signals.coverage[row]),
        given=given,
    )


def _covered(query: Query, passage: Passage) -> float:
    words = [term for term in query.terms if term.role != "place"]
    return coverage(words, searchable(passage.embedded_text)) if words else 0.0


def _place_fit(query: Query, passage: Passage) -> float:
    """1 for the place asked for (in the document's or the passage's own words), -1 for another."""
    if not query.places:
        return 0.0
    forms = [form for term in query.places for form in term.forms]
    text = searchable(passage.embedded_text).folded
    if any(form in text for form in forms):
        return 1.0
    named = " ".join(passage.metadata.places)
    return -1.0 if passage.metadata.place and not any(form in named for form in forms) else 0.0


def _year_fit(query: Query, passage: Passage) -> float:
    if not query.years:
        return 0.0
    meant = years_meant(passage.text, passage.metadata.year) or passage.metadata.years
    if not meant:
        return 0.0
    return 1.0 if set(meant) & set(query.years) else -1.0
