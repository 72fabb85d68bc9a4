"""Clean text of a document whose blocks are known: paragraphs put together from their pieces, rows told with their headers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.documents.cleaning.characters import (
    CJK,
    CJK_MARKS,
    close_spaces,
    drop_invisible,
    fold_width,
    widen_punctuation,
)
from rag.documents.cleaning.edits import Edit, rewrite
from rag.documents.cleaning.marks import mark
from rag.documents.cleaning.markup import drop_markup
from rag.documents.cleaning.repeats import repeated
from rag.documents.extract import Region
from rag.documents.tables.rows import Tables
from rag.original import AlignedText, Original
from rag.types import Block

_STEPS = (drop_invisible, fold_width, widen_punctuation, close_spaces)
_SPACE = re.compile(r"\s+")
_TIGHT = re.compile(f"[{CJK}{CJK_MARKS}]")
_HYPHENATED = re.compile(r"(?P<word>[\w-]*[^\W\d_A-Z])[-\u00ad\u2010]$")
_FIRST_WORD = re.compile(r"[\w-]+")
_SOFT = "\u00ad"
_PRONOUN = frozenset("AIO")
"""Capitals that are words of their own, if the next one is one too."""


def seams_of(original: Original, regions: Sequence[Region]) -> tuple[int, ...]:
    """Where pieces begin: every region's spans, and the rows of tables."""
    starts = {
        start
        for region in regions
        if region.kind != "row"
        for before, (start, _) in zip((None, *region.spans), region.spans, strict=False)
        if before is None or not _touches(original.text, before[1], start)
    }
    rows = {(cell.table, cell.row): cell.start for cell in reversed(original.cells)}
    return tuple(sorted({*original.seams, *starts, *rows.values()}))


def clean_regions(
    original: Original, regions: Sequence[Region], *, marked: bool = False
) -> tuple[AlignedText, tuple[Block, ...]]:
    """The clean text of the regions, and their blocks, one line each, in the order given.

    Characters are cleaned as in any text, and Markdown's marks taken out of a `marked` one; repeated
    paragraphs are taken out, repeated rows stay.
    """
    tables = Tables(original)
    lines = []
    above: Region | None = None
    table: int | None = None
    for region in regions:
        if region.kind == "row":
            before, table = table, tables.number_of(region)
            if before not in (None, table):  # a caption is that of the table below it alone
                above = None
            lines.append(tables.told(region, above))
        else:
            lines.append(_put_together(original, region))
            above, table = (region if region.kind == "caption" else None), None
    kept = [(region, line) for region, line in zip(regions, lines, strict=True) if line.text.strip()]
    text = AlignedText.joined([part for _, line in kept for part in (line, _line_end(line))])
    for step in (drop_markup, *_STEPS) if marked else _STEPS:
        text = step(text)
    return _laid_out(text, [region for region, _ in kept])


def _put_together(original: Original, region: Region) -> AlignedText:
    parts: list[AlignedText] = []
    stop = -1
    word = ""
    for start, end in region.spans:
        part = _one_line(AlignedText.identity(original.text[start:end], start))
        if not part.text:
            continue
        if parts and _touches(original.text, stop, start):
            word += part.text
        else:
            if parts:
                parts[-1:] = _before(parts[-1], word, part, original.text)
            word = part.text
        parts.append(part)
        stop = end
    return AlignedText.joined(parts)


def _touches(text: str, stop: int, start: int) -> bool:
    """Whether a word goes on behind a space that its page does not show; the reader left that out of the spans."""
    inside = start - stop == 1 and stop > 0 and text[stop] == " "
    return inside and text[stop - 1].isalpha() and (text[start].isalpha() or text[start] in "-\u2010")


def _before(part: AlignedText, word: str, below: AlignedText, text: str) -> list[AlignedText]:
    """What stands before the next line: this one with a space behind it, or without its hyphen.

    `word` is this line as far as it is one stretch of the page. A large initial has none behind it.
    """
    hyphenated = _HYPHENATED.search(word)
    if hyphenated and below.text[0].islower():
        return [part if _keeps_hyphen(hyphenated, below.text, text) else part.slice(0, len(part.text) - 1)]
    if _TIGHT.match(part.text[-1]) or _TIGHT.match(below.text[0]) or _is_initial(word, below.text, text):
        return [part]
    return [part, mark(" ", part)]


def _keeps_hyphen(hyphenated: re.Match[str], below: str, text: str) -> bool:
    """Whether the hyphen is the word's own: it has more of them, or stands so elsewhere in the text."""
    after = _FIRST_WORD.match(below)
    if hyphenated.group().endswith(_SOFT) or after is None:
        return False
    first, second = hyphenated.group("word"), after.group()
    return "-" in first.strip("-") or "-" in second.strip("-") or f"{first}-{second}" in text


def _is_initial(word: str, below: str, text: str) -> bool:
    """Whether the stretch is only the large first letter of the word below."""
    if len(word) > 1 or not (word.isupper() and below[0].islower()):
        return False
    rest = _FIRST_WORD.match(below)
    return word not in _PRONOUN or rest is None or text.count(f" {rest.group()} ") == 0


def _one_line(text: AlignedText) -> AlignedText:
    """The text without blanks around it, each run of blanks in it one space."""
    inner = text.slice(len(text.text) - len(text.text.lstrip()), len(text.text.rstrip()))
    return rewrite(inner, (Edit(*match.span(), " ") for match in _SPACE.finditer(inner.text)))


def _line_end(line: AlignedText) -> AlignedText:
    return mark("\n", line)


def _laid_out(text: AlignedText, regions: Sequence[Region]) -> tuple[AlignedText, tuple[Block, ...]]:
    lines = text.text.split("\n")[:-1]
    dropped = repeated(
        ["" if region.kind == "row" else line for region, line in zip(regions, lines, strict=True)]
    )
    blocks: list[Block] = []
    parts: list[AlignedText] = []
    position = length = 0
    for index, (region, line) in enumerate(zip(regions, lines, strict=True)):
        if index not in dropped and line:
            parts.append(text.slice(position, position + len(line) + 1))
            blocks.append(Block(region.kind, length, length + len(line), region.level))
            length += len(line) + 1
        position += len(line) + 1
    body = AlignedText.joined(parts)
    return body.slice(0, max(0, len(body.text) - 1)), tuple(blocks)
