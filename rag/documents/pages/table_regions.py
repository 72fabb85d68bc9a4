"""The ruled tables of a document: their cells, numbered through, and the regions that tell their rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.documents.extract import Region
from rag.documents.pages.page_view import PageLine
from rag.documents.pages.pdf_tables import Grid, GridCell, header_rows, repeats_header, rows_of, same_columns
from rag.documents.pages.reading_order import Settled
from rag.original import Cell

_TITLE = re.compile(r"^\s*(?:附?表\s*[\d一二三四五六七八九十]|Table\s+\d)|单位\s*[：:]|\bunit", re.IGNORECASE)
_REACH = 3.0
"""In sizes of the type: how far above a table its title and its unit may stand."""
_NEAR_TOP, _NEAR_BOTTOM = 0.4, 0.6


@dataclass(frozen=True, slots=True)
class GridPage:
    """A page's text and where it begins in the document's, its height in points, its lines and ruled tables."""

    text: str
    start: int
    height: float
    lines: tuple[PageLine, ...]
    grids: tuple[Grid, ...]


@dataclass(slots=True)
class _Count:
    """How far the numbering is: of tables, and of the rows of the last one."""

    table: int = 0
    row: int = 0
    cells: list[Cell] = field(default_factory=list)


def tables_of(pages: Sequence[GridPage]) -> tuple[list[tuple[Settled, ...]], tuple[Cell, ...]]:
    """The tables of each page, and all their cells in the order of the text.

    A table at the top of a page that has the columns of the one at the bottom of the page before goes on
    with that: it has the same number, its rows are counted on, and a header printed again is one.
    """
    count = _Count()
    found = []
    last: tuple[GridPage, Grid] | None = None
    for page in pages:
        tables = []
        for number, grid in enumerate(page.grids):
            goes_on = last if number == 0 and last is not None and _goes_on(page, grid, *last) else None
            tables.append(_table(page, grid, count, goes_on))
            last = (page, grid)
        if not page.grids:
            last = None
        found.append(tuple(tables))
    return found, tuple(sorted(count.cells, key=lambda cell: cell.start))


def _goes_on(page: GridPage, grid: Grid, page_before: GridPage, before: Grid) -> bool:
    at_edges = (
        grid.box.top < _NEAR_TOP * page.height and before.box.bottom > _NEAR_BOTTOM * page_before.height
    )
    return at_edges and same_columns(grid, before) and not _titles(page, grid)


def _titles(page: GridPage, grid: Grid) -> list[PageLine]:
    """The lines right above a table that give its title or unit, from the top downwards."""
    titles: list[PageLine] = []
    edge = grid.box.top
    for line in sorted(page.lines, key=lambda line: -line.box.bottom):
        if line.box.bottom > edge + line.size / 2 and not (titles and line.middle > titles[0].box.top):
            continue
        if edge - line.box.bottom > _REACH * line.size or not _TITLE.search(line.text):
            break
        titles.insert(0, line)
        edge = min(edge, line.box.top)
    return titles


def _table(page: GridPage, grid: Grid, count: _Count, before: tuple[GridPage, Grid] | None) -> Settled:
    if before is None:
        count.table, count.row = count.table + 1, 0
        headers = header_rows(grid, page.text)
    else:
        headers = repeats_header(grid, page.text, before[1], before[0].text)
    titles = _titles(page, grid)
    regions = [Region("caption", line.spans) for line in titles]
    for number, row in enumerate(rows_of(grid)):
        cells = [_cell(page, cell, count, header=number < headers) for cell in row]
        count.cells += cells
        if cells and number >= headers:
            regions.append(Region("row", tuple((cell.start, cell.end) for cell in cells)))
    count.row += grid.rows
    inside = {line for line in page.lines if _holds(grid, line)}
    return Settled(grid.box, frozenset((*inside, *titles)), tuple(regions))


def _cell(page: GridPage, cell: GridCell, count: _Count, *, header: bool) -> Cell:
    return Cell(
        page.start + cell.start,
        page.start + cell.end,
        count.table,
        count.row + cell.row + 1,
        cell.column + 1,
        header=header,
        rows=cell.rows,
        columns=cell.columns,
    )


def _holds(grid: Grid, line: PageLine) -> bool:
    middle = (line.box.left + line.box.right) / 2
    return grid.box.left < middle < grid.box.right and grid.box.top < line.middle < grid.box.bottom
