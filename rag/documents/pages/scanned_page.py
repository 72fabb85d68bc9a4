"""A page that was read from its picture, as text with places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.documents.cleaning.lines import is_cjk
from rag.documents.pages.ocr import ReadLine, read_picture
from rag.documents.pages.page_view import PageLine, Places
from rag.documents.pages.pdf_boxes import Picture
from rag.documents.pages.reading_order import Page, regions_of
from rag.original import Rectangle

_ALIKE = 0.13
"""The share by which the measured size of one type varies from line to line."""
_HEIGHT = 0.78
"""The size of the type as a share of the height of the box that is found around a line."""
_SPACED = 1.1
_FEW, _ALIKE_FEW = 4, 0.45
_LEAST_PITCHES = 3
_TALL = 1.8
_PATTERN = re.compile(r"(.)\1{3,}|[0OoQ〇○]{4,}")
_LEAST_SCORE = 0.75
"""Below this confidence it is mostly the pattern of a picture that was taken for writing."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadPage:
    """The text of a page, one line for each of its lines, in reading order; its characters' boxes; its layout."""

    text: str
    boxes: Places
    layout: Page

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.layout.width, self.layout.height


def read_page(picture: Picture, scale: float) -> ReadPage:
    """Read the picture of a page, of `scale` pixels a point. Places are in points, as everywhere."""
    found = [line for line in read_picture(picture) if _is_writing(line)]
    height, width = picture.shape[0] / scale, picture.shape[1] / scale
    lines = [
        _line(n, line, size / scale, scale)
        for n, (line, size) in enumerate(zip(found, _sizes(found), strict=True))
    ]
    page = Page(width, height, tuple(lines))
    order = _order(page)
    text, boxes, placed = "", [np.zeros((0, 4), np.float32)], []
    for count, number in enumerate(order):
        if count:
            text, boxes = text + "\n", [*boxes, np.zeros((1, 4), np.float32)]
        start = len(text)
        text += found[number].text
        boxes.append(_places(found[number], scale))
        placed.append(replace(lines[number], spans=((start, len(text)),)))
    return ReadPage(text, np.concatenate(boxes), replace(page, lines=tuple(placed)))


def _is_writing(line: ReadLine) -> bool:
    text = line.text.strip()
    return bool(text) and line.score >= _LEAST_SCORE and not _PATTERN.fullmatch(text)


def _places(line: ReadLine, scale: float) -> Places:
    corners = line.quads / scale
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1).astype(np.float32)


def _sizes(found: Sequence[ReadLine]) -> list[float]:
    """The size of each line's type in pixels.

    That is the way from one Chinese character to the next; where a line has too few of them, its height
    tells it, as compared with the other lines. Lines that differ from the running text by no more than
    measuring does are given its size.
    """
    heights = np.asarray([_extent(line) for line in found])
    pitches = np.asarray([_pitch(line) for line in found])
    known = pitches > 0
    share = float(np.median(pitches[known] / heights[known])) if known.any() else _HEIGHT
    sizes = np.where(known, np.minimum(pitches, _SPACED * share * heights), share * heights)
    weights = [len(line.text) for line in found]
    if not found:
        return []
    body = float(np.median(np.repeat(sizes, weights)))
    # A justified line has its characters further apart, and still the height of the others.
    settled = [
        body
        if abs(size - body) <= _ALIKE * body
        or (size > body and share * height <= (1 + _ALIKE) * body and _is_justified(line, found))
        else float(size)
        for size, height, line in zip(sizes, heights, found, strict=True)
    ]
    for number, line in enumerate(found):
        above = _above(number, found) if len(line.text) <= _FEW else None
        if above is not None and abs(sizes[number] - settled[above]) <= _ALIKE_FEW * settled[above]:
            settled[number] = settled[above]
    return settled


def _runs_down(line: ReadLine) -> bool:
    width, height = line.upright[:, 2:].max(axis=0) - line.upright[:, :2].min(axis=0)
    return len(line.text) > 1 and bool(height > _TALL * width)


def _extent(line: ReadLine) -> float:
    """The height of a line, or the width of one that runs downwards."""
    if _runs_down(line):
        return float(line.upright[:, 2].max() - line.upright[:, 0].min())
    return float(np.median(line.upright[:, 3] - line.upright[:, 1]))


def _is_justified(line: ReadLine, found: Sequence[ReadLine]) -> bool:
    """Whether the line right above or below has the same edges."""
    left, top, right, bottom = _around(line)
    for other in found:
        begin, above, end, below = _around(other)
        gap = max(above, top) - min(below, bottom)
        alike = abs(begin - left) + abs(end - right) < bottom - top
        if other is not line and alike and 0 < gap + (bottom - top) / 2 < 2 * (bottom - top):
            return True
    return False


def _around(line: ReadLine) -> tuple[float, float, float, float]:
    (left, top), (right, bottom) = line.upright[:, :2].min(axis=0), line.upright[:, 2:].max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _above(number: int, found: Sequence[ReadLine]) -> int | None:
    """The line right above, which a very short one ends."""
    left, top = found[number].upright[:, :2].min(axis=0)
    bottom = found[number].upright[:, 3].max()
    for other, line in enumerate(found):
        begin, end = line.upright[:, 0].min(), line.upright[:, 2].max()
        gap = top - line.upright[:, 3].max()
        if other != number and begin - bottom + top < left < end and abs(gap) < (bottom - top) / 2:
            return other
    return None


def _pitch(line: ReadLine) -> float:
    """The way from one Chinese character to the next in pixels; 0 where the line has too few."""
    middles = (line.upright[:, 0] + line.upright[:, 2]) / 2
    wide = [is_cjk(char) and char.isalnum() for char in line.text]
    steps = [middles[n + 1] - middles[n] for n in range(len(wide) - 1) if wide[n] and wide[n + 1]]
    return float(np.mean(steps)) if len(steps) >= _LEAST_PITCHES else 0.0


def _line(number: int, line: ReadLine, size: float, scale: float) -> PageLine:
    left, right = line.upright[:, 0].min() / scale, line.upright[:, 2].max() / scale
    if _runs_down(line):
        top, bottom = line.upright[:, 1].min() / scale, line.upright[:, 3].max() / scale
        box = Rectangle(float(left), float(top), float(right), float(bottom))
        return PageLine(line.text, ((number, number + 1),), box, size, down=True)
    middle = float(np.median(line.upright[:, 1] + line.upright[:, 3])) / 2 / scale
    box = Rectangle(float(left), middle - size / 2, float(right), middle + size / 2)
    return PageLine(line.text, ((number, number + 1),), box, size)


def _order(page: Page) -> list[int]:
    """The numbers of the lines in reading order; what is printed at the edges comes first and last."""
    read = [start for region in regions_of([page]) for start, _ in region.spans]
    known = set(read)
    tops = {number: line.box.top for number, line in enumerate(page.lines)}
    first = min((tops[number] for number in read), default=0.0)
    rest = sorted((number for number in tops if number not in known), key=tops.__getitem__)
    head = [number for number in rest if tops[number] < first]
    return [*head, *read, *(number for number in rest if number not in head)]
