"""Follow-ups stand alone before they are searched for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("昔阳“十四五”前的装机是多少？", "那“十四五”末呢？", "昔阳“十四五”末的装机是多少？"),
        (
            "What was the capacity before the 14th Five-Year Plan?",
            "And at the end of the 14th Five-Year Plan?",
            "What was the capacity at the end of the 14th Five-Year Plan?",
        ),
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


@pytest.mark.parametrize(
    ("earlier", "answer", "question", "told"),
    [
        ("岢岚县2023年地区生产总值是多少？", "50.9亿元", "左权县的呢", "左权县2023年地区生产总值是多少？"),
        ("左权的抽水蓄能项目装机多少？", "140万千瓦", "它的投资呢？", "左权的抽水蓄能项目的投资是多少？"),
        ("左权县2024年GDP增长目标是多少？", "5.5%", "固定资产投资呢？", "左权县2024年固定资产投资是多少？"),
        ("昔阳县2023年原煤产量增长了多少？", "42%", "为什么？", "为什么昔阳县2023年原煤产量增长了？"),
        ("左权今年农业上抓哪几件事？", "…", "还有呢？", "除了已经说的，左权今年农业上抓哪几件事？"),
        ("左权县在推进哪个抽水蓄能项目？", "箕山电站。", "总投资多少？", "箕山电站：总投资多少？"),
        ("What is the GDP of Kelan in 2023?", "5", "And in Zuoquan?", "What is the GDP of Zuoquan in 2023?"),
        ("What is Kelan's GDP?", "5", "And in Zuoquan County?", "What is Zuoquan's GDP?"),
        ("Did the GDP of Kelan grow?", "yes", "Why?", "Why did the GDP of Kelan grow?"),
    ],
)
def test_a_follow_up_is_told_as_a_whole_question(earlier: str, answer: str, question: str, told: str) -> None:
    assert resolve(question, (Turn(earlier, answer),), PLACES).full == told


@pytest.mark.parametrize(
    "question",
    [
        "晋中市签约项目78个，其中制造业有多少个？",
        "What did Zuoquan say about its coal output target?",
        "Is there a plan for more tourism in Zuoquan?",
        "What was planned this year for Zuoquan?",
        "其他县的地区生产总值在2023年的增速是多少？",
    ],
)
def test_a_question_with_a_subject_of_its_own_takes_nothing_over(question: str) -> None:
    resolved = resolve(question, turns("岢岚县2023年地区生产总值是多少？"), PLACES)
    assert not resolved.follows
    assert resolved.background == ""


def test_only_brevity_makes_a_follow_up_doubtful() -> None:
    earlier = turns("岢岚县2023年地区生产总值是多少？")
    assert resolve("甲醇汽车有多少辆？", earlier, PLACES).doubtful
    assert not resolve("它占全市多少？", earlier, PLACES).doubtful


def test_what_else_is_asked_beyond_every_answer_since() -> None:
    history = (Turn("左权今年农业上抓哪几件事？", "一是核桃。"), Turn("还有呢？", "二是连翘。"))
    resolved = resolve("还有呢？", history, PLACES)
    assert resolved.question == "左权今年农业上抓哪几件事？"
    assert resolved.beyond == ("一是核桃。", "二是连翘。")


@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=4),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
)
def test_every_question_resolves_to_one_that_can_be_searched(asked: list[str], question: str) -> None:
    resolved = resolve(question, turns(*asked), PLACES)
    assert resolved.follows or resolved.full == resolved.question
    assert isinstance(resolved.question, str)
