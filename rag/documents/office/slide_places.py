"""The shapes of a slide in reading order, with their places in points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pptx.oxml.ns import qn
from pptx.shapes.base import BaseShape
from pptx.shapes.group import GroupShape

from rag.original import Rectangle

POINT = 12_700
"""EMU, the unit of lengths in Office files, in a point."""

_SAME_LINE = 0.5


@dataclass(frozen=True, slots=True)
class Placed:
    """A shape that is no group, and its rectangle on the slide; `None` where nothing says it."""

    shape: BaseShape
    place: Rectangle | None


@dataclass(frozen=True, slots=True)
class _Scale:
    """How coordinates inside a group become those of the slide: `x * by[0] + plus[0]`."""

    by: tuple[float, float] = (1 / POINT, 1 / POINT)
    plus: tuple[float, float] = (0.0, 0.0)

    def rectangle(self, shape: BaseShape) -> Rectangle | None:
        if shape.left is None or shape.top is None:
            return None
        left, top = shape.left * self.by[0] + self.plus[0], shape.top * self.by[1] + self.plus[1]
        return Rectangle(
            left, top, left + (shape.width or 0) * self.by[0], top + (shape.height or 0) * self.by[1]
        )

    def inside(self, group: GroupShape) -> _Scale:
        """The scale of the shapes in a group (ECMA-376 part 1, 20.1.7.5: its child extents fill its extents)."""
        frame = group.element.find(f"{qn('p:grpSpPr')}/{qn('a:xfrm')}")
        numbers = {} if frame is None else {child.tag: child.attrib for child in frame}
        outer, size, inner, child_size = (
            numbers.get(qn(f"a:{name}")) for name in ("off", "ext", "chOff", "chExt")
        )
        if outer is None or size is None or inner is None or child_size is None:
            return self
        by, plus = [], []
        for axis, (corner, extent) in enumerate((("x", "cx"), ("y", "cy"))):
            ratio = int(size[extent]) / int(child_size[extent]) if int(child_size[extent]) else 1.0
            by.append(self.by[axis] * ratio)
            plus.append(self.plus[axis] + (int(outer[corner]) - int(inner[corner]) * ratio) * self.by[axis])
        return _Scale((by[0], by[1]), (plus[0], plus[1]))


def placed_shapes(shapes: Iterable[BaseShape]) -> Iterator[Placed]:
    """The shapes from the upper left to the lower right; those of a group together, hidden ones left out.

    Shapes that share half of the lower one's height stand on one line and are read from left to right.
    One without a place comes first.
    """
    return _placed(shapes, _Scale())


def _placed(shapes: Iterable[BaseShape], scale: _Scale) -> Iterator[Placed]:
    shown = [Placed(shape, scale.rectangle(shape)) for shape in shapes if not _is_hidden(shape)]
    for placed in _in_order(shown):
        if isinstance(placed.shape, GroupShape):
            yield from _placed(placed.shape.shapes, scale.inside(placed.shape))
        else:
            yield placed


def _in_order(shapes: list[Placed]) -> Iterator[Placed]:
    yield from (placed for placed in shapes if placed.place is None)
    rest = sorted(
        ((placed.place, placed) for placed in shapes if placed.place is not None),
        key=lambda pair: (pair[0].top, pair[0].left),
    )
    while rest:
        first = rest[0][0]
        line = [pair for pair in rest if _shares_line(first, pair[0])]
        yield from (placed for _, placed in sorted(line, key=lambda pair: pair[0].left))
        taken = {id(placed) for _, placed in line}
        rest = [pair for pair in rest if id(pair[1]) not in taken]


def _shares_line(first: Rectangle, other: Rectangle) -> bool:
    shared = min(first.bottom, other.bottom) - max(first.top, other.top)
    smaller = min(first.bottom - first.top, other.bottom - other.top)
    return other is first or shared > _SAME_LINE * max(smaller, 1e-9)


def _is_hidden(shape: BaseShape) -> bool:
    properties = shape.element.find(f"./*/{qn('p:cNvPr')}")
    return properties is not None and properties.get("hidden") in ("1", "true")
