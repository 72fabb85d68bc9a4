"""Type that is set for looks: large first letters, headlines that run downwards, sentences quoted in large type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.documents.cleaning.lines import ends_sentence, is_cjk, is_prose
from rag.documents.extract import Region
from rag.documents.pages.page_flow import Placed
from rag.documents.pages.page_lines import around
from rag.documents.pages.page_paragraphs import Part
from rag.documents.pages.page_view import PageLine
from rag.original import Rectangle

_INITIAL = 1.8
"""In sizes of the running text: a first letter that stands beside two of its lines."""
_INITIAL_LENGTH = 2
_BESIDE = 1.3
_LEAST_BESIDE = 2
_SAME_TYPE = 1.15
_NEIGHBOURS = 2.5
_SUBHEADING = 1.1
_LARGER = 1.15
_STRETCH_CJK, _STRETCH = 4, 9
"""Characters by which the words of a quoted sentence are found again."""
_FOUND = 0.8
_LEAST_QUOTED = 8
_QUOTES = '“”"「」『』'
_ODD = 3
_LEAST_RUNNING = 20


def with_initials(lines: Sequence[PageLine], body: float) -> tuple[PageLine, ...]:
    """The lines with each large first letter put before the line that it begins.

    The lines beside it are given its left edge, so that they do not look indented. `body` is the size of
    the running text in points.
    """
    changed: dict[PageLine, PageLine] = {}
    gone: set[PageLine] = set()
    for line in lines:
        beside = _beside(line, lines, body) if _is_letter(line, body) else []
        if len(beside) < _LEAST_BESIDE or any(other in changed for other in beside):
            continue
        gone.add(line)
        for other in beside:
            changed[other] = replace(other, box=replace(other.box, left=line.box.left))
        first = beside[0]
        changed[first] = replace(
            changed[first], text=line.text + first.text, spans=(*line.spans, *first.spans)
        )
    return tuple(changed.get(line, line) for line in lines if line not in gone)


def _is_letter(line: PageLine, body: float) -> bool:
    text = line.text.strip()
    letters = sum(char.isalpha() for char in text)
    return (
        line.size >= _INITIAL * body and len(text) <= _INITIAL_LENGTH and letters == 1 and text[-1].isalpha()
    )


def _beside(letter: PageLine, lines: Sequence[PageLine], body: float) -> list[PageLine]:
    """The lines of running text right of the letter, from the top downwards."""
    found = [
        line
        for line in lines
        if line.size < _SAME_TYPE * body
        and -body / 2 < line.box.left - letter.box.right < _BESIDE * body
        and letter.box.top - body / 2 < line.middle < letter.box.bottom
    ]
    return sorted(found, key=lambda line: line.middle)


def downward_groups(lines: Sequence[PageLine]) -> list[tuple[PageLine, ...]]:
    """The lines that run downwards, those side by side in one group, each group from the right."""
    rest = sorted((line for line in lines if line.down), key=lambda line: -line.box.right)
    groups: list[list[PageLine]] = []
    for line in rest:
        near = next((group for group in groups if any(_is_near(line, other) for other in group)), None)
        if near is None:
            groups.append([line])
        else:
            near.append(line)
    return [tuple(group) for group in groups]


def _is_near(line: PageLine, other: PageLine) -> bool:
    gap = max(line.box.left, other.box.left) - min(line.box.right, other.box.right)
    shared = min(line.box.bottom, other.box.bottom) - max(line.box.top, other.box.top)
    size = min(line.size, other.size)
    return gap < _NEIGHBOURS * size and shared > -_NEIGHBOURS * size


def downward_regions(group: Sequence[PageLine], body: float) -> tuple[Rectangle, tuple[Region, ...]]:
    """Where a group of lines that run downwards stands, and its regions: the headline first.

    Lines of one headline, which are of one size, are one region.
    """
    largest = max(line.size for line in group)
    headline = [line for line in group if line.size * _SUBHEADING >= largest]
    rest = [line for line in group if line not in headline]
    heads = Region("heading", tuple(span for line in headline for span in line.spans), 1)
    if largest < _LARGER * body:
        heads = Region("paragraph", heads.spans)
    others = [
        Region("heading", line.spans, 2) if line.size >= _LARGER * body else Region("paragraph", line.spans)
        for line in rest
    ]
    return around([line.box for line in group]), (heads, *others)


def without_quoted(placed: Sequence[Placed]) -> list[Placed]:
    """The parts with sentences of the text that are shown again in large type made captions.

    Such a sentence stands between paragraphs of one column; its words are found in the text, or it stands
    where a sentence goes on behind it.
    """
    text = _words("".join(each.part.text for each in placed if each.part and each.part.kind == "paragraph"))
    found: list[Placed] = []
    index = 0
    while index < len(placed):
        stop = _end_of_large(placed, index)
        inside = index > 0 and stop < len(placed)
        if stop > index and inside and _is_quoted(placed[index - 1], placed[index:stop], placed[stop], text):
            shown = [each.part for each in placed[index:stop] if each.part and each.part.kind == "heading"]
            spans = tuple(span for part in shown for line in part.lines for span in line.spans)
            found.append(replace(placed[index], part=None, region=Region("caption", spans)))
        else:
            stop = max(stop, index + 1)
            found += placed[index:stop]
        index = stop
    return found


def _end_of_large(placed: Sequence[Placed], index: int) -> int:
    """Where the headings that begin at `index` end; a stray mark among them belongs to them."""
    stop = index
    while stop < len(placed):
        part = placed[stop].part
        odd = part is not None and stop > index and len(part.text) <= _ODD
        if part is None or not (part.kind == "heading" or odd):
            break
        stop += 1
    return stop


def _is_quoted(before: Placed, large: Sequence[Placed], after: Placed, text: str) -> bool:
    places = {(each.page, each.framed) for each in (before, *large, after)}
    if len(places) > 1 or before.part is None or after.part is None:
        return False
    if abs(_left(before.part) - _left(after.part)) > _ODD * after.part.size:
        return False
    if not (_is_running(before.part) and _is_running(after.part)):
        return False
    shown = "".join(each.part.text for each in large if each.part and each.part.kind == "heading")
    if before.part.full and not ends_sentence(before.part.text) and not after.part.indented:
        return True
    sentence = ends_sentence(shown) or shown.strip()[:1] in _QUOTES or shown.strip()[-1:] in _QUOTES
    return sentence and _recurs(_words(shown), text)


def _is_running(part: Part) -> bool:
    return part.kind == "paragraph" and len(part.text) >= _LEAST_RUNNING and is_prose(part.text)


def _left(part: Part) -> float:
    return min(line.box.left for line in part.lines)


def _recurs(words: str, text: str) -> bool:
    size = _STRETCH_CJK if words and is_cjk(words[0]) else _STRETCH
    stretches = list(_stretches(words, size))
    return (
        len(words) >= _LEAST_QUOTED and sum(each in text for each in stretches) >= _FOUND * len(stretches) > 0
    )


def _stretches(words: str, size: int) -> Iterator[str]:
    return (words[start : start + size] for start in range(len(words) - size + 1))


def _words(text: str) -> str:
    return "".join(char for char in text if char.isalnum()).lower()
