"""How deep each heading of a document is, told by the size of its type and by its number."""

from __future__ import annotations

from collections.abc import Sequence

from rag.documents.cleaning.line_kinds import numbered_level
from rag.documents.pages.page_flow import Placed

_LARGER = 1.15
_ALIKE = 1.1
_HEADLINE = 1.35
_DEEPEST = 6


def levels_of(placed: Sequence[Placed], body: float) -> dict[int, int]:
    """The level of each heading by the id of its part: 1 for titles and headlines.

    On pages of columns every story's headline is of level 1, however large its type; elsewhere the levels
    follow the sizes of the type, and numbered headings in the running text's size the numbers.
    """
    headings = [each for each in placed if each.part is not None and each.part.kind == "heading"]
    if any(each.column > 2 for each in placed):
        return _of_stories(placed, body)
    sizes = _clusters([each.part.size for each in headings if each.part and each.part.size >= _LARGER * body])
    return {id(each): _by_size(each, sizes) for each in headings}


def _clusters(sizes: Sequence[float]) -> list[float]:
    """Distinct sizes, the largest first; such as are nearly alike are one."""
    found: list[float] = []
    for size in sorted(sizes, reverse=True):
        if not found or found[-1] > _ALIKE * size:
            found.append(size)
    return found


def _by_size(placed: Placed, sizes: Sequence[float]) -> int:
    assert placed.part is not None
    larger = sum(size > _ALIKE * placed.part.size for size in sizes)
    if any(size <= _ALIKE * placed.part.size for size in sizes):
        return min(_DEEPEST, larger + 1)
    return min(_DEEPEST, max(len(sizes) + 1, numbered_level(placed.part.text)))


def _of_stories(placed: Sequence[Placed], body: float) -> dict[int, int]:
    levels: dict[int, int] = {}
    before: Placed | None = None
    for each in placed:
        if each.part is not None and each.part.kind == "heading":
            levels[id(each)] = _in_story(each, before, body)
        if each.part is not None:
            before = each
    return levels


def _in_story(heading: Placed, before: Placed | None, body: float) -> int:
    assert heading.part is not None
    if numbered_level(heading.part.text):
        return 2
    if heading.framed and (before is None or not before.framed):
        return 1
    below_headline = (
        before is not None
        and before.part is not None
        and before.part.kind == "heading"
        and before.part.size > heading.part.size
    )
    return 1 if heading.part.size >= _HEADLINE * body and not below_headline else 2
