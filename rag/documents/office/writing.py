"""An original under construction: text, tables and pages are added one after another, and their places kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from rag.documents.extract import Extract, Region, SourceFile
from rag.documents.limits import Limits, passed
from rag.documents.tables.grids import GridCell, parts_of, rows_of
from rag.original import TENTHS, Boxes, Cell, Original, Rectangle
from rag.types import BlockKind

_CAPTION = re.compile(
    r"\s*[（(]?(?:续?表|图|附[表图]|Table|Figure|Fig\.)\s*[\dA-Z一二三四五六七八九十]|\s*[（(]?(?:计量|金额)?单位\s*[：:]|\s*Units?\s*:"
)
_CAPTION_LENGTH = 60
_MOST_CAPTIONS = 2
_MOST_TABS = 64
_SURROGATE = re.compile("[\ud800-\udfff]")
_FARTHEST = 65_535
"""The largest number `Boxes` hold."""


class Writing:
    """What a reader has laid out so far: the text of an `Original`, and its regions.

    Adding raises `ReadError` ("too_large") once the file's limit of characters or cells is passed.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._parts: list[str] = []
        self._length = 0
        self._regions: list[Region] = []
        self._cells: list[Cell] = []
        self._page_starts: list[int] = []
        self._page_sizes: list[tuple[float, float]] = []
        self._boxes: list[tuple[int, int, Rectangle]] = []
        self._captions: set[int] = set()
        self._tables = 0
        self._warnings: list[str] = []

    @property
    def has_title(self) -> bool:
        """Whether a heading of level 1 stands already."""
        return any(region.kind == "heading" and region.level == 1 for region in self._regions)

    def page(self, size: tuple[float, float] | None = None) -> None:
        """Begin a page, `size` being its width and height in points."""
        self._page_starts.append(self._length)
        if size:
            self._page_sizes.append(size)

    def line(self, kind: BlockKind | None, text: str, level: int = 0, box: Rectangle | None = None) -> None:
        """Add a block on a line of its own; with no kind it can be shown but is not read. Blank text adds nothing."""
        if text.strip():
            start = self.put(text, box)
            self.put("\n")
            if kind == "paragraph" and is_caption(text):
                self._captions.add(len(self._regions))
            if kind:
                self.region(kind, [(start, start + len(text))], level)

    def put(self, text: str, box: Rectangle | None = None) -> int:
        """Add characters that are no block yet; returns where they start."""
        start = self._length
        self._length += len(text)
        check_characters(self._length, self._file.source, self._file.limits)
        self._parts.append(encodable(text))
        if box:
            self._boxes.append((start, self._length, box))
        return start

    def region(self, kind: BlockKind, spans: Sequence[tuple[int, int]], level: int = 0) -> None:
        """Say that stretches already put are a block."""
        self._regions.append(Region(kind, tuple(spans), level))

    def table(
        self,
        cells: Iterable[GridCell],
        *,
        sheet: str | None = None,
        box: Rectangle | None = None,
        goes_on: bool = False,
        alone: BlockKind = "row",
    ) -> None:
        """Add a table: a line a row, tabs between cells. `cells` stand by row and column.

        A table that `goes_on` has its rows under the header of the table before. Rows of one column without
        a header are blocks of the kind `alone`.
        """
        self._name_captions()
        laid = self._laid_out([cell for cell in cells if cell.text.strip()], box)
        if not goes_on:
            self._tables += 1
        tabled, regions = table_regions(laid, self._tables, sheet, headed=not goes_on, alone=alone)
        self._cells += tabled
        self._regions += regions
        check_cells(len(self._cells), self._file.source, self._file.limits)

    def _name_captions(self) -> None:
        """Call the lines right above a table that say its title or its unit its captions."""
        for number in range(len(self._regions) - 1, len(self._regions) - 1 - _MOST_CAPTIONS, -1):
            if number not in self._captions:
                return
            self._regions[number] = replace(self._regions[number], kind="caption")

    def _laid_out(self, cells: Sequence[GridCell], box: Rectangle | None) -> list[GridCell]:
        first = min((cell.column for cell in cells), default=1)
        laid: list[GridCell] = []
        for row in rows_of(cells):
            column = first
            for cell in row:
                if cell.column > column:
                    self.put("\t" * min(cell.column - column, _MOST_TABS))
                start = self.put(cell.text, box)
                laid.append(cell.at(start))
                column = cell.column
            self.put("\n")
        return laid

    def warn(self, zh: str, en: str) -> None:
        """Say something the user should know of this file."""
        self._warnings.append(f"{zh} / {en}")

    def extract(self, stated: Mapping[str, str | None] | None = None) -> Extract:
        """All of it; `stated` without what is blank."""
        original = Original(
            "".join(self._parts),
            tuple(self._page_starts),
            tuple(self._page_sizes),
            tuple(self._cells),
            boxes=self._character_boxes(),
        )
        told = {name: value.strip() for name, value in (stated or {}).items() if value and value.strip()}
        return Extract(original, tuple(self._regions), told, tuple(self._warnings))

    def _character_boxes(self) -> Boxes | None:
        if not self._boxes:
            return None
        boxes = np.zeros((self._length, 4), np.uint16)
        for start, end, box in self._boxes:
            sides = np.array([box.left, box.top, box.right, box.bottom]) * TENTHS
            boxes[start:end] = sides.clip(0, _FARTHEST).round().astype(np.uint16)
        return boxes


def table_regions(
    cells: Sequence[GridCell],
    table: int,
    sheet: str | None = None,
    *,
    headed: bool = True,
    alone: BlockKind = "row",
) -> tuple[list[Cell], list[Region]]:
    """The cells of a table as an original lists them, and a region for each row that is no header.

    `cells` have text and a place in the original. Without `headed` every row is one of data. Rows of one
    column without a header are blocks of the kind `alone`.
    """
    parts = parts_of(cells, headed=headed)
    captions = {cell.start for row in (*parts.captions, *parts.notes) for cell in row}
    headers = {cell.start: cell for row in parts.headers for cell in row}
    tabled = [
        Cell(
            cell.start,
            cell.end,
            table,
            cell.row,
            cell.column,
            sheet,
            header=cell.start in headers,
            rows=1 if cell.start in captions else cell.rows,
            columns=headers.get(cell.start, cell).columns,
        )
        for cell in cells
    ]
    kinds: tuple[tuple[BlockKind, tuple[tuple[GridCell, ...], ...]], ...] = (
        ("caption", parts.captions),
        ("row" if parts.headers or len({cell.column for cell in cells}) > 1 else alone, parts.data),
        ("paragraph", parts.notes),
    )
    return tabled, [
        Region(kind, tuple((cell.start, cell.end) for cell in row)) for kind, rows in kinds for row in rows
    ]


def is_caption(text: str) -> bool:
    """Whether a line reads like the title or the unit of the table (or picture) that it stands beside."""
    return len(text) <= _CAPTION_LENGTH and bool(_CAPTION.match(text)) and not text.rstrip().endswith("。")


def encodable(text: str) -> str:
    """The text with lone surrogates, which no file can hold, as U+FFFD (one for one)."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def check_characters(count: int, source: str, limits: Limits) -> None:
    """Raise `ReadError` ("too_large") for more characters than a file may have."""
    if count > limits.characters:
        raise passed("characters", source, limits)


def check_cells(count: int, source: str, limits: Limits) -> None:
    """Raise `ReadError` ("too_large") for more cells than a file may have."""
    if count > limits.cells:
        raise passed("cells", source, limits)
