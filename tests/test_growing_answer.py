"""A model's answer while it is being said: what is told of it before its end stands at its end."""

from __future__ import annotations

from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from rag.assistant import Assistant
from rag.types import Answer
from tests.test_model_answers import COAL, ScriptedChat

SAID = (
    "2023年昔阳县原煤产量为2694.5万吨[1]。原煤产量同比增长42%。[1]\n"
    "原煤产量为999万吨。[1]\n煤炭先进产能占比达68%[1]。以上供参考"
)


def told(assistant: Assistant, *pieces: str) -> tuple[list[tuple[Answer, int]], Answer]:
    """What was certain on the way, and the answer."""
    heard: list[tuple[Answer, int]] = []
    model = ScriptedChat(pieces)
    *_, answer = assistant.stream(COAL, model=model, certain=lambda *so_far: heard.append(so_far))
    assert isinstance(answer, Answer)
    return heard, answer


def test_a_sentence_is_told_once_the_next_one_has_begun(seed_assistant: Assistant) -> None:
    heard, _ = told(seed_assistant, *SAID)
    first, covered = heard[0]
    assert SAID[:covered] == "2023年昔阳县原煤产量为2694.5万吨[1]。"
    assert [claim.supported for claim in first.claims] == [True]
    assert first.citations[0].quote.count("2694.5")


def test_markers_behind_a_sentence_are_waited_for(seed_assistant: Assistant) -> None:
    heard, _ = told(seed_assistant, "2023年昔阳县原煤产量为2694.5万吨。", "[", "1", "]", "还")
    assert [covered for _, covered in heard] == [len("2023年昔阳县原煤产量为2694.5万吨。[1]")]


def test_what_nothing_supports_is_never_told(seed_assistant: Assistant) -> None:
    heard, answer = told(seed_assistant, *SAID)
    assert all("999" not in so_far.text for so_far, _ in heard)
    assert [claim.text for claim in answer.removed] == ["原煤产量为999万吨。", "以上供参考"]
    assert heard[-1][0].removed[0].reason


def test_without_anything_certain_nothing_is_told(seed_assistant: Assistant) -> None:
    heard, answer = told(seed_assistant, "原煤产量为999万吨。", "产量为888万吨。", "原煤产量为777万吨")
    assert heard == []
    assert answer.backend == "extractive"


def test_what_was_sent_is_kept_to_the_letter(seed_assistant: Assistant) -> None:
    model = ScriptedChat(["原煤产量为2694.5万吨[1]。"])
    answer = seed_assistant.ask(COAL, model=model)
    assert list(answer.prompt) == [tuple(message) for message in model.heard[-1]]
    assert seed_assistant.ask(COAL).prompt == ()


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, len(SAID) - 1), max_size=8, unique=True).map(sorted))
def test_what_was_told_is_the_beginning_of_the_answer(seed_assistant: Assistant, cuts: list[int]) -> None:
    bounds = [0, *cuts, len(SAID)]
    heard, answer = told(seed_assistant, *(SAID[a:b] for a, b in pairwise(bounds)))
    for so_far, covered in heard:
        assert so_far.claims == answer.claims[: len(so_far.claims)]
        assert so_far.citations == answer.citations[: len(so_far.citations)]
        assert 0 < covered <= len(SAID)
    assert [covered for _, covered in heard] == sorted({covered for _, covered in heard})
