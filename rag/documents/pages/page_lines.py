"""Lines of type, made of the characters of a page and their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.documents.pages.page_view import PageLine, Places
from rag.original import Rectangle

_GAP = 0.95
"""In sizes of the type: two characters of one line have less between them, two columns more."""
_LATIN_GAP = 1.3
_BACK = 0.6
_LEAST_DOWN = 3
"""So many steps straight down make a vertical line; fewer are the ends of short lines."""
_MOSTLY = 0.5
_SAME_SIZE = 1.4
_SAME_PLACE = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class PlacedText:
    """A page's text and, an entry for each character, its box, the size of its type, and whether that is bold.

    Characters without a place have boxes of zeros.
    """

    text: str
    boxes: Places
    sizes: NDArray[np.float32]
    strong: NDArray[np.bool_]


def is_vertical(page: PlacedText) -> bool:
    """Whether most of the page is set in columns of characters that are read downwards."""
    steps = _steps(page, _placed(page))
    down = int((steps == _DOWN).sum())
    return down > _MOSTLY * max(1, int((steps != _AWAY).sum()))


def turned(page: PlacedText, width: float) -> PlacedText:
    """A page of vertical text turned by a quarter: what is read downwards runs to the right.

    Lines that run across such a page (its folio, mostly) are blanked: they are no part of its text.
    """
    places = _placed(page)
    across = _steps(page, places) == _RIGHT
    lying = np.concatenate([across, [False]]) | np.concatenate([[False], across])
    boxes = turned_boxes(page.boxes, width)
    boxes[~page.boxes.any(axis=1)] = 0
    left_out = set(places[lying[: len(places)]].tolist())
    text = "".join(" " if index in left_out else char for index, char in enumerate(page.text))
    return replace(page, text=text, boxes=boxes)


def turned_boxes(boxes: Places, width: float) -> Places:
    """Boxes on a page of this width, turned by a quarter against the clock."""
    return np.stack([boxes[:, 1], width - boxes[:, 2], boxes[:, 3], width - boxes[:, 0]], axis=1)


def lines_of_page(page: PlacedText) -> list[PageLine]:
    """The lines of a page of horizontal text, from the top downwards; two columns are two lines."""
    page = _filled(page)
    places = _placed(page)
    if not len(places):
        return []
    breaks = np.flatnonzero(_steps(page, places) != _RIGHT) + 1
    runs = [_line(page, run) for run in np.split(places, breaks)]
    return list(_in_rows(runs))


def _filled(page: PlacedText) -> PlacedText:
    """Characters without a place are given one beside their neighbour, on the same line of the text if there is one."""
    boxes, sizes = page.boxes.copy(), page.sizes.copy()
    seen = page.boxes.any(axis=1)
    placed, lost = np.flatnonzero(seen), np.flatnonzero(np.logical_not(seen))
    if not len(placed) or not len(lost):
        return page
    line = np.cumsum(np.fromiter((char == "\n" for char in page.text), np.int64, len(page.text)))
    after = np.clip(np.searchsorted(placed, lost), 0, len(placed) - 1)
    before = np.clip(after - 1, 0, None)
    follows = (placed[before] < lost) & ((line[placed[after]] != line[lost]) | (placed[after] < lost))
    nearest = placed[np.where(follows, before, after)]
    boxes[lost] = boxes[nearest]
    boxes[lost, 0] = boxes[lost, 2] = boxes[nearest, np.where(lost < nearest, 0, 2)]
    sizes[lost] = sizes[nearest]
    return replace(page, boxes=boxes, sizes=sizes)


_AWAY, _RIGHT, _DOWN = 0, 1, 2


def _placed(page: PlacedText) -> NDArray[np.int64]:
    """The characters that have a place and can be seen."""
    visible = np.fromiter((not char.isspace() for char in page.text), np.bool_, len(page.text))
    return np.flatnonzero(page.boxes.any(axis=1) & visible)


def _steps(page: PlacedText, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """How each character but the last goes on to the next: to the right, down, or elsewhere."""
    boxes = page.boxes[places]
    before, after = boxes[:-1], boxes[1:]
    size = np.maximum(1.0, np.minimum(page.sizes[places][:-1], page.sizes[places][1:]))
    shared = np.minimum(before[:, 3], after[:, 3]) - np.maximum(before[:, 1], after[:, 1])
    lower = np.minimum(before[:, 3] - before[:, 1], after[:, 3] - after[:, 1])
    gap = after[:, 0] - before[:, 2]
    spaced = np.diff(places) > 1
    wide = np.where(spaced & _latin(page, places), _LATIN_GAP, _GAP)
    # The letters of a ligature have one place.
    same = np.abs(after - before).max(axis=1) < _SAME_PLACE * size
    right = (2 * shared > lower) & (gap < wide * size) & ((gap > -_BACK * size) | same)
    beside = np.abs((before[:, 0] + before[:, 2]) - (after[:, 0] + after[:, 2])) / 2
    drop = (after[:, 1] + after[:, 3] - before[:, 1] - before[:, 3]) / 2
    down = ~right & (beside < _BACK * size) & (drop > 0.3 * size) & (drop < 2 * size)
    return np.where(right, _RIGHT, np.where(_long(down), _DOWN, _AWAY))


def _latin(page: PlacedText, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    narrow = np.fromiter((page.text[place] < "\u2e80" for place in places), np.bool_, len(places))
    return narrow[:-1] & narrow[1:]


def _long(down: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Only the runs of steps down that are long enough."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], down, [False]]).astype(np.int8)))
    kept = np.zeros_like(down)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        kept[start:stop] = stop - start >= _LEAST_DOWN
    return kept


def _line(page: PlacedText, run: NDArray[np.int64]) -> PageLine:
    boxes = page.boxes[run]
    start, end = int(run[0]), int(run[-1]) + 1
    return PageLine(
        page.text[start:end],
        ((start, end),),
        Rectangle(*(float(side) for side in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)))),
        float(np.median(page.sizes[run])),
        bool(page.strong[run].mean() > _MOSTLY),
    )


def _in_rows(runs: Sequence[PageLine]) -> Iterator[PageLine]:
    """Runs that stand side by side closely enough are one line, in whatever order they were drawn."""
    waiting: list[PageLine] = []
    for run in sorted(runs, key=lambda run: (run.box.top, run.box.left)):
        while waiting and waiting[0].box.bottom < run.box.top:
            yield waiting.pop(0)
        beside = next((n for n, other in enumerate(waiting) if _one_line(other, run)), None)
        while beside is not None:
            run = _joined(waiting.pop(beside), run)
            beside = next((n for n, other in enumerate(waiting) if _one_line(other, run)), None)
        waiting.append(run)
        waiting.sort(key=lambda line: line.box.bottom)
    yield from waiting


def _one_line(one: PageLine, other: PageLine) -> bool:
    shared = min(one.box.bottom, other.box.bottom) - max(one.box.top, other.box.top)
    lower = min(one.box.bottom - one.box.top, other.box.bottom - other.box.top)
    size = min(one.size, other.size)
    if 2 * shared <= lower or max(one.size, other.size) > _SAME_SIZE * size:
        return False
    gap = max(one.box.left, other.box.left) - min(one.box.right, other.box.right)
    return -_BACK * size < gap < _GAP * size


def _joined(one: PageLine, other: PageLine) -> PageLine:
    first, second = sorted((one, other), key=lambda line: line.box.left)
    longer = max(first, second, key=lambda line: len(line.text))
    apart = " " if second.box.left - first.box.right > 0.2 * first.size else ""
    spans = [*first.spans]
    if spans[-1][1] == second.spans[0][0]:
        spans[-1] = spans[-1][0], second.spans[0][1]
        spans += second.spans[1:]
    else:
        spans += second.spans
    return PageLine(
        f"{first.text}{apart}{second.text}",
        tuple(spans),
        around([first.box, second.box]),
        longer.size,
        longer.strong,
    )


def around(boxes: Sequence[Rectangle]) -> Rectangle:
    """The smallest rectangle that holds them all."""
    return Rectangle(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
