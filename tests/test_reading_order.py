"""Columns, stories, paragraphs and tables of PDF pages: read in the order a person reads them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents import read
from rag.documents.extract import SourceFile
from rag.documents.pages.page_columns import Item, columns_in_order, line_item
from rag.documents.pages.page_lines import around
from rag.documents.pages.page_view import PageLine
from rag.documents.pages.pdf_tables import grids_of
from rag.documents.pages.reading_order import Page, regions_of
from rag.documents.readers.pdf import read as read_pdf
from rag.original import Rectangle
from rag.types import Document
from tests.fixture_files import fixture, page_truth, truth
from tests.reading_measures import folded, reading_order

COLUMN_PAGES = ["newspaper.pdf", "newspaper-rows.pdf", "newspaper-pages.pdf"]
SIZE = 10.0


def document(name: str) -> Document:
    return read(fixture(name), name)


def line(text: str, left: float, top: float, *, width: float = 200, size: float = SIZE) -> PageLine:
    return PageLine(text, ((0, len(text)),), Rectangle(left, top, left + width, top + size), size)


def column(name: str, count: int, left: float, top: float, width: float = 200) -> Iterator[PageLine]:
    """Lines of a column with names such as "a0", the first one indented."""
    for row in range(count):
        indent = 2 * SIZE if row == 0 else 0
        yield line(f"{name}{row}", left + indent, top + 14 * row, width=width - indent)


def order(lines: Sequence[PageLine], dividers: Sequence[Rectangle] = ()) -> list[str]:
    columns = columns_in_order([line_item(each, SIZE) for each in lines], SIZE, dividers)
    return [each.text for items in columns for item in items for each in item.lines]


def names(*columns: tuple[str, int]) -> list[str]:
    return [f"{name}{row}" for name, count in columns for row in range(count)]


@pytest.mark.parametrize("name", COLUMN_PAGES)
def test_sentences_of_a_newspaper_page_are_whole_and_in_order(name: str) -> None:
    body = document(name).body.text
    found = reading_order(page_truth(name).sentences, body)
    assert found.missing == ()
    assert found.share >= 0.98


@pytest.mark.parametrize("name", [*COLUMN_PAGES, "vertical.pdf", "english-columns.pdf"])
def test_what_is_printed_at_the_edges_is_not_in_the_body(name: str) -> None:
    body = folded(document(name).body.text)
    assert [words for words in page_truth(name).furniture if folded(words) in body] == []


@pytest.mark.parametrize("name", COLUMN_PAGES)
def test_headlines_attach_to_their_stories(name: str) -> None:
    found = document(name)
    kinds = [(block.kind, folded(found.body.text[block.start : block.end])) for block in found.blocks]
    texts = [text for _, text in kinds]
    for story in page_truth(name).stories:
        at = texts.index(folded(story.headline))
        assert kinds[at][0] == "heading"
        below = next(text for kind, text in kinds[at + 1 :] if kind == "paragraph" and len(text) > 20)
        assert below == folded(story.paragraphs[0])


@pytest.mark.parametrize("name", COLUMN_PAGES)
def test_captions_are_captions_and_no_part_of_a_paragraph(name: str) -> None:
    found = document(name)
    blocks = [(block.kind, folded(found.body.text[block.start : block.end])) for block in found.blocks]
    for caption in page_truth(name).captions:
        assert ("caption", folded(caption)) in blocks


def test_every_paragraph_is_one_block_though_columns_and_pages_cut_it() -> None:
    found = document("newspaper-pages.pdf")
    blocks = {folded(found.body.text[block.start : block.end]) for block in found.blocks}
    paragraphs = [text for story in page_truth("newspaper-pages.pdf").stories for text in story.paragraphs]
    assert [text for text in paragraphs if folded(text) not in blocks] == []


def test_vertical_text_is_read_downwards_from_the_right() -> None:
    found = reading_order(page_truth("vertical.pdf").sentences, document("vertical.pdf").body.text)
    assert found.share == 1


def test_english_columns_are_joined_over_hyphens() -> None:
    found = reading_order(
        page_truth("english-columns.pdf").sentences, document("english-columns.pdf").body.text
    )
    assert found.share == 1


def test_a_table_over_two_pages_keeps_its_headers() -> None:
    found = document("report-table.pdf")
    rows = [found.body.text[block.start : block.end] for block in found.blocks if block.kind == "row"]
    assert len(rows) == 5 + 45
    last = next(row for row in rows if row.startswith("北岗县，南坡乡"))
    assert last.count("粮食产量2024年4.73万吨") == 1
    assert "蔬菜产量2023年8.35万吨" in last


def test_cells_of_a_table_stand_where_they_are_printed() -> None:
    original = document("report-table.pdf").original
    at = {
        (cell.table, cell.row, cell.column): original.text[cell.start : cell.end] for cell in original.cells
    }
    expected = [cell for cell in truth("report-table.pdf")["cells"] if cell["table"] == 1]
    assert [cell for cell in expected if at.get((1, cell["row"], cell["column"])) != cell["value"]] == []


def test_the_title_of_a_table_comes_right_before_its_rows() -> None:
    found = document("report-table.pdf")
    kinds = [(block.kind, folded(found.body.text[block.start : block.end])) for block in found.blocks]
    at = kinds.index(("caption", folded("表2 各乡镇粮食和蔬菜产量")))
    assert kinds[at + 1] == ("caption", "单位:万吨")
    assert kinds[at + 2][0] == "row"


def test_regions_lie_within_the_text_and_never_twice() -> None:
    for name in [*COLUMN_PAGES, "report-table.pdf", "vertical.pdf"]:
        extract = read_pdf(SourceFile(name, fixture(name).read_bytes()))
        assert extract.regions
        spans = sorted(span for region in extract.regions for span in region.spans)
        assert all(0 <= start < end <= len(extract.original.text) for start, end in spans)
        assert all(first[1] <= second[0] for first, second in pairwise(spans))


@settings(max_examples=60)
@given(
    st.integers(1, 5),
    st.integers(3, 12),
    st.floats(8, 40),
    st.floats(0, 13),
    st.booleans(),
)
def test_columns_are_read_one_after_another(
    count: int, rows: int, gutter: float, offset: float, headline: bool
) -> None:
    lines = [
        each
        for number in range(count)
        for each in column("abcde"[number], rows, number * (200 + gutter), 60 + offset * (number % 2))
    ]
    expected = names(*(("abcde"[number], rows) for number in range(count)))
    if headline:
        width = count * (200 + gutter) - gutter
        lines.append(line("headline", 0, 20, width=width, size=24))
        expected = ["headline", *expected]
    assert order(lines) == expected


@settings(max_examples=30)
@given(st.integers(2, 4), st.integers(2, 4), st.integers(3, 8))
def test_a_story_ends_above_the_headline_of_the_next(above: int, below: int, rows: int) -> None:
    width = 12 * 60
    lines = [line("A", 0, 0, width=width, size=24)]
    for number in range(above):
        lines += column(f"a{number}-", rows, number * width / above, 40, width / above - 12)
    start = 40 + 14 * rows + 20
    lines.append(line("B", 0, start, width=width * 0.8, size=24))
    for number in range(below):
        lines += column(f"b{number}-", rows, number * width / below, start + 40, width / below - 12)
    expected = [
        "A",
        *names(*((f"a{number}-", rows) for number in range(above))),
        "B",
        *names(*((f"b{number}-", rows) for number in range(below))),
    ]
    assert order(lines) == expected


def test_a_rule_across_the_page_ends_what_stands_above_it() -> None:
    lines = [*column("a", 4, 0, 0), *column("b", 4, 220, 0), *column("c", 4, 0, 90), *column("d", 4, 220, 90)]
    rule = Rectangle(0, 70, 420, 71)
    assert order(lines, [rule]) == names(("a", 4), ("b", 4), ("c", 4), ("d", 4))
    assert order(lines) == names(("a", 4), ("c", 4), ("b", 4), ("d", 4))


def test_a_box_beside_columns_is_read_as_one_thing() -> None:
    lines = [*column("a", 8, 0, 0), *column("b", 8, 220, 0)]
    inside = tuple(column("x", 3, 450, 20, 120))
    box = Item(around([each.box for each in inside]), SIZE, False, inside)
    items = [*(line_item(each, SIZE) for each in lines), box]
    found = [each.text for part in columns_in_order(items, SIZE) for item in part for each in item.lines]
    assert found == names(("a", 8), ("b", 8), ("x", 3))


def test_a_page_of_nothing_has_no_regions() -> None:
    assert regions_of([Page(600, 800, ())]) == ()


def test_lines_that_do_not_meet_are_no_table() -> None:
    import numpy as np

    rules = [Rectangle(0, 10 * n, 100, 10 * n + 1) for n in range(5)]
    assert grids_of("甲", np.asarray([[10, 12, 20, 18]], np.float32), rules) == []
