"""What anyone may expect of a store: documents go in, are found, are replaced, are gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.errors import EmbeddingError, UnknownSourceError
from rag.seams import DocumentStore
from rag.vectors import Encoded
from tests.fakes import HashedBagOfWords
from tests.store_kinds import OpenStore
from tests.store_samples import (
    CORPUS,
    KELAN,
    XIYANG,
    ZUOQUAN,
    RecordingEmbedder,
    document,
    found,
    passages,
    put,
    put_all,
)


@pytest.fixture
def embedder() -> RecordingEmbedder:
    return RecordingEmbedder()


@pytest.fixture
def store(opened_store: OpenStore, tmp_path: Path, embedder: RecordingEmbedder) -> DocumentStore:
    return opened_store(tmp_path / "索引 #1?", embedder)


def test_it_is_what_the_rest_of_the_program_calls_a_store(store: DocumentStore) -> None:
    as_seen_by_others: DocumentStore = store
    assert len(as_seen_by_others) == 0


def test_an_empty_store_answers_every_question_with_nothing(
    store: DocumentStore, embedder: RecordingEmbedder
) -> None:
    vector = embedder.embed_query("原煤产量")
    assert store.sources() == ()
    assert store.dense(vector, 5) == []
    assert store.dense(vector, 5, sources=["昔阳.txt"]) == []
    assert store.lexical(["原煤"], 5) == []
    assert store.similarities(vector, [1, 2]).tolist() == [0.0, 0.0]
    assert store.token_vectors([1]).vectors.shape == (0, embedder.token_dimensions)
    assert store.document_frequencies(["原煤"]) == {"原煤": 0}
    assert store.vocabulary() == frozenset()
    assert store.passages_of("昔阳.txt") == ()
    assert store.remove(["昔阳.txt"]) == ()


def test_a_document_comes_back_exactly_as_it_went_in(store: DocumentStore) -> None:
    made = document("坏名\udcff.txt", "第一页\r\n末\ud800\x00尾第二页", page_starts=(0, 9))
    store.replace(made, "abc", passages(made))

    back = store.document(made.source)
    assert back.original == made.original == store.original(made.source)
    assert (back.source, back.format, back.blocks) == (made.source, made.format, made.blocks)
    assert (back.metadata, back.warnings) == (made.metadata, made.warnings)
    assert back.body.text == made.body.text
    np.testing.assert_array_equal(back.body.starts, made.body.starts)
    np.testing.assert_array_equal(back.body.ends, made.body.ends)
    assert back.body.starts.dtype == np.uint32
    (record,) = store.sources()
    assert (record.source, record.sha256, record.pages) == (made.source, "abc", 2)
    assert (record.characters, record.passages) == (len(made.original.text), len(passages(made)))


def test_a_passage_comes_back_exactly_as_it_went_in(store: DocumentStore) -> None:
    put_all(store)
    for source, text in CORPUS.items():
        for stored, made in zip(store.passages_of(source), passages(document(source, text)), strict=True):
            back = stored.passage
            assert (back.source, back.ordinal, back.text) == (made.source, made.ordinal, made.text)
            assert (back.headings, back.context, back.sentences) == (
                made.headings,
                made.context,
                made.sentences,
            )
            assert back.metadata == made.metadata
            np.testing.assert_array_equal(back.body.starts, made.body.starts)


def test_passages_come_in_the_order_asked_for_and_those_that_are_gone_are_passed_over(
    store: DocumentStore,
) -> None:
    put_all(store)
    first, second, third = (stored.id for stored in store.passages_of("岢岚.txt"))
    assert [stored.id for stored in store.passages([third, 9999, first, second])] == [third, first, second]


def test_a_replaced_document_leaves_nothing_of_the_old_one(
    store: DocumentStore, embedder: RecordingEmbedder
) -> None:
    put_all(store)
    old = {stored.id for stored in store.passages_of("昔阳.txt")}
    put(store, "昔阳.txt", "昔阳县改种谷子。")

    assert store.lexical(["原煤"], 5) == []
    assert old.isdisjoint(number for number, _ in store.dense(embedder.embed_query("昔阳"), 99))
    assert store.original("昔阳.txt").text == "昔阳县改种谷子。"
    assert [record.passages for record in store.sources() if record.source == "昔阳.txt"] == [1]
    assert "原煤" not in store.vocabulary()


def test_a_removed_document_is_gone_and_comes_back_with_its_numbers(store: DocumentStore) -> None:
    put_all(store)
    gone = [stored.id for stored in store.passages_of("左权.txt")]
    assert store.remove(["没有.txt", "左权.txt", "左权.txt"]) == ("左权.txt",)
    assert list(store.passages(gone)) == []
    assert not store.token_vectors(gone).starts.any()
    with pytest.raises(UnknownSourceError, match=r"左权\.txt"):
        store.original("左权.txt")
    put(store, "左权.txt", ZUOQUAN)
    assert [stored.id for stored in store.passages_of("左权.txt")] == gone


def test_a_reopened_store_holds_what_was_put_in(
    opened_store: OpenStore, tmp_path: Path, embedder: RecordingEmbedder
) -> None:
    vector = embedder.embed_query("原煤产量")
    with opened_store(tmp_path, embedder) as first:
        put_all(first)
        before = first.dense(vector, 9), first.lexical(["收入"], 9), first.sources(), first.generation
    embedder.read.clear()
    with opened_store(tmp_path, embedder) as again:
        assert (
            again.dense(vector, 9),
            again.lexical(["收入"], 9),
            again.sources(),
            again.generation,
        ) == before
        assert again.stale is None
    assert embedder.read == []


def test_every_change_moves_the_generation_on(store: DocumentStore) -> None:
    seen = [store.generation]
    for change in (
        lambda: put(store, "昔阳.txt", XIYANG),
        lambda: put(store, "昔阳.txt", KELAN),
        lambda: store.remove(["昔阳.txt"]),
        store.clear,
    ):
        change()
        seen.append(store.generation)
    assert seen == sorted(set(seen))


def test_only_what_changed_is_embedded_again(store: DocumentStore, embedder: RecordingEmbedder) -> None:
    assert put(store, "昔阳.txt", XIYANG) == 2
    embedder.read.clear()
    assert put(store, "昔阳.txt", XIYANG) == 0
    assert embedder.read == []
    assert put(store, "昔阳.txt", f"{XIYANG}\n今年要修路。") == 1
    assert embedder.read == ["昔阳 2024年\n今年要修路。"]


def test_progress_counts_the_texts_that_are_embedded(store: DocumentStore) -> None:
    made = document("昔阳.txt", XIYANG)
    told: list[tuple[int, int]] = []
    store.replace(made, "x", passages(made), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_a_model_that_gives_vectors_of_another_length_is_refused_and_nothing_changes(
    opened_store: OpenStore, tmp_path: Path
) -> None:
    class Liar(HashedBagOfWords):
        given = Encoded(np.ones(64, np.float32), np.ones((2, 64), np.float32), np.zeros((2, 2), np.int32))

        def encode_passages(self, texts: Sequence[str], *, progress: object = None) -> Iterator[Encoded]:
            return iter([self.given] * len(texts))

    store, model = opened_store(tmp_path, liar := Liar(64)), liar.given
    for wrong in (
        replace(model, vector=np.ones(3, np.float32)),
        replace(model, tokens=np.ones((2, 3), np.float32)),
    ):
        liar.given = wrong
        with pytest.raises(EmbeddingError, match=r"64.*3|3.*64"):
            put(store, "昔阳.txt", XIYANG)
        assert store.sources() == ()


def test_threads_ask_while_another_writes(store: DocumentStore, embedder: RecordingEmbedder) -> None:
    put(store, "昔阳.txt", XIYANG)
    vector = embedder.embed_query("原煤产量")
    done = threading.Event()

    def ask() -> int:
        asked = 0
        while not done.is_set() or not asked:
            hits = store.dense(vector, 5, sources=["昔阳.txt"])
            assert found(store, hits)[0].startswith("昔阳县原煤产量")
            assert store.lexical(["2694.5"], 5)
            asked += 1
        return asked

    with ThreadPoolExecutor(4) as threads:
        readers = [threads.submit(ask) for _ in range(4)]
        with store.writing():
            for number in range(30):
                put(store, f"{number}.txt", f"第{number}号。\n{KELAN}")
        done.set()
        assert all(reader.result() for reader in readers)
    assert len(store.dense(vector, 1000)) == len(store) == 2 + 30 * 4


def test_another_program_that_has_it_open_sees_each_document_as_it_is_put_in(
    opened_store: OpenStore, tmp_path: Path, embedder: RecordingEmbedder
) -> None:
    writer, reader = opened_store(tmp_path, embedder), opened_store(tmp_path, embedder)
    with writer.writing():
        put(writer, "昔阳.txt", XIYANG)
        assert [record.source for record in reader.sources()] == ["昔阳.txt"]
        assert len(reader.dense(embedder.embed_query("原煤"), 9)) == 2
        put(writer, "岢岚.txt", KELAN)
        assert len(reader.dense(embedder.embed_query("原煤"), 9)) == 5
    assert reader.dense(embedder.embed_query("原煤"), 9) == writer.dense(embedder.embed_query("原煤"), 9)
