"""The text of a source as its reader got it, what is known of its characters' places, and clean text over it.

Three coordinate systems meet here, and every function says which one it speaks:

* *original*: characters of the text as the reader got it, all pages in one string (`Original.text`);
* *page*: characters of one page, counted from its first one (what a citation carries outside);
* *clean*: characters of the repaired text that is searched and read (`AlignedText.text`).

An `AlignedText` knows, for each clean character, the original characters it came from.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Offsets = NDArray[np.uint32]
"""Shape (n,), positions in an original text."""

Boxes = NDArray[np.uint16]
"""Shape (n, 4): left, top, right and bottom of each character in tenths of a point (1/720 inch) from its
page's upper left corner; a row of zeros where the place is not known."""

TENTHS = 10.0
"""Units of `Boxes` in a point."""


@dataclass(frozen=True, slots=True)
class PageSpan:
    """A stretch of one page: `start` and `end` count characters of that page's text."""

    page: int | None
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of a page, in points (1/72 inch) from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: the original characters `[start, end)`.

    `table` numbers the tables of a document from 1; `row` and `column` count from 1 as a spreadsheet
    shows them, whatever rows a header takes up. `sheet` is the worksheet's name, where there is one.
    A cell that spans several stands at its upper left corner; `rows` and `columns` count what it spans.
    """

    start: int
    end: int
    table: int
    row: int
    column: int
    sheet: str | None = None
    header: bool = False
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Original:
    """A document's text exactly as its reader got it, and where its characters stand.

    `page_starts` holds the original offset of each page's first character; it is empty for a format
    without pages. Pages are laid end to end with nothing between them. `page_sizes` are their width and
    height in points, where there is something to be seen. `seams` are the offsets, ascending, at which a
    piece of text begins that reading order may have moved: two pieces that do not touch are cited apart.
    `cells` stand in the order of the text and do not overlap.
    """

    text: str
    page_starts: tuple[int, ...] = ()
    page_sizes: tuple[tuple[float, float], ...] = ()
    cells: tuple[Cell, ...] = ()
    seams: tuple[int, ...] = ()
    boxes: Boxes | None = field(default=None, compare=False)

    def page_spans(self, start: int, end: int) -> tuple[PageSpan, ...]:
        """Cut the original stretch `[start, end)` at page boundaries, into page coordinates."""
        if not self.page_starts:
            return (PageSpan(None, start, end, self.text[start:end]),)
        spans = []
        while start < end:
            index = bisect_right(self.page_starts, start) - 1
            base = self.page_starts[index]
            last = index + 1 == len(self.page_starts)
            stop = end if last else min(end, self.page_starts[index + 1])
            spans.append(PageSpan(index + 1, start - base, stop - base, self.text[start:stop]))
            start = stop
        return tuple(spans)

    def page_base(self, page: int | None) -> int:
        """The original offset of a page's first character; 0 for a format without pages."""
        return self.page_starts[page - 1] if page is not None and self.page_starts else 0

    def page_size(self, page: int | None) -> tuple[float, float] | None:
        """Width and height of a page in points; `None` where there is nothing to be seen."""
        return self.page_sizes[page - 1] if page is not None and self.page_sizes else None

    def pages(self) -> tuple[tuple[int | None, str], ...]:
        """Every page as (number from 1, text); one (None, text) where the format has no pages."""
        if not self.page_starts:
            return ((None, self.text),)
        bounds = (*self.page_starts, len(self.text))
        return tuple((n + 1, self.text[bounds[n] : bounds[n + 1]]) for n in range(len(self.page_starts)))

    def stretches(self, body: AlignedText, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """The original stretches that the clean stretch `[start, end)` of `body` was made of.

        In reading order. Text left out within a piece (a picture's caption, noise) stays inside its
        stretch; at a seam the stretch ends, unless nothing but white space lies between.
        """
        pieces = body.pieces(start, end, self.seams)
        merged: list[tuple[int, int]] = []
        for first, stop in sorted(pieces):
            if merged and (first <= merged[-1][1] or not self.text[merged[-1][1] : first].strip()):
                merged[-1] = merged[-1][0], max(stop, merged[-1][1])
            else:
                merged.append((first, stop))
        begins = [first for first, _ in merged]
        return tuple(dict.fromkeys(merged[bisect_right(begins, first) - 1] for first, _ in pieces))

    def quote_spans(self, body: AlignedText, start: int, end: int) -> tuple[PageSpan, ...]:
        """The clean stretch `[start, end)` of `body` as pieces of pages, in reading order."""
        return tuple(
            span for stretch in self.stretches(body, start, end) for span in self.page_spans(*stretch)
        )

    def main_stretch(self, body: AlignedText) -> tuple[int, int]:
        """The longest original stretch of a whole passage's text, where one must stand for all."""
        return max(self.stretches(body, 0, len(body.text)), key=lambda stretch: stretch[1] - stretch[0])

    def rectangles(self, start: int, end: int) -> tuple[Rectangle, ...]:
        """What to mark for the original stretch `[start, end)` of one page: a rectangle a line."""
        if self.boxes is None:
            return ()
        found: list[NDArray[np.int64]] = []
        for box in self.boxes[start:end].astype(np.int64):
            if not box.any():
                continue
            if found and _in_one_line(found[-1], box):
                found[-1] = np.concatenate(
                    [np.minimum(found[-1][:2], box[:2]), np.maximum(found[-1][2:], box[2:])]
                )
            else:
                found.append(box)
        return tuple(Rectangle(*(float(side) / TENTHS for side in box)) for box in found)

    def cells_in(self, start: int, end: int) -> tuple[Cell, ...]:
        """The cells that the original stretch `[start, end)` touches."""
        return tuple(cell for cell in self.cells if cell.start < end and start < cell.end)


def _in_one_line(line: NDArray[np.int64], box: NDArray[np.int64]) -> bool:
    """Whether a character goes on a line of horizontal text, or down one of vertical text."""
    shared = np.minimum(line[2:], box[2:]) - np.maximum(line[:2], box[:2])
    wide, high = box[2:] - box[:2]
    beside = 2 * shared[1] > high and 2 * box[0] >= line[0] + line[2] - wide and -shared[0] < 3 * high
    below = 2 * shared[0] > wide and line[2] - line[0] < 2 * wide and -shared[1] < wide
    return bool(beside or below)


@dataclass(frozen=True, slots=True, eq=False)
class AlignedText:
    """Clean text, each character of which knows its place in the original.

    Clean character `i` came from the original characters `[starts[i], ends[i])`. Both arrays have one
    entry a character. They never decrease but at the seams of the original, where reading order goes
    back to another piece.
    """

    text: str
    starts: Offsets
    ends: Offsets

    @classmethod
    def identity(cls, text: str, offset: int = 0) -> AlignedText:
        """The text as it is; its first character stands at original position `offset`."""
        starts = np.arange(offset, offset + len(text), dtype=np.uint32)
        return cls(text, starts, starts + np.uint32(1))

    @classmethod
    def joined(cls, parts: Iterator[AlignedText] | list[AlignedText]) -> AlignedText:
        """The parts one after another."""
        parts = list(parts)
        none = np.zeros(0, np.uint32)
        return cls(
            "".join(part.text for part in parts),
            np.concatenate([none, *(part.starts for part in parts)]),
            np.concatenate([none, *(part.ends for part in parts)]),
        )

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The smallest original stretch that holds all the clean stretch `[start, end)` came from.

        Raises `ValueError` for an empty one. For what is quoted see `Original.stretches`.
        """
        if start >= end:
            raise ValueError(f"an empty stretch has no place in the original: [{start}, {end})")
        return int(self.starts[start:end].min()), int(self.ends[start:end].max())

    def pieces(self, start: int, end: int, seams: tuple[int, ...] = ()) -> tuple[tuple[int, int], ...]:
        """The original stretch between each two of `seams` that the clean stretch `[start, end)` takes from.

        In the order in which they are first read.
        """
        starts, ends = self.starts[start:end], self.ends[start:end]
        piece = np.searchsorted(np.asarray(seams, np.uint32), starts, side="right")
        found: dict[int, tuple[int, int]] = {}
        bounds = [0, *(np.flatnonzero(np.diff(piece)) + 1).tolist(), len(starts)]
        for first, stop in pairwise(bounds):
            if first < stop:
                begin, finish = int(starts[first:stop].min()), int(ends[first:stop].max())
                known = found.get(int(piece[first]), (begin, finish))
                found[int(piece[first])] = min(begin, known[0]), max(finish, known[1])
        return tuple(found.values())

    def slice(self, start: int, end: int) -> AlignedText:
        """The clean stretch `[start, end)` as an aligned text of its own."""
        return AlignedText(self.text[start:end], self.starts[start:end], self.ends[start:end])
