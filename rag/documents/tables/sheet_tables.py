"""The tables of a worksheet: its cells parted where rows or columns stay empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.documents.tables.grids import GridCell, is_figure, parts_of, rows_of
from rag.types import BlockKind

_DEEPEST = 12

Block = list[GridCell]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """Cells that belong together, by row and column.

    One that `goes_on` stands under the header of the table before; `alone` is what its rows are if they
    are of one cell each and have no header.
    """

    cells: Sequence[GridCell]
    goes_on: bool
    alone: BlockKind


def tables_of(cells: Sequence[GridCell]) -> list[SheetTable]:
    """The tables of a sheet in reading order, single lines among them.

    Cells are parted at empty rows, then at empty columns, then again. A block without a header of its own
    that stands in the columns of the block above goes on with it: an empty row is often only a pause.
    A line on its own above a table is its caption.
    """
    blocks = _parted([cell for cell in cells if cell.text.strip()], 0)
    tables: list[SheetTable] = []
    headed: Block = []
    for index, block in enumerate(blocks):
        goes_on = bool(headed) and _continues(headed, block)
        below = blocks[index + 1] if index + 1 < len(blocks) else []
        titles = len(block) == 1 and len({cell.column for cell in below}) > 1
        tables.append(SheetTable(block, goes_on, "caption" if titles else "paragraph"))
        headed = headed if goes_on else block
    return tables


def _parted(cells: Block, depth: int) -> list[Block]:
    bands = _cut(cells, lambda cell: (cell.row, cell.row + cell.rows))
    blocks: list[Block] = []
    for band in bands:
        parts = _joined_sides(_cut(band, lambda cell: (cell.column, cell.column + cell.columns)))
        deeper = len(parts) > 1 and depth < _DEEPEST
        for part in parts:
            part.sort(key=lambda cell: (cell.row, cell.column))
            blocks += _parted(part, depth + 1) if deeper else [part]
    return blocks


def _cut(cells: Block, extent: Callable[[GridCell], tuple[int, int]]) -> list[Block]:
    """The cells in groups between which, along one axis, nothing stands."""
    groups: list[Block] = []
    reached = 0
    for cell in sorted(cells, key=lambda cell: extent(cell)[0]):
        first, stop = extent(cell)
        if not groups or first > reached:
            groups.append([])
        groups[-1].append(cell)
        reached = max(reached, stop)
    return groups


def _joined_sides(sides: list[Block]) -> list[Block]:
    """Tables side by side; one whose rows have no labels of their own belongs to the one on its left."""
    joined: list[Block] = []
    for side in sides:
        if joined and not _has_labels(side):
            joined[-1] += side
        else:
            joined.append(side)
    return joined


def _has_labels(side: Block) -> bool:
    """Whether below the uppermost row something in the first column is no figure."""
    first, top = min(cell.column for cell in side), min(cell.row for cell in side)
    labels = [cell for cell in side if cell.column == first and cell.row > top]
    return not labels or any(not is_figure(cell.text) for cell in labels[-max(1, len(labels) // 2) :])


def _continues(above: Block, block: Block) -> bool:
    first, last = min(c.column for c in above), max(c.column + c.columns for c in above)
    inside = all(first <= cell.column and cell.column + cell.columns <= last for cell in block)
    several = last - first > 1 and len(rows_of(above)) > 1
    if not inside or not several or block[0].row < above[-1].row:
        return False
    has_figures = any(is_figure(cell.text) for cell in block)
    return has_figures and min(c.column for c in block) == first and not parts_of(block).headers
