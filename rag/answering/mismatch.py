"""What speaks against a sentence as an answer, however many of the question's words it holds: near misses.

A plan is no result, a half-year no year, the number of things not their names, and a figure of something else
not the number asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.coverage import coverage, searchable
from rag.types import Passage, Query

_PLAN_ASKED = re.compile(
    r"目标|计划|力争|预计|预期|打算|准备|将|要(?!求|闻)|任务|争取|会|拟|\b(?:goals?|targets?|plans?|planned|expect\w*|aims?|will)\b",
    re.IGNORECASE,
)
_RESULT_ASKED = re.compile(
    r"实际|到底|最终|后来|到目前|截至|累计|已经|目前|至今|当初|完成了?多少|实现了?多少|了多少|了几|了吗|有多少.*了"
    r"|\b(?:actual(?:ly)?|so far|finally|final|did|was|were)\b",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"力争|要在|要继续|目标|预期|预计|计划|确保|争取|将会|将要|将达|将形成|将于|有望|拟|年内|\b(?:will|aims?|plans?|targets?|expected)\b"
)
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
_COUNTED = re.compile(
    r"(?:多少|几)[万亿千百]*[个项家座条辆所类处件次批户名位种台只笔场张幅间头株]|多少(?=[㐀-鿿]{2})(?!钱|亿|万|公里|平方|公斤|千瓦|百分)"
    r"|\bhow many\b",
    re.IGNORECASE,
)
_NAMES_ASKED = re.compile(
    r"(?:都|分别|各)(?:叫|是|指)(?:什么|哪|谁)|名称|名字|叫什么|各指|\bnames? of\b|\bcalled\b", re.IGNORECASE
)
_LISTS = re.compile(
    r"[、；;][^、；;]{1,40}[、；;和及]|[“\"《][^”\"》]{2,20}[”\"》]|一是|第一|包括|分别(?:是|为)|: ?\w"
)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What does not fit, each 0 or 1.

    `planned`: a plan where a result is asked for; `unplanned`: the other way round; `period`: another part of
    the year; `uncounted`: a figure without what is to be counted; `unlisted`: no names where names are asked for;
    `nameless`: neither person nor organisation where one is asked for.
    """

    planned: float
    unplanned: float
    period: float
    uncounted: float
    unlisted: float
    nameless: float


def mismatch(query: Query, passage: Passage, sentence: str, told: str, before: str, asked: float) -> Mismatch:
    """What speaks against a sentence, of which the clauses `told` answer, after `before`.

    `asked`, 0 to 1, is how far it holds the kind of thing that is asked for.
    """
    result = bool(_RESULT_ASKED.search(query.text)) and not _PLAN_ASKED.search(query.text)
    plan = bool(_PLAN_ASKED.search(query.text))
    around = f"{passage.context}\n{before}\n{sentence}"
    counts = query.kind == "figure" and _COUNTED.search(query.text) and query.focus
    return Mismatch(
        planned=float(result and bool(_PLANNED.search(told))),
        unplanned=float(plan and not _PLANNED.search(around) and query.kind == "figure"),
        period=float(_other_period(query.text, sentence, before, passage.context)),
        uncounted=float(bool(counts) and coverage(query.focus, searchable(told)) < 0.5),
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
