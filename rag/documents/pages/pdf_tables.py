"""Tables with ruled lines on a page: which characters stand in which cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rag.documents.pages.page_lines import around
from rag.documents.pages.page_view import Places
from rag.original import Rectangle

_TOUCH = 2.5
"""Points: rules that come so near one another meet."""
_LEAST_CELL = 4.0
_LEAST_LINES = 3
_LEAST_FILLED = 0.4
_MOST_RULES = 4_000


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell with the characters `[start, end)` of its page's text; rows and columns count from 0."""

    start: int
    end: int
    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: where it stands, the left edges of its columns, its number of rows, and its cells with text."""

    box: Rectangle
    lefts: tuple[float, ...]
    rows: int
    cells: tuple[GridCell, ...]


def grids_of(text: str, boxes: Places, rules: Sequence[Rectangle]) -> list[Grid]:
    """The ruled tables of a page, from the top downwards.

    `boxes` has the place of each character of `text` in points, zeros where it is not known. A table has
    at least two columns and two rows between lines that meet; cells between which a line is missing are one.
    """
    if len(rules) > _MOST_RULES:
        return []
    found = [_grid(text, boxes, group) for group in _groups(rules)]
    return sorted((grid for grid in found if grid), key=lambda grid: grid.box.top)


def _groups(rules: Sequence[Rectangle]) -> Iterator[list[Rectangle]]:
    """Rules that meet, directly or by way of others."""
    waiting = list(rules)
    while waiting:
        group, open_ends = [], [waiting.pop()]
        while open_ends:
            rule = open_ends.pop()
            group.append(rule)
            open_ends += [other for other in waiting if _meet(rule, other)]
            waiting = [other for other in waiting if not _meet(rule, other)]
        yield group


def _meet(one: Rectangle, other: Rectangle) -> bool:
    return (
        one.left - _TOUCH <= other.right
        and other.left - _TOUCH <= one.right
        and one.top - _TOUCH <= other.bottom
        and other.top - _TOUCH <= one.bottom
    )


def _grid(text: str, boxes: Places, rules: Sequence[Rectangle]) -> Grid | None:
    across = [rule for rule in rules if rule.right - rule.left > rule.bottom - rule.top]
    down = [rule for rule in rules if rule.right - rule.left <= rule.bottom - rule.top]
    xs = _edges([(rule.left + rule.right) / 2 for rule in down])
    ys = _edges([(rule.top + rule.bottom) / 2 for rule in across])
    if len(xs) < _LEAST_LINES or len(ys) < _LEAST_LINES:
        return None
    spans = _spans(xs, ys, across, down)
    cells = tuple(_with_text(text, boxes, xs, ys, spans))
    if len(cells) < max(_LEAST_LINES, _LEAST_FILLED * len(set(spans.values()))):
        return None
    return Grid(around(rules), tuple(xs[:-1]), len(ys) - 1, cells)


def _edges(places: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] >= _LEAST_CELL:
            edges.append(place)
    return edges


_Span = tuple[int, int, int, int]
"""Row, column, rows, columns."""


def _spans(
    xs: Sequence[float], ys: Sequence[float], across: Sequence[Rectangle], down: Sequence[Rectangle]
) -> dict[tuple[int, int], _Span]:
    """For each field of the grid the cell it belongs to."""
    spans: dict[tuple[int, int], _Span] = {}
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) in spans:
                continue
            columns = rows = 1
            middle = (ys[row] + ys[row + 1]) / 2
            while column + columns < len(xs) - 1 and not _parts(
                down, xs[column + columns], middle, upright=True
            ):
                columns += 1
            middle = (xs[column] + xs[column + columns]) / 2
            while row + rows < len(ys) - 1 and not _parts(across, ys[row + rows], middle, upright=False):
                rows += 1
            for field in np.ndindex(rows, columns):
                spans.setdefault((row + field[0], column + field[1]), (row, column, rows, columns))
    return spans


def _parts(rules: Sequence[Rectangle], edge: float, middle: float, *, upright: bool) -> bool:
    """Whether one of the rules lies at the edge and goes past the middle of what it would part."""
    for rule in rules:
        low, high, first, last = (
            (rule.left, rule.right, rule.top, rule.bottom)
            if upright
            else (rule.top, rule.bottom, rule.left, rule.right)
        )
        if low - _LEAST_CELL / 2 <= edge <= high + _LEAST_CELL / 2 and first <= middle <= last:
            return True
    return False


def _with_text(
    text: str,
    boxes: Places,
    xs: Sequence[float],
    ys: Sequence[float],
    spans: dict[tuple[int, int], _Span],
) -> Iterator[GridCell]:
    """The cells that hold text, in the order of the text; each is the longest stretch that is all in it."""
    middles_x, middles_y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    columns, rows = np.searchsorted(xs, middles_x) - 1, np.searchsorted(ys, middles_y) - 1
    known = np.asarray(boxes.any(axis=1))
    stretches: dict[_Span, list[list[int]]] = defaultdict(list)
    before: _Span | None = None
    for index in np.flatnonzero([not char.isspace() for char in text]).tolist():
        span = spans.get((int(rows[index]), int(columns[index]))) if known[index] else before
        if span is not None:
            if span != before:
                stretches[span].append([])
            stretches[span][-1].append(index)
        before = span
    found = [(span, max(runs, key=len)) for span, runs in stretches.items()]
    for span, run in sorted(found, key=lambda each: each[1][0]):
        yield GridCell(run[0], run[-1] + 1, *span)


def same_columns(one: Grid, other: Grid) -> bool:
    """Whether two tables have their columns at the same places."""
    return len(one.lefts) == len(other.lefts) and all(
        abs(left - right) <= _TOUCH for left, right in zip(one.lefts, other.lefts, strict=True)
    )


def rows_of(grid: Grid) -> list[list[GridCell]]:
    """The cells by the row they begin in."""
    rows: list[list[GridCell]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell)
    return rows


def header_rows(grid: Grid, text: str) -> int:
    """How many rows at the top are headers: as many as the cells of the first one take up, unless it has figures."""
    first = rows_of(grid)[0]
    if not first or any(_is_figure(text[cell.start : cell.end]) for cell in first):
        return 0
    return min(max(cell.rows for cell in first), grid.rows - 1)


def _is_figure(text: str) -> bool:
    plain = "".join(text.split()).replace(",", "").rstrip("%")
    is_year = len(plain) == len("2024") and plain[:2] in ("19", "20")
    return plain.lstrip("-+").replace(".", "", 1).isdecimal() and not is_year


def repeats_header(grid: Grid, text: str, before: Grid, text_before: str) -> int:
    """How many rows at the top of a table that goes on are the header of the page before, printed again."""
    count = header_rows(before, text_before)
    ours = [[_plain(text, cell) for cell in row] for row in rows_of(grid)[:count]]
    theirs = [[_plain(text_before, cell) for cell in row] for row in rows_of(before)[:count]]
    return count if ours == theirs else 0


def _plain(text: str, cell: GridCell) -> str:
    return "".join(text[cell.start : cell.end].split())
