"""Markdown that dresses words up: emphasis, links, images, rules and the bars of tables."""

from __future__ import annotations

import re

from rag.documents.cleaning.edits import Edit, rewrite
from rag.original import AlignedText

_NOISE = re.compile(
    r"^[ \t]*+(?:[-*_]{3,}+|(?:\|[ \t]*+)?:?-{3,}+:?[ \t]*+(?:\|[ \t:-]*+)*+|`{3}[^\n]*+)[ \t]*+$"  # rules, fences
    r"|!\[[^\[\]\n]*+\]\([^()\n]*+\)"  # images
    r"|<!--[^>]{0,2000}-->"
    r"|\[\^[^\]\s]{1,40}\](?!:)",  # the numbers of notes
    re.MULTILINE,
)
_LINK = re.compile(r"\[([^\[\]\n]+)\]\([^()\s]*+(?: \"[^\"\n]*\")?\)")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|\n]{1,200}\|)?([^\[\]|\n]{1,200})\]\]")
_MARKED = re.compile(r"(?<![=\w])==(?=[^\s=])([^=\n]+)(?<=\S)==(?![=\w])")
_EMPHASIS = re.compile(
    r"(?<![A-Za-z0-9*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?![A-Za-z0-9*])|(?<!`)(`)([^`\n]+)`"
)
_HEADING_LINE = re.compile(r"^\*\*[^*\n]+\*\*$")


def drop_markup(aligned: AlignedText) -> AlignedText:
    """Take Markdown's marks out and leave the words. Marks of headings and list items stay for the layout."""
    for pattern, group in ((_NOISE, 0), (_LINK, 1), (_WIKI_LINK, 1), (_MARKED, 1)):
        aligned = rewrite(aligned, _cuts(pattern, group, aligned.text))
    return rewrite(aligned, _emphasis(aligned.text))


def _cuts(pattern: re.Pattern[str], group: int, text: str) -> list[Edit]:
    edits = []
    for match in pattern.finditer(text):
        start, end = match.span(group) if group else (match.end(), match.end())
        edits += [Edit(match.start(), start), Edit(end, match.end())]
    return [edit for edit in edits if edit.start < edit.end]


def _emphasis(text: str) -> list[Edit]:
    edits = []
    for match in _EMPHASIS.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : (text + "\n").find("\n", match.end())]
        if not _HEADING_LINE.match(line.strip()):
            start, end = match.span(2) if match.group(1) else match.span(4)
            edits += [Edit(match.start(), start), Edit(end, match.end())]
    return edits
