"""The columns of a page in the order they are read: a headline, the columns below it, the next story."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.documents.pages.page_lines import around
from rag.documents.pages.page_view import PageLine
from rag.original import Rectangle

_GUTTER = 0.7
"""In sizes of the type: how wide the blank between two columns is at least."""
_HEADLINE = 1.15
_LEAST_ROWS = 2
_OVERLAP = 0.25
"""The share of a line's height by which it may reach into the next without standing beside it."""
_MOST_CROSSING = 0.12
_ACROSS = 0.8
_BYLINE = re.compile(r"(?:[□■◎○]\s?)?(?:本报|本刊|新华社|通讯员|记者|作者|文[/／]|[Bb]y\s)")
_ALIKE = (0.95, 1.05)
_CENTRED = 0.02
_DEEPEST = 24


@dataclass(frozen=True, slots=True)
class Item:
    """A line, or everything within a frame or a table, as one thing that stands on the page."""

    box: Rectangle
    size: float
    heading: bool
    lines: tuple[PageLine, ...]


Column = tuple[PageLine, ...]
"""The lines of one column from the top downwards."""


def line_item(line: PageLine, body: float) -> Item:
    """A line as an item; it can be a headline where its type is larger than the `body`'s."""
    return Item(line.box, line.size, line.size >= _HEADLINE * body, (line,))


def columns_in_order(
    items: Sequence[Item], body: float, dividers: Sequence[Rectangle] = ()
) -> list[tuple[Item, ...]]:
    """The items in columns, in the order these are read.

    `body` is the size of the running text in points, `dividers` the rules and pictures that part what is
    above from what is below wherever they go all across it. A recursive cut of the page: where one blank
    goes down between columns they are read one after another, unless a story ends there: at a divider, or
    above a headline that has no text beside it.
    """
    return list(_Cutter(body, tuple(dividers)).cut(tuple(sorted(items, key=_from_top)), 0))


def _from_top(item: Item) -> tuple[float, float]:
    return item.box.top, item.box.left


@dataclass(frozen=True, slots=True)
class _Cutter:
    body: float
    dividers: tuple[Rectangle, ...]

    def cut(self, items: tuple[Item, ...], depth: int) -> Iterator[tuple[Item, ...]]:
        if len(items) <= 1 or depth >= _DEEPEST:
            yield from [items] if items else []
            return
        for part in self._parts(items):
            if len(part) == len(items):
                yield part
            else:
                yield from self.cut(part, depth + 1)

    def _parts(self, items: tuple[Item, ...]) -> list[tuple[Item, ...]]:
        """The first cut that can be made; all items in one part where none can."""
        strips = _strips(items)
        gutters = self._gutters(items)
        for attempt in (self._stories(strips), self._between(items, gutters), self._bands(strips)):
            if len(attempt) > 1:
                return attempt
        return self._around_crossing(items)

    def _gutters(self, items: Sequence[Item]) -> list[tuple[float, float]]:
        """The blanks that go all the way down between items."""
        return _blanks(self._covered(_stretches(items)))

    def _covered(self, stretches: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """The stretches from left to right, such as have less than a gutter between them as one."""
        found: list[tuple[float, float]] = []
        for left, right in sorted(stretches):
            if found and left - found[-1][1] < _GUTTER * self.body:
                found[-1] = found[-1][0], max(found[-1][1], right)
            else:
                found.append((left, right))
        return found

    def _between(
        self, items: tuple[Item, ...], gutters: Sequence[tuple[float, float]]
    ) -> list[tuple[Item, ...]]:
        """The columns between the gutters. A single row has words far apart, not columns."""
        bounds = [float("-inf"), *((left + right) / 2 for left, right in gutters), float("inf")]
        columns = [
            tuple(item for item in items if low <= (item.box.left + item.box.right) / 2 < high)
            for low, high in pairwise(bounds)
        ]
        return columns if any(_count([column]) >= _LEAST_ROWS for column in columns) else [items]

    def _stories(self, strips: Sequence[tuple[Item, ...]]) -> list[tuple[Item, ...]]:
        """The parts between which a story ends."""
        parts: list[list[Item]] = []
        for index, strip in enumerate(strips):
            if not index or self._begins_story(strips, index):
                parts.append([])
            parts[-1].extend(strip)
        return [tuple(part) for part in parts]

    def _begins_story(self, strips: Sequence[tuple[Item, ...]], index: int) -> bool:
        if self.dividers and self._divided(strips, index):
            return True
        strip = strips[index]
        if not all(item.heading for item in strip):
            return False
        above = tuple(item for before in strips[:index] for item in before)
        gutters = self._gutters(above) or self._gutters(strips[index - 1])
        if not gutters or all(item.heading for item in above):
            return False
        alone = len(strip) == 1 or len(self._gutters(strip)) < len(self._gutters(strips[index - 1]))
        below = tuple(item for after in strips[index:] for item in after)
        return alone and self._goes_over(below, gutters)

    def _goes_over(self, items: Sequence[Item], gutters: Sequence[tuple[float, float]]) -> bool:
        """Whether the items stand in more than one of the columns between the gutters."""
        area = around([item.box for item in items])
        return any(area.left < left and right < area.right for left, right in gutters)

    def _divided(self, strips: Sequence[tuple[Item, ...]], index: int) -> bool:
        """Whether a divider goes across all strips right above this one."""
        last = max(item.box.bottom for strip in strips[:index] for item in strip)
        first = min(item.box.top for item in strips[index])
        slack = self.body / 2
        between = [
            divider
            for divider in self.dividers
            if last - slack <= divider.top and divider.bottom <= first + slack
        ]
        if not between:
            return False
        area = around([item.box for strip in strips for item in strip])
        return any(
            min(divider.right, area.right) - max(divider.left, area.left) >= _ACROSS * _width(area)
            for divider in between
        )

    def _bands(self, strips: Sequence[tuple[Item, ...]]) -> list[tuple[Item, ...]]:
        """What stands above the largest run of strips with the same columns, that run, and what stands below."""
        runs: list[tuple[int, int]] = []
        counts = [len(self._gutters(strip)) for strip in strips]
        for index, count in enumerate(counts):
            known = any(first <= index < stop and count == counts[first] for first, stop in runs)
            if count and not known and (run := self._run(strips, index, count)):
                runs.append(run)
        first, stop = max(runs, key=lambda run: _count(strips[slice(*run)]), default=(0, len(strips)))
        parts = (strips[:first], strips[first:stop], strips[stop:])
        return [tuple(item for strip in part for item in strip) for part in parts if part]

    def _run(self, strips: Sequence[tuple[Item, ...]], index: int, count: int) -> tuple[int, int] | None:
        """The strips around this one that leave its gutters free, if there are enough to be columns."""
        covered = self._covered(_stretches(strips[index]))
        first, stop = index, index + 1
        while stop < len(strips) and len(wider := self._with(covered, strips[stop])) == count + 1:
            covered, stop = wider, stop + 1
        while first and self._goes_above(strips[first - 1], strips[first:stop], covered):
            covered, first = self._with(covered, strips[first - 1]), first - 1
        columns = self._between(
            tuple(item for strip in strips[first:stop] for item in strip), _blanks(covered)
        )
        enough = sum(_count([column]) >= _LEAST_ROWS for column in columns) >= _LEAST_ROWS
        return (first, stop) if enough else None

    def _with(self, covered: list[tuple[float, float]], strip: Sequence[Item]) -> list[tuple[float, float]]:
        return self._covered([*covered, *_stretches(strip)])

    def _goes_above(
        self, strip: tuple[Item, ...], run: Sequence[tuple[Item, ...]], covered: list[tuple[float, float]]
    ) -> bool:
        """Whether the strip belongs to the columns below it, and is no headline over all of them."""
        if len(self._with(covered, strip)) != len(covered):
            return False
        if len(strip) < len(covered) and all(item.heading for item in strip):
            return False
        area = around([item.box for below in run for item in below]) if len(strip) == 1 else None
        return area is None or not self._is_byline(strip[0], area)

    def _is_byline(self, item: Item, area: Rectangle) -> bool:
        """Whether it stands in the middle of the area below it, in other type than the running text's or naming authors."""
        off = abs((item.box.left + item.box.right) - (area.left + area.right)) / 2
        named = bool(_BYLINE.match(item.lines[0].text))
        other = named or not _ALIKE[0] * self.body < item.size < _ALIKE[1] * self.body
        return len(item.lines) == 1 and other and off < _CENTRED * _width(area)

    def _around_crossing(self, items: tuple[Item, ...]) -> list[tuple[Item, ...]]:
        """Columns that a few items lie across: those are read with what stands below them on the left."""
        widest = sorted(items, key=lambda item: -_width(item.box))
        for count in range(1, 1 + int(_MOST_CROSSING * len(items))):
            rest = tuple(item for item in items if item not in widest[:count])
            gutters = self._gutters(rest)
            if gutters:
                return self._between(rest, gutters)[:1] + [
                    (*part,) for part in (tuple(widest[:count]), *self._between(rest, gutters)[1:])
                ]
        return [items]


def _stretches(items: Sequence[Item]) -> list[tuple[float, float]]:
    return [(item.box.left, item.box.right) for item in items]


def _blanks(covered: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(before, after) for (_, before), (after, _) in pairwise(covered)]


def _count(strips: Sequence[tuple[Item, ...]]) -> int:
    return sum(len(item.lines) for strip in strips for item in strip)


def _width(box: Rectangle) -> float:
    return box.right - box.left


def _strips(items: Sequence[Item]) -> list[tuple[Item, ...]]:
    """Items grouped so that no item of one group stands beside an item of another, from the top downwards."""
    strips: list[list[Item]] = []
    bottom = float("-inf")
    for item in sorted(items, key=_from_top):
        slack = _OVERLAP * min(item.size, item.box.bottom - item.box.top)
        if not strips or item.box.top + slack >= bottom:
            strips.append([])
            bottom = float("-inf")
        strips[-1].append(item)
        bottom = max(bottom, item.box.bottom)
    return [tuple(strip) for strip in strips]
