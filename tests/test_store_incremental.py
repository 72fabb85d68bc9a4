"""However a store came to hold its documents, it answers as one that was built from them at once."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from rag.store import FaissStore
from rag.text.words import bigrams, words
from rag.types import Vectors
from tests.fakes import HashedBagOfWords
from tests.store_samples import opened, put

_SENTENCES = (
    "原煤产量2694.5万吨。",
    "粮食总产量3.2亿斤。",
    "收入增长5.5%。",
    "修路10公里。",
    "Roads were built.",
)
_SOURCES = st.sampled_from(["甲.txt", "乙.txt", "丙.txt", "丁.txt"])
_TEXTS = st.lists(st.sampled_from(_SENTENCES), max_size=4).map("\n".join) | st.lists(
    st.sampled_from(_SENTENCES), max_size=3
).map("".join)
_QUESTIONS = ("原煤产量", "收入增长5.5%", "road", "甲 2024年")

Place = tuple[str, int]
"""A passage by source and ordinal: what stays the same whatever number it was given."""


class StoreOverTime(RuleBasedStateMachine):
    """A store that documents come to and go from, and a dictionary of what it should hold."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._embedder = HashedBagOfWords(64)
        self._store = opened(Path(self._folder.name) / "store", self._embedder)
        self._texts: dict[str, str] = {}

    @rule(source=_SOURCES, text=_TEXTS)
    def replace(self, source: str, text: str) -> None:
        put(self._store, source, text)
        self._texts[source] = text

    @rule(sources=st.lists(_SOURCES, max_size=3))
    def remove(self, sources: list[str]) -> None:
        there = tuple(source for source in dict.fromkeys(sources) if source in self._texts)
        assert self._store.remove(sources) == there
        for source in there:
            del self._texts[source]

    @rule(changes=st.dictionaries(_SOURCES, _TEXTS))
    def replace_many_at_once(self, changes: dict[str, str]) -> None:
        with self._store.writing():
            for source, text in changes.items():
                put(self._store, source, text)
        self._texts |= changes

    @rule()
    def reopen(self) -> None:
        self._store.close()
        self._store = opened(Path(self._folder.name) / "store", self._embedder)

    @rule()
    def lose_the_vector_file(self) -> None:
        (Path(self._folder.name) / "store" / "vectors.faiss").unlink(missing_ok=True)
        self.reopen()

    @precondition(lambda self: self._texts)
    @rule()
    def rebuild(self) -> None:
        self._store.clear()
        for source, text in self._texts.items():
            put(self._store, source, text)

    @invariant()
    def it_lists_what_was_put_in(self) -> None:
        assert [record.source for record in self._store.sources()] == sorted(self._texts)
        assert all(self._store.original(source).text == text for source, text in self._texts.items())

    def teardown(self) -> None:
        fresh = opened(Path(self._folder.name) / "fresh", self._embedder)
        for source, text in sorted(self._texts.items()):
            put(fresh, source, text)
        _assert_same(self._store, fresh, self._embedder)
        fresh.close()
        self._store.close()
        self._folder.cleanup()


def _assert_same(store: FaissStore, fresh: FaissStore, embedder: HashedBagOfWords) -> None:
    assert store.vocabulary() == fresh.vocabulary()
    assert store.document_frequencies(fresh.vocabulary()) == fresh.document_frequencies(fresh.vocabulary())
    assert _passages(store).keys() == _passages(fresh).keys()
    for place, (text, sentences) in _passages(store).items():
        assert text == _passages(fresh)[place][0]
        np.testing.assert_array_equal(sentences, _passages(fresh)[place][1])
    for question in _QUESTIONS:
        vector = embedder.embed_query(question)
        assert _places(store, store.dense(vector, 99)) == _places(fresh, fresh.dense(vector, 99))
        terms = [*words(question), *bigrams(question)]
        assert _places(store, store.lexical(terms, 99)) == _places(fresh, fresh.lexical(terms, 99))
        some = ["甲.txt", "丙.txt"]
        assert _places(store, store.lexical(terms, 99, sources=some)) == _places(
            fresh, fresh.lexical(terms, 99, sources=some)
        )


def _passages(store: FaissStore) -> dict[Place, tuple[str, Vectors]]:
    stored = [one for record in store.sources() for one in store.passages_of(record.source)]
    vectors = store.sentence_vectors([one.id for one in stored])
    return {
        (one.passage.source, one.passage.ordinal): (one.passage.embedded_text, vectors[one.id])
        for one in stored
    }


def _places(store: FaissStore, hits: list[tuple[int, float]]) -> dict[Place, float]:
    scores = dict(hits)
    return {
        (one.passage.source, one.passage.ordinal): round(scores[one.id], 6) for one in store.passages(scores)
    }


TestStoreOverTime = StoreOverTime.TestCase
TestStoreOverTime.settings = settings(
    max_examples=20,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
