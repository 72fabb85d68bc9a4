"""A statement stands only if the words it cites hold it, each figure included."""

from __future__ import annotations

import pytest

from rag.answering.draft import Quote, Statement
from rag.answering.grounding import ground
from rag.answering.verification import verify
from rag.original import AlignedText
from rag.types import Hit, Metadata, Passage

COAL = "去年原煤产量2694.5万吨，同比增长42%，煤炭先进产能占比达68%。"
BUDGET = "一般公共预算收入连年实现亿元级增长，2024年达到12.6亿元。"


def hit(text: str, number: int = 1, *, year: int | None = 2024, place: str = "昔阳县") -> Hit:
    metadata = Metadata(title="昔阳县经济", place=place, year=year)
    passage = Passage(
        "a.txt", 0, AlignedText.identity(text), (), f"{place} {year}", ((0, len(text)),), metadata
    )
    return Hit(number, passage, 1.0, 1.0, 1.0, 1.0)


def quoted(text: str, source: str = COAL) -> Statement:
    return Statement(text, (Quote(hit(source), 0, len(source)),))


@pytest.mark.parametrize(
    "text",
    [
        "去年原煤产量2694.5万吨，同比增长42%。",
        "2023年昔阳县原煤产量为26,945,000吨。",
        "昔阳县2023年原煤产量达两千六百九十四万五千吨，增长百分之四十二。",
        "Raw coal output was 26.945 million tonnes.",
    ],
)
def test_a_figure_may_be_written_in_any_way(text: str) -> None:
    assert verify(quoted(text)).supported


@pytest.mark.parametrize(
    "text",
    [
        "去年原煤产量2694.5万吨，同比增长48%。",
        "去年原煤产量2694.5亿吨。",
        "煤炭先进产能占比达68个百分点。",
        "2022年原煤产量2694.5万吨。",
        "Raw coal output was 26.945 billion tonnes.",
    ],
)
def test_a_wrong_figure_unit_or_year_is_not_supported(text: str) -> None:
    verdict = verify(quoted(text))
    assert not verdict.supported
    assert verdict.quotes == ()
    assert not all(checked.supported for checked in verdict.figures)


def test_the_other_direction_is_not_supported() -> None:
    assert not verify(quoted("去年原煤产量同比下降42%。")).supported
    assert verify(quoted("去年原煤产量同比增长42%，并非下降。")).supported


def test_right_figures_about_something_else_are_not_supported() -> None:
    assert not verify(quoted("城镇居民医保参保率提高了42%。")).supported


def test_a_statement_without_a_quote_is_not_supported() -> None:
    assert not verify(Statement("原煤产量很高。", ())).supported


def test_a_wrong_marker_is_moved_to_the_passage_that_holds_the_claim() -> None:
    coal, budget = hit(COAL, 1), hit(BUDGET, 2)
    statement = ground("2024年一般公共预算收入达到12.6亿元。", [coal], [coal, budget])
    assert [quote.hit.id for quote in statement.quotes] == [2]


def test_a_claim_without_a_marker_gets_one_if_a_passage_supports_it() -> None:
    statement = ground("去年原煤产量2694.5万吨。", [], [hit(BUDGET, 2), hit(COAL, 1)])
    assert [quote.hit.id for quote in statement.quotes] == [1]
    assert verify(statement).supported


def test_an_invented_claim_finds_no_support_anywhere() -> None:
    assert not verify(
        ground("昔阳县地区生产总值为12.6亿元，同比增长48%。", [hit(COAL, 1)], [hit(COAL, 1), hit(BUDGET, 2)])
    ).supported
