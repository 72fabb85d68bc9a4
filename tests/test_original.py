"""The places of characters: pages, pieces read in another order, rectangles, cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.cleaning.pieces import clean_regions, seams_of
from rag.documents.extract import Region
from rag.original import AlignedText, Cell, Original, Rectangle


def columns() -> tuple[Original, tuple[Region, ...]]:
    text = "昔阳县去年原煤\n左权县新开工的\n产量创了新高。\n项目有二十个。\n"
    left, right = ((0, 7), (16, 23)), ((8, 15), (24, 31))
    return Original(text), (Region("paragraph", left), Region("paragraph", right))


def test_columns_that_stand_side_by_side_are_read_one_after_another() -> None:
    original, regions = columns()
    body, blocks = clean_regions(original, regions)
    assert [body.text[block.start : block.end] for block in blocks] == [
        "昔阳县去年原煤产量创了新高。",
        "左权县新开工的项目有二十个。",
    ]


def test_a_sentence_read_over_two_pieces_is_cited_in_two_and_without_what_stands_between() -> None:
    original, regions = columns()
    body, blocks = clean_regions(original, regions)
    original = Original(original.text, seams=seams_of(original, regions))
    spans = original.quote_spans(body, blocks[1].start, blocks[1].end)
    assert [span.text for span in spans] == ["左权县新开工的", "项目有二十个。"]
    assert all(original.text[span.start : span.end] == span.text for span in spans)


def test_pieces_with_nothing_but_a_line_end_between_are_cited_as_one() -> None:
    original = Original("上一行的话还\n没有说完。", seams=(0, 7))
    body = AlignedText.joined([AlignedText.identity("上一行的话还"), AlignedText.identity("没有说完。", 7)])
    assert original.stretches(body, 0, len(body.text)) == ((0, 12),)


def test_reading_order_is_kept_where_a_later_piece_stands_first_in_the_file() -> None:
    original = Original("后面说的。前面说的，", seams=(0, 5))
    body = AlignedText.joined([AlignedText.identity("前面说的，", 5), AlignedText.identity("后面说的。")])
    assert original.stretches(body, 0, 10) == ((0, 10),)
    assert original.stretches(body, 0, 5) == ((5, 10),)


def test_pieces_apart_come_in_the_order_they_are_read_in() -> None:
    original = Original("后面说的。（图）前面说的，", seams=(0, 5, 8))
    body = AlignedText.joined([AlignedText.identity("前面说的，", 8), AlignedText.identity("后面说的。")])
    assert [span.text for span in original.quote_spans(body, 0, 10)] == ["前面说的，", "后面说的。"]


def test_a_quote_is_marked_line_by_line() -> None:
    boxes = np.array(
        [[100, 100, 200, 220], [200, 100, 300, 220], [0, 0, 0, 0], [100, 240, 200, 360]], np.uint16
    )
    original = Original("一二\n三", page_starts=(0,), page_sizes=((595.0, 842.0),), boxes=boxes)
    assert original.rectangles(0, 4) == (Rectangle(10, 10, 30, 22), Rectangle(10, 24, 20, 36))
    assert original.rectangles(2, 3) == ()


def test_a_column_of_vertical_text_is_one_rectangle() -> None:
    boxes = np.array([[500, 100, 620, 220], [500, 225, 620, 345], [300, 100, 420, 220]], np.uint16)
    original = Original("縱書橫", page_starts=(0,), page_sizes=((595.0, 842.0),), boxes=boxes)
    assert original.rectangles(0, 3) == (Rectangle(50, 10, 62, 34.5), Rectangle(30, 10, 42, 22))


def table() -> tuple[Original, tuple[Region, ...]]:
    rows = [["县区", "年份", "原煤产量（万吨）", "同比增长（%）"], ["清溪县", "2023", "2,694.5", "42"]]
    text, cells = "", []
    for number, row in enumerate(rows, 1):
        for column, words in enumerate(row, 1):
            cells.append(
                Cell(len(text), len(text) + len(words), 1, number, column, "产量", header=number == 1)
            )
            text += words + ("\n" if column == len(row) else "\t")
    spans = tuple((cell.start, cell.end) for cell in cells if not cell.header)
    return Original(text, cells=tuple(cells)), (Region("row", spans),)


def test_a_row_is_told_with_its_headers_and_units() -> None:
    original, regions = table()
    body, _ = clean_regions(original, regions)
    assert body.text == "清溪县2023年：原煤产量2,694.5万吨，同比增长42%。"


def test_a_figure_of_a_row_is_cited_in_its_cell_and_its_header() -> None:
    original, regions = table()
    body, _ = clean_regions(original, regions)
    original = Original(original.text, cells=original.cells, seams=seams_of(original, regions))
    at = body.text.index("原煤产量")
    spans = original.quote_spans(body, at, body.text.index("，同比"))
    assert [span.text for span in spans] == ["原煤产量（万吨）", "2,694.5"]
    assert [(c.row, c.column) for span in spans for c in original.cells_in(span.start, span.end)] == [
        (1, 3),
        (2, 3),
    ]


@given(st.permutations(range(6)), st.integers(0, 59), st.integers(1, 60))
def test_every_quote_is_the_original_at_its_place(order: list[int], start: int, length: int) -> None:
    text = "".join(f"第{n}段，每段十个字呢。" for n in range(6))
    pieces = [(n * 10, n * 10 + 10) for n in range(6)]
    body = AlignedText.joined([AlignedText.identity(text[a:b], a) for a, b in (pieces[n] for n in order)])
    original = Original(text, seams=tuple(a for a, _ in pieces))
    end = min(start + length, len(body.text))
    if start >= end:
        return
    spans = original.quote_spans(body, start, end)
    assert all(text[span.start : span.end] == span.text for span in spans)
    covered = {n for span in spans for n in range(span.start, span.end)}
    assert covered >= set(body.starts[start:end].tolist())
    touched = {n // 10 for n in body.starts[start:end].tolist()}
    assert {n // 10 for n in covered} == touched


def test_an_empty_stretch_has_no_place() -> None:
    with pytest.raises(ValueError, match="no place"):
        AlignedText.identity("字").original_span(1, 1)
