"""Figures, months and centuries of a question in the ways that documents of another language write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.retrieval.cedict import cedict
from rag.retrieval.mention import Mention
from rag.text.patterns import regex
from rag.text.words import plain, stem

_SCALED = regex(
    r"(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<scale>thousand|million|billion|trillion)\b", re.IGNORECASE
)
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_CENTURY = regex(r"\b(?P<number>\d{1,2})(?:st|nd|rd|th)[ -]century\b", re.IGNORECASE)
_DECADE = regex(r"\b(?P<century>1[0-9]|20)(?P<decade>\d0)'?s\b")
_HAN_SCALED = regex(r"(?P<number>\d+(?:\.\d+)?)(?P<scale>万亿|千万|百万|万|亿)")
_HAN_SCALES = {"万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}
_HAN_CENTURY = regex(r"(?P<number>\d{1,2})世纪")
_HAN_MONTH = regex(r"(?P<number>1[0-2]|[1-9])月")
_LETTERS = regex(r"[^\W\d_]+")
_MONTH_CARRIES = 0.5


def foreign_quantities(question: str, language: str) -> tuple[str, list[Mention]]:
    """Scaled figures, centuries and months of a question, and the question without them."""
    found = []
    for pattern, forms_of in ((_SCALED, _scaled_forms), (_CENTURY, _century_forms), (_DECADE, _decade_forms)):
        found += [Mention(match[0], forms_of(match), 1.0) for match in pattern.finditer(question)]
        question = pattern.sub(" ", question)
    for word in _LETTERS.findall(question):
        months = [key for key in cedict().keys_of(plain(word), language) if key.startswith("month")]
        if months and (word[0].isupper() or language not in ("en", "de")):
            number = months[0].split()[1]
            found.append(Mention(word, (plain(word), f"{number}月"), _MONTH_CARRIES))
            question = re.sub(rf"\b{re.escape(word)}\b", " ", question)
    return question, found


def chinese_quantities(question: str, languages: Sequence[str]) -> list[Mention]:
    """The figures, centuries and months of a Chinese question as documents in these languages write them."""
    found = [
        Mention(match[0], (match[0], *_written(float(match["number"]) * _HAN_SCALES[match["scale"]])), 1.0)
        for match in _HAN_SCALED.finditer(question)
    ]
    found += [
        Mention(match[0], (match[0], f"{_ordinal(int(match['number']))} century"), 1.0)
        for match in _HAN_CENTURY.finditer(question)
    ]
    for match in _HAN_MONTH.finditer(question):
        names = [
            name for language in languages for name in cedict().names_of(f"month {match['number']}", language)
        ]
        found.append(Mention(match[0], (match[0], *(stem(name) for name in names)), _MONTH_CARRIES))
    return found


def _written(value: float) -> tuple[str, ...]:
    scaled = [f"{value / size:g} {name}" for name, size in _SCALES.items() if 1 <= value / size < 1000]
    return (f"{value:.0f}", *scaled)


def _scaled_forms(match: re.Match[str]) -> tuple[str, ...]:
    number = match["number"].replace(",", "")
    value = float(number) * _SCALES[match["scale"].lower()]
    han = [f"{value / size:.10g}{name}" for name, size in _HAN_SCALES.items() if 1 <= value / size < 1e4]
    return (f"{number} {match['scale'].lower()}", f"{value:.0f}", *han)


def _century_forms(match: re.Match[str]) -> tuple[str, ...]:
    return (f"{_ordinal(int(match['number']))} century", f"{match['number']}世纪")


def _decade_forms(match: re.Match[str]) -> tuple[str, ...]:
    year, century = match["century"] + match["decade"], int(match["century"]) + 1
    return (f"{year}s", f"{year}年代", f"{century}世纪{match['decade']}年代")


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
