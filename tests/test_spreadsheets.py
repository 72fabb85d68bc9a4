"""Excel and CSV: what a cell shows, which rows are headers, where each cell stands."""

import datetime
import io
import re
import time
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents.limits import Limits
from rag.errors import ReadError
from tests.fixture_files import PASSWORD, cell_truths, fixture
from tests.read_documents import (
    NO_VALUE,
    assert_lawful,
    extracted,
    folded,
    headers_of,
    read_bytes,
    texts,
    told,
)

Sheet = Sequence[Sequence[Any]]


def workbook(*sheets: Sheet, finish: Callable[[Any], None] | None = None) -> bytes:
    """An .xlsx with these rows on sheets called 甲, 乙, 丙."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in zip("甲乙丙", sheets, strict=False):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if finish:
        finish(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_of(rows: Sheet) -> bytes:
    return "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows).encode()


YEARS: Sheet = [["年份", "原煤产量（万吨）", "增速（%）"], [2022, 1899.4, 5.2], [2023, 2694.5, 42]]


@pytest.mark.parametrize("name", ["indicators.xlsx", "indicators.csv", "indicators-gb18030.csv"])
def test_every_cell_of_the_indicators_is_told_with_the_words_over_and_before_it(name: str) -> None:
    data = fixture(name).read_bytes()
    document = assert_lawful(name, data)
    cells = {
        (cell.sheet, cell.row, cell.column): document.original.text[cell.start : cell.end]
        for cell in document.original.cells
    }
    rows = [folded(row) for row in texts(document, "row")]
    for truth in cell_truths(name):
        # Quotes doubled inside a quoted field are two characters of the file, and cited as such.
        assert cells[truth.sheet, truth.row, truth.column].replace('""', '"').split() == truth.value.split()
        words = [re.sub(r"[（(][^）)]*[）)]$", "", header) for header in truth.headers]
        if truth.value.strip(NO_VALUE):
            assert any(
                folded(truth.value) in row and all(folded(word) in row for word in words) for row in rows
            )


def test_a_row_is_told_with_header_and_unit() -> None:
    for name, data in (("a.xlsx", workbook(YEARS)), ("a.csv", csv_of(YEARS))):
        assert texts(assert_lawful(name, data), "row") == [
            "2022年：原煤产量1899.4万吨，增速5.2%。",
            "2023年：原煤产量2694.5万吨，增速42%。",
        ]


def test_values_are_shown_in_their_number_formats() -> None:
    def styled(book: Any) -> None:
        for cell, style in (("B2", "0.0%"), ("C2", "#,##0.0"), ("D2", 'yyyy"年"m"月"d"日"')):
            book["甲"][cell].number_format = style

    rows: Sheet = [["县", "增速", "产量", "日期"], ["昔阳", 0.42, 2694.5, datetime.date(2024, 3, 5)]]
    document = assert_lawful("a.xlsx", workbook(rows, finish=styled))
    assert texts(document, "row") == ["昔阳：增速42.0%，产量2,694.5，日期2024年3月5日。"]


def test_title_and_unit_above_a_table_are_its_captions_and_notes_below_are_paragraphs() -> None:
    def merged(book: Any) -> None:
        book["甲"].merge_cells("A1:C1")

    rows: Sheet = [
        ["表1 昔阳县原煤产量", None, None],
        [None, None, "单位：万吨"],
        *YEARS,
        ["注：2023年为快报数。"],
    ]
    document = assert_lawful("a.xlsx", workbook(rows, finish=merged))
    assert [(kind, text) for kind, _, text in told(document)] == [
        ("heading", "甲"),
        ("caption", "表1昔阳县原煤产量"),
        ("caption", "单位：万吨"),
        ("row", "2022年：原煤产量1899.4万吨，增速5.2%。"),
        ("row", "2023年：原煤产量2694.5万吨，增速42%。"),
        ("paragraph", "注：2023年为快报数。"),
    ]


@pytest.mark.parametrize("is_merged", [True, False])
def test_two_header_rows_are_read_together_merged_or_not(is_merged: bool) -> None:
    def merged(book: Any) -> None:
        if is_merged:
            for area in ("A1:A2", "B1:C1", "D1:E1"):
                book["甲"].merge_cells(area)

    rows: Sheet = [
        ["县", "原煤", None, "小米", None],
        [None, "产量（万吨）", "增速（%）", "产量（吨）", "增速（%）"],
        ["昔阳", 2694.5, 42, 80, 3.1],
        ["左权", 150, -2, 95, 1.2],
    ]
    document = assert_lawful("a.xlsx", workbook(rows, finish=merged))
    assert texts(document, "row") == [
        "昔阳：原煤产量2694.5万吨，原煤增速42%，小米产量80吨，小米增速3.1%。",
        "左权：原煤产量150万吨，原煤增速-2%，小米产量95吨，小米增速1.2%。",
    ]


def test_tables_apart_on_one_sheet_have_headers_of_their_own() -> None:
    rows: Sheet = [
        ["县", "产量", None, "镇", "人口"],
        ["昔阳", 2694.5, None, "乐平", 9.3],
        ["左权", 150, None, "辽阳", 6.1],
        [None],
        ["项目", "投资"],
        ["电站", 80],
    ]
    document = assert_lawful("a.xlsx", workbook(rows))
    assert texts(document, "row") == [
        "昔阳：产量2694.5。",
        "左权：产量150。",
        "乐平：人口9.3。",
        "辽阳：人口6.1。",
        "电站：投资80。",
    ]
    assert {cell.table for cell in document.original.cells} == {1, 2, 3}


def test_an_empty_row_inside_a_table_does_not_part_its_rows_from_their_header() -> None:
    rows: Sheet = [["县", "产量", "增速"], ["昔阳", 2694.5, 42], [None], ["左权", 150, -2]]
    document = assert_lawful("a.xlsx", workbook(rows))
    assert texts(document, "row") == ["昔阳：产量2694.5，增速42。", "左权：产量150，增速-2。"]


def test_years_across_the_top_are_headers_and_years_down_the_side_are_not() -> None:
    across = [["指标", 2021, 2022, 2023], ["产量", 10.5, 11.2, 12.9]]
    assert texts(assert_lawful("a.xlsx", workbook(across)), "row") == [
        "产量：2021 10.5，2022 11.2，2023 12.9。"
    ]
    down = [[2021, 10.5], [2022, 11.2]]
    assert headers_of(extracted("a.xlsx", workbook(down))) == []


def test_a_table_of_words_has_the_header_that_names_its_columns() -> None:
    rows = [["序号", "任务", "责任单位"], ["一", "抓好春耕", "农业农村局"], ["二", "保供煤炭", "能源局"]]
    assert headers_of(extracted("a.csv", csv_of(rows))) == ["序号", "任务", "责任单位"]
    pairs = [["县长", "张三"], ["电话", "无"]]
    assert headers_of(extracted("a.csv", csv_of(pairs))) == []


def test_cells_stand_where_the_spreadsheet_shows_them() -> None:
    def put(book: Any) -> None:
        sheet = book["甲"]
        sheet["C5"], sheet["D5"], sheet["C6"], sheet["D6"] = "县", "产量", "昔阳", 2694.5

    original = extracted("a.xlsx", workbook([], finish=put)).original
    places = {
        (cell.sheet, cell.row, cell.column): original.text[cell.start : cell.end] for cell in original.cells
    }
    assert places == {("甲", 5, 3): "县", ("甲", 5, 4): "产量", ("甲", 6, 3): "昔阳", ("甲", 6, 4): "2694.5"}
    assert original.page_starts == ()


def test_hidden_sheets_are_in_with_a_warning() -> None:
    def hide(book: Any) -> None:
        book["乙"].sheet_state = "hidden"

    extract = extracted("a.xlsx", workbook(YEARS, [["底稿", 5]], finish=hide))
    assert "底稿" in extract.original.text
    assert any("乙" in warning for warning in extract.warnings)


def test_formulas_without_a_saved_result_are_warned_of_not_made_up() -> None:
    extract = extracted("a.xlsx", workbook([["县", "产量"], ["昔阳", "=1+1"], ["左权", 3]]))
    assert "=1+1" not in extract.original.text
    assert any("公式" in warning and "formulas" in warning for warning in extract.warnings)


def test_a_far_away_cell_costs_no_time() -> None:
    def stray(book: Any) -> None:
        book["甲"]["XFD1048576"] = "远"

    data = workbook(YEARS, finish=stray)
    began = time.process_time()
    document = assert_lawful("a.xlsx", data)
    assert time.process_time() - began < 5
    assert document.original.cells[-1].row == 1048576
    assert len(document.original.text) < 1000
    assert "312.6" in extracted("sparse.xlsx", fixture("bad/sparse.xlsx").read_bytes()).original.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>'),
        (b'<row r="3"', b'<row r="999999999"'),
    ],
)
def test_spans_and_rows_beyond_all_text_cost_no_time(old: bytes, new: bytes) -> None:
    data = workbook(YEARS)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    changed = replaced(data, "xl/worksheets/sheet1.xml", sheet.replace(old, new))
    began = time.process_time()
    try:
        assert max(cell.rows for cell in extracted("a.xlsx", changed).original.cells) == 2
    except ReadError as error:
        assert error.code == "damaged"
    assert time.process_time() - began < 2


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_more_cells_than_the_limit_are_refused_by_name(name: str) -> None:
    data = workbook(YEARS) if name.endswith("x") else csv_of(YEARS)
    assert extracted(name, data, limits=Limits(cells=9))
    with pytest.raises(ReadError) as caught:
        extracted(name, data, limits=Limits(cells=8))
    assert caught.value.code == "too_large"
    assert "超过 8 个" in caught.value.zh
    assert "cells than the limit of 8" in caught.value.en


def test_a_locked_workbook_opens_with_its_password_alone() -> None:
    data = fixture("bad/locked.xlsx").read_bytes()
    assert extracted("locked.xlsx", data, password=PASSWORD).original.text
    for password in (None, "wrong"):
        with pytest.raises(ReadError) as caught:
            extracted("locked.xlsx", data, password=password)
        assert caught.value.code == "password"


def test_a_damaged_workbook_is_said_to_be_damaged() -> None:
    data = workbook(YEARS)
    for broken in (data[: len(data) // 2], b"PK\x03\x04", b"", data.replace(b"PK\x01\x02", b"PK\x00\x02")):
        with pytest.raises(ReadError) as caught:
            extracted("a.xlsx", broken)
        assert caught.value.code == "damaged"


def test_entities_in_a_sheet_are_not_blown_up() -> None:
    bombs = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12))
    declared = f'<!DOCTYPE worksheet [<!ENTITY x0 "lol">{bombs}]>'
    sheet = (
        f'<?xml version="1.0"?>{declared}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&x11;</t></is></c></row></sheetData></worksheet>'
    )
    with pytest.raises(ReadError) as caught:
        extracted("a.xlsx", replaced(workbook(YEARS), "xl/worksheets/sheet1.xml", sheet.encode()))
    assert caught.value.code == "damaged"


def replaced(package: bytes, member: str, content: bytes) -> bytes:
    """The package with another content of one member."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == member else old.read(name))
    return out.getvalue()


def test_a_zip_bomb_inside_a_workbook_is_refused_before_it_is_opened() -> None:
    bomb = replaced(workbook(YEARS), "xl/worksheets/sheet1.xml", b" " * (8 << 20))
    with pytest.raises(ReadError) as caught:
        extracted("a.xlsx", bomb)
    assert caught.value.code == "too_large"


def test_the_original_of_a_csv_file_is_its_text() -> None:
    text = '县,说明\r\n昔阳,"产量, ""原煤""\r\n第二行"\r\n'
    original = extracted("a.csv", text.encode("gb18030")).original
    assert original.text == text
    contents = [text[cell.start : cell.end] for cell in original.cells]
    assert contents == ["县", "说明", "昔阳", '产量, ""原煤""\r\n第二行']


_CELL = st.one_of(
    st.none(),
    st.integers(-9999, 9999),
    st.text(alphabet="昔阳产量年（）%,.0123456789 ab\n", max_size=6).filter(str.strip),
)


@settings(max_examples=25)
@given(st.lists(st.lists(_CELL, min_size=1, max_size=5), min_size=1, max_size=7))
def test_both_laws_hold_for_any_sheet(rows: list[list[Any]]) -> None:
    if not any(re.search(r"\w", str(cell)) for row in rows for cell in row if cell is not None):
        return
    safe = [
        [f"'{cell}" if isinstance(cell, str) and cell.startswith("=") else cell for cell in row]
        for row in rows
    ]
    assert_lawful("a.xlsx", workbook(safe))
    quoted = [[f'"{cell}"' if isinstance(cell, str) else cell for cell in row] for row in safe]
    assert_lawful("a.csv", csv_of(quoted))


def test_a_csv_document_keeps_its_rows_in_the_order_of_the_file() -> None:
    document = read_bytes("a.csv", csv_of([["县", "产量"], ["昔阳", 1.5], ["左权", 2.5], ["和顺", 3.5]]))
    assert [row[:2] for row in texts(document, "row")] == ["昔阳", "左权", "和顺"]
