"""Years, parts of years and days, each where it is named."""

from __future__ import annotations

import pytest

from rag.text.period_mentions import dates_in, year_mentions, year_parts


def years(text: str) -> list[tuple[str, list[int], bool]]:
    return [(text[one.start : one.end], sorted(one.years), one.base) for one in year_mentions(text, 2024)]


def test_years_are_found_where_they_stand() -> None:
    assert years("2023年产量增长，去年也是") == [("2023年", [2023], False), ("去年", [2023], False)]


def test_a_year_that_is_compared_with_is_a_base() -> None:
    assert years("2024年较“十三五”末增长48%") == [("2024年", [2024], False), ("“十三五”末", [2020], True)]
    assert years("In 2023 it was up 5% from 2022.") == [("2023", [2023], False), ("2022", [2022], True)]


@pytest.mark.parametrize("text", ["2000吨", "1941小镇", "2000万元", "2023.5", "2010户"])
def test_what_only_looks_like_a_year_is_none(text: str) -> None:
    assert years(text) == []


def test_a_plan_is_its_five_years() -> None:
    assert years("“十四五”期间")[0][1] == [2021, 2022, 2023, 2024, 2025]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2023年上半年", {"H1"}),
        ("1-6月", {"H1"}),
        ("前三季度", {"Q1-3"}),
        ("first half of 2023", {"H1"}),
        ("全年", {"year"}),
        ("2023年", set()),
    ],
)
def test_parts_of_a_year(text: str, parts: set[str]) -> None:
    assert year_parts(text) == parts


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1月24日", (1, 24, None)),
        ("4月底", (4, None, "end")),
        ("十二月三日", (12, 3, None)),
        ("January 24, 2024", (1, 24, None)),
        ("by the end of April", (4, None, "end")),
        ("24th January", (1, 24, None)),
    ],
)
def test_days_and_months(text: str, date: tuple[int, int | None, str | None]) -> None:
    (found,) = dates_in(text)
    assert (found.month, found.day, found.part) == date


def test_a_less_exact_date_is_within_the_exact_one_and_not_the_other_way_round() -> None:
    (day,), (month,), (other,) = dates_in("1月24日"), dates_in("1月"), dates_in("1月25日")
    assert month.within(day)
    assert not day.within(month)
    assert not day.within(other)
