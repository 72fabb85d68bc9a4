"""A question in the letters and numerals that everything else reads: simplified, half width, years in digits."""

from __future__ import annotations

from rag.text.patterns import regex
from rag.text.words import simplified

_FULL_WIDTH = str.maketrans(
    "０１２３４５６７８９．％ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ",
    "0123456789.%ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
)
_DIGITS = {
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **dict.fromkeys("〇○ＯOo", "0"),
    "两": "2",
}
_LETTERED_YEAR = regex(
    r"(?:二[〇○零0Oo][〇○零一二三四五六七八九]{2}|一九[〇○零一二三四五六七八九]{2})(?=\s*年)"
)
_SHORT_YEAR = regex(
    r"(?<![第近约历过用满共达长干有这前后每百千十两\d.])(?P<year>[12]\d|二[〇○零一二三四五六七八九])年"
    r"(?![来间内前后以之多左龄期历史时\d])"
)
"""A year of two digits, where nothing before or after it makes it a number of years."""


def plain_question(question: str) -> str:
    """The question as its readers take it: simplified characters, digits in half width, 二〇二三年 as 2023年.

    "23年" is 2023年 where it can't be a time of 23 years. Capital letters and everything else stay.
    """
    text = simplified(question.translate(_FULL_WIDTH))
    text = _LETTERED_YEAR.sub(lambda year: _in_digits(year[0]), text)
    return _SHORT_YEAR.sub(lambda year: f"20{_in_digits(year['year'])}年", text)


def _in_digits(numeral: str) -> str:
    return "".join(_DIGITS.get(character, character) for character in numeral)
