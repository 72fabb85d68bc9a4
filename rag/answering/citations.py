"""Quotes become citations: the exact characters of the original, piece by piece, numbered as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rag.answering.draft import Quote
from rag.original import Original, PageSpan
from rag.types import Citation, Passage


class CitationList:
    """The citations of one answer. A stretch quoted twice has one number."""

    def __init__(self, original: Callable[[str], Original]) -> None:
        self._original = original
        self._citations: dict[tuple[str, int | None, int, int], Citation] = {}

    def numbers(self, quotes: Iterable[Quote]) -> tuple[int, ...]:
        """The numbers of these quotes, from 1, each once; a quote over two pages or columns has two."""
        found = [number for quote in quotes for number in self._cite(quote)]
        return tuple(dict.fromkeys(found))

    def all(self) -> tuple[Citation, ...]:
        """Every citation, by number."""
        return tuple(self._citations.values())

    def _cite(self, quote: Quote) -> list[int]:
        passage = quote.hit.passage
        original = self._original(passage.source)
        spans = original.quote_spans(passage.body, quote.start, quote.end)
        return [self._number(passage, original, span) for span in spans]

    def _number(self, passage: Passage, original: Original, span: PageSpan) -> int:
        key = (passage.source, span.page, span.start, span.end)
        if key not in self._citations:
            base = original.page_base(span.page)
            start, end = base + span.start, base + span.end
            self._citations[key] = Citation(
                len(self._citations) + 1,
                passage.source,
                passage.metadata.title,
                *(span.page, span.start, span.end, span.text),
                rectangles=original.rectangles(start, end),
                page_size=original.page_size(span.page),
                cells=original.cells_in(start, end),
            )
        return self._citations[key].number
