"""The lines of a page that say what its pictures show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.documents.pages.page_view import PageLine
from rag.original import Rectangle

_WORDS = re.compile(
    r"^(?:图为|图片?\s?[①-⑳\d]|[▲▼◀▶△←→↑↓]|[上下左右]图|Figure|Fig\.|Photo)|(?:摄|供图|资料图片?|资料照片)\s?[）)。]?$|[/／]图$"
)
_OPENS = re.compile(r"^(?:图为|图片?\s?[①-⑳\d])")
_REACH = 2.4
"""In sizes of the type: how far below its picture a caption begins at most."""
_NEXT = 0.9
_SMALLER = 0.97
_MUCH_SMALLER = 0.93
_ALIKE = 1.2
_LEAST_SIDE = 40.0
_MOST_OF_PAGE = 0.6
_SLACK = 1.2

Caption = tuple[PageLine, ...]


def captions_of(
    lines: Sequence[PageLine], pictures: Sequence[Rectangle], body: float, page: tuple[float, float]
) -> list[Caption]:
    """The captions of a page, each as its lines.

    A caption stands right below a picture and within its width, or beside it and within its height, and is
    of smaller type than the running text (`body` points) or worded as captions are. Where the pictures are not known (a scan), only lines
    of smaller type that begin as captions do are taken.
    """
    taken: set[PageLine] = set()
    found: list[Caption] = []
    for picture in pictures:
        if _is_picture(picture, page):
            free = [line for line in lines if line not in taken]
            below = [line for line in free if _is_below(line, picture, body)]
            beside = [] if below else [line for line in free if _is_beside(line, picture, body)]
            for line in sorted(below or beside, key=lambda line: line.box.top)[:1]:
                found.append(_with_next(line, lines, picture if below else line.box, beside=not below))
                taken.update(found[-1])
    for line in lines:
        if line not in taken and _OPENS.search(line.text) and line.size < _MUCH_SMALLER * body:
            found.append(_with_next(line, lines, line.box))
            taken.update(found[-1])
    return found


def _is_picture(picture: Rectangle, page: tuple[float, float]) -> bool:
    width, height = picture.right - picture.left, picture.bottom - picture.top
    return min(width, height) >= _LEAST_SIDE and width * height < _MOST_OF_PAGE * page[0] * page[1]


def _is_below(line: PageLine, picture: Rectangle, body: float) -> bool:
    near = -line.size < line.box.top - picture.bottom < _REACH * line.size
    within = (
        line.box.left > picture.left - _SLACK * line.size
        and line.box.right < picture.right + _SLACK * line.size
    )
    return near and within and (line.size < _SMALLER * body or bool(_WORDS.search(line.text)))


def _is_beside(line: PageLine, picture: Rectangle, body: float) -> bool:
    gap = max(line.box.left - picture.right, picture.left - line.box.right)
    within = picture.top - line.size < line.box.top and line.box.bottom < picture.bottom + line.size
    return within and -line.size / 2 < gap < _REACH * line.size and line.size < _MUCH_SMALLER * body


def _with_next(
    line: PageLine, lines: Sequence[PageLine], above: Rectangle, *, beside: bool = False
) -> Caption:
    """The line with the lines of its type below it, within the width of what it stands under.

    Of a caption `beside` its picture it is only the left edge that its lines share.
    """
    below = sorted(
        (
            other
            for other in lines
            if other.box.top > line.middle
            and max(other.size, line.size) < _ALIKE * min(other.size, line.size)
            and other.box.left > above.left - _SLACK * line.size
            and (
                other.box.left < above.right if beside else other.box.right < above.right + _SLACK * line.size
            )
        ),
        key=lambda other: other.box.top,
    )
    caption = [line]
    for before, after in pairwise([line, *below]):
        if after.box.top - before.box.bottom > _NEXT * line.size:
            break
        caption.append(after)
    return tuple(caption)
