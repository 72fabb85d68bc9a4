"""The years a text speaks of, with "去年" and "this year" resolved by the year it was written in."""

from __future__ import annotations

import re

from rag.text.patterns import regex

_RANGE = regex(r"(20\d{2})\s*年?\s*(?:[-—–~～至到]|to|until)\s*(20\d{2})(?!\d)")
_YEAR = regex(
    r"(?<!\d)(1[0-8]\d{2}(?=年(?![历前来间多的]))|(?:20|19)\d{2})(?=年|\b(?!\.\d|%|万|亿|元|吨|人))"
)
_SHORT_YEAR = regex(
    r"(?:^|(?<=[，。；、（(“和与及\s]))([12]\d)年(?=\d{1,2}月|底|末|初|度|全年|[上下]半年|的|$)"
)
_DAY_OF_TELLING = regex(
    r"(?:公布|发布|发表|刊发|更新|(?:[Pp]ublished|[Rr]eleased|[Uu]pdated)(?: on)?)(?:日期|时间|日)?[：:\s]*"
    r"(?:19|20)\d{2}([-/])\d{1,2}\1\d{1,2}(?!\d)"
)
_PLAN = regex(r"(?<![二三四五六七八九])十(?P<zh>[一二三四五六七八九])五|(?P<en>1\d)th (?:Five|five)-[Yy]ear")
_PLAN_END = regex(r"五[”\"]?(?:规划)?(?:末|收官|期末|结束)|end of the 1\dth")
_BEFORE_PLAN = regex(
    r"五[”\"]?(?:规划)?(?:开始|启动)?(?:之前|以前|前夕|初)|[较比][“\"]?十.五|before the 1\dth|"
    r"(?:compared (?:with|to)|than(?: at)?|from|since|over|on|against) the end of the 1\dth"
)
_FIRST_PLAN_ENDS = 1960
"""Counted back from the fourteenth's end by fives; the years 1963 to 1965 stood between two plans."""
_LONGEST_RANGE = 10
_RELATIVE = (
    (regex(r"前年|the year before last", re.IGNORECASE), -2),
    (
        regex(
            r"(?<![比较同])(?:去年|上年|上一年)|过去的?一年|(?<!than )(?<!over )(?<!from )(?<!the )(?:last|previous) year",
            re.IGNORECASE,
        ),
        -1,
    ),
    (regex(r"今年|本年|当年|this year", re.IGNORECASE), 0),
    (regex(r"明年|next year", re.IGNORECASE), 1),
)


def years_named(text: str) -> tuple[int, ...]:
    """The calendar years written out in the text ("2023年", "23年", "2021-2025"), earliest first."""
    found = [int(year) for year in _YEAR.findall(text)]
    found += [2000 + int(year) for year in _SHORT_YEAR.findall(text)]
    for first, last in _RANGE.findall(text):
        found.extend(range(int(first), min(int(last), int(first) + _LONGEST_RANGE) + 1))
    return tuple(sorted(set(found)))


def plan_years(text: str) -> tuple[int, ...]:
    """The years of a five-year plan that a text names: its last one for "“十四五”末", else all five.

    The first plan ran from 1953 to 1957, the fourteenth ("十四五") from 2021 to 2025.
    """
    found = _PLAN.search(text)
    if not found or _BEFORE_PLAN.search(text):
        return ()
    number = 10 + "一二三四五六七八九".index(found["zh"]) + 1 if found["zh"] else int(found["en"])
    last = _FIRST_PLAN_ENDS + 5 * (number - 1)
    return (last,) if _PLAN_END.search(text) else tuple(range(last - 4, last + 1))


def years_meant(text: str, written: int | None) -> tuple[int, ...]:
    """The years named, and those that "去年", "今年" … mean in a text written in the year `written`.

    The day something was told ("公布日期2024-03-15") is not the year it is about: it counts where no other year is.
    """
    found = list(years_named(_DAY_OF_TELLING.sub("", text)) or years_named(text))
    if written is not None:
        found.extend(written + shift for pattern, shift in _RELATIVE if pattern.search(text))
    return tuple(sorted(set(found)))
