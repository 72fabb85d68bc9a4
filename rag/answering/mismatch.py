"""What speaks against a sentence as an answer, however many of the question's words it holds: near misses.

A half-year is no year, the number of things does not tell their names, and no one is named by a sentence without
a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.types import Query

_PARTS_OF_YEAR = (
    ("first half", re.compile(r"上半年|1\s*[-—–~至到]\s*6月|first half|first six months", re.IGNORECASE)),
    ("second half", re.compile(r"下半年|second half", re.IGNORECASE)),
    ("three quarters", re.compile(r"前三季度|1\s*[-—–~至到]\s*9月|first three quarters", re.IGNORECASE)),
    (
        "first quarter",
        re.compile(r"(?<!前)(?:一季度|第一季度|首季)|1\s*[-—–~至到]\s*3月|first quarter", re.IGNORECASE),
    ),
)
_WHOLE_YEAR = re.compile(r"全年|年度|一整年|\b(?:full|whole|entire)[ -]year\b|\bannual\b", re.IGNORECASE)
_NAMES_ASKED = re.compile(
    r"(?:都|分别|各)(?:叫|是|指)(?:什么|哪|谁)|名称|名字|叫什么|各指|\bnames? of\b|\bcalled\b", re.IGNORECASE
)
_LISTS = re.compile(
    r"[、；;][^、；;]{1,40}[、；;和及]|[“\"《][^”\"》]{2,20}[”\"》]|一是|第一|包括|分别(?:是|为)|: ?\w"
)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What does not fit, each 0 or 1.

    `period`: another part of the year; `unlisted`: no names where the names of several things are asked for;
    `nameless`: neither person nor organisation where one is asked for.
    """

    period: float
    unlisted: float
    nameless: float


def mismatch(query: Query, context: str, before: str, sentence: str, told: str, asked: float) -> Mismatch:
    """What speaks against a sentence, of which the clauses `told` answer, after `before` and under `context`.

    `asked`, 0 to 1, is how far it holds the kind of thing that is asked for.
    """
    return Mismatch(
        period=float(_other_period(query.text, sentence, before, context)),
        unlisted=float(bool(_NAMES_ASKED.search(query.text)) and not _LISTS.search(told)),
        nameless=float(query.kind in ("person", "organisation") and asked < 1),
    )


def part_of_year(text: str) -> str | None:
    """The part of a year that a text speaks of: "first half", "three quarters" …; `None` for the whole or any."""
    return next((name for name, pattern in _PARTS_OF_YEAR if pattern.search(text)), None)


def _other_period(question: str, sentence: str, before: str, context: str) -> bool:
    """Whether the question is about one part of a year, or all of it, and the sentence about another."""
    asked = part_of_year(question)
    if asked is None and not _WHOLE_YEAR.search(question):
        return False
    if asked is None and _WHOLE_YEAR.search(sentence):
        return False
    told = next((part for text in (sentence, before, context) if (part := part_of_year(text))), None)
    return told is not None and told != asked
