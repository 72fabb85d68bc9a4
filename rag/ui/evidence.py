"""A source as HTML, page by page as its reader got it, with the quoted characters marked; and the library."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from rag.ingestion import Failure
from rag.original import Original
from rag.types import Citation, Hit, SourceRecord
from rag.ui.exchange import Place
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


def cited_stretch(original: Original, citation: Citation) -> Stretch | None:
    """Where a citation stands in the whole original; `None` unless its quote stands exactly there."""
    base = 0
    if original.page_starts:
        if citation.page is None or not 1 <= citation.page <= len(original.page_starts):
            return None
        base = original.page_starts[citation.page - 1]
    start, end = base + citation.start, base + citation.end
    exact = citation.quote and original.text[start:end] == citation.quote
    return Stretch(start, end, quoted=True) if exact else None


def hit_stretch(original: Original, hit: Hit) -> Stretch:
    """Where a hit stands in the whole original; the longest part of one that stands in several."""
    return Stretch(*original.main_stretch(hit.passage.body), quoted=False)


def source_html(
    record: SourceRecord,
    original: Original,
    stretch: Stretch | None,
    place: Place,
    texts: Texts,
    *,
    citations: Sequence[Citation] = (),
    note: str = "",
) -> str:
    """A source, open at a stretch or at its beginning.

    `citations` are those of the answer that `place` belongs to, to go from one to the next; `note` is
    plain text.
    """
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in (record.source, *_facts(record, texts)))
    said = f'<p class="note">{escape(note)}</p>' if note else ""
    return (
        f'<div class="source-view" lang="{texts.language}" data-place="{escape(str(place))}">'
        f'<header>{_ways_out(texts)}<h2 lang="">{escape(record.metadata.title or record.source)}</h2>'
        f'<p class="facts">{facts}</p>{_jumps(citations, place, texts)}{said}</header>'
        f'<div class="source-text" tabindex="0">{_pages(original, stretch, texts)}</div></div>'
    )


def _jumps(citations: Sequence[Citation], place: Place, texts: Texts) -> str:
    """A row of markers, one a citation of the answer, the open one current."""
    if not citations:
        return ""
    buttons = []
    for one in citations:
        here = ' aria-current="true"' if one.number == place.number else ""
        target = Place("citation", exchange=place.exchange, number=one.number)
        buttons.append(
            f'<button type="button" class="marker" data-open="{target}"{here}>[{one.number}]</button>'
        )
    return f'<nav class="jumps"><span>{escape(texts.cited_here)}</span>{"".join(buttons)}</nav>'


def library_html(records: Sequence[SourceRecord], failures: Sequence[Failure], texts: Texts) -> str:
    """Every document there is, and every file that could not be taken in, with its reason."""
    rows = "".join(_row(record, texts) for record in records)
    count = texts.documents.format(count=len(records))
    said = texts.library_text if records else texts.library_empty
    return (
        f'<div class="library" lang="{texts.language}" data-place="library"><header>'
        f'<button type="button" class="close" data-close>← {escape(texts.close)}</button>'
        f"<h2>{escape(texts.library)} <small>{escape(count)}</small></h2>"
        f"<p>{escape(said)}</p></header><ul>{rows}</ul>{_failed(failures, texts)}</div>"
    )


def _row(record: SourceRecord, texts: Texts) -> str:
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in _facts(record, texts))
    return (
        f'<li><button type="button" data-open="{escape(str(Place("source", record.source)))}">'
        f'<b lang="">{escape(record.metadata.title or record.source)}</b>'
        f'<span class="facts"><span>{escape(record.source)}</span>{facts}</span></button></li>'
    )


def _facts(record: SourceRecord, texts: Texts) -> list[str]:
    known = record.metadata
    size = texts.characters.format(count=f"{record.characters:,}")
    pages = texts.pages.format(count=record.pages) if record.pages else ""
    return [fact for fact in (known.place, known.period or known.date, pages, size) if fact]


def _failed(failures: Sequence[Failure], texts: Texts) -> str:
    if not failures:
        return ""
    rows = "".join(
        f"<li><b>{escape(one.source)}</b><br>{escape(one.en if texts.language == 'en' else one.zh)}</li>"
        for one in failures
    )
    return f'<section class="failures"><h3>{escape(texts.library_failed)}</h3><ul>{rows}</ul></section>'


def _ways_out(texts: Texts) -> str:
    return (
        f'<div class="ways-out"><button type="button" class="close" data-close>← {escape(texts.close)}</button>'
        f'<button type="button" class="back" data-open="library">{escape(texts.back)}</button></div>'
    )


def _pages(original: Original, stretch: Stretch | None, texts: Texts) -> str:
    begin = max(0, stretch.start - _AROUND) if stretch else 0
    stop = min(len(original.text), (stretch.end if stretch else 0) + _AROUND)
    parts = [_cut(begin, texts.cut_before)]
    starts = original.page_starts or (0,)
    for index, base in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else len(original.text)
        first, last = max(begin, base), min(stop, end)
        if first < last:
            number = texts.page.format(page=index + 1) if original.page_starts else ""
            heading = f'<h3 class="page">{escape(number)}</h3>' if number else ""
            parts.append(
                f'{heading}<div class="page-text" lang="">{_marked(original.text, first, last, stretch)}</div>'
            )
    parts.append(_cut(len(original.text) - stop, texts.cut_after))
    return "".join(parts)


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
