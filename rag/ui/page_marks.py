"""What to mark on a page's picture for a quote: exactly its characters, or nothing."""

from __future__ import annotations

import numpy as np

from rag.original import TENTHS, Original, Rectangle

_SLACK = 2
"""Tenths of a point by which boxes that touch may overlap."""


def page_marks(original: Original, start: int, end: int) -> tuple[Rectangle, ...]:
    """Rectangles, in points, for the original stretch `[start, end)` of one page; none unless they are certain.

    They are if each of its visible characters has a place on the page, and no other character of the page has
    its middle inside one of the rectangles. Where lines run together so that another's would, each character has
    a rectangle of its own.
    """
    boxes, page = original.boxes, _page_of(original, start, end)
    if boxes is None or page is None:
        return ()
    visible = np.asarray([not char.isspace() for char in original.text[start:end]], np.bool_)
    own = boxes[start:end][visible]
    if not len(own) or not own.any(axis=1).all() or not _within(own, original.page_sizes[page]):
        return ()
    first, stop = _bounds(original, page)
    others = np.concatenate([boxes[first:start], boxes[end:stop]]).astype(np.float64)
    others = others[others.any(axis=1)]
    lines = original.rectangles(start, end)
    single = tuple(Rectangle(*(float(side) / TENTHS for side in box)) for box in np.unique(own, axis=0))
    return next((marks for marks in (lines, single) if not _touch(others, marks)), ())


def _page_of(original: Original, start: int, end: int) -> int | None:
    """The index of the one page that holds the stretch, where it is known how large it is."""
    for index in range(len(original.page_sizes)):
        first, stop = _bounds(original, index)
        if first <= start < end <= stop:
            return index if min(original.page_sizes[index]) > 0 else None
    return None


def _bounds(original: Original, index: int) -> tuple[int, int]:
    starts = (*original.page_starts, len(original.text))
    return starts[index], starts[index + 1]


def _within(boxes: np.ndarray[tuple[int, ...], np.dtype[np.uint16]], size: tuple[float, float]) -> bool:
    """Whether every box lies on the page: its middle at least, type may be set to the very edge."""
    middles = (boxes[:, :2].astype(np.float64) + boxes[:, 2:]) / 2
    return bool((middles <= np.asarray(size) * TENTHS).all())


def _touch(others: np.ndarray[tuple[int, ...], np.dtype[np.float64]], marks: tuple[Rectangle, ...]) -> bool:
    """Whether one of the other characters has its middle inside a mark."""
    middles = (others[:, :2] + others[:, 2:]) / 2
    for mark in marks:
        low = np.asarray([mark.left, mark.top]) * TENTHS + _SLACK
        high = np.asarray([mark.right, mark.bottom]) * TENTHS - _SLACK
        if ((middles > low) & (middles < high)).all(axis=1).any():
            return True
    return False
