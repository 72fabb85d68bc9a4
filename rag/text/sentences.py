"""Sentences and clauses of Chinese and English text, as spans.

Every character that is not white space belongs to exactly one span, and no span begins or ends with
white space.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.text.patterns import regex

Span = tuple[int, int]

_CLOSERS = "”’」』》〉】）)]}\"'"
_ENDS = regex(
    rf"[。！？!?｡]+[{re.escape(_CLOSERS)}]*"
    rf"|(?:…+|\.{{3,}})[{re.escape(_CLOSERS)}]*"
    rf"|\.[{re.escape(_CLOSERS)}]*"
    r"|[；;]"
    r"|\n"
)
_HAN = regex(r"[㐀-鿿豈-﫿぀-ヿ]")
_GOES_ON = regex(r"\s*[，,、；;：:。！？!?%）)]|[的地得等之式和与及、]")
_ABBREVIATION = regex(
    r"(?:^|[\s(\[\"'“‘])(?:Mr|Mrs|Ms|Dr|Prof|Rev|Gen|Gov|Sen|Rep|Col|Capt|Lt|Sgt|St|Mt|Jr|Sr|Hon|No|Nos|Art|"
    r"Fig|Figs|Eq|Sec|Ch|Vol|Ed|Eds|pp?|cf|vs|al|approx|ca|est|e\.g|i\.e|viz|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|"
    r"Oct|Nov|Dec)$"
)
_SOFT_ABBREVIATION = regex(r"(?:^|[\s(])(?:etc|Inc|Ltd|Co|Corp|Bros|a\.m|p\.m|(?:[A-Z]\.)*[A-Z])$")
_OPENING_WORD = regex(
    r"(?:The|A|An|It|Its|In|On|At|He|She|They|We|This|That|These|Those|There|But|And|As|For|However|After|By)\b"
)
_LIST_NUMBER = regex(
    r"(?:^|\n)\s*(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,4}|[一二三四五六七八九十]{1,3})$"
)
_LONG_CHINESE = 60
_LONG_LATIN = 200
"""Characters from which a sentence is cut at its semicolons too."""
_BRACKETED = regex(
    r"（[^（）\n]{0,80}）|\([^()\n]{0,160}\)|《[^《》\n]{0,80}》|【[^【】\n]{0,80}】|\[[^\[\]\n]{0,80}\]"
)
_QUOTED = regex(r"“[^“”\n]{0,200}”|「[^「」\n]{0,200}」|\"[^\"\n]{0,200}\"|‘[^‘’\n]{0,80}’")
_CLAUSE_END = regex(r"[，；：。！？…]+|[,;:](?=\s|$)|[,;:](?=[㐀-鿿])|\n")


def split_sentences(text: str) -> list[Span]:
    """The sentences of `text`; closing quotation marks and brackets stay with theirs, a line end ends one.

    A stop inside brackets or a book title is none. Semicolons end a part of a sentence of more than 60
    Chinese characters (200 of other scripts). Abbreviations, initials, decimals and the numbers of list
    items are not cut.
    """
    spans: list[Span] = []
    for span in _cut(text, _sentence_ends(text)):
        length = span[1] - span[0]
        if length > (_LONG_CHINESE if _HAN.search(text, *span) else _LONG_LATIN):
            spans.extend(_cut_semicolons(text, span))
        else:
            spans.append(span)
    return spans


def split_clauses(text: str) -> list[Span]:
    """The clauses of `text`, cut after commas, colons, semicolons and stops.

    Never inside a number ("1,234.5", "12:30"), a quotation or brackets.
    """
    closed = _closed(text, _BRACKETED, _QUOTED)
    ends = {end for _, end in split_sentences(text)}
    ends.update(
        match.end()
        for match in _CLAUSE_END.finditer(text)
        if not closed(match.start()) and not _in_number(text, *match.span())
    )
    return _cut(text, sorted(ends))


def _sentence_ends(text: str) -> Iterator[int]:
    closed = _closed(text, _BRACKETED)
    for match in _ENDS.finditer(text):
        start, end = match.start(), _own_end(text, *match.span())
        mark = text[start:end]
        if mark == "\n" or not (mark in "；;" or closed(start) or not _is_end(text, mark, start, end)):
            yield end


def _own_end(text: str, start: int, end: int) -> int:
    """The end of a stop without a straight quotation mark that opens the next sentence."""
    quote = text.find('"', start, end)
    line = text.rfind("\n", 0, start) + 1
    return quote if quote >= 0 and text.count('"', line, quote) % 2 == 0 else end


def _is_end(text: str, mark: str, start: int, end: int) -> bool:
    if mark[0] == "." and not mark.startswith("..."):
        return _is_full_stop(text, start, end)
    if mark[0] in "!?" and not _may_begin(text, end):
        return False
    if mark[0] in "….":
        return not _GOES_ON.match(text, end) and (mark[0] == "…" or _after_dots(text, end))
    # "“好！”的喊声": what a quotation says may end where the sentence does not.
    return not (mark[-1] in _CLOSERS and _GOES_ON.match(text, end))


def _may_begin(text: str, position: int) -> bool:
    """Whether a sentence may begin after a half-width "!" or "?": after a space, with no small letter."""
    rest = text[position : position + 20]
    return not rest or bool(_HAN.match(rest)) or (rest[0].isspace() and not rest.lstrip()[:1].islower())


def _after_dots(text: str, end: int) -> bool:
    rest = text[end:].lstrip()
    return not rest or not rest[0].islower()


def _is_full_stop(text: str, start: int, end: int) -> bool:
    """Whether a "." ends a sentence, by what stands before and after it."""
    rest = text[end : end + 40]
    if rest and not rest[0].isspace():
        return bool(_HAN.match(text, start - 1) and _HAN.match(rest)) if start and end == start + 1 else False
    following = rest.lstrip()
    before = text[max(0, start - 20) : start]
    if _LIST_NUMBER.search(before) or following[:1].islower():
        return False
    if _SOFT_ABBREVIATION.search(before):
        return not following or bool(_OPENING_WORD.match(following) or _HAN.match(following))
    return not (_ABBREVIATION.search(before) and following)


def _cut_semicolons(text: str, span: Span) -> list[Span]:
    closed = _closed(text, _BRACKETED, _QUOTED)
    start, end = span
    ends = [n + 1 for n in range(start, end) if text[n] in "；;" and not closed(n)]
    return [(a + start, b + start) for a, b in _cut(text[start:end], [n - start for n in ends])]


def _closed(text: str, *patterns: re.Pattern[str]) -> Callable[[int], bool]:
    """A test of whether a position lies inside a match of one of the patterns, its edges excepted."""
    inside = bytearray(len(text) + 1)
    for pattern in patterns:
        for match in pattern.finditer(text):
            length = match.end() - match.start() - 1
            inside[match.start() : match.end() - 1] = b"\x01" * length
    return lambda position: bool(inside[position])


def _in_number(text: str, start: int, end: int) -> bool:
    return (
        start > 0
        and end < len(text)
        and text[start - 1].isdigit()
        and text[end].isdigit()
        and text[start] in ",:"
    )


def _cut(text: str, ends: Iterator[int] | list[int]) -> list[Span]:
    """The stretches between the ends, without white space at their edges; blank ones are left out."""
    spans: list[Span] = []
    start = 0
    for end in (*ends, len(text)):
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = left + len(piece.strip())
        if left < right:
            spans.append((left, right))
        start = end
    return spans
