"""A source as HTML, page by page as its reader got it, with the quoted characters marked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.original import Original, Rectangle
from rag.types import Citation, Hit, SourceRecord
from rag.ui.exchange import Place
from rag.ui.leaves import leaves_html
from rag.ui.page_images import Leaves
from rag.ui.page_marks import page_marks
from rag.ui.source_text import Stretch, text_html
from rag.ui.texts import Texts
from rag.ui.words_source import SOURCE_WORDS


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
    leaves: Leaves | None = None,
) -> str:
    """A source, open at a stretch or at its beginning.

    `citations` are those of the answer that `place` belongs to, to go from one to the next; `note` is
    plain text. `leaves` are the images of its pages, of a format that has them.
    """
    marks = page_marks(original, stretch.start, stretch.end) if stretch else ()
    seen = bool(leaves and leaves.address and original.page_sizes)
    unsure = seen and stretch is not None and stretch.quoted and not marks
    notes = (note, _about_images(leaves, texts), SOURCE_WORDS[texts.language].not_on_image if unsure else "")
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in (record.source, *_facts(record, texts)))
    said = "".join(f'<p class="note">{escape(one)}</p>' for one in notes if one)
    shown = "pages" if seen and not unsure else "text"
    return (
        f'<div class="source-view" lang="{texts.language}" data-place="{escape(str(place))}" data-shown="{shown}">'
        f'<header>{_ways_out(texts)}{_views(texts) if seen else ""}<h2 lang="">{escape(record.metadata.title or record.source)}</h2>'
        f'<p class="facts">{facts}</p>{_jumps(citations, place, texts)}{said}</header>'
        f"{_leaves(original, leaves, stretch, marks, texts) if seen and leaves else ''}"
        f'<div class="source-text" tabindex="0">{text_html(original, stretch, texts)}</div></div>'
    )


def _leaves(
    original: Original, leaves: Leaves, stretch: Stretch | None, marks: Sequence[Rectangle], texts: Texts
) -> str:
    page = original.page_spans(stretch.start, stretch.end)[0].page if stretch else 1
    drawn = leaves_html(original, leaves.address, texts.language, page=page or 1, marks=marks)
    near = "" if stretch is None or stretch.quoted else " near"
    return f'<div class="source-pages{near}" tabindex="0" data-page="{page or 1}">{drawn}</div>'


def _about_images(leaves: Leaves | None, texts: Texts) -> str:
    """Why there are no images of a paged document's pages."""
    if leaves is None or leaves.missing is None:
        return ""
    words = SOURCE_WORDS[texts.language]
    return words.file_changed if leaves.missing.state == "changed" else words.file_gone


def _views(texts: Texts) -> str:
    """The switch between images and text, and how large the images are."""
    words = SOURCE_WORDS[texts.language]
    views = "".join(
        f'<button type="button" data-view="{view}">{escape(said)}</button>'
        for view, said in (("pages", words.as_pages), ("text", words.as_text))
    )
    sizes = "".join(
        f'<button type="button" data-zoom="{step}" aria-label="{escape(said)}" title="{escape(said)}">{sign}</button>'
        for step, sign, said in ((-1, "−", words.farther), (1, "+", words.closer))
    )
    return f'<div class="views" role="group" aria-label="{escape(words.view)}">{views}{sizes}</div>'


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


def _facts(record: SourceRecord, texts: Texts) -> list[str]:
    known = record.metadata
    size = texts.characters.format(count=f"{record.characters:,}")
    pages = texts.pages.format(count=record.pages) if record.pages else ""
    return [fact for fact in (known.place, known.period or known.date, pages, size) if fact]


def _ways_out(texts: Texts) -> str:
    return (
        f'<div class="ways-out"><button type="button" class="close" data-close>← {escape(texts.close)}</button>'
        f'<button type="button" class="back" data-open="library">{escape(texts.back)}</button></div>'
    )
