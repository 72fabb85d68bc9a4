"""Tables of a source as tables, each cell with its own characters, so that a quote can be marked in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise

from rag.original import Cell, Original
from rag.ui.texts import PageLanguage
from rag.ui.words_source import SOURCE_WORDS

_SEPARATORS = re.compile(r"[\s,;|\"\-:—]*")
_ROWS_AROUND = 120
"""Rows shown on either side of what is marked."""

Marked = Callable[[int, int], str]
"""The original characters `[start, end)` as HTML."""


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of one table, in the order of the text."""

    number: int
    sheet: str | None
    cells: tuple[Cell, ...]

    @property
    def start(self) -> int:
        """The first of its characters in the original."""
        return self.cells[0].start

    @property
    def end(self) -> int:
        """The place after its last character."""
        return max(cell.end for cell in self.cells)


def tables_of(original: Original) -> tuple[Table, ...]:
    """The tables that stand in the text one after another; those that others are set into are left as text."""
    tables: list[Table] = []
    for (number, sheet), cells in groupby(original.cells, key=lambda cell: (cell.table, cell.sheet)):
        table = Table(number, sheet, tuple(cells))
        if (not tables or tables[-1].end <= table.start) and _is_whole(table, original.text):
            tables.append(table)
    return tuple(tables)


def is_separator(text: str) -> bool:
    """Whether a text is but what stands between cells."""
    return _SEPARATORS.fullmatch(text) is not None


def _is_whole(table: Table, text: str) -> bool:
    """Whether nothing but what separates cells stands between them: otherwise words would be lost."""
    cells = sorted(table.cells, key=lambda cell: cell.start)
    return all(
        one.end <= other.start and _SEPARATORS.fullmatch(text, one.end, other.start)
        for one, other in pairwise(cells)
    )


def table_html(
    table: Table,
    shown: tuple[int, int],
    touched: tuple[int, int] | None,
    marked: Marked,
    language: PageLanguage,
) -> str:
    """The rows of a table around what is quoted, or from the first that begins in the stretch `shown`; headers always.

    `touched` is the stretch that is quoted: the rows it runs through are set off, its cells too.
    """
    words = SOURCE_WORDS[language]
    rows = [(number, list(cells)) for number, cells in groupby(table.cells, key=lambda cell: cell.row)]
    width = max(cell.column + cell.columns - 1 for cell in table.cells)
    near, before, after = _near(rows, shown, touched)
    body = "".join(_row(cells, width, touched, marked) for cells in near)
    name = words.sheet.format(name=table.sheet) if table.sheet else words.table.format(number=table.number)
    return (
        f"{_cut(words.rows_before, before)}"
        f'<div class="data" tabindex="0" role="region" aria-label="{escape(name)}"><table lang="">'
        f"<caption>{escape(name)}</caption><tbody>{body}</tbody></table></div>{_cut(words.rows_after, after)}"
    )


def _near(
    rows: Sequence[tuple[int, list[Cell]]], shown: tuple[int, int], touched: tuple[int, int] | None
) -> tuple[list[list[Cell]], int, int]:
    """The rows to show, and how many are left out before and after them; header rows are never."""
    near = [n for n, (_, cells) in enumerate(rows) if any(_is_in(cell, shown) for cell in cells)]
    hit = [n for n, (_, cells) in enumerate(rows) if any(_is_in(cell, touched) for cell in cells)]
    middle = hit[-1] if hit else (near[0] if near else 0)
    begin, stop = max(0, middle - _ROWS_AROUND), min(len(rows), middle + _ROWS_AROUND + 1)
    heads = [cells for _, cells in rows[:begin] if cells[0].header]
    return [*heads, *(cells for _, cells in rows[begin:stop])], begin - len(heads), len(rows) - stop


def _row(cells: Sequence[Cell], width: int, touched: tuple[int, int] | None, marked: Marked) -> str:
    cited = ' class="cited"' if any(_is_in(cell, touched) for cell in cells) else ""
    return f"<tr{cited}>{''.join(_fields(cells, width, touched, marked))}</tr>"


def _fields(
    cells: Sequence[Cell], width: int, touched: tuple[int, int] | None, marked: Marked
) -> Iterator[str]:
    """The fields of a row: its cells, and empty ones where it has none."""
    column = 1
    for cell in sorted(cells, key=lambda one: one.column):
        yield from ("<td></td>" for _ in range(column, cell.column))
        tag = "th" if cell.header else "td"
        span = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
        cited = ' class="cited"' if _is_in(cell, touched) else ""
        yield f"<{tag}{span}{cited}>{marked(cell.start, cell.end)}</{tag}>"
        column = cell.column + cell.columns
    yield from ("<td></td>" for _ in range(column, width + 1))


def _is_in(cell: Cell, touched: tuple[int, int] | None) -> bool:
    return touched is not None and cell.start < touched[1] and touched[0] < cell.end


def _cut(said: str, count: int) -> str:
    return f'<p class="cut">… {escape(said.format(count=count))}</p>' if count > 0 else ""
