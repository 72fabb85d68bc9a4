"""Laws that hold for a document of any format: each fixture is read once, and all of it can be cited."""

from __future__ import annotations

from functools import cache
from itertools import accumulate

import pytest

from rag.documents import read
from rag.documents.formats import format_of
from rag.passages import split
from rag.text.sentences import split_sentences
from rag.types import Document
from tests.fixture_files import FIXTURES, fixture
from tests.read_documents import assert_every_quote_is_exact

_SLOW = frozenset(("garbage.pdf", "garbage-missing.pdf", "mixed.pdf", "newspaper-scan.pdf"))
"""Documents with pages that are recognised; pictures are too, and have tests of their own."""
_PICTURES = frozenset((".png", ".jpg", ".tif"))
FILES = sorted(
    path.name
    for path in FIXTURES.iterdir()
    if format_of(path.suffix) and path.name not in _SLOW and path.suffix not in _PICTURES
)
_HALF = 0.5
"""Points by which a rectangle's rounded side may stand over its page's."""

each_file = pytest.mark.parametrize("name", FILES)


@cache
def document(name: str) -> Document:
    """A fixture, read."""
    return read(fixture(name), name)


def test_every_format_but_pictures_has_a_fixture() -> None:
    assert {document(name).format for name in FILES} >= {
        *("txt", "md", "html", "pdf", "docx", "pptx", "xlsx", "csv", "epub", "eml")
    }


@each_file
def test_every_block_and_sentence_is_quoted_exactly(name: str) -> None:
    assert document(name).blocks
    assert_every_quote_is_exact(document(name))


@each_file
def test_what_is_marked_lies_on_its_page_and_holds_its_cells(name: str) -> None:
    original, body = document(name).original, document(name).body
    for block in document(name).blocks:
        touched = 0  # a row's unit may stand in no cell, but above the table
        for span in original.quote_spans(body, block.start, block.end):
            assert (span.page is not None) == bool(original.page_starts)
            assert span.page is None or 1 <= span.page <= len(original.page_starts)
            base = original.page_base(span.page)
            size = original.page_size(span.page)
            for one in original.rectangles(base + span.start, base + span.end):
                assert size is not None
                assert -_HALF <= one.left < one.right <= size[0] + _HALF
                assert -_HALF <= one.top < one.bottom <= size[1] + _HALF
            cells = original.cells_in(base + span.start, base + span.end)
            assert all(cell.start < base + span.end and base + span.start < cell.end for cell in cells)
            touched += len(cells)
        assert touched or block.kind != "row"


@each_file
def test_passages_together_hold_every_sentence_once(name: str) -> None:
    text = document(name).body.text
    told = [
        text[block.start + start : block.start + end]
        for block in document(name).blocks
        if block.kind not in ("heading", "caption")
        for start, end in split_sentences(text[block.start : block.end])
    ]
    held = [passage.text[start:end] for passage in split(document(name)) for start, end in passage.sentences]
    assert held[: len(told)] == told


@each_file
def test_the_sentences_of_a_passage_are_quoted_exactly(name: str) -> None:
    original = document(name).original
    pages = dict(original.pages())
    for passage in split(document(name)):
        assert len(passage.body.text) == len(passage.body.starts) == len(passage.body.ends)
        for start, end in passage.sentences:
            for span in original.quote_spans(passage.body, start, end):
                assert pages[span.page][span.start : span.end] == span.text != ""


@each_file
def test_cells_stand_in_order_and_pages_end_to_end(name: str) -> None:
    original = document(name).original
    assert "".join(text for _, text in original.pages()) == original.text
    ends = [0, *accumulate((cell.end for cell in original.cells), max)]
    assert all(before <= cell.start <= cell.end for before, cell in zip(ends, original.cells, strict=False))
    assert all(cell.row > 0 < cell.column and cell.rows > 0 < cell.columns for cell in original.cells)
    places = [(cell.table, cell.row, cell.column) for cell in original.cells]
    assert len(set(places)) == len(places)
