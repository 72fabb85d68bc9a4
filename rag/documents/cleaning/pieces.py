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
_HYPHENATED = re.compile(r"[a-z][-\u00ad\u2010]$")


def seams_of(original: Original, regions: Sequence[Region]) -> tuple[int, ...]:
    """Where pieces begin: every region's spans, and the rows of tables."""
    starts = {start for region in regions if region.kind != "row" for start, _ in region.spans}
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
    for region in regions:
        if region.kind == "row":
            lines.append(tables.told(region, above))
        else:
            lines.append(_put_together(original, region))
            above = region if region.kind == "caption" else None
    kept = [(region, line) for region, line in zip(regions, lines, strict=True) if line.text.strip()]
    text = AlignedText.joined([part for _, line in kept for part in (line, _line_end(line))])
    for step in (drop_markup, *_STEPS) if marked else _STEPS:
        text = step(text)
    return _laid_out(text, [region for region, _ in kept])


def _put_together(original: Original, region: Region) -> AlignedText:
    parts: list[AlignedText] = []
    for start, end in region.spans:
        part = _one_line(AlignedText.identity(original.text[start:end], start))
        if not part.text:
            continue
        if parts and _HYPHENATED.search(parts[-1].text) and part.text[0].islower():
            parts[-1] = parts[-1].slice(0, len(parts[-1].text) - 1)
        elif parts and not (_TIGHT.match(parts[-1].text[-1]) or _TIGHT.match(part.text[0])):
            parts.append(mark(" ", parts[-1]))
        parts.append(part)
    return AlignedText.joined(parts)


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
