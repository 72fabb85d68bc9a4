"""The regions of a document of pages, in the order they are read: stories, their columns, their paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rag.documents.cleaning.lines import is_label
from rag.documents.extract import Region
from rag.documents.pages.heading_levels import levels_of
from rag.documents.pages.page_captions import Caption, captions_of
from rag.documents.pages.page_columns import Item, columns_in_order, line_item
from rag.documents.pages.page_flow import Placed, flows
from rag.documents.pages.page_furniture import Sheet, without_furniture
from rag.documents.pages.page_ornaments import (
    downward_groups,
    downward_regions,
    with_initials,
    without_quoted,
)
from rag.documents.pages.page_paragraphs import parts_of_column
from rag.documents.pages.page_view import PageLine
from rag.original import Rectangle

_LARGEST_FRAME = 0.6
_LEAST_LINES = 2
_MOSTLY = 0.5
_DIVIDING_PICTURE = 60.0
_BELOW = 4
"""A caption follows what stands above it rather than what is so many times nearer below it."""


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page: its lines, with spans in the whole document's text, and what is drawn on it.

    Sizes and places are in points; on a page of vertical text everything is turned by a quarter.
    `settled` are what of it is known to be tables.
    """

    width: float
    height: float
    lines: tuple[PageLine, ...]
    pictures: tuple[Rectangle, ...] = ()
    rules: tuple[Rectangle, ...] = ()
    frames: tuple[Rectangle, ...] = ()
    settled: tuple[Settled, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """A table, or a headline that runs downwards: where it stands, the lines it takes up, and its regions."""

    box: Rectangle
    lines: frozenset[PageLine]
    regions: tuple[Region, ...] = field(default=())


def regions_of(pages: Sequence[Page]) -> tuple[Region, ...]:
    """The regions of a document in reading order; what is printed at the edges of pages is in none."""
    lines = [line for page in pages for line in page.lines]
    if not lines:
        return ()
    body, strong = _running_type(lines)
    pages = [_with_ornaments(page, body) for page in pages]
    captions = [
        captions_of(_without(page, ()), page.pictures, body, (page.width, page.height)) for page in pages
    ]
    sheets = [
        Sheet(page.width, page.height, _without(page, found), page.rules)
        for page, found in zip(pages, captions, strict=True)
    ]
    placed: list[Placed] = []
    for number, (page, kept) in enumerate(zip(pages, without_furniture(sheets, body), strict=True)):
        on_page = without_quoted(list(_parts(number, page, kept, body, strong=strong)))
        placed += _with_captions(on_page, captions[number])
    placed = _with_title(placed)
    levels = levels_of(placed, body)
    return tuple(_region(flow, levels) for flow in flows(placed))


def _with_ornaments(page: Page, body: float) -> Page:
    """The page with large first letters put before their lines, and headlines that run downwards settled."""
    settled = [
        Settled(box, frozenset(group), regions)
        for group in downward_groups(page.lines)
        for box, regions in [downward_regions(group, body)]
    ]
    return replace(page, lines=with_initials(page.lines, body), settled=(*page.settled, *settled))


def _with_title(placed: list[Placed]) -> list[Placed]:
    """The first line made the title where no type tells headings from text."""
    first = placed[0].part if placed else None
    kinds = {each.part.kind if each.part else each.region.kind if each.region else None for each in placed}
    if first is None or "heading" in kinds:
        return placed
    if len(first.lines) > 1 or not is_label(first.text):
        return placed
    return [replace(placed[0], part=replace(first, kind="heading")), *placed[1:]]


def _running_type(lines: Sequence[PageLine]) -> tuple[float, bool]:
    """The size of the type most of the text is set in, and whether that is bold."""
    weights = np.asarray([len(line.text) for line in lines])
    sizes = np.asarray([line.size for line in lines])
    order = np.argsort(sizes)
    middle = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    strong = sum(len(line.text) for line in lines if line.strong)
    return float(sizes[order][middle]), bool(strong > _MOSTLY * weights.sum())


def _without(page: Page, captions: Sequence[Caption]) -> tuple[PageLine, ...]:
    taken = {line for caption in captions for line in caption}
    taken |= {line for settled in page.settled for line in settled.lines}
    return tuple(line for line in page.lines if line not in taken)


def _parts(
    number: int, page: Page, kept: Sequence[PageLine], body: float, *, strong: bool
) -> Iterator[Placed]:
    """The parts of a page in reading order; those of a frame are marked as framed."""
    items, framed = _items(page, kept, body)
    pictures = [box for box in page.pictures if box.bottom - box.top >= _DIVIDING_PICTURE]
    for number_in_page, column in enumerate(columns_in_order(items, body, (*page.rules, *pictures))):
        for lines, frame in _runs(column, framed):
            if isinstance(frame, Settled):
                yield from (Placed(None, number, number_in_page, region=region) for region in frame.regions)
                continue
            inner = [lines]
            if frame is not None:
                inside = columns_in_order([line_item(line, body) for line in lines], body)
                inner = [[line for item in part for line in item.lines] for part in inside]
            for part_lines in inner:
                for part in parts_of_column(part_lines, body, strong_body=strong):
                    yield Placed(part, number, number_in_page, framed=frame is not None)


def _items(
    page: Page, kept: Sequence[PageLine], body: float
) -> tuple[list[Item], dict[Item, Rectangle | Settled]]:
    framed: dict[Item, Rectangle | Settled] = {}
    rest = list(kept)
    for settled in page.settled:
        heading = settled.regions[:1] != () and settled.regions[0].kind == "heading"
        framed[Item(settled.box, body, heading, tuple(settled.lines))] = settled
    for frame in sorted(page.frames, key=_area, reverse=True):
        inside = [line for line in rest if _holds(frame, line.box)]
        if len(inside) < _LEAST_LINES or _area(frame) > _LARGEST_FRAME * page.width * page.height:
            continue
        first = min(inside, key=lambda line: line.box.top)
        item = Item(frame, body, line_item(first, body).heading, tuple(inside))
        framed[item] = frame
        rest = [line for line in rest if line not in inside]
    return [*framed, *(line_item(line, body) for line in rest)], framed


def _area(box: Rectangle) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


def _holds(frame: Rectangle, box: Rectangle) -> bool:
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return frame.left <= middle[0] <= frame.right and frame.top <= middle[1] <= frame.bottom


def _runs(
    column: Sequence[Item], framed: dict[Item, Rectangle | Settled]
) -> Iterator[tuple[list[PageLine], Rectangle | Settled | None]]:
    """The lines of a column between its frames, and each frame's."""
    lines: list[PageLine] = []
    frames = sorted((item for item in column if item in framed), key=lambda item: item.box.top)
    rest = sorted((item for item in column if item not in framed), key=lambda item: item.box.top)
    for item in rest:
        while frames and frames[0].box.top < item.box.top:
            if lines:
                yield lines, None
                lines = []
            yield list(frames[0].lines), framed[frames.pop(0)]
        lines.extend(item.lines)
    if lines:
        yield lines, None
    for item in frames:
        yield list(item.lines), framed[item]


def _with_captions(placed: list[Placed], captions: Sequence[Caption]) -> list[Placed]:
    """The captions put behind the part they stand nearest to."""
    for caption in captions:
        spans = tuple(span for line in caption for span in line.spans)
        region = Region("caption", spans)
        at = max(range(len(placed)), key=lambda n: _nearness(placed[n], caption[0].box), default=-1)
        page = placed[at].page if placed else 0
        placed.insert(at + 1, Placed(None, page, -1, region=region))
    return placed


def _nearness(placed: Placed, box: Rectangle) -> float:
    if placed.part is None:
        return float("-inf")
    away = (
        abs(line.box.left - box.left) + abs(line.middle - box.top) * (1 if line.middle < box.top else _BELOW)
        for line in placed.part.lines
    )
    return -min(away)


def _region(flow: Sequence[Placed], levels: dict[int, int]) -> Region:
    first = flow[0]
    if first.region is not None:
        return first.region
    spans = tuple(
        span
        for placed in flow
        if placed.part is not None
        for line in placed.part.lines
        for span in line.spans
    )
    return Region(first.part.kind if first.part else "paragraph", spans, levels.get(id(first), 0))
