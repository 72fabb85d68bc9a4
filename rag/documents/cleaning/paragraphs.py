"""Paragraphs put together again: lines broken by a page or column, and sentences broken over paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.documents.cleaning.edits import Edit, rewrite
from rag.documents.cleaning.headlines import two_line_title
from rag.documents.cleaning.line_kinds import LineKind, line_kinds, splits_word
from rag.documents.cleaning.lines import (
    Line,
    ends_sentence,
    has_stop,
    is_cjk,
    is_finished,
    is_full,
    is_measured,
    is_prose,
    is_settled,
    lines_of,
    wrap_width,
)
from rag.original import AlignedText

_CONTINUES = re.compile(r"[，。、；：！？,;:!?”’」』》）)\]】%％]")
_HYPHENATED = re.compile(r"[a-z]-$")


def join_paragraphs(aligned: AlignedText) -> AlignedText:
    """Join each line to the one that its sentence goes on in, and the two lines of a headline.

    Captions that stand between two halves of a sentence are taken out of the text, since a sentence
    must be in one piece and in the order of the original. Blank lines stay where nothing was joined.
    """
    lines = lines_of(aligned.text)
    return rewrite(aligned, _joints(aligned.text, lines, line_kinds(lines)))


def _joints(text: str, lines: Sequence[Line], kinds: Sequence[LineKind]) -> Iterator[Edit]:
    width, headline = wrap_width(lines), two_line_title(lines, kinds)
    index = 0
    while index < len(lines):
        after = index + 1 if index == headline else _continuation(lines, kinds, index, width)
        if after is not None:
            yield _joint(text, lines[index], lines[after], kinds[index])
        index = after or index + 1


def _continuation(
    lines: Sequence[Line], kinds: Sequence[LineKind], index: int, width: int | None
) -> int | None:
    """The line in which the sentence of line `index` goes on."""
    if kinds[index] not in ("prose", "item"):
        return None
    after = index + 1
    while after < len(lines) and kinds[after] == "caption" and not is_measured(lines[after].text):
        after += 1
    if after == len(lines):
        return None
    if after == index + 1:
        joined = _goes_on(lines[index], lines[after], kinds[after], width)
    else:
        joined = kinds[after] == "prose" and _breaks_off(lines[index].text, lines[after].text)
    return after if joined else None


def _goes_on(line: Line, below: Line, kind: LineKind, width: int | None) -> bool:
    wrapped = below.gap == 0 and is_full(line, width) and not below.indent > line.indent
    if wrapped and not is_finished(line.text):
        return kind in ("prose", "item")
    if kind != "prose":
        return False
    if wrapped:
        return True
    if below.gap == 0 and is_finished(line.text):
        return False
    return _breaks_off(line.text, below.text)


def _breaks_off(text: str, below: str) -> bool:
    """Whether `text` ends within a sentence that `below` can go on with."""
    if ends_sentence(text) or text.endswith(("：", ":", "|")) or below.startswith("|"):
        return False
    if _CONTINUES.match(below) or splits_word(text, below):
        return True
    if not is_prose(text) or is_settled(text):
        return False
    if is_cjk(text[-1]) or is_cjk(below[0]):
        return has_stop(text) or has_stop(below)
    return below[0].islower()


def _joint(text: str, line: Line, below: Line, kind: LineKind) -> Edit:
    if _HYPHENATED.search(line.text) and below.text[0].islower():
        return Edit(line.end - 1, below.start)
    tight = kind != "heading" and (is_cjk(text[line.end - 1]) or is_cjk(text[below.start]))
    return Edit(line.end, below.start, "" if tight else " ")
