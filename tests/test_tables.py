"""A row of a table is told with its headers and units, and each word of it has a place in the original."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.cleaning.pieces import clean_regions, seams_of
from rag.documents.extract import Region
from rag.original import Cell, Original
from rag.text.sentences import split_sentences

Grid = Sequence[Sequence[str | None]]


def told(
    grid: Grid,
    *,
    headers: int = 1,
    spans: Mapping[tuple[int, int], tuple[int, int]] | None = None,
    above: str = "",
) -> list[str]:
    """The sentences of a table's rows; `spans` are (rows, columns) of the cells that span several."""
    original, regions = table(grid, headers=headers, spans=spans, above=above)
    body, blocks = clean_regions(original, regions)
    return [body.text[block.start : block.end] for block in blocks if block.kind == "row"]


def table(
    grid: Grid,
    *,
    headers: int = 1,
    spans: Mapping[tuple[int, int], tuple[int, int]] | None = None,
    above: str = "",
) -> tuple[Original, tuple[Region, ...]]:
    text, cells = f"{above}\n", []
    for row, words in enumerate(grid, 1):
        for column, word in enumerate(words, 1):
            if word is not None:
                rows, columns = (spans or {}).get((row, column), (1, 1))
                place = (len(text), len(text) + len(word))
                cells.append(Cell(*place, 1, row, column, header=row <= headers, rows=rows, columns=columns))
                text += word
            text += "\t"
        text += "\n"
    regions = [Region("caption", ((0, len(above)),))] if above else []
    regions += [
        Region("row", tuple((cell.start, cell.end) for cell in cells if cell.row == row))
        for row in range(headers + 1, len(grid) + 1)
    ]
    return Original(text, cells=tuple(cells)), tuple(regions)


def test_labels_and_years_name_the_row_and_figures_take_their_headers_unit() -> None:
    grid = [
        ["县区", "年份", "原煤产量(万吨)", "增长%", "备注"],
        ["清溪县", "2023", "2,694.5", "-4.2", "含洗选"],
        ["云岭县", "2024年", "", "12.0%", ""],
    ]
    assert told(grid) == [
        "清溪县2023年：原煤产量2,694.5万吨，增长-4.2%，备注：含洗选。",
        "云岭县2024年：增长12.0%。",
    ]


def test_a_header_in_two_rows_is_said_from_the_top_down() -> None:
    grid: Grid = [
        ["指标", "2023年", None, "2024年", None],
        [None, "产量（万吨）", "同比（%）", "产量（万吨）", "同比（%）"],
        ["原煤", "12.5", "3.1", "13", "4.0"],
    ]
    spans = {(1, 1): (2, 1), (1, 2): (1, 2), (1, 4): (1, 2)}
    assert told(grid, headers=2, spans=spans) == [
        "原煤：2023年产量12.5万吨，2023年同比3.1%，2024年产量13万吨，2024年同比4.0%。"
    ]


def test_a_label_that_spans_rows_is_said_in_each_of_them() -> None:
    grid: Grid = [["县", "年", "产量（吨）"], ["清溪县", "2022", "1"], [None, "2023", "2"], ["合计", "", "3"]]
    assert told(grid, spans={(2, 1): (2, 1)}) == [
        "清溪县2022年：产量1吨。",
        "清溪县2023年：产量2吨。",
        "合计：产量3吨。",
    ]


def test_a_column_of_units_is_put_behind_the_rows_figures() -> None:
    grid = [["项目", "单位", "2022年", "2023年"], ["地区生产总值", "亿元", "120.5", "133.2"]]
    assert told(grid) == ["地区生产总值：2022年120.5亿元，2023年133.2亿元。"]


def test_the_unit_above_a_table_holds_for_figures_without_one_but_not_for_rates() -> None:
    grid = [["乡镇", "产量", "同比增长", "面积（亩）"], ["河口镇", "12.6", "4.1", "300"]]
    assert told(grid, above="表2 粮食产量 单位：吨") == ["河口镇：产量12.6吨，同比增长4.1，面积300亩。"]


def test_an_ordinal_is_part_of_the_name_and_a_text_stands_behind_a_colon() -> None:
    grid = [["序号", "项目名称", "总投资（亿元）", "进展"], ["1", "抽水蓄能电站", "65", "主体开工。"]]
    assert told(grid) == ["1，抽水蓄能电站：总投资65亿元，进展：主体开工。"]


@pytest.mark.parametrize("date", ["2023-05-01", "5月2日", "2023年6月"])
def test_a_date_names_the_row(date: str) -> None:
    assert told([["日期", "气温"], [date, "12.5℃"]]) == [f"{date}：气温12.5℃。"]


def test_labels_that_need_their_header_keep_it() -> None:
    grid = [["合同", "甲方", "乙方", "金额（万元）"], ["一号", "清溪公司", "云岭公司", "12"]]
    assert told(grid) == ["一号：甲方：清溪公司，乙方：云岭公司，金额12万元。"]


def test_the_corner_above_the_labels_may_be_empty() -> None:
    assert told([[None, "2022年", "2023年"], ["清溪县", "1", "2"]]) == ["清溪县：2022年1，2023年2。"]


def test_a_part_is_told_with_what_it_is_a_part_of() -> None:
    grid = [["项目", "2023年"], ["一、收入", "9"], ["  其中：税收", "6"], ["  非税", "3"], ["二、支出", "8"]]
    assert told(grid) == [
        "一、收入：2023年9。",
        "一、收入，其中：税收：2023年6。",
        "一、收入，非税：2023年3。",
        "二、支出：2023年8。",
    ]


def test_a_group_named_once_names_the_rows_below_it_but_not_the_total() -> None:
    grid: Grid = [
        *(["类别", "项目", "2023年"], ["农业", "粮食", "1"], [None, "蔬菜", "2"]),
        *(["工业", "原煤", "3"], [None, "合计", "6"]),
    ]
    assert told(grid) == [
        *("农业，粮食：2023年1。", "农业，蔬菜：2023年2。"),
        *("工业，原煤：2023年3。", "合计：2023年6。"),
    ]


def test_data_that_names_the_group_in_each_row_is_not_filled_in_where_it_does_not() -> None:
    grid: Grid = [
        *(["县", "项目", "2023年"], ["清溪县", "粮食", "1"], ["清溪县", "蔬菜", "2"]),
        [None, "原煤", "3"],
    ]
    assert told(grid)[-1] == "原煤：2023年3。"


@pytest.mark.parametrize("columns", [30, 80])
def test_a_wide_row_is_told_in_sentences_that_each_begin_with_its_name(columns: int) -> None:
    headers = [f"第{number}项财政收入（万元）" for number in range(columns)]
    (row,) = told([["县", *headers], ["清溪县", *map(str, range(columns))]])
    sentences = [row[start:end] for start, end in split_sentences(row)]
    assert len(sentences) > 1
    assert all(text.startswith("清溪县：第") and len(text) < 240 for text in sentences)
    assert all(f"第{number}项财政收入{number}万元" in row for number in range(columns))


def test_a_long_text_in_a_cell_is_no_name() -> None:
    grid = [["项目", "内容", "金额（万元）"], ["公路", "起点在河口镇。终点在县城。", "3"]]
    assert told(grid) == ["公路：内容：起点在河口镇。终点在县城。，金额3万元。"]


def test_english_tables_keep_their_spaces() -> None:
    grid = [["County", "Year", "Output (tonnes)", "Growth (%)"], ["Qingxi", "2023", "2694.5", "42"]]
    assert told(grid) == ["Qingxi, 2023: Output 2694.5 tonnes, Growth 42%."]


def test_a_table_without_a_header_is_told_cell_by_cell() -> None:
    assert told([["a", "1"], ["b", "2"]], headers=0) == ["a, 1.", "b, 2."]


def test_rows_that_are_alike_all_stay() -> None:
    grid = [["乡镇", "面积（亩）"], ["河口镇", "300"], ["河口镇", "300"]]
    assert told(grid) == ["河口镇：面积300亩。"] * 2


def test_a_cell_without_a_value_is_not_told() -> None:
    assert told([["乡镇", "2022年", "2023年"], ["河口镇", "—", "12"]]) == ["河口镇：2023年12。"]


def test_doubled_quotation_marks_of_a_quoted_cell_are_single_ones() -> None:
    text = '县,事件\n清溪县,"受""8·12""洪水影响"\n'
    at = text.index("受")
    cells = (Cell(0, 1, 1, 1, 1, header=True), Cell(2, 4, 1, 1, 2, header=True))
    row = (Cell(5, 8, 1, 2, 1), Cell(at, len(text) - 2, 1, 2, 2))
    original = Original(text, cells=(*cells, *row))
    body, _ = clean_regions(original, [Region("row", tuple((cell.start, cell.end) for cell in row))])
    assert body.text == '清溪县：事件：受"8·12"洪水影响。'


WORD = st.text("清溪县云岭产量同比0123456789.%", min_size=1, max_size=8).filter(lambda word: word.strip("."))


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(WORD, min_size=n, max_size=n), min_size=2, max_size=5)
    )
)
def test_every_value_is_said_and_every_character_stands_where_it_says(grid: list[list[str]]) -> None:
    original, regions = table(grid)
    body, blocks = clean_regions(original, regions)
    original = Original(original.text, cells=original.cells, seams=seams_of(original, regions))
    for block, row in zip(blocks, grid[1:], strict=True):
        sentence = body.text[block.start : block.end]
        assert all(word in sentence for word in row)
        for span in original.quote_spans(body, block.start, block.end):
            assert original.text[span.start : span.end] == span.text
    for char, start, end in zip(body.text, body.starts, body.ends, strict=True):
        if char not in "，：。 \n,:." and char.isalnum():
            assert char in original.text[start:end]
