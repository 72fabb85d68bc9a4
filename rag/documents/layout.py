"""The blocks of a repaired text: its headings with their depth, paragraphs, list items and captions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.documents.edits import Edit, rewrite
from rag.documents.line_kinds import COLUMN, DASHED, MARKED, LineKind, line_kinds, numbered_level
from rag.documents.lines import Line, lines_of
from rag.types import AlignedText, Block

_INTRODUCTION = re.compile(r"(?:开栏语|开栏的话|编者按|编者的话|导语|导读|前言|引言|目录|摘要)$")
_STORY = re.compile(r"(?:本报|新华社|本网|中新社|人民网|.{2,8}日报|.{2,8}晚报)[^。，]{0,20}(?:讯|电)|（记者")
_TITLE_LINES = 10
_SECTION = 2


def lay_out(aligned: AlignedText) -> tuple[AlignedText, tuple[Block, ...]]:
    """The text with one line a block, and its blocks; marks of headings ("##", "**") are taken out."""
    lines = lines_of(aligned.text)
    kinds = _with_text(line_kinds(lines))
    levels = _levels(lines, kinds)
    text = rewrite(aligned, _plain(aligned.text, lines, kinds))
    bare = lines_of(text.text)
    blocks = (
        Block("paragraph" if kind == "prose" else kind, line.start, line.end, level)
        for line, kind, level in zip(bare, kinds, levels, strict=True)
    )
    return text, tuple(blocks)


def _with_text(kinds: list[LineKind]) -> list[LineKind]:
    """A text of nothing but headings and captions is all text."""
    return kinds if {"prose", "item"} & set(kinds) else ["prose"] * len(kinds)


def _plain(text: str, lines: Sequence[Line], kinds: Sequence[LineKind]) -> Iterator[Edit]:
    position = 0
    for line, kind in zip(lines, kinds, strict=True):
        if position and line.start - position > 1:
            yield Edit(position, line.start, "\n")
        elif not position and line.start:
            yield Edit(0, line.start)
        position = line.end
        mark = MARKED.match(line.text) if kind == "heading" else None
        if mark:
            yield Edit(line.start, line.start + mark.end())
            if mark.group() == "**":
                yield Edit(line.end - 2, line.end)
    if position < len(text):
        yield Edit(position, len(text))


def _levels(lines: Sequence[Line], kinds: Sequence[LineKind]) -> list[int]:
    title = _title_index(lines, kinds)
    marked_titles = sum(
        kind == "heading" and _marks(line.text) == 1 for line, kind in zip(lines, kinds, strict=True)
    )
    levels = []
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind != "heading":
            levels.append(0)
        elif index == title or _begins_story(lines, kinds, index):
            levels.append(1)
        else:
            depth = (
                _marks(line.text) + (marked_titles > 1) if _marks(line.text) else numbered_level(line.text)
            )
            levels.append(max(_SECTION, depth))
    return levels


def _marks(text: str) -> int:
    match = MARKED.match(text)
    return len(match.group("marks") or "") if match else 0


def _title_index(lines: Sequence[Line], kinds: Sequence[LineKind]) -> int | None:
    """The first heading that can be the title: no column's name, no introduction's, no subtitle.

    In a text with marked headings, the first of the highest depth.
    """
    headings = [index for index, kind in enumerate(kinds) if kind == "heading"]
    marked = [index for index in headings if _marks(lines[index].text)]
    if marked:
        return min(marked, key=lambda index: _marks(lines[index].text))
    return next((n for n in headings if n < _TITLE_LINES and _can_be_title(lines[n].text)), None)


def _can_be_title(text: str) -> bool:
    return not (COLUMN.match(text) or DASHED.match(text) or _INTRODUCTION.match(text) or numbered_level(text))


def _begins_story(lines: Sequence[Line], kinds: Sequence[LineKind], index: int) -> bool:
    """Whether the heading is the headline of a story of its own: its text opens with a dateline."""
    below = index + 1
    return (
        index > 0
        and below < len(lines)
        and kinds[below] == "prose"
        and not _marks(lines[index].text)
        and bool(_STORY.match(lines[below].text))
    )
