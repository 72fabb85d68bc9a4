"""Which headings of a text are its headline, and where another story's begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.documents.cleaning.line_kinds import COLUMN, DASHED, MARKED, LineKind, is_marked, numbered_level
from rag.documents.cleaning.lines import Line

_INTRODUCTION = re.compile(
    r"(?:开栏语|开栏的话|编者按|编者的话|导语|导读|前言|引言|目录|摘要|Abstract|Contents|Summary)$"
)
_STORY = re.compile(r"(?:本报|新华社|本网|中新社|人民网|.{2,8}日报|.{2,8}晚报)[^。，]{0,20}(?:讯|电)|（记者")
_TITLE_LINES = 10


def mark_depth(text: str) -> int:
    """The number of "#" before a marked heading; 0 for any other line."""
    match = MARKED.match(text)
    return len(match.group("marks") or "") if match else 0


def title_index(lines: Sequence[Line], kinds: Sequence[LineKind]) -> int | None:
    """The first heading that can be the title: no column's name, no introduction's, no subtitle.

    In a text with marked headings, the first of the highest depth.
    """
    headings = [index for index, kind in enumerate(kinds) if kind == "heading"]
    marked = [index for index in headings if mark_depth(lines[index].text)]
    if marked:
        return min(marked, key=lambda index: mark_depth(lines[index].text))
    return next((n for n in headings if n < _TITLE_LINES and _can_be_title(lines[n].text)), None)


def two_line_title(lines: Sequence[Line], kinds: Sequence[LineKind]) -> int | None:
    """The title, if it goes on in the line right below it.

    With other headings to come that line would be the first section's, so there must be none.
    """
    title = title_index(lines, kinds)
    if title is None or [n for n in range(title, len(kinds)) if kinds[n] == "heading"] != [title, title + 1]:
        return None
    marks = (is_marked(line.text) or DASHED.match(line.text) for line in lines[title : title + 2])
    return None if lines[title + 1].gap or any(marks) else title


def begins_story(lines: Sequence[Line], kinds: Sequence[LineKind], index: int) -> bool:
    """Whether the heading is the headline of a story of its own: its text opens with a dateline."""
    below = index + 1
    return (
        index > 0
        and below < len(lines)
        and kinds[below] == "prose"
        and not mark_depth(lines[index].text)
        and bool(_STORY.match(lines[below].text))
    )


def _can_be_title(text: str) -> bool:
    return not (COLUMN.match(text) or DASHED.match(text) or _INTRODUCTION.match(text) or numbered_level(text))
