"""What is printed on pages and is no part of their text: folios, running heads, a newspaper's masthead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.documents.pages.page_view import PageLine
from rag.original import Rectangle

_FOLIO = re.compile(
    r"[-–—·•]?\s*\d{1,4}\s*[-–—·•]?|第\s*\d+\s*页(?:[\s/，,]*共\s*\d+\s*页)?|\d+\s*/\s*\d+|[Pp]age\s+\d+(?:\s+of\s+\d+)?|"
    r"[ivxlc]{1,7}"
)
_IMPRINT = re.compile(
    r"星期[一二三四五六日天]|第?\s?[A-Z]?\d{1,3}\s?版(?!本)|第[一二三四五六七八九十]{1,3}版|国内统一|刊号|邮发代号|"
    r"第\s?\d+\s?期|今日\d+版|农历|"
    r"(?:编辑|责编|主编|编审|校对|版式|美编|值班主任|制图|统筹|策划|监制|主办|承办|出版|印刷)\s?[：:/／]|\w(?:主办|主管|承印)$|"
    r"(?:热线|电话|邮箱|网址|邮编|地址)\s?[：:]|"
    r"\w@\w|https?://|www\.|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|ISSN|\bVol\.|\bNo\.\s?\d"
)
_DATE = re.compile(r"(?:19|20)\d{2}\s?[年./-]\s?\d{1,2}(?:\s?[月./-]\s?\d{1,2}\s?日?|\s?月)?(?![\d％%])")
_TURN = re.compile(
    r"[（(]?\s?[紧上下]?[接转]{1,2}\s?(?:第?\s?[A-Z]?\d+|[一二三四五六七八九十]+)\s?版.{0,8}[）)]?"
)
_DIGITS = re.compile(r"\d+")
_HEAD, _FOOT = 0.16, 0.9
"""The shares of a page's height above which a head ends, and below which a foot begins."""
_ACROSS = 0.6
_EDGE_LENGTH = 60
_LEAST_PAGES = 3
_RUNNING = 40
_MOST_ROWS = 6
_SMALL, _TOP, _AWAY = 0.88, 0.08, 1.0
_AS_LARGE, _TITLE = 0.95, 1.15
_SPREAD = 0.5
"""The share of a page's width over which the pieces of a running head are spread at least."""
_PIECE = 24


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's size in points, its lines from the top downwards, and its rules."""

    width: float
    height: float
    lines: tuple[PageLine, ...]
    rules: tuple[Rectangle, ...] = ()


def without_furniture(sheets: Sequence[Sheet], body: float) -> list[tuple[PageLine, ...]]:
    """The lines of each page that are text.

    Left out are numbers and imprints at the edges, what stands over the rule below a masthead, and lines
    that three pages share at their edges. The first page keeps the head it shares, which is often the
    title, unless there is larger type on it or the head's is smaller than the running text's (`body`).
    """
    rows = [_rows(sheet.lines) for sheet in sheets]
    shared = Counter(
        pattern for page in rows for pattern in {_pattern(line) for row in _outer(page) for line in row}
    )
    least = min(_LEAST_PAGES, max(2, len(sheets)))
    repeated = {pattern for pattern, count in shared.items() if count >= least}
    return [
        tuple(_kept(sheet, page, repeated, body, is_first=not number))
        for number, (sheet, page) in enumerate(zip(sheets, rows, strict=True))
    ]


def is_turn(text: str) -> bool:
    """Whether these are only the words that send the reader to another page, or back."""
    return bool(_TURN.fullmatch(text.strip()))


def printed(text: str) -> str:
    """The words as they are meant: "3 8" and "乡 野", spaced out for looks, are 38 and 乡野."""
    pieces = text.split()
    return "".join(pieces) if len(pieces) > 1 and all(len(piece) == 1 for piece in pieces) else text.strip()


def _rows(lines: Sequence[PageLine]) -> list[list[PageLine]]:
    rows: list[list[PageLine]] = []
    bottom = 0.0
    for line in sorted(lines, key=lambda line: line.box.top):
        if not rows or line.middle >= bottom:
            rows.append([])
            bottom = 0.0
        rows[-1].append(line)
        bottom = max(bottom, line.box.bottom)
    return rows


def _outer(rows: Sequence[list[PageLine]]) -> list[list[PageLine]]:
    return [*rows[:2], *rows[2:][-2:]]


def _pattern(line: PageLine) -> str:
    """The line with its numbers left open: running heads often carry the page's."""
    return _DIGITS.sub("#", "".join(line.text.split())) if len(line.text) <= _EDGE_LENGTH else line.text


def _kept(
    sheet: Sheet, rows: list[list[PageLine]], repeated: set[str], body: float, *, is_first: bool
) -> Iterator[PageLine]:
    first_body = body if is_first else None
    first, last = _below_head(sheet, rows), len(rows)
    most = first + _MOST_ROWS
    while first < min(last, most) and _is_head(sheet, rows[first], repeated, first_body):
        first += 1
    if first + 1 < last and _is_small_head(sheet, rows[first], rows[first + 1], body):
        first += 1
    most = last - _MOST_ROWS
    while max(first, most) < last and _is_foot(sheet, rows[last - 1], repeated):
        last -= 1
    for row in rows[first:last]:
        yield from row


def _below_head(sheet: Sheet, rows: Sequence[list[PageLine]]) -> int:
    """The first row below the rule under a masthead; 0 where the page has none."""
    for rule in sheet.rules:
        across = rule.right - rule.left >= _ACROSS * sheet.width and rule.bottom <= _HEAD * sheet.height
        above = [row for row in rows if max(line.box.bottom for line in row) <= rule.bottom + 1]
        if across and above and any(_is_masthead(sheet, row) for row in above):
            return len(above)
    return 0


def _is_masthead(sheet: Sheet, row: Sequence[PageLine]) -> bool:
    return any(_IMPRINT.search(line.text) for line in row) or _is_spread(sheet, row)


def _is_spread(sheet: Sheet, row: Sequence[PageLine]) -> bool:
    """Whether the row is of short pieces far apart, a folio or a date among them."""
    words = [printed(line.text) for line in row]
    wide = max(line.box.right for line in row) - min(line.box.left for line in row) >= _SPREAD * sheet.width
    told = any(_FOLIO.fullmatch(word) or _DATE.match(word) or _IMPRINT.search(word) for word in words)
    return len(row) > 1 and wide and told and all(len(word) <= _PIECE for word in words)


def _is_head(sheet: Sheet, row: Sequence[PageLine], repeated: set[str], first_body: float | None) -> bool:
    titled = first_body is not None and any(line.size >= _TITLE * first_body for line in sheet.lines)
    if first_body is not None and not titled and any(line.size >= _AS_LARGE * first_body for line in row):
        repeated = set()
    at_edge = max(line.box.bottom for line in row) <= _HEAD * sheet.height
    return _is_edge(row, repeated) or (at_edge and (_is_imprint(row) or _is_spread(sheet, row)))


def _is_small_head(sheet: Sheet, row: Sequence[PageLine], below: Sequence[PageLine], body: float) -> bool:
    """Whether the row is a running head by its small or spread type and its distance from the text."""
    bottom = max(line.box.bottom for line in row)
    pieces = len(row) > 1 and all(
        len(printed(line.text)) <= _PIECE and line.size < _TITLE * body for line in row
    )
    small = pieces or all(line.size <= _SMALL * body and not is_turn(line.text) for line in row)
    away = min(line.box.top for line in below) - bottom
    return small and bottom < _TOP * sheet.height and away > _AWAY * body


def _is_foot(sheet: Sheet, row: Sequence[PageLine], repeated: set[str]) -> bool:
    at_edge = min(line.box.top for line in row) >= _FOOT * sheet.height
    return _is_edge(row, repeated) or (at_edge and (_is_imprint(row) or _is_spread(sheet, row)))


def _is_edge(row: Sequence[PageLine], repeated: set[str]) -> bool:
    return all(_FOLIO.fullmatch(printed(line.text)) or _pattern(line) in repeated for line in row)


def _is_imprint(row: Sequence[PageLine]) -> bool:
    if any(is_turn(line.text) for line in row):
        return False
    return any(_IMPRINT.search(line.text) for line in row) and all(
        len(line.text) <= _RUNNING or _IMPRINT.search(line.text) for line in row
    )
