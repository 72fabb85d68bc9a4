"""The best hits in a reranker's order, and what that means for answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.assistant import Assistant
from rag.given import Given
from rag.original import AlignedText
from rag.retrieval.reranking import RERANKED, reranked
from rag.types import Hit, Metadata, Passage

COAL = "昔阳县2023年原煤产量是多少？"


@dataclass
class Tasting:
    """A reranker that likes texts by the first of its `likes` they hold, and keeps what it was asked to read."""

    likes: Sequence[tuple[str, float]] = ()
    otherwise: float = 0.1
    name: str = "tasting"
    read: list[tuple[str, list[str]]] = field(default_factory=list)

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read.append((question, list(texts)))
        return np.array([self._score(text) for text in texts], dtype=np.float32)

    def _score(self, text: str) -> float:
        return next((score for what, score in self.likes if what in text), self.otherwise)


def hit(number: int, score: float, text: str = "", context: str = "") -> Hit:
    text = text or f"第{number}段"
    body = AlignedText.identity(text, 0)
    passage = Passage("a.txt", number, body, (), context, ((0, len(text)),), Metadata())
    return Hit(number, passage, score, 0.5, 0.0, 0.0, (Given("passage", 0.5, score),))


def ids(hits: Sequence[Hit]) -> list[int]:
    return [one.id for one in hits]


def test_the_reranker_decides_the_order() -> None:
    hits = [hit(1, 2.0), hit(2, 1.5, "答案"), hit(3, 1.0)]
    better = reranked("？", hits, Tasting([("答案", 0.9)]))
    assert ids(better) == [2, 1, 3]
    assert better[0].score == pytest.approx(0.9)


def test_it_reads_a_passage_with_its_context() -> None:
    tasting = Tasting()
    reranked("？", [hit(1, 1.0, "增长3%。", "昔阳县 2023年")], tasting)
    assert tasting.read == [("？", ["昔阳县 2023年\n增长3%。"])]


def test_what_it_gave_is_told_after_what_the_others_gave() -> None:
    [one] = reranked("？", [hit(1, 2.0)], Tasting(otherwise=0.25))
    assert [given.stage for given in one.given] == ["passage", "reranker"]
    assert one.given[-1].value == pytest.approx(0.25)
    assert sum(given.added for given in one.given) == pytest.approx(one.score)


def test_no_more_is_read_than_is_worth_the_time() -> None:
    tasting = Tasting()
    hits = [hit(number, 100.0 - number) for number in range(RERANKED + 5)]
    assert ids(reranked("？", hits, tasting)) == ids(hits)
    assert len(tasting.read[0][1]) == RERANKED


def test_nothing_found_stays_nothing() -> None:
    assert reranked("？", [], Tasting()) == []


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(0, 1)), max_size=12),
    st.integers(0, 12),
)
@example([(1.0, 1.0), (1.0, 1e-09), (2.2250738585072014e-308, 1.0), (0.0, 1.0)], 2)
def test_it_is_a_permutation_of_the_first_and_leaves_the_rest(
    scores: list[tuple[float, float]], depth: int
) -> None:
    fused = sorted((score for score, _ in scores), reverse=True)
    hits = [hit(number, score, f"<{number}>") for number, score in enumerate(fused)]
    tasting = Tasting([(f"<{number}>", score) for number, (_, score) in enumerate(scores)])
    better = reranked("？", hits, tasting, depth=depth)
    assert sorted(ids(better[:depth])) == ids(hits[:depth])
    assert ids(better[depth:]) == ids(hits[depth:])
    assert all(one.score >= other.score for one, other in pairwise(better))
    equal = [one.id for one in better[:depth] if one.score == better[0].score]
    assert equal == sorted(equal), "equal scores leave hits as they were"


def judged_by(assistant: Assistant, reranker: Tasting) -> Assistant:
    """The same store behind a reranker."""
    return Assistant(assistant.store, assistant.embedder, reranker=reranker)


def test_a_reranker_lifts_a_passage_from_below_what_is_asked_for(seed_assistant: Assistant) -> None:
    twentieth = seed_assistant.search(COAL, k=20)[-1]
    tasting = Tasting([(twentieth.passage.text, 0.99)])
    assert judged_by(seed_assistant, tasting).search(COAL, k=3)[0].id == twentieth.id


def test_it_is_asked_once_a_search_and_never_without_one(seed_assistant: Assistant) -> None:
    tasting = Tasting()
    assert ids(judged_by(seed_assistant, tasting).search(COAL)) == ids(seed_assistant.search(COAL))
    assert [question for question, _ in tasting.read] == [COAL]


@pytest.mark.parametrize("likes", [0.97, 0.0004], ids=["sure", "sure of nothing"])
def test_an_answer_stays_right_when_the_reranker_agrees(seed_assistant: Assistant, likes: float) -> None:
    tasting = Tasting([("2694.5", likes)], otherwise=0.0001)
    answer = judged_by(seed_assistant, tasting).ask(COAL)
    assert "2694.5万吨" in answer.text
    assert answer.confidence == pytest.approx(seed_assistant.ask(COAL).confidence, abs=0.1)


def test_a_reranker_makes_no_answer_of_what_is_not_there(seed_assistant: Assistant) -> None:
    question = "冰岛2019年的捕鱼量是多少？"
    assert judged_by(seed_assistant, Tasting(otherwise=0.99)).ask(question).refused


def test_every_part_of_a_question_is_judged_by_itself(seed_assistant: Assistant) -> None:
    tasting = Tasting()
    judged_by(seed_assistant, tasting).ask("岢岚2023年和左权2024年的一般公共预算收入增幅各是多少？")
    asked = [question for question, _ in tasting.read]
    assert any("岢岚" in one and "左权" not in one for one in asked)
    assert any("左权" in one and "岢岚" not in one for one in asked)
