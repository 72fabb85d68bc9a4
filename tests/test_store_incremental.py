"""However a store came to hold its documents, it equals one that was built from them at once."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from rag.store import segments
from tests.fakes import HashedBagOfWords
from tests.store_contents import answers, tell
from tests.store_samples import opened, put, vector_files

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


class StoreOverTime(RuleBasedStateMachine):
    """A store that documents come to and go from, and a dictionary of what it should hold."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._place = Path(self._folder.name) / "store"
        self._embedder = HashedBagOfWords(64)
        # Segments of a few vectors, so that they are sealed, joined and rewritten all the time.
        self._small = patch.multiple(segments, TAIL=3, _LARGEST=9)
        self._small.start()
        self._store = opened(self._place, self._embedder)
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

    @precondition(lambda self: self._texts)
    @rule(source=_SOURCES, data=st.data())
    def link(self, source: str, data: st.DataObject) -> None:
        other = data.draw(st.sampled_from(sorted(self._texts)))
        self._store.link(source, other)
        self._texts[source] = self._texts[other]

    @precondition(lambda self: self._texts)
    @rule(to=_SOURCES, data=st.data())
    def rename(self, to: str, data: st.DataObject) -> None:
        source = data.draw(st.sampled_from(sorted(self._texts)))
        self._store.rename(source, to)
        self._texts[to] = self._texts.pop(source)

    @rule(changes=st.dictionaries(_SOURCES, _TEXTS))
    def replace_many_at_once(self, changes: dict[str, str]) -> None:
        with self._store.writing():
            for source, text in changes.items():
                put(self._store, source, text)
        self._texts |= changes

    @rule()
    def reopen(self) -> None:
        self._store.close()
        self._store = opened(self._place, self._embedder)

    @rule()
    def lose_the_vector_files(self) -> None:
        for file in vector_files(self._place):
            file.unlink()
        self.reopen()

    @precondition(lambda self: self._texts)
    @rule(changes=st.dictionaries(_SOURCES, _TEXTS))
    def rebuild(self, changes: dict[str, str]) -> None:
        with self._store.rebuilding():
            for source, text in changes.items():
                put(self._store, source, text)
        self._texts = dict(changes)

    @invariant()
    def it_lists_what_was_put_in(self) -> None:
        assert [record.source for record in self._store.sources()] == sorted(self._texts)
        assert all(self._store.original(source).text == text for source, text in self._texts.items())

    @invariant()
    def every_passage_is_found_by_meaning(self) -> None:
        assert len(self._store.dense(self._embedder.embed_query("产量"), 99)) == len(self._store)

    def teardown(self) -> None:
        fresh = opened(Path(self._folder.name) / "fresh", self._embedder)
        for source, text in sorted(self._texts.items()):
            put(fresh, source, text)
        assert tell(self._store, self._place) == tell(fresh, Path(self._folder.name) / "fresh")
        assert answers(self._store, _QUESTIONS) == answers(fresh, _QUESTIONS)
        fresh.close()
        self._store.close()
        self._small.stop()
        self._folder.cleanup()


TestStoreOverTime = StoreOverTime.TestCase
TestStoreOverTime.settings = settings(
    max_examples=20,
    stateful_step_count=12,
    suppress_health_check=[HealthCheck.too_slow],
)
