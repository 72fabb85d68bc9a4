"""The blocks of a repaired text: its headings with their depth, paragraphs, list items and captions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.documents.cleaning.edits import Edit, rewrite
from rag.documents.cleaning.headlines import begins_story, mark_depth, title_index
from rag.documents.cleaning.line_kinds import MARKED, LineKind, line_kinds, numbered_level
from rag.documents.cleaning.lines import Line, lines_of
from rag.original import AlignedText
from rag.types import Block

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
    """The depth of each heading: 1 for the title and other stories' headlines, at least 2 for the rest."""
    title = title_index(lines, kinds)
    depths = [
        mark_depth(line.text) if kind == "heading" else 0 for line, kind in zip(lines, kinds, strict=True)
    ]
    deeper = depths.count(1) > 1
    levels = []
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind != "heading":
            levels.append(0)
        elif index == title or begins_story(lines, kinds, index):
            levels.append(1)
        else:
            depth = depths[index] + deeper if depths[index] else numbered_level(line.text)
            levels.append(max(_SECTION, depth))
    return levels
