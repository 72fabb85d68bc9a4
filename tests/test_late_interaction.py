"""Late interaction beside a slow, obvious version of the same: token by token, passage by passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from rag.embedding.token_space import unit
from rag.retrieval.late_interaction import likeness
from rag.vectors import TokenVectors, Vectors

DIMENSIONS = 4


@dataclass(frozen=True)
class Sample:
    """A question's token vectors, and a passage's with the sentence of each token."""

    question: Vectors
    passages: tuple[tuple[Vectors, tuple[int, ...]], ...]

    @property
    def stored(self) -> TokenVectors:
        """The passages as a store hands them out: end to end."""
        lengths = [len(rows) for rows, _ in self.passages]
        return TokenVectors(
            np.concatenate([np.zeros((0, DIMENSIONS), np.float32), *(rows for rows, _ in self.passages)]),
            np.cumsum([0, *lengths], dtype=np.int64),
            np.array([one for _, sentences in self.passages for one in sentences], dtype=np.int16),
        )


def tokens(least: int = 0) -> st.SearchStrategy[Vectors]:
    """Up to five vectors of length 1 (or 0)."""
    numbers = st.integers(-3, 3).map(float)
    return st.integers(least, 5).flatmap(
        lambda count: arrays(np.float32, (count, DIMENSIONS), elements=numbers).map(unit)
    )


def passage(rows: Vectors) -> st.SearchStrategy[tuple[Vectors, tuple[int, ...]]]:
    """Tokens with their sentences in reading order: -1 is what stands before, and a sentence may have none."""
    some = st.lists(st.integers(-1, 4), min_size=len(rows), max_size=len(rows))
    return some.map(lambda sentences: (rows, tuple(sorted(sentences))))


samples = st.builds(Sample, tokens(), st.lists(tokens().flatmap(passage), max_size=5).map(tuple))


def best_by_hand(question: Vectors, rows: Sequence[Vectors]) -> float:
    """The mean over the question's tokens of the best cosine with any of the rows."""
    return sum(max(float(np.dot(one, row)) for row in rows) for one in question) / len(question)


@given(samples)
def test_a_passage_is_as_like_as_its_best_token_for_each_of_the_questions(sample: Sample) -> None:
    found = likeness(sample.question, sample.stored).passages
    by_hand = [
        best_by_hand(sample.question, list(rows)) if len(rows) and len(sample.question) else 0.0
        for rows, _ in sample.passages
    ]
    assert found.shape == (len(sample.passages),)
    assert found == pytest.approx(by_hand, abs=1e-6)


@given(samples)
def test_a_sentence_is_as_like_as_its_own_tokens_and_never_less_than_nothing(sample: Sample) -> None:
    found = likeness(sample.question, sample.stored).sentences
    assert len(found) == len(sample.passages)
    for values, (rows, sentences) in zip(found, sample.passages, strict=True):
        known = len(sample.question) > 0
        assert len(values) == (max(sentences, default=-1) + 1 if known else 0)
        for number, value in enumerate(values):
            own = [row for row, sentence in zip(rows, sentences, strict=True) if sentence == number]
            by_hand = max(0.0, best_by_hand(sample.question, own)) if own else 0.0
            assert value == pytest.approx(by_hand, abs=1e-6)


@given(samples)
def test_no_sentence_is_more_like_the_question_than_its_passage(sample: Sample) -> None:
    found = likeness(sample.question, sample.stored)
    for whole, values in zip(found.passages, found.sentences, strict=True):
        assert values.max(initial=0.0) <= max(whole, 0.0) + 1e-6


@given(samples, st.randoms(use_true_random=False))
def test_what_a_passage_is_given_does_not_depend_on_the_others(sample: Sample, random: object) -> None:
    together = likeness(sample.question, sample.stored)
    for place, one in enumerate(sample.passages):
        alone = likeness(sample.question, Sample(sample.question, (one,)).stored)
        assert alone.passages[0] == pytest.approx(together.passages[place], abs=1e-6)
        assert alone.sentences[0] == pytest.approx(together.sentences[place], abs=1e-6)


@given(tokens(least=1))
def test_a_question_is_wholly_like_its_own_words(question: Vectors) -> None:
    said = question[np.linalg.norm(question, axis=1) > 0]
    sample = Sample(said, ((said, (0,) * len(said)),))
    expected = 1.0 if len(said) else 0.0
    assert likeness(said, sample.stored).passages == pytest.approx([expected], abs=1e-6)


def test_one_token_is_one_cosine() -> None:
    one, other = np.eye(DIMENSIONS, dtype=np.float32)[:2]
    sample = Sample(one[None], ((one[None], (0,)), (other[None], (0,)), (-one[None], (0,))))
    found = likeness(sample.question, sample.stored)
    assert found.passages.tolist() == [1.0, 0.0, -1.0]
    assert [values.tolist() for values in found.sentences] == [[1.0], [0.0], [0.0]]


def test_what_stands_before_a_passage_counts_for_it_and_for_no_sentence() -> None:
    title, body = np.eye(DIMENSIONS, dtype=np.float32)[:2]
    sample = Sample(title[None], ((np.stack([title, body]), (-1, 0)),))
    found = likeness(sample.question, sample.stored)
    assert found.passages.tolist() == [1.0]
    assert found.sentences[0].tolist() == [0.0]


def test_nothing_found_is_nothing() -> None:
    found = likeness(np.eye(DIMENSIONS, dtype=np.float32), Sample(np.eye(0, dtype=np.float32), ()).stored)
    assert found.passages.shape == (0,)
    assert found.sentences == ()
