"""A paged source as HTML: an image a page, with what is quoted marked on it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.original import Original, Rectangle
from rag.ui.texts import PageLanguage
from rag.ui.words_source import SOURCE_WORDS

_AROUND = 40
"""Pages on either side of the one that is opened; a browser loads those that come into view."""
_MARGIN = 0.6
"""Points that a mark is larger than the characters, so that it does not cut them."""


def leaves_html(
    original: Original,
    address: str,
    language: PageLanguage,
    *,
    page: int = 1,
    marks: Sequence[Rectangle] = (),
) -> str:
    """Images of the pages around `page`, from 1, on which the marks are; `address` is theirs up to the number."""
    words = SOURCE_WORDS[language]
    count = len(original.page_sizes)
    first, last = max(1, page - _AROUND), min(count, page + _AROUND)
    leaves = (
        _leaf(original.page_sizes[number - 1], number, address, language, marks if number == page else ())
        for number in range(first, last + 1)
    )
    before = _cut(words.pages_before, first - 1)
    return f'<div class="leaves">{before}{"".join(leaves)}{_cut(words.pages_after, count - last)}</div>'


def _leaf(
    size: tuple[float, float],
    number: int,
    address: str,
    language: PageLanguage,
    marks: Sequence[Rectangle],
) -> str:
    width, height = (side or 1.0 for side in size)
    label = SOURCE_WORDS[language].page_image.format(page=number)
    undrawn = SOURCE_WORDS[language].not_drawn
    drawn = "".join(_mark(one, width, height, first=not index) for index, one in enumerate(marks))
    return (
        f'<figure class="leaf" data-page="{number}" data-undrawn="{escape(undrawn)}">'
        f'<div class="sheet" style="aspect-ratio:{width:.2f}/{height:.2f}">'
        f'<img src="{escape(address)}{number}" alt="{escape(label)}" loading="lazy" decoding="async" draggable="false">'
        f"{drawn}</div><figcaption>{number}</figcaption></figure>"
    )


def _mark(one: Rectangle, width: float, height: float, *, first: bool) -> str:
    """A rectangle in shares of the page, so that it stays where it is at any size."""
    left, top = one.left - _MARGIN, one.top - _MARGIN
    wide, high = one.right - one.left + 2 * _MARGIN, one.bottom - one.top + 2 * _MARGIN
    place = (
        f"left:{100 * left / width:.3f}%;top:{100 * top / height:.3f}%;"
        f"width:{100 * wide / width:.3f}%;height:{100 * high / height:.3f}%"
    )
    return f'<i class="mark{" target" if first else ""}" style="{place}"></i>'


def _cut(said: str, count: int) -> str:
    return f'<p class="cut">… {escape(said.format(count=count))}</p>' if count > 0 else ""
