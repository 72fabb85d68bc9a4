"""Laws of verification: the source's own words always stand, and never with another figure, place or year in them."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.draft import Quote, Statement
from rag.answering.grounding import ground
from rag.answering.verification import verify
from tests.test_verification import hit

_THINGS = (
    "原煤产量",
    "粮食产量",
    "一般公共预算收入",
    "固定资产投资",
    "苹果种植面积",
    "常住人口",
    "旅游总收入",
    "高速公路里程",
)
_UNITS = ("万吨", "亿元", "万亩", "公里", "户", "%", "个百分点", "万千瓦")
_VERBS = ("达到", "完成", "增长", "下降", "为", "力争达到", "超过")
_DIGIT = re.compile(r"\d")


@st.composite
def clauses(draw: st.DrawFn) -> str:
    """What a report says of one thing: "原煤产量达到26.5万吨"."""
    number = draw(st.integers(10, 99999)) / draw(st.sampled_from((1, 10, 100)))
    return f"{draw(st.sampled_from(_THINGS))}{draw(st.sampled_from(_VERBS))}{number:g}{draw(st.sampled_from(_UNITS))}"


SENTENCES = st.lists(clauses(), min_size=1, max_size=4).map(lambda told: f"{'，'.join(told)}。")


def quoted(claim: str, source: str) -> Statement:
    return Statement(claim, (Quote(hit(source), 0, len(source)),))


@settings(max_examples=60, deadline=None)
@given(SENTENCES, SENTENCES)
def test_a_sentence_of_the_source_stands_and_so_does_each_clause_of_it(sentence: str, other: str) -> None:
    source = other + sentence
    assert verify(quoted(sentence, source)).supported
    for clause in sentence.rstrip("。").split("，"):
        assert verify(quoted(clause, source)).supported


@settings(max_examples=60, deadline=None)
@given(SENTENCES, SENTENCES)
def test_it_is_grounded_where_it_stands(sentence: str, other: str) -> None:
    if sentence.rstrip("。") in other:
        return
    statement = ground(sentence, [], [hit(other, 1), hit(sentence, 2)])
    assert [quote.hit.id for quote in statement.quotes] == [2]


@settings(max_examples=120, deadline=None)
@given(SENTENCES, st.data())
def test_it_never_stands_with_another_digit(sentence: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([match.start() for match in _DIGIT.finditer(sentence)]))
    digit = data.draw(st.sampled_from([one for one in "123456789" if one != sentence[at]]))
    changed = f"{sentence[:at]}{digit}{sentence[at + 1 :]}"
    assert not verify(quoted(changed, sentence)).supported
    assert not verify(ground(changed, [], [hit(sentence)])).supported


@settings(max_examples=60, deadline=None)
@given(clauses(), st.sampled_from(["云岭县", "石桥县"]), st.integers(2015, 2022))
def test_it_never_stands_for_another_place_or_year(clause: str, place: str, year: int) -> None:
    source = f"2023年清溪县{clause}。"
    assert verify(quoted(f"清溪县2023年{clause}。", source)).supported
    assert not verify(quoted(f"2023年{place}{clause}。", source)).supported
    assert not verify(quoted(f"{year}年清溪县{clause}。", source)).supported


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_THINGS), st.sampled_from(_THINGS), st.integers(10, 999), st.integers(1000, 9999))
def test_two_things_never_change_figures(one: str, other: str, small: int, large: int) -> None:
    if one == other:
        return
    for source in (
        f"{one}{small}万吨，{other}{large}万吨。",
        f"{one}、{other}分别为{small}万吨、{large}万吨。",
    ):
        assert verify(quoted(f"{one}为{small}万吨", source)).supported
        assert verify(quoted(f"{other}为{large}万吨", source)).supported
        assert not verify(quoted(f"{one}为{large}万吨", source)).supported
        assert not verify(quoted(f"{other}为{small}万吨", source)).supported
