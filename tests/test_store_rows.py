"""What goes into a row comes out of it, to the last character, place and box."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rag.original import AlignedText, Boxes, Cell, Offsets, Original
from rag.store.rows import pack_boxes, pack_offsets, unpack_boxes, unpack_offsets
from rag.types import Document
from tests.store_samples import document, opened, passages


@given(arrays.arrays(np.uint32, st.integers(0, 300)))
def test_positions_come_back_whichever_way_they_go(offsets: Offsets) -> None:
    back = unpack_offsets(pack_offsets(offsets))
    np.testing.assert_array_equal(back, offsets)
    assert back.dtype == np.uint32


@given(arrays.arrays(np.uint16, st.tuples(st.integers(0, 200), st.just(4))))
def test_boxes_come_back(boxes: Boxes) -> None:
    back = unpack_boxes(pack_boxes(boxes))
    np.testing.assert_array_equal(back, boxes)
    assert back.dtype == np.uint16


def test_the_boxes_of_a_page_take_little_room() -> None:
    characters = np.arange(50_000)
    left = (characters % 40) * 105 + 900
    top = (characters // 40 % 45) * 160 + 700
    boxes = np.stack([left, top, left + 105, top + 105], axis=1).astype(np.uint16)
    assert len(pack_boxes(boxes)) < 0.1 * boxes.nbytes


@pytest.fixture
def newspaper() -> Document:
    """Two columns read one after another, though the second stands first in the file; a table; boxes."""
    text = "右栏一句。左栏一句。年份产量202331"
    body = AlignedText.joined([AlignedText.identity(text[5:10], 5), AlignedText.identity(text[:5])])
    cells = (
        Cell(10, 12, 1, 1, 1, sheet="表1", header=True, columns=2),
        Cell(12, 14, 1, 1, 3, sheet="表1", header=True),
        Cell(14, 18, 1, 2, 1, rows=2),
        Cell(18, 20, 1, 2, 3),
    )
    boxes = np.arange(4 * len(text), dtype=np.uint16).reshape(-1, 4)[::-1].copy()
    original = Original(text, (0, 10), ((595.276, 841.89), (420.0, 595.5)), cells, (5, 10), boxes)
    return replace(document("报.pdf", text), format="pdf", original=original, body=body)


def test_places_cells_and_boxes_of_a_document_come_back(tmp_path: Path, newspaper: Document) -> None:
    with opened(tmp_path) as store:
        store.replace(newspaper, "abc", passages(newspaper))
        for back in (store.original("报.pdf"), store.document("报.pdf").original):
            assert back == newspaper.original
            assert back.boxes is not None
            np.testing.assert_array_equal(back.boxes, newspaper.original.boxes)
            assert back.rectangles(0, 2) == newspaper.original.rectangles(0, 2)
        (stored,) = store.passages_of("报.pdf")
        assert stored.passage.text == "左栏一句。右栏一句。"
        assert back.quote_spans(stored.passage.body, 0, 10) == newspaper.original.quote_spans(
            newspaper.body, 0, 10
        )


def test_warnings_and_reasons_are_listed_and_passages_go_without(tmp_path: Path, newspaper: Document) -> None:
    with opened(tmp_path) as store:
        store.replace(newspaper, "abc", passages(newspaper))
        (record,) = store.sources()
        assert (record.metadata, record.warnings) == (newspaper.metadata, newspaper.warnings)
        (stored,) = store.passages_of("报.pdf")
        assert stored.passage.metadata == replace(newspaper.metadata, reasons=())
