"""What is printed at the edges of every page and is no part of the text: numbers and running heads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.documents.cleaning.edits import Edit, rewrite
from rag.documents.cleaning.lines import Line, lines_of
from rag.original import AlignedText

_PAGE_NUMBER = re.compile(
    r"[-–—·]?\s*\d{1,4}\s*[-–—·]?|第\s*\d+\s*页(?:[\s/，,]*共\s*\d+\s*页)?|\d+\s*/\s*\d+|[Pp]age\s+\d+(?:\s+of\s+\d+)?"
)
_DIGITS = re.compile(r"\d+")
_LEAST_PAGES = 3
_EDGE_LENGTH = 60


def trim_pages(aligned: AlignedText, page_starts: Sequence[int]) -> AlignedText:
    """End every page with one line end, without its page number and the lines that three pages share.

    The first page keeps the head it opens with, which is often the title.

    `aligned` is the untouched original and `page_starts` its pages' offsets; without pages it stays as
    it is. The line end at a page's end takes the place of what stood there, or of the last character.
    """
    pages = [(start, end) for start, end in pairwise((*page_starts, len(aligned.text))) if start < end]
    lines = [lines_of(aligned.text[start:end]) for start, end in pages]
    shared = Counter(pattern for page in lines for pattern in {_pattern(line) for line in _edges(page)})
    return rewrite(
        aligned,
        (
            edit
            for (start, end), page in zip(pages, lines, strict=True)
            for edit in _trim(aligned.text, start, end, _inner(page, shared, keep_head=start == pages[0][0]))
        ),
    )


def _edges(page: Sequence[Line]) -> tuple[Line, ...]:
    return (page[0], page[-1]) if page else ()


def _pattern(line: Line) -> str:
    """The line with its numbers left open: running heads often carry the page's."""
    return _DIGITS.sub("#", line.text)


def _inner(page: Sequence[Line], shared: Counter[str], *, keep_head: bool) -> Sequence[Line]:
    """The lines of a page between its edges."""
    first, last = 0, len(page)
    while first < last and _is_edge(page[first], shared) and not (keep_head and _is_head(page[first])):
        first += 1
    while first < last and _is_edge(page[last - 1], shared):
        last -= 1
    return page[first:last]


def _is_head(line: Line) -> bool:
    return not _PAGE_NUMBER.fullmatch(line.text)


def _is_edge(line: Line, shared: Counter[str]) -> bool:
    if _PAGE_NUMBER.fullmatch(line.text):
        return True
    return len(line.text) <= _EDGE_LENGTH and shared[_pattern(line)] >= _LEAST_PAGES


def _trim(text: str, start: int, end: int, inner: Sequence[Line]) -> Iterator[Edit]:
    if not inner:
        yield Edit(start, end, "\n")
        return
    first, last = start + inner[0].start - inner[0].indent, start + inner[-1].end
    if start < first:
        yield Edit(start, first)
    yield Edit(last, end, "\n") if last < end else Edit(last - 1, last, text[last - 1] + "\n")
