"""Paragraphs that go on in the next column, below a picture, or on the next page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.documents.cleaning.line_kinds import splits_word
from rag.documents.cleaning.lines import ends_sentence, is_prose
from rag.documents.extract import Region
from rag.documents.pages.page_furniture import is_turn
from rag.documents.pages.page_paragraphs import Part

_REACH = 14
_ALIKE = 1.2
_LEAST_PROSE = 12
_AS_WIDE = 0.85


@dataclass(frozen=True, slots=True)
class Placed:
    """A part and the page and column it stands in; or a region that is complete, and goes on nowhere.

    `framed` says that it stands within a frame: what is outside goes on outside.
    """

    part: Part | None
    page: int
    column: int
    framed: bool = False
    region: Region | None = None


def flows(placed: Sequence[Placed]) -> list[list[Placed]]:
    """The parts in order, each with those it goes on in: one list a region.

    A story that is sent to another page ("下转第2版", "上接第1版") is read on there first; those words are left out.
    """
    placed = _turned(placed)
    after: dict[int, int] = {}
    taken: set[int] = set()
    for index in range(len(placed)):
        following = _continuation(placed, index, taken)
        if following is not None:
            after[index] = following
            taken.add(following)
    found = []
    for index, part in enumerate(placed):
        if index in taken:
            continue
        flow, at = [part], index
        while at in after:
            at = after[at]
            flow.append(placed[at])
        found.append(flow)
    return found


def _turned(placed: Sequence[Placed]) -> list[Placed]:
    """The parts with stories that go on on another page put together."""
    rest = list(placed)
    ordered: list[Placed] = []
    while rest:
        part = rest.pop(0)
        if not _is_turn(part):
            ordered.append(part)
            continue
        back = next((n for n, other in enumerate(rest) if _is_turn(other) and other.page > part.page), None)
        if back is not None:
            stop = next((n for n in range(back + 1, len(rest)) if _ends_story(rest[n])), len(rest))
            rest = [*rest[back + 1 : stop], *rest[:back], *rest[stop:]]
    return ordered


def _ends_story(placed: Placed) -> bool:
    return placed.framed or _is_turn(placed) or (placed.part is not None and placed.part.kind == "heading")


def _is_turn(placed: Placed) -> bool:
    return placed.part is not None and is_turn(placed.part.text)


def _continuation(placed: Sequence[Placed], index: int, taken: set[int]) -> int | None:
    """The part in which this one goes on."""
    part = placed[index].part
    if part is None or part.kind != "paragraph":
        return None
    for after in range(index + 1, min(len(placed), index + 1 + _REACH)):
        other = placed[after]
        if other.part is None or other.framed != placed[index].framed or after in taken:
            continue
        if other.part.kind == "heading":
            return None
        if _goes_on(part, other.part):
            return after
        if not _is_aside(other.part):
            return None
    return None


def _is_aside(part: Part) -> bool:
    """Whether the part is a short line of its own, such as a byline, that text can go on behind."""
    return len(part.lines) == 1 and len(part.text) < _LEAST_PROSE and part.indented and not part.full


def _goes_on(part: Part, below: Part) -> bool:
    if below.indented or max(part.size, below.size) > _ALIKE * min(part.size, below.size):
        return False
    if not ends_sentence(part.text):
        if part.full:
            return len(part.text) >= _LEAST_PROSE and _is_as_wide(part, below)
        return is_prose(part.text) and splits_word(part.text, below.text)
    return part.full and below.indents and not below.spaced


def _is_as_wide(part: Part, below: Part) -> bool:
    """Whether the part's longest line is as long as lines are below: a single one may only be centred."""
    ours, theirs = (max(line.box.right - line.box.left for line in each.lines) for each in (part, below))
    return len(part.lines) > 1 or len(below.lines) == 1 or ours > _AS_WIDE * theirs
