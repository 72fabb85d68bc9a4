"""Figures are read with value and unit, and compared across magnitudes, scripts and unit systems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.figures import find_figures, same_figure
from rag.types import Figure


def read(text: str) -> list[tuple[str, float, str]]:
    return [(figure.text, figure.value, figure.unit) for figure in find_figures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("原煤产量2694.5万吨，同比增长42%", [("2694.5万吨", 26945000.0, "吨"), ("42%", 42.0, "%")]),
        ("从70万千瓦跃升至252万千瓦", [("70万千瓦", 700000.0, "千瓦"), ("252万千瓦", 2520000.0, "千瓦")]),
        ("高出全省平均水平25个百分点", [("25个百分点", 25.0, "个百分点")]),
        ("两千六百九十四万五千吨", [("两千六百九十四万五千吨", 26945000.0, "吨")]),
        ("粮食产量达1.5亿公斤以上", [("1.5亿公斤", 150000000.0, "公斤")]),
        ("49.8万亩耕地、90公里公路", [("49.8万亩", 498000.0, "亩"), ("90公里", 90.0, "公里")]),
        ("60亿只丁腈手套", [("60亿只", 6e9, "只")]),
        (
            "26.945 million tonnes, up 42 percent",
            [("26.945 million tonnes", 26945000.0, "吨"), ("42 percent", 42.0, "%")],
        ),
        (
            "面积一点四四平方公里、二十三点五万亩",
            [("一点四四平方公里", 1.44, "平方公里"), ("二十三点五万亩", 235000.0, "亩")],
        ),
        ("下午三点五十分开会", []),
        ("二〇二三年增长百分之四十二", [("二〇二三年", 2023.0, "年"), ("百分之四十二", 42.0, "%")]),
        ("1,234.5元", [("1,234.5元", 1234.5, "元")]),
        ("六件要事", [("六件", 6.0, "件")]),
    ],
)
def test_value_and_unit_are_read(text: str, expected: list[tuple[str, float, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    ["5G基站", "国家4A级景区", "第35个教师节", "第十四届", "一产二产", "一个目标、统一部署", "多业崛起"],
)
def test_what_only_looks_like_a_figure_is_left_alone(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    "other", ["26,945,000吨", "两千六百九十四万五千吨", "26.945 million tonnes", "269.45亿公斤"]
)
def test_one_figure_written_in_many_ways_is_the_same(other: str) -> None:
    assert same_figure(find_figures("2694.5万吨")[0], find_figures(other)[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("42%", "48%"),
        ("42%", "42个百分点"),
        ("12.6亿元", "12.6万元"),
        ("50兆瓦", "50千瓦"),
        ("140万千瓦", "140万吨"),
    ],
)
def test_another_value_or_dimension_is_another_figure(one: str, other: str) -> None:
    assert not same_figure(find_figures(one)[0], find_figures(other)[0])


def test_units_of_one_dimension_convert() -> None:
    assert same_figure(find_figures("50兆瓦")[0], find_figures("5万千瓦")[0])
    assert same_figure(find_figures("8GW")[0], find_figures("800万千瓦")[0])


@given(st.text())
def test_a_figure_is_a_stretch_of_its_text(text: str) -> None:
    for figure in find_figures(text):
        assert text[figure.start : figure.end].startswith(figure.text)


@given(st.decimals(min_value=1, max_value=99999, places=2), st.sampled_from(["吨", "元", "亩", "千瓦"]))
def test_a_magnitude_is_multiplied_out_exactly(number: object, unit: str) -> None:
    (figure,) = find_figures(f"共{number}万{unit}")
    assert same_figure(figure, Figure("", float(f"{float(str(number)) * 1e4:.12g}"), unit))
