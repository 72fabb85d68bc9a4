"""Among whom something is first or ahead."""

from __future__ import annotations

import pytest

from rag.text.scopes import ranks


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("全市首家为老人提供补贴", {("ahead", "全市"), ("first", "全市")}),
        ("参保率全省领先", {("ahead", "全省")}),
        ("总量位居全省第一", {("ahead", "全省"), ("first", "全省")}),
        ("高出全国平均水平2个百分点", {("mean", "全国")}),
        ("增速世界领先", {("ahead", "全球")}),
        ("全市规模以上工业增加值增长5%", set()),
        ("the first county in the province to pay it", {("ahead", "全省"), ("first", "全省")}),
        ("the largest base in China", {("ahead", "全国")}),
        ("coal in the province", set()),
    ],
)
def test_a_rank_is_told_with_its_scope(text: str, told: set[tuple[str, str]]) -> None:
    assert ranks(text) == told
