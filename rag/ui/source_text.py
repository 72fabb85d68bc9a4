"""A source's text as HTML, page by page as its reader got it, with the quoted characters marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from rag.original import Original
from rag.ui.source_tables import Table, is_separator, table_html, tables_of
from rag.ui.texts import Texts

_LINE = re.compile(r"[^\r\n]*[^\s][^\r\n]*")
_AROUND = 20_000
"""Characters of the source shown on either side of what is marked; a browser reads that much at once."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Original characters `[start, end)` to show: `quoted` words are marked, a near passage only tinted."""

    start: int
    end: int
    quoted: bool


def text_html(original: Original, stretch: Stretch | None, texts: Texts) -> str:
    """The text around a stretch, which is marked, or from the beginning; tables as tables, all their rows near it."""
    begin = max(0, stretch.start - _AROUND) if stretch else 0
    stop = min(len(original.text), (stretch.end if stretch else 0) + _AROUND)
    parts, tables = [], tables_of(original)
    starts = original.page_starts or (0,)
    for index, base in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else len(original.text)
        first, last = max(begin, base), min(stop, end)
        if first < last:
            number = texts.page.format(page=index + 1) if original.page_starts else ""
            heading = f'<h3 class="page">{escape(number)}</h3>' if number else ""
            parts.append(f"{heading}{_part(original, tables, first, last, stretch, texts)}")
    within = [(table.start, table.end) for table in tables]
    before = 0 if any(start < begin < end for start, end in within) else begin
    after = 0 if any(start < stop < end for start, end in within) else len(original.text) - stop
    return f"{_cut(before, texts.cut_before)}{''.join(parts)}{_cut(after, texts.cut_after)}"


def _part(
    original: Original,
    tables: Sequence[Table],
    first: int,
    last: int,
    stretch: Stretch | None,
    texts: Texts,
) -> str:
    """The characters `[first, last)`: text, and tables between."""
    parts, at = [], first
    touched = (stretch.start, stretch.end) if stretch else None
    for table in tables:
        if table.end <= first or table.start >= last:
            continue
        if not is_separator(original.text[at : table.start]):
            parts.append(_text(original.text, at, table.start, stretch))
        parts.append(
            table_html(
                table,
                (first, last),
                touched,
                lambda start, end: _marked(original.text, start, end, stretch),
                texts.language,
            )
        )
        at = min(table.end, last)
    if parts and is_separator(original.text[at:last]):
        return "".join(parts)
    return "".join((*parts, _text(original.text, at, last, stretch)))


def _text(text: str, first: int, last: int, stretch: Stretch | None) -> str:
    if not text[first:last].strip():
        return ""
    return f'<div class="page-text" lang="">{_marked(text, first, last, stretch)}</div>'


def _cut(count: int, said: str) -> str:
    return f'<p class="cut">… {escape(said.format(count=f"{count:,}"))}</p>' if count else ""


def _marked(text: str, first: int, last: int, stretch: Stretch | None) -> str:
    """`text[first:last]` escaped, the part of it that lies in the stretch marked."""
    if stretch is None or stretch.end <= first or stretch.start >= last:
        return _runs(text[first:last])
    start, end = max(first, stretch.start), min(last, stretch.end)
    tag = "mark" if stretch.quoted else "span"
    return (
        f"{_runs(text[first:start])}"
        f'<{tag} class="target" tabindex="-1">{_runs(text[start:end])}</{tag}>'
        f"{_runs(text[end:last])}"
    )


def _runs(text: str) -> str:
    """The text escaped, character for character; lines with words are wrapped, so that empty ones can be low."""
    return _LINE.sub(lambda line: f'<span class="run">{escape(line[0])}</span>', text)
