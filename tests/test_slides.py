"""Slides are read as pages: titles, lists, tables, charts and notes, each where it stands."""

import io
from collections.abc import Callable
from typing import Any

import pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from rag.documents.limits import Limits
from rag.errors import ReadError
from tests.read_documents import assert_lawful, extracted, texts, told

_CHART_DATA: Any = CategoryChartData
"""Its own package leaves it untyped."""


def slides(fill: Callable[[Any], None]) -> bytes:
    """A .pptx that `fill` writes."""
    show = pptx.Presentation()
    fill(show)
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def test_slides_are_pages_with_title_list_table_and_notes() -> None:
    def fill(show: Any) -> None:
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = "工业"
        slide.placeholders[1].text = "原煤产量2694.5万吨\n新能源208万千瓦"
        slide.notes_slide.notes_text_frame.text = "强调增速42%。"
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = "农业"
        table = slide.shapes.add_table(2, 2, 0, Inches(2), Inches(4), Inches(1)).table
        for cell, text in zip(table.iter_cells(), ["年份", "产量（吨）", "2023", "80"], strict=True):
            cell.text = text

    document = assert_lawful("a.pptx", slides(fill))
    assert told(document) == [
        ("heading", 1, "工业"),
        ("item", 0, "原煤产量2694.5万吨"),
        ("item", 0, "新能源208万千瓦"),
        ("caption", 0, "备注："),
        ("paragraph", 0, "强调增速42%。"),
        ("heading", 2, "农业"),
        ("row", 0, "2023年：产量80吨。"),
    ]
    assert [page for page, _ in document.original.pages()] == [1, 2]
    assert document.original.page_sizes == ((720.0, 540.0),) * 2


def test_shapes_are_read_by_place_and_marked_there_groups_together() -> None:
    def fill(show: Any) -> None:
        slide = show.slides.add_slide(show.slide_layouts[6])

        def box(shapes: Any, text: str, left: float, top: float) -> None:
            shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1)).text_frame.text = text

        box(slide.shapes, "下", 1, 5)
        box(slide.shapes, "右上", 5, 1.1)
        group = slide.shapes.add_group_shape()
        box(group.shapes, "组右", 4, 3)
        box(group.shapes, "组左", 1, 3)
        box(slide.shapes, "左上", 1, 1)

    original = extracted("a.pptx", slides(fill)).original
    assert original.text.split() == ["左上", "右上", "组左", "组右", "下"]
    start = original.text.index("组右")
    (rectangle,) = original.rectangles(start, start + 2)
    assert (rectangle.left, rectangle.top, rectangle.right, rectangle.bottom) == (288, 216, 432, 288)


def test_hidden_slides_are_in_with_a_warning_and_charts_tell_their_figures() -> None:
    def fill(show: Any) -> None:
        slide = show.slides.add_slide(show.slide_layouts[6])
        slide.element.set("show", "0")
        data = _CHART_DATA()
        data.categories = ["昔阳", "左权"]
        data.add_series("产量（万吨）", (2694.5, 150))
        slide.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, Inches(4), Inches(4), data)

    data = slides(fill)
    assert any("隐藏" in warning for warning in extracted("a.pptx", data).warnings)
    assert texts(assert_lawful("a.pptx", data), "row") == ["昔阳：产量2694.5万吨。", "左权：产量150万吨。"]
    with pytest.raises(ReadError, match="超过 0 页"):
        extracted("a.pptx", data, limits=Limits(pages=0))
