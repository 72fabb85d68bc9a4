"""PowerPoint presentations: a page for each slide, read from its upper left to its lower right."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pptx
from lxml import etree
from pptx.chart.chart import Chart
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.shapes.autoshape import Shape
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.slide import Slide
from pptx.table import Table

from rag.documents.cleaning.characters import CJK
from rag.documents.extract import Extract, SourceFile
from rag.documents.files.damage import named_damage
from rag.documents.office.office_files import package, stated_properties
from rag.documents.office.slide_places import POINT, Placed, placed_shapes
from rag.documents.office.writing import Writing
from rag.documents.tables.grids import GridCell
from rag.documents.tables.number_formats import shown
from rag.errors import ReadError
from rag.original import Rectangle
from rag.types import BlockKind

_TITLES = frozenset({PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE})
_FURNITURE = frozenset(
    {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER}
)
_LISTS = frozenset({PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY})
_HAS_CJK = re.compile(f"[{CJK}]")
_BULLETS = ("a:buChar", "a:buAutoNum", "a:buBlip")


def read(file: SourceFile) -> Extract:
    """Every slide, also hidden ones: title, text, lists, tables, the figures of charts, and its notes.

    Raises `ReadError`: "password", "unsupported" (an old binary file), "damaged", "too_large".
    """
    data = package(file)
    with named_damage(file.source):
        show = pptx.Presentation(io.BytesIO(data))
        slides = list(show.slides)
        _check_pages(len(slides), file)
        size = (show.slide_width or 0) / POINT, (show.slide_height or 0) / POINT
        writing = Writing(file)
        for number, slide in enumerate(slides, 1):
            writing.page(size)
            _write_slide(writing, slide)
            file.told(number, len(slides))
        hidden = [str(number) for number, slide in enumerate(slides, 1) if slide.element.get("show") == "0"]
        if hidden:
            writing.warn(
                f"含隐藏的幻灯片：第 {'、'.join(hidden)} 页。",
                f"Hidden slides are taken in too: {', '.join(hidden)}.",
            )
        return writing.extract(stated_properties(show.core_properties))


def _write_slide(writing: Writing, slide: Slide) -> None:
    placed = [each for each in placed_shapes(slide.shapes) if _placeholder(each.shape) not in _FURNITURE]
    for each in placed:
        if isinstance(each.shape, Shape) and _placeholder(each.shape) in _TITLES:
            text = _line_text(each.shape.text_frame.text)
            writing.line("heading", text, level=2 if writing.has_title else 1, box=each.place)
    for each in placed:
        if _placeholder(each.shape) not in _TITLES:
            _write_shape(writing, each)
    _write_notes(writing, slide)


def _write_shape(writing: Writing, placed: Placed) -> None:
    shape = placed.shape
    if isinstance(shape, GraphicFrame):
        if shape.has_table:
            writing.table(_grid(shape.table), box=placed.place)
        elif shape.has_chart:
            _write_chart(writing, shape.chart, placed.place)
    elif isinstance(shape, Shape):
        listed = _placeholder(shape) in _LISTS
        for paragraph in shape.text_frame.paragraphs:
            kind: BlockKind = "item" if _is_item(paragraph._p.pPr, listed=listed) else "paragraph"
            writing.line(kind, _line_text(paragraph.text), box=placed.place)


def _placeholder(shape: BaseShape) -> PP_PLACEHOLDER | None:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _is_item(properties: etree._Element | None, *, listed: bool) -> bool:
    """Whether a paragraph has a bullet or a number: what it says itself, else what its place has."""
    if properties is None:
        return listed
    if any(properties.find(qn(name)) is not None for name in _BULLETS):
        return True
    return listed and properties.find(qn("a:buNone")) is None


def _line_text(text: str) -> str:
    return text.replace("\v", "\n")


def _grid(table: Table) -> Iterator[GridCell]:
    for row, cells in enumerate(table.rows, 1):
        for column, cell in enumerate(cells.cells, 1):
            if not cell.is_spanned:
                text = _line_text(cell.text_frame.text)
                yield GridCell(
                    row, column, text, cell.span_height, cell.span_width, stated=row == 1 and table.first_row
                )


def _write_chart(writing: Writing, chart: Chart, place: Rectangle | None) -> None:
    """A chart as its title and the table of its figures: a row for each category, a column for each series."""
    if chart.has_title and chart.chart_title.has_text_frame:
        writing.line("caption", _line_text(chart.chart_title.text_frame.text), box=place)
    for plot in chart.plots:
        categories = [str(category) for category in plot.categories]
        cells = [GridCell(row, 1, category) for row, category in enumerate(categories, 2)]
        for column, series in enumerate(plot.series, 2):
            cells.append(GridCell(1, column, series.name, stated=True))
            values = list(series.values)[: len(categories)]
            cells += [GridCell(row, column, shown(value, "General")) for row, value in enumerate(values, 2)]
        writing.table(sorted(cells, key=lambda cell: (cell.row, cell.column)), box=place)


def _write_notes(writing: Writing, slide: Slide) -> None:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if frame is None or not frame.text.strip():
        return
    writing.line("caption", "备注：" if _HAS_CJK.search(frame.text) else "Notes:")
    for paragraph in frame.paragraphs:
        writing.line("paragraph", _line_text(paragraph.text))


def _check_pages(count: int, file: SourceFile) -> None:
    if count > file.limits.pages:
        raise ReadError(
            "too_large",
            f"{file.source} 有 {count} 页，超过 {file.limits.pages} 页的上限。请拆成几个文件后再试。",
            f"{file.source} has {count} slides; no more than {file.limits.pages} are read of one file. "
            "Split it and try again.",
        )
