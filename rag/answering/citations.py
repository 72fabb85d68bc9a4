"""Quotes become citations: the exact characters of the original, page by page, numbered as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rag.answering.draft import Quote
from rag.original import Original
from rag.types import Citation


class CitationList:
    """The citations of one answer. A stretch quoted twice has one number."""

    def __init__(self, original: Callable[[str], Original]) -> None:
        self._original = original
        self._citations: dict[tuple[str, int | None, int, int], Citation] = {}

    def numbers(self, quotes: Iterable[Quote]) -> tuple[int, ...]:
        """The numbers of these quotes, from 1, each once; a quote over two pages has two."""
        found = [number for quote in quotes for number in self._cite(quote)]
        return tuple(dict.fromkeys(found))

    def all(self) -> tuple[Citation, ...]:
        """Every citation, by number."""
        return tuple(self._citations.values())

    def _cite(self, quote: Quote) -> list[int]:
        passage = quote.hit.passage
        start, end = passage.body.original_span(quote.start, quote.end)
        numbers = []
        for span in self._original(passage.source).page_spans(start, end):
            key = (passage.source, span.page, span.start, span.end)
            if key not in self._citations:
                number = len(self._citations) + 1
                title = passage.metadata.title
                self._citations[key] = Citation(
                    number, passage.source, title, span.page, span.start, span.end, span.text
                )
            numbers.append(self._citations[key].number)
        return numbers
