"""A figure may be rounded where the text says so; a bound is only as good as the source's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.quantities import Bound, Fit, find_quantities, fit, rounds_to


def held(claimed: str, source: str) -> Fit:
    return fit(find_quantities(claimed)[0], find_quantities(source)[0])


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("2694.5万吨", Bound.EXACT),
        ("约2700万吨", Bound.ABOUT),
        ("2700万吨左右", Bound.ABOUT),
        ("超85%", Bound.OVER),
        ("不低于5万亩", Bound.OVER),
        ("60周岁以上", Bound.OVER),
        ("130多名", Bound.OVER),
        ("近30倍", Bound.UNDER),
        ("不超过10亿元", Bound.UNDER),
        ("nearly 30 times", Bound.UNDER),
        ("more than 85%", Bound.OVER),
        ("no more than 85%", Bound.UNDER),
        ("approximately 26.9 million tonnes", Bound.ABOUT),
    ],
)
def test_the_bound_is_read_before_after_and_inside(text: str, bound: Bound) -> None:
    assert find_quantities(text)[0].bound is bound


@pytest.mark.parametrize(
    ("claimed", "source"),
    [
        ("约2700万吨", "2694.5万吨"),
        ("about 27 million tonnes", "2694.5万吨"),
        ("超过2600万吨", "2694.5万吨"),
        ("近2700万吨", "2694.5万吨"),
        ("超85%", "85%以上"),
        ("85%", "超85%"),
        ("约85%", "超85%"),
        ("10～20万吨", "10万吨至20万吨"),
        ("三分之一", "三分之一"),
        ("1公顷", "15亩"),
        ("1平方公里", "100公顷"),
        ("76", "76座"),
        ("744个", "744项"),
    ],
)
def test_what_the_source_bears_out_is_held(claimed: str, source: str) -> None:
    assert held(claimed, source) is Fit.HELD


@pytest.mark.parametrize(
    ("claimed", "source"),
    [
        ("2700万吨", "2694.5万吨"),
        ("约2600万吨", "2694.5万吨"),
        ("近2600万吨", "2694.5万吨"),
        ("超过2700万吨", "2694.5万吨"),
        ("超过1694.5万吨", "2694.5万吨"),
        ("约3000万吨", "2694.5万吨"),
        ("42%", "42个百分点"),
        ("744家", "744项"),
        ("76", "76%"),
    ],
)
def test_another_figure_is_none(claimed: str, source: str) -> None:
    assert held(claimed, source) is Fit.OTHER_FIGURE


@pytest.mark.parametrize(
    ("claimed", "source"),
    [
        ("超过2694.5万吨", "2694.5万吨"),
        ("不足85%", "超85%"),
        ("近30倍", "超30倍"),
        ("超30倍", "约30倍"),
        ("10万吨", "10～20万吨"),
    ],
)
def test_a_bound_that_the_source_does_not_have_is_told(claimed: str, source: str) -> None:
    assert held(claimed, source) is Fit.OTHER_BOUND


def test_the_first_figure_of_a_range_has_the_unit_of_the_second() -> None:
    first, second = find_quantities("产量10～20万吨")
    assert (first.figure.value, first.figure.unit) == (100000.0, "吨")
    assert first.partner == second.figure


def test_figures_of_a_calculation_have_the_unit_of_its_result() -> None:
    values = [one.figure.value for one in find_quantities("180.3 − 50.9 = 129.4亿元")]
    assert values == [18030000000.0, 5090000000.0, 12940000000.0]


@given(st.integers(100, 99999), st.integers(1, 3))
def test_a_figure_rounded_by_the_rules_rounds_to_its_origin(tenths: int, dropped: int) -> None:
    exact = tenths / 10
    rounded = round(exact, 1 - dropped)
    (figure,) = find_quantities(f"约{rounded:g}元") if rounded else find_quantities("约1元")
    assert not rounded or rounds_to(figure.figure, exact) or abs(rounded - exact) > 0.5 * 10 ** (dropped - 1)
