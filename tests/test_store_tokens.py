"""The vectors of a passage's tokens: small, the same in any process, and each in its sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rag.store import FaissStore
from rag.store.token_codes import pack_tokens, token_bytes, unpack_tokens
from rag.store.token_sentences import Sentences, pack_sentences, sentences_at, unpack_sentences
from rag.vectors import Vectors
from tests.fakes import placed_features
from tests.store_samples import CORPUS, XIYANG, RecordingEmbedder, document, opened, passages, put, put_all


@pytest.fixture
def embedder() -> RecordingEmbedder:
    return RecordingEmbedder()


@pytest.fixture
def store(tmp_path: Path, embedder: RecordingEmbedder) -> FaissStore:
    return opened(tmp_path, embedder)


# In bytes

_TOKENS = st.integers(0, 40)


def _unit_vectors(seed: int, tokens: int, dimensions: int) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((tokens, dimensions), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


@given(st.integers(0, 2**32), _TOKENS, st.integers(8, 256))
def test_a_vector_read_back_points_where_it_did(seed: int, tokens: int, dimensions: int) -> None:
    vectors = _unit_vectors(seed, tokens, dimensions)
    back = unpack_tokens(pack_tokens(vectors), dimensions)
    assert back.shape == vectors.shape
    assert back.dtype == np.float32
    assert (np.einsum("ij,ij->i", vectors, back) > 0.98).all()


@given(st.integers(0, 2**32), _TOKENS, st.integers(1, 256))
def test_vectors_take_half_a_byte_a_number_and_are_of_length_1(
    seed: int, tokens: int, dimensions: int
) -> None:
    vectors = _unit_vectors(seed, tokens, dimensions)
    data = pack_tokens(vectors)
    assert len(data) == tokens * token_bytes(dimensions) == tokens * ((dimensions + 1) // 2)
    np.testing.assert_allclose(np.linalg.norm(unpack_tokens(data, dimensions), axis=1), 1, atol=1e-6)


_ANY_VECTORS = st.integers(1, 9).flatmap(
    lambda dimensions: arrays.arrays(
        np.float32, st.tuples(_TOKENS, st.just(dimensions)), elements=st.floats(-1, 1, width=32)
    )
)


@given(_ANY_VECTORS)
def test_what_was_read_back_is_packed_as_it_was(vectors: Vectors) -> None:
    data = pack_tokens(vectors)
    back = unpack_tokens(data, vectors.shape[1])
    assert pack_tokens(vectors.copy()) == pack_tokens(back) == data
    assert pack_tokens(-vectors) == pack_tokens(-back)


@given(_ANY_VECTORS, st.data())
def test_packed_vectors_may_be_joined(vectors: Vectors, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(vectors)))
    joined = pack_tokens(vectors[:cut]) + pack_tokens(vectors[cut:])
    assert joined == pack_tokens(vectors)


def test_levels_near_0_keep_the_direction_of_vectors_with_a_few_large_numbers_better_than_even_ones() -> None:
    vectors = _unit_vectors(0, 500, 192) / np.arange(1, 193, dtype=np.float32) ** 0.4
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    even = np.rint(7 * vectors / np.abs(vectors).max(axis=1, keepdims=True))
    even /= np.linalg.norm(even, axis=1, keepdims=True)
    lost, lost_evenly = (
        1 - np.einsum("ij,ij->i", vectors, back).mean()
        for back in (unpack_tokens(pack_tokens(vectors), 192), even)
    )
    assert lost < 0.015
    assert lost < 0.75 * lost_evenly


def test_each_number_has_its_own_half_of_a_byte() -> None:
    assert pack_tokens(np.array([[1, -1, 0.5]], np.float32)) == bytes([14 | 0 << 4, 11 | 7 << 4])


@given(arrays.arrays(np.int16, st.integers(0, 60), elements=st.integers(-1, 3)))
def test_sentences_come_back_with_those_of_other_passages_after_them(sentences: Sentences) -> None:
    packed = pack_sentences(sentences)
    back = unpack_sentences([packed, b"", packed])
    np.testing.assert_array_equal(back, np.concatenate([sentences, sentences]))
    assert back.dtype == np.int16


def test_a_sentence_of_many_tokens_is_some_runs() -> None:
    sentences = np.repeat(np.array([-1, 0], np.int16), [5, 200_000])
    packed = pack_sentences(sentences)
    assert len(packed) == 4 * 5
    np.testing.assert_array_equal(unpack_sentences([packed]), sentences)


# In the store


def test_every_token_has_its_vector_and_its_sentence(store: FaissStore, embedder: RecordingEmbedder) -> None:
    put_all(store)
    for stored in (one for source in CORPUS for one in store.passages_of(source)):
        passage = stored.passage
        tokens = store.token_vectors([stored.id])
        encoded = embedder.encode_query(passage.embedded_text)
        np.testing.assert_array_equal(tokens.vectors, encoded.tokens)
        for span, sentence in zip(encoded.spans.tolist(), tokens.sentences.tolist(), strict=True):
            middle = sum(span) // 2 - (len(passage.embedded_text) - len(passage.text))
            assert (sentence == -1) == (middle < 0)
            if sentence >= 0:
                start, end = passage.sentences[sentence]
                assert start <= middle < end


def test_a_token_between_sentences_is_in_none() -> None:
    (first, *_) = passages(document("昔阳.txt", "甲甲乙乙丙丙"))
    passage = replace(first, context="某地", sentences=((0, 2), (4, 6)))
    places = np.arange(len(passage.embedded_text), dtype=np.uint32)
    assert sentences_at(places, passage).tolist() == [-1, -1, -1, 0, 0, -1, -1, 1, 1]
    assert sentences_at(places, replace(passage, sentences=())).tolist() == [-1] * 9
    assert sentences_at(places[:6], replace(passage, context="")).tolist() == [0, 0, -1, -1, 1, 1]


def test_tokens_come_in_the_order_asked_for_and_none_for_a_passage_that_is_gone(store: FaissStore) -> None:
    put_all(store)
    first, second, third = (stored.id for stored in store.passages_of("岢岚.txt"))
    asked = [third, 9999, first, second, third]
    tokens = store.token_vectors(asked)
    assert tokens.starts.shape == (6,)
    assert len(tokens.vectors) == len(tokens.sentences) == tokens.starts[-1]
    for n, number in enumerate(asked):
        alone = store.token_vectors([number])
        own = slice(tokens.starts[n], tokens.starts[n + 1])
        np.testing.assert_array_equal(tokens.vectors[own], alone.vectors)
        np.testing.assert_array_equal(tokens.sentences[own], alone.sentences)
    assert tokens.starts[1] == tokens.starts[2]


def test_nothing_asked_for_is_nothing_given(store: FaissStore) -> None:
    put_all(store)
    tokens = store.token_vectors([])
    assert (tokens.vectors.shape, tokens.starts.tolist(), tokens.sentences.shape) == ((0, 64), [0], (0,))


def test_a_text_that_is_cut_into_other_sentences_keeps_its_vectors_and_gets_their_sentences(
    store: FaissStore, embedder: RecordingEmbedder
) -> None:
    put(store, "昔阳.txt", XIYANG)
    embedder.read.clear()
    made = document("又.txt", XIYANG)
    whole = [replace(one, context="昔阳 2024年", sentences=((0, len(one.text)),)) for one in passages(made)]
    assert store.replace(made, "other", whole) == 0
    assert embedder.read == []
    before, after = (
        store.token_vectors([one.id for one in store.passages_of(source)])
        for source in ("昔阳.txt", "又.txt")
    )
    np.testing.assert_array_equal(before.vectors, after.vectors)
    assert set(before.sentences.tolist()) == {-1, 0, 1}
    assert set(after.sentences.tolist()) == {-1, 0}


def test_a_text_the_model_reads_once_is_several_passages_of_one_document(
    store: FaissStore, embedder: RecordingEmbedder
) -> None:
    assert put(store, "甲.txt", "粮食丰收。\n粮食丰收。") == 1
    assert embedder.read == ["粮食 2024年\n粮食丰收。"]
    first, second = (store.token_vectors([one.id]).vectors for one in store.passages_of("甲.txt"))
    np.testing.assert_array_equal(first, second)


def test_the_stand_in_model_says_where_its_tokens_are() -> None:
    text = "昔阳２６万吨 Coal"
    placed = [(feature, text[start:end]) for feature, (start, end) in placed_features(text)]
    assert placed == [("昔阳", "昔阳"), ("26", "２６"), ("万吨", "万吨"), ("coal", "Coal")]
