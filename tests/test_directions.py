"""Up, down, denied or the opposite: read from the words of a clause."""

from __future__ import annotations

import pytest

from rag.text.directions import is_denied, opposed, sign_at, turns, without_answer
from rag.text.figures import find_figures


def sign(text: str) -> int:
    figure = find_figures(text)[0]
    return sign_at(text, figure.start, figure.end)


@pytest.mark.parametrize(
    "text", ["同比增长42%", "实现16%的增长", "增幅6.25%", "up 42%", "a 42% increase", "并非下降，而是增长42%"]
)
def test_what_grows_goes_up(text: str) -> None:
    assert sign(text) == 1


@pytest.mark.parametrize("text", ["同比下降3%", "降幅3%", "增长-3%", "fell by 3%", "down 3%", "未增长3%"])
def test_what_falls_goes_down(text: str) -> None:
    assert sign(text) == -1


@pytest.mark.parametrize("text", ["增加值23.4亿元", "提升行动7项", "下降期3年", "占比达68%"])
def test_words_that_only_look_like_directions_are_none(text: str) -> None:
    assert sign(text) == 0


def test_the_nearest_word_before_a_figure_counts() -> None:
    assert sign("增速回落2个百分点") == -1


@pytest.mark.parametrize(
    "text", ["项目未开工", "没有完成任务", "并非首家", "不再外出", "the project has not started"]
)
def test_a_denial_is_seen(text: str) -> None:
    assert is_denied(text)


@pytest.mark.parametrize(
    "text", ["无人驾驶", "不断提升", "未来五年", "非煤产业", "不仅增加了收入", "并非下降", "非常好"]
)
def test_what_only_looks_like_a_denial_is_none(text: str) -> None:
    assert not is_denied(text)


def test_a_denied_direction_is_the_other_one() -> None:
    assert [turn.sign for turn in turns("同比增长，并非下降")] == [1, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("高于全省", "低于全省"),
        ("由3年延长至1年", "由3年缩短至1年"),
        ("全国最小", "全国最大"),
        ("环比", "同比"),
    ],
)
def test_opposites_are_opposed_both_ways(one: str, other: str) -> None:
    assert opposed(one, other)
    assert opposed(other, one)
    assert not opposed(one, one)


def test_the_yes_or_no_of_an_answer_says_nothing_of_its_own() -> None:
    assert without_answer("不是，同比增长42%。") == "同比增长42%。"
    assert without_answer("Yes, it grew.") == "it grew."
    assert without_answer("不少企业") == "不少企业"
