"""Follow-ups stand alone before they are searched for."""

from __future__ import annotations

import pytest

from rag.conversation import Resolved, resolve
from rag.types import Turn

PLACES = ("昔阳", "左权", "岢岚")


def turns(*questions: str) -> tuple[Turn, ...]:
    return tuple(Turn(question, "…") for question in questions)


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        ("岢岚县2023年地区生产总值是多少？", "那2024年呢？", "岢岚县2024年地区生产总值是多少？"),
        ("岢岚县2023年地区生产总值是多少？", "左权呢？", "左权县2023年地区生产总值是多少？"),
        ("What was the GDP in 2023?", "And in 2024?", "What was the GDP in 2024?"),
        ("What was the GDP in 2023?", "What about 2024?", "What was the GDP in 2024?"),
    ],
)
def test_a_year_or_a_place_is_exchanged(earlier: str, question: str, expected: str) -> None:
    assert resolve(question, turns(earlier), PLACES) == Resolved(expected)


def test_an_elliptic_question_about_something_else_keeps_what_it_was_about() -> None:
    resolved = resolve("固定资产投资呢？", turns("左权县2024年GDP增长目标是多少？"), PLACES)
    assert resolved.question == "固定资产投资"
    assert "左权县2024年" in resolved.background


def test_a_short_question_leans_on_the_one_before() -> None:
    resolved = resolve("总投资多少？", turns("左权的抽水蓄能项目装机多大？"), PLACES)
    assert resolved.question == "总投资多少？"
    assert "抽水蓄能" in resolved.background


def test_a_chain_of_follow_ups_is_followed_back() -> None:
    resolved = resolve("那2022年呢？", turns("岢岚县2023年地区生产总值是多少？", "那2024年呢？"), PLACES)
    assert resolved.question == "岢岚县2022年地区生产总值是多少？"


@pytest.mark.parametrize(
    "question", ["左权县2024年煤炭产量目标是多少？", "What is the life expectancy in Xiyang County?"]
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert resolve(question, turns("岢岚县2023年地区生产总值是多少？"), PLACES) == Resolved(question)


def test_without_history_nothing_is_resolved() -> None:
    assert resolve("那2024年呢？", ()) == Resolved("那2024年呢？")


@pytest.mark.parametrize("question", ["昔阳\udcff縣產量？", "\ud800", "the capital of \udce9?"])
def test_half_a_character_is_a_blank_in_a_question_and_in_what_was_asked_before(question: str) -> None:
    resolved = resolve(question, [Turn(question, "")])
    assert f"{resolved.background}{resolved.question}".isprintable()
