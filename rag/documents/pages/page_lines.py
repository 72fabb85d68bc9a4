"""Lines of type, made of the characters of a page and their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.documents.cleaning.lines import is_cjk
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
_TOUCHING = 0.08
_CLOSE = 1.5
"""In sizes of the type: lines of a paragraph are further apart than the characters of a line that runs downwards."""
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
    steps = _steps(page, places)
    steps[_downward(page, places, steps)] = _BELOW
    kept = (steps == _RIGHT) | (steps == _BELOW)
    turns = np.flatnonzero(kept[:-1] & kept[1:] & (steps[:-1] != steps[1:])) + 1
    breaks = np.unique(np.concatenate([np.flatnonzero(~kept) + 1, turns]))
    falling = np.concatenate([steps == _BELOW, [False]])
    runs = [
        replace(_line(page, places[run]), down=bool(falling[run[0]]))
        for run in np.split(np.arange(len(places)), breaks)
    ]
    return [*(run for run in runs if run.down), *_in_rows([run for run in runs if not run.down])]


def _downward(page: PlacedText, places: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.int64]:
    """The steps of lines that run downwards on a page of horizontal text: Chinese, set as closely as a line is."""
    boxes, sizes = page.boxes[places], page.sizes[places]
    drop = (boxes[1:, 1] + boxes[1:, 3] - boxes[:-1, 1] - boxes[:-1, 3]) / 2
    alike = np.maximum(sizes[1:], sizes[:-1]) < _SAME_SIZE * np.minimum(sizes[1:], sizes[:-1])
    close = (steps == _DOWN) & (drop < _CLOSE * np.minimum(sizes[1:], sizes[:-1])) & alike
    edges = np.flatnonzero(np.diff(np.concatenate([[False], close, [False]]).astype(np.int8)))
    found = [
        np.arange(start, stop)
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
        if stop - start >= _LEAST_DOWN
        and _is_worded([page.text[place] for place in places[start : stop + 1]])
    ]
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _is_worded(chars: Sequence[str]) -> bool:
    """Whether these are the characters of a Chinese line, and not a column of a table: figures, or all the same."""
    chinese = sum(is_cjk(char) for char in chars)
    return chinese > _MOSTLY * len(chars) and 2 * len(set(chars)) > len(chars)


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


_AWAY, _RIGHT, _DOWN, _BELOW = 0, 1, 2, 3


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
    spans = _spans(page, run)
    return PageLine(
        "".join(page.text[start:end] for start, end in spans),
        spans,
        Rectangle(*(float(side) for side in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)))),
        float(np.median(page.sizes[run])),
        bool(page.strong[run].mean() > _MOSTLY),
    )


def _spans(page: PlacedText, run: NDArray[np.int64]) -> tuple[tuple[int, int], ...]:
    """The stretches of the text that a run is, without the spaces that its page does not show.

    Text layers have such where a word may be divided ("agri cultural"): its letters touch.
    """
    before, after = run[:-1], run[1:]
    gap = page.boxes[after, 0] - page.boxes[before, 2]
    unseen = (after - before == 2) & (gap < _TOUCHING * page.sizes[after])
    breaks = [
        index
        for index in np.flatnonzero(unseen)
        if _divides(page.text[before[index]], page.text[before[index] + 1], page.text[after[index]])
    ]
    starts = [int(run[0]), *(int(after[index]) for index in breaks)]
    stops = [*(int(before[index]) + 1 for index in breaks), int(run[-1]) + 1]
    return tuple(zip(starts, stops, strict=True))


def _divides(before: str, space: str, after: str) -> bool:
    latin = before < "\u2e80" and after < "\u2e80"
    return space == " " and latin and before.isalpha() and (after.isalpha() or after in "-\u2010")


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
    return PageLine(
        f"{first.text}{apart}{second.text}",
        spans_joined(first.spans, second.spans),
        around([first.box, second.box]),
        longer.size,
        longer.strong,
    )


def spans_joined(
    first: tuple[tuple[int, int], ...], second: tuple[tuple[int, int], ...]
) -> tuple[tuple[int, int], ...]:
    """The stretches one after another; such as a single space parts are one, because that is seen here."""
    if not 0 <= second[0][0] - first[-1][1] <= 1:
        return *first, *second
    return *first[:-1], (first[-1][0], second[0][1]), *second[1:]


def around(boxes: Sequence[Rectangle]) -> Rectangle:
    """The smallest rectangle that holds them all."""
    return Rectangle(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
