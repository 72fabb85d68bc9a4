"""What a question takes for granted, held against the words that answer it: its direction, its figures, its dates."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from rag.text.coverage import coverage, searchable
from rag.text.figures import CALENDAR, dimension_of, find_figures, measured, same_figure
from rag.text.patterns import regex
from rag.text.scopes import ranks
from rag.types import Figure, Query

_UP = regex(
    r"增长|增加|上升|提高|提升|上涨|增至|升至|跃升|上扬|变多|涨|increas|grew|grow|\brise|\brose",
    re.IGNORECASE,
)
_DOWN = regex(
    r"下降|减少|降低|下滑|回落|下跌|缩小|萎缩|掉了|跌|降了|变少|缩水|decreas|declin|\bfell\b|\bfall|\bdrop|shr[iau]nk",
    re.IGNORECASE,
)
_DENIED = regex(
    r"[不没未无非]|仅|只有|计划|力争|将|拟|\b(?:not|no|never|only|plan|will)\b|n't", re.IGNORECASE
)
_DAY = regex(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]")
_NOUN = regex(r"[㐀-鿿]{2}")
_CIRCUMSTANCE = regex(r"年|季度|月|\b(?:year|half|quarter|growth|rate)\b|增速|增幅", re.IGNORECASE)
_ALL, _MOST = 0.97, 0.5
_OVER = regex(
    r"超过?|突破|高于|大于|多于|不止|不少于|不低于|以上|\b(?:(?:more|higher|greater|larger) than|over|above|exceed\w*|at least)\b",
    re.IGNORECASE,
)
_UNDER = regex(
    r"不到|不足|(?<!不)(?:低于|少于|小于)|不超过|以下|以内|\b(?:(?:less|lower|fewer|smaller) than|under|below|at most)\b",
    re.IGNORECASE,
)
_EXCLUDED = regex(
    r"(?<!不)超过?|突破|不到|不足|(?<!不)[高低]于|[大小多]于|(?<!不)少于|不止|\b(?:than|over|above|under|below|exceed\w*)\b",
    re.IGNORECASE,
)
"""Bounds that are not themselves beyond it."""
_AMOUNT = regex(r"亿$")
_BESIDE = 14
"""Characters before a figure in which its bound stands."""

Direction = Literal["up", "down"]
Verdict = Literal["yes", "no", "otherwise"]
"""`otherwise`: what is told is another thing, which does not rule out what is asked: first in the city, of the province."""


def direction_asked(query: Query) -> str | None:
    """The word by which a question takes a rise or a fall for granted; `None` where it takes neither, or both."""
    up, down = _UP.search(query.text), _DOWN.search(query.text)
    if query.kind != "yes_no" or find_figures(query.text):
        up = None if down else up
    found = up or down
    return found[0] if found and (up is None or down is None) else None


def tells_direction(query: Query, text: str) -> bool:
    """Whether a text tells the direction that the question takes for granted, whatever else it tells."""
    asked = direction_asked(query)
    return asked is not None and bool((_DOWN if _DOWN.search(asked) else _UP).search(text))


def other_direction(query: Query, text: str) -> Direction | None:
    """The direction a text tells, where the question takes the opposite for granted; else `None`."""
    if query.kind == "yes_no" and not find_figures(query.text):
        asked_up, asked_down = bool(_UP.search(query.text)), bool(_DOWN.search(query.text))
    else:
        asked_up, asked_down = False, bool(_DOWN.search(query.text))
        asked_up = bool(_UP.search(query.text)) and not asked_down
    if asked_up == asked_down or (_UP.search(query.text) and _DOWN.search(query.text)):
        return None
    up, down = bool(_UP.search(text)), bool(_DOWN.search(text))
    if up == down or not _is_about_it(query, text):
        return None
    if asked_down and up:
        return "up"
    return "down" if asked_up and down else None


def verdict(query: Query, text: str) -> Verdict | None:
    """Whether a text says what a yes/no question supposes; `None` where its form does not tell.

    A day or a figure of the question is compared with the one that stands for the same in the text: before
    the same noun, or the only one of its unit. Without any, it is yes if the text holds all of the question's words and no word
    that denies or plans.
    """
    if query.kind != "yes_no" or _DENIED.search(_without_tag(query.text)):
        return None
    days, told = _DAY.findall(query.text), _DAY.findall(text)
    if days:
        return None if len(told) != 1 else "yes" if days[0] == told[0] else "no"
    told_ranks = ranks(text)
    if told_ranks and not ranks(query.text) <= told_ranks:
        return "otherwise"
    figures = [figure for figure in find_figures(query.text) if figure.unit not in CALENDAR]
    if figures:
        verdicts = {_compared(figure, query.text, text) for figure in figures}
        return "no" if "no" in verdicts else "yes" if verdicts == {"yes"} else None
    if other_direction(query, text):
        return "no"
    words = [term for term in query.terms if term.role != "place"]
    plain = words and coverage(words, searchable(text)) >= _ALL and not _DENIED.search(text)
    return "yes" if plain else None


def _is_about_it(query: Query, text: str) -> bool:
    """Whether a text itself holds what the question is about: all of its indicators, or else most of its words.

    Words of time and of direction are not what it is about.
    """
    told = [term for term in query.terms if term.role != "place" and not _CIRCUMSTANCE.search(term.text)]
    named = [term for term in told if not (_UP.search(term.text) or _DOWN.search(term.text))]
    indicators = [term for term in named if term.role == "concept"] or named
    return coverage(indicators, searchable(text)) >= _MOST


def _without_tag(question: str) -> str:
    """The question without what makes it one: "是不是", "有没有", "对不对" deny nothing, nor do bounds as 不到."""
    question = _OVER.sub("", _UNDER.sub("", question))
    return re.sub(r"是不是|有没有|对不对|能不能|会不会|是否|没有[吗？?]+$", "", question)


def _compared(figure: Figure, question: str, text: str) -> Verdict | None:
    unit = dimension_of(figure.unit)
    if unit == "" and _AMOUNT.search(figure.text):  # 180亿 is money, as people say it
        figure, unit = replace(figure, unit="元"), "元"
    others = [one for one in find_figures(text) if dimension_of(one.unit) == unit]
    noun = _NOUN.match(question, figure.end)
    if noun and (same := [one for one in others if text.startswith(noun[0], one.end)]):
        others = same
    elif len(others) != 1:
        return None
    return "yes" if any(_fits(figure, one, question) for one in others) else "no"


def _fits(asked: Figure, told: Figure, question: str) -> bool:
    """Whether a figure is what is asked: the same, or beyond the bound that stands beside it (超过2000万吨)."""
    around = f"{question[max(0, asked.start - _BESIDE) : asked.start]} {question[asked.end : asked.end + 2]}"
    value, bound = measured(told)[1], measured(asked)[1]
    if same_figure(asked, told):
        return not _EXCLUDED.search(around)
    if _UNDER.search(around):
        return value < bound
    return bool(_OVER.search(around)) and value > bound
