"""A table of a Word document as a grid of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from lxml import etree

from rag.documents.office.word_text import W, is_on, value
from rag.documents.tables.grids import GridCell

_WIDEST = 200


def is_box(table: etree._Element) -> bool:
    """Whether a table has one column only: a frame round text."""
    return all(len(list(_parts(row, "tc"))) < 2 for row in _parts(table, "tr"))


def cells_in(table: etree._Element) -> Iterator[etree._Element]:
    """The cells (`w:tc`) of a table, row by row, those of tables inside it left out."""
    for row in _rows(table):
        yield from _parts(row, "tc")


def grid_of(table: etree._Element, text_of: Callable[[etree._Element], str]) -> list[GridCell]:
    """The cells of a table by row and column, with what they span; `text_of` gives a cell's text.

    Rows that are deleted (tracked) are left out; a row to be repeated on each page is a header.
    """
    grid: list[GridCell] = []
    open_cells: dict[int, int] = {}
    for number, row in enumerate(_rows(table), 1):
        properties = row.find(f"{W}trPr")
        stated = is_on(properties, "tblHeader")
        column = 1 + _number(value(properties, "gridBefore"), 0)
        for cell in _parts(row, "tc"):
            width = _number(value(cell, "tcPr/gridSpan"), 1)
            if _goes_on_above(cell) and column in open_cells:
                index = open_cells[column]
                grid[index] = replace(grid[index], rows=number - grid[index].row + 1)
            else:
                open_cells[column] = len(grid)
                grid.append(GridCell(number, column, text_of(cell), 1, width, stated))
            column += width
    return sorted(grid, key=lambda cell: (cell.row, cell.column))


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    return (row for row in _parts(table, "tr") if row.find(f"{W}trPr/{W}del") is None)


def _parts(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The rows of a table or cells of a row, also those wrapped in a content control."""
    for child in element:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"):
            yield from _parts(child, name)


def _goes_on_above(cell: etree._Element) -> bool:
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _number(stated: str | None, otherwise: int) -> int:
    return min(int(stated), _WIDEST) if stated and stated.isdecimal() and int(stated) else otherwise
