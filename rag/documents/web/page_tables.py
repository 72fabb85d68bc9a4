"""A table of a web page as a grid of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rag.documents.tables.grids import GridCell
from rag.documents.web.page import Element

_WIDEST = 1000
"""Columns a cell may span, as browsers have it."""
_PROSE = 250
_INSIDE = ("table", "h1", "h2", "h3", "h4", "h5", "h6", "article", "section")


def rows_in(table: Element) -> Iterator[Element]:
    """The rows of a table in the order shown, those of tables inside it left out."""
    for part in ("thead", "", "tbody", "tfoot"):
        if part:
            for group in table.iterchildren(part):
                yield from group.iterchildren("tr")
        else:
            yield from table.iterchildren("tr")


def is_layout(table: Element) -> bool:
    """Whether a table only sets its cells beside one another, as old pages do with all they have."""
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return True
    if table.find(".//th") is not None or table.find("caption") is not None:
        return False
    if any(table.find(f".//{tag}") is not None for tag in _INSIDE):
        return True
    rows = [list(row.iterchildren("td", "th")) for row in rows_in(table)]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return True
    lengths = [len("".join(cell.itertext()).strip()) for row in rows for cell in row]
    return max(lengths) > _PROSE * 4 or sum(lengths) > _PROSE * len(lengths)


def grid_of(table: Element, text_of: Callable[[Element], str]) -> list[GridCell]:
    """The cells of a table that have text, by row and column, with what they span.

    `text_of` gives a cell's text. A cell that would stand on one spanning down to it moves to the right.
    """
    rows = list(rows_in(table))
    taken: dict[int, int] = {}
    grid: list[GridCell] = []
    for number, row in enumerate(rows, 1):
        column = 1
        for cell in row.iterchildren("td", "th"):
            while taken.get(column, 0) >= number:
                column += 1
            width = min(_span(cell, "colspan") or 1, _WIDEST)
            height = min(_span(cell, "rowspan") or len(rows), len(rows) - number + 1)
            if height > 1:
                taken.update((place, number + height - 1) for place in range(column, column + width))
            stated = cell.tag == "th" or row.getparent().tag == "thead"
            text = text_of(cell)
            if text.strip():
                grid.append(GridCell(number, column, text, height, width, stated))
            column += width
    return grid


def _span(cell: Element, name: str) -> int:
    """The number of rows or columns a cell spans; 0 means all that are left (of rows)."""
    stated = (cell.get(name) or "").strip()
    return int(stated) if stated.isascii() and stated.isdecimal() and len(stated) < 6 else 1
