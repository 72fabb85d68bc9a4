"""The pages of a document with their places, put together into its original text and regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from rag.documents.extract import Region
from rag.documents.pages.alignment import aligned
from rag.documents.pages.page_lines import PlacedText, is_vertical, lines_of_page, turned
from rag.documents.pages.page_view import PageView, Places
from rag.documents.pages.pdf_tables import Grid, grids_of
from rag.documents.pages.reading_order import Page, regions_of
from rag.documents.pages.scanned_page import ReadPage
from rag.documents.pages.table_regions import GridPage, tables_of
from rag.original import TENTHS, Boxes, Original

_LEAST_ALIGNED = 0.8
_MOST_TENTHS = 65_535


@dataclass(frozen=True, slots=True, eq=False)
class LaidPage:
    """A page's text, its size in points, a box for each character, and what stands where on it.

    `layout` counts the characters of this page; it is `None` where the places of most are not known.
    """

    text: str
    size: tuple[float, float]
    boxes: Boxes
    layout: Page | None
    grids: tuple[Grid, ...] = ()


def laid_text(text: str, view: PageView) -> LaidPage:
    """A page with a text layer: `text`, put where its characters are seen."""
    matches = aligned(text, view.glyphs.text)
    known = matches >= 0
    boxes = np.zeros((len(text), 4), np.float32)
    sizes = np.zeros(len(text), np.float32)
    strong = np.zeros(len(text), np.bool_)
    boxes[known] = view.glyphs.boxes[matches[known]]
    sizes[known] = view.glyphs.sizes[matches[known]]
    strong[known] = view.glyphs.strong[matches[known]]
    visible = sum(not char.isspace() for char in text)
    placed = PlacedText(text, boxes, sizes, strong)
    layout = _layout(placed, view) if known.sum() >= _LEAST_ALIGNED * visible else None
    grids = tuple(grids_of(text, boxes, view.rules)) if layout else ()
    return LaidPage(text, (view.width, view.height), in_tenths(boxes), layout, grids)


def _layout(placed: PlacedText, view: PageView) -> Page:
    if is_vertical(placed):
        lines = lines_of_page(turned(placed, view.width))
        return Page(view.height, view.width, tuple(lines))
    lines = lines_of_page(placed)
    return Page(view.width, view.height, tuple(lines), view.pictures, view.rules, view.frames)


def laid_reading(read: ReadPage) -> LaidPage:
    """A page that was read from its picture."""
    return LaidPage(read.text, read.size, in_tenths(read.boxes), read.layout)


def unread(text: str, view: PageView | None) -> LaidPage:
    """A page whose text is not to be read, though it is shown: it has no places and no regions."""
    size = (view.width, view.height) if view else (0.0, 0.0)
    return LaidPage(text, size, np.zeros((len(text), 4), np.uint16), Page(*size, ()))


def unplaced(text: str, view: PageView | None) -> LaidPage:
    """A page with text of which no place is known."""
    return replace(unread(text, view), layout=None)


def in_tenths(boxes: Places) -> Boxes:
    """Places in points as tenths of a point; what has no extent has no place."""
    tenths: Boxes = np.clip(np.rint(boxes * TENTHS), 0, _MOST_TENTHS).astype(np.uint16)
    tenths[(tenths[:, 0] >= tenths[:, 2]) | (tenths[:, 1] >= tenths[:, 3])] = 0
    return tenths


def put_together(pages: Sequence[LaidPage]) -> tuple[Original, tuple[Region, ...] | None]:
    """The original of all pages, and its regions; none where a page's places are not known."""
    starts = tuple(accumulate((len(page.text) for page in pages[:-1]), initial=0))
    layouts = [
        moved(page.layout, start)
        for page, start in zip(pages, starts, strict=True)
        if page.layout is not None
    ]
    boxes = np.concatenate([page.boxes for page in pages]) if pages else None
    original = Original(
        "".join(page.text for page in pages),
        starts,
        tuple(page.size for page in pages),
        boxes=boxes if boxes is not None and boxes.any() else None,
    )
    if len(layouts) < len(pages):
        return original, None
    tables, cells = tables_of(
        [
            GridPage(page.text, start, page.size[1], layout.lines, page.grids)
            for page, start, layout in zip(pages, starts, layouts, strict=True)
        ]
    )
    layouts = [replace(layout, settled=found) for layout, found in zip(layouts, tables, strict=True)]
    return replace(original, cells=cells), regions_of(layouts) or None


def moved(page: Page, offset: int) -> Page:
    """The page with its spans counted from `offset` characters further back."""
    lines = tuple(
        replace(line, spans=tuple((start + offset, end + offset) for start, end in line.spans))
        for line in page.lines
    )
    return replace(page, lines=lines)
