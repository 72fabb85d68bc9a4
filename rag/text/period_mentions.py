"""Where a text names years, parts of years and days, each with its place: a figure has the nearest one before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.text.figures import han_integer
from rag.text.patterns import regex
from rag.text.periods import plan_years, years_meant

_YEARS = regex(
    r"(?P<range>(?:19|20)\d{2}\s*年?\s*(?:[-—–~～至到]|to|until|through)\s*(?:19|20)\d{2}(?!\d)\s*年?)"
    r"|(?P<named>(?<![\d.,])(?:20\d{2}|19\d{2})(?:\s*年(?!限)|(?=[上下全][半年])|(?![\d.,]*\s*(?:%|[㐀-鿿]|,?\d))))"
    r"|(?P<plan>[“\"‘]?(?<![二三四五六七八九])十[一二三四五六七八九]五[”\"’]?(?:规划)?(?:时期|期间|期)?(?:末|收官|结束|开始之前|之前)?"
    r"|(?:(?:the )?end of the )?1\dth [Ff]ive-[Yy]ear(?: [Pp]lan)?)"
    r"|(?P<relative>前年|去年|上一?年(?!度?末)|今年|本年|明年|(?:the )?year before last|(?:last|this|next|previous) year)",
)
_BASE_BEFORE = regex(
    r"(?:[较比自]|[高低多少大小优强好差晚早快慢]于|同比|相比|相较于|than|over|from|against|versus|vs\.?|compared (?:with|to)|since)"
    r"\s*(?:in |the |that of )?[“\"]?$",
    re.IGNORECASE,
)
_YEAR_BEFORE = regex(
    r"同比|(?:[较比]|on )?(?:上年|去年|上一年)(?:同期)?|year[- ]on[- ]year|yoy|from a year earlier|previous year|last year",
    re.IGNORECASE,
)
_PARTS = (
    ("H1", r"上半年|1\s*[-—–~～至到]\s*6月|一至六月|first half|first six months"),
    ("H2", r"下半年|7\s*[-—–~～至到]\s*12月|second half"),
    ("Q1-3", r"前三季度|1\s*[-—–~～至到]\s*9月|first three quarters"),
    ("Q1", r"(?<!前)(?:第?一季度|首季)|1\s*[-—–~～至到]\s*3月|first quarter|\bQ1\b"),
    ("Q2", r"(?<!前)第?二季度|second quarter|\bQ2\b"),
    ("Q3", r"(?<!前)第?三季度|third quarter|\bQ3\b"),
    ("Q4", r"第?四季度|fourth quarter|\bQ4\b"),
    ("start", r"年初"),
    ("end", r"年[底末]"),
    ("year", r"全年|whole year|full year|full-year"),
)
_PART_OF_YEAR = regex("|".join(f"(?P<p{n}>{forms})" for n, (_, forms) in enumerate(_PARTS)), re.IGNORECASE)
_HAN = "一二三四五六七八九十"
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?\\.?" if len(name) > 4 else name for name in _MONTHS)
_DATE = regex(
    rf"(?P<month>(?<!\d)\d{{1,2}}|[{_HAN}]{{1,2}})\s*月(?!球|亮|饼|刊)(?:份)?(?:\s*(?P<day>\d{{1,2}}|[{_HAN}]{{1,3}})\s*[日号]"
    rf"|(?P<part>上旬|中旬|下旬|初|底|末|前))?"
    rf"|(?P<ends>(?i:end of |late |early |mid-?))?\b(?P<name>{_MONTH})(?:\s+(?P<after>\d{{1,2}})(?:st|nd|rd|th)?(?!\d))?"
    rf"|\b(?P<first>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of )?(?P<name2>{_MONTH})\b"
)
_TWELVE = 12
_WORDS_FOR_PART = {
    "上旬": "start",
    "初": "start",
    "中旬": "middle",
    "下旬": "end",
    "底": "end",
    "末": "end",
    "前": "before",
}
_MODAL_MAY = regex(r"[a-z,]\s+May$")


@dataclass(frozen=True, slots=True)
class YearMention:
    """Years named at `[start, end)`; `base` where they are what something is compared with ("较2020年")."""

    start: int
    end: int
    years: frozenset[int]
    base: bool


@dataclass(frozen=True, slots=True)
class DateMention:
    """A month named at `[start, end)`, with its day, or which part of it; `None` where it is not said."""

    start: int
    end: int
    month: int
    day: int | None
    part: str | None

    def within(self, other: DateMention) -> bool:
        """Whether the other says this date or one more exact."""
        if self.month != other.month or (self.day is not None and self.day != other.day):
            return False
        return self.part is None or other.part == self.part


@lru_cache(maxsize=8192)
def year_mentions(text: str, written: int | None) -> tuple[YearMention, ...]:
    """The years a text names, in order, “去年” read by the year it was `written` in."""
    found = []
    for match in _YEARS.finditer(text):
        said = match[0]
        years = plan_years(said) if match["plan"] else years_meant(said, written)
        if match["plan"] and said.endswith("之前"):
            continue
        if years:
            before = text[max(0, match.start() - 16) : match.start()]
            base = bool(_BASE_BEFORE.search(before)) and not match["range"]
            found.append(YearMention(*match.span(), frozenset(years), base))
    return tuple(found)


@lru_cache(maxsize=8192)
def year_parts(text: str) -> frozenset[str]:
    """Which parts of a year a text names: H1, H2, Q1 to Q4, Q1-3, start and end (年底), year (全年)."""
    return frozenset(_PARTS[int(str(match.lastgroup)[1:])][0] for match in _PART_OF_YEAR.finditer(text))


@lru_cache(maxsize=8192)
def period_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text names years, plans, parts of years and days."""
    found = [match.span() for pattern in (_YEARS, _PART_OF_YEAR) for match in pattern.finditer(text)]
    return tuple(sorted([*found, *((one.start, one.end) for one in dates_in(text))]))


def year_before_meant(text: str) -> bool:
    """Whether a text compares with the year before ("同比")."""
    return bool(_YEAR_BEFORE.search(text))


@lru_cache(maxsize=8192)
def dates_in(text: str) -> tuple[DateMention, ...]:
    """The months and days a text names, in order."""
    return tuple(_dates(text))


def _dates(text: str) -> Iterator[DateMention]:
    for match in _DATE.finditer(text):
        if match["month"]:
            month, day = _number(match["month"]), _number(match["day"]) if match["day"] else None
            part = _WORDS_FOR_PART.get(match["part"] or "")
        else:
            name = match["name"] or match["name2"]
            month = next(n for n, full in enumerate(_MONTHS, 1) if full.startswith(name[:3]))
            given = match["after"] or match["first"]
            day = int(given) if given else None
            ends = (match["ends"] or "").strip().lower()
            part = {"end of": "end", "late": "end", "early": "start"}.get(ends, "middle" if ends else None)
            if (
                day is None
                and name.startswith(("Mar", "May"))
                and len(name) < 4
                and not _month_word(text, match.start("name"))
            ):
                continue
        if month is not None and 1 <= month <= _TWELVE:
            yield DateMention(*match.span(), month, day, part)


def _month_word(text: str, at: int) -> bool:
    return bool(
        re.search(
            r"\b(?:in|by|before|after|since|until|of|late|early|this|last)\s$", text[:at], re.IGNORECASE
        )
    )


def _number(numeral: str) -> int | None:
    return int(numeral) if numeral.isdigit() else han_integer(numeral)
