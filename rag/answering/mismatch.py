"""What speaks against a sentence as an answer, however many of the question's words it holds: near misses.

A half-year is no year, the number of things does not tell their names, and no one is named by a sentence without
a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.answering.fit import fitting_figures, new_to
from rag.text.figures import COUNTERS, han_integer
from rag.text.indicators import agree, indicators_in
from rag.text.patterns import regex
from rag.text.sentences import split_clauses
from rag.types import Figure, Query

_PARTS_OF_YEAR = (
    ("first half", regex(r"上半年|1\s*[-—–~至到]\s*6月|first half|first six months", re.IGNORECASE)),
    ("second half", regex(r"下半年|second half", re.IGNORECASE)),
    ("three quarters", regex(r"前三季度|1\s*[-—–~至到]\s*9月|first three quarters", re.IGNORECASE)),
    (
        "first quarter",
        regex(r"(?<!前)(?:一季度|第一季度|首季)|1\s*[-—–~至到]\s*3月|first quarter", re.IGNORECASE),
    ),
)
_WHOLE_YEAR = regex(r"全年|年度|一整年|\b(?:full|whole|entire)[ -]year\b|\bannual\b", re.IGNORECASE)
_SIGN = 0.5
_FEWEST = 2
_NUMERALS = "两二三四五六七八九十百"
_COUNTERS = "".join(COUNTERS) + "大句"
_NAMES_ASKED = regex(
    r"(?:都|分别|各)(?:叫|是|指)(?:什么|哪|谁)|各指|\bnames of\b|\bcalled respectively\b", re.IGNORECASE
)
_COUNT_ASKED = regex(
    rf"哪(?P<which>[{_NUMERALS}\d]+)[{_COUNTERS}样]|(?P<those>(?P<number>[{_NUMERALS}\d]+)[{_COUNTERS}])[^，。？?]{{0,16}}"
    r"(?:分别|各自?|都)?(?:是|叫|指|有|在|设在|包括)(?:什么|哪(?!一|个))"
)
_LISTS = regex(
    r"[、；;][^、；;]{1,40}[、；;和及]|[“\"《][^”\"》]{2,20}[”\"》]|一是|第一|包括|分别(?:是|为)|: ?\w"
)
_ITEM_ENDS = regex(r"[、；;]|(?<=[㐀-鿿])[和及与](?=[㐀-鿿])|一是|二是|三是|, |\band\b")
_TO_BE_TOLD = regex(r"[：:]\s*$")
_ITEMS_ENOUGH = 3
_KEPT_TO = regex(
    r"(?:聚焦|围绕|坚持|落实|深化|践行|贯彻|按照|根据|锚定|紧盯|把握|实施|推进|遵循|秉持|牢记|构建|打造|形成)[^，。；、]{0,12}$"
)
_UNFOLDING = regex(r"\s*(?:即|就是|是指|指的是|包括|分别|其中|一是|第一|每)")
_UNFOLDS = regex(rf"[㐀-鿿]{{0,6}}(?:[，,]?{_UNFOLDING.pattern}|——|[：:（(])")
_QUOTED = regex(r"[“\"《「‘](?P<name>[^”\"》」’]{2,40})[”\"》」’]")
_MEANING_ASKED = regex(r"指(?:的是)?(?:什么|哪)|什么意思|是什么|是哪|各指|含义|\bmean\b|\bstand for\b")
_GROWTH_ASKED = regex(r"增速|增幅|增长|growth", re.IGNORECASE)
_RATE = regex(r"(?P<rate>[㐀-鿿]{1,4}率)(?<!增长率)[^，。；\d]{0,4}$")
"""A rate of another kind right before a figure: 贡献率突破40% is no growth."""
_INVESTMENT_ASKED = regex(r"投资|投(?:了|入)?(?:多少|几)")
_INVESTMENTS = frozenset({"总投资", "固定资产投资"})
_PART = regex(
    r"中[，,](?P<part>[㐀-鿿]{2,20}?)(?:同比|比上年|累计|已|共)?(?:增长|下降|增加|减少|完成|达到?|为|占)?[^，。；\d]{0,4}$"
)
_BOTH_YEARS = regex(r"(?P<told>20\d\d)年?[^，。；？?]{0,24}?(?:比|较|相比)(?P<base>20\d\d)")
_BEYOND = regex(r"比|较|增|降|减|提高")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What does not fit, each 0 or 1.

    `period`: another part of the year; `unlisted`: too few names where the names of several things are asked for;
    `nameless`: neither person nor organisation where one is asked for; `undated`: nothing that tells a time where
    one is asked for; `unplaced`: no place where one is asked for; `measure`: its figures are said of another
    indicator; `mentioned`: what is to be explained is only kept to (“聚焦…”), not told.
    """

    period: float
    unlisted: float
    nameless: float
    undated: float = 0.0
    unplaced: float = 0.0
    measure: float = 0.0
    mentioned: float = 0.0


def mismatch(query: Query, context: str, before: str, sentence: str, told: str, asked: float) -> Mismatch:
    """What speaks against a sentence, of which the clauses `told` answer, after `before` and under `context`.

    `asked`, 0 to 1, is how far it holds the kind of thing that is asked for.
    """
    return Mismatch(
        period=float(_other_period(query.text, sentence, before, context)),
        unlisted=float(_unlisted(query, sentence, told)),
        nameless=float(query.kind in ("person", "organisation") and asked < 1),
        undated=float(query.kind == "date" and asked < _SIGN),
        unplaced=float(query.kind == "place" and asked < _SIGN),
        measure=float(
            _other_measure(query, told) or _of_another_rate(query, told) or _of_a_part(query, told)
        ),
        mentioned=float(_only_mentioned(query.text, sentence)),
    )


def governing_years(query: Query) -> tuple[int, ...]:
    """The years that an answer must be of: of "2024年比2023年增加了多少" it is 2024."""
    both = _BOTH_YEARS.search(query.text)
    return (int(both["told"]),) if both else query.years


def _unlisted(query: Query, sentence: str, told: str) -> bool:
    """Whether several things' names are asked for and hardly any are told."""
    counted = _COUNT_ASKED.search(query.text)
    if not counted:
        return bool(_NAMES_ASKED.search(query.text)) and not _LISTS.search(told)
    number = _number(counted["which"] or counted["number"])
    if number < _FEWEST or _TO_BE_TOLD.search(sentence):
        return False
    new = new_to(query.text, _clause_of(counted["those"], told) or told)
    items = max(len(_ITEM_ENDS.findall(new)) + 1, len(_QUOTED.findall(new)))
    return items < min(number, _ITEMS_ENOUGH)


def _clause_of(counted: str | None, text: str) -> str:
    """The clause with the count that the question names (13条), and the next where that unfolds it; else empty."""
    clauses = [text[start:end] for start, end in split_clauses(text)] if counted else []
    at = next((i for i, clause in enumerate(clauses) if str(counted) in clause), None)
    if at is None:
        return ""
    after = clauses[at + 1] if at + 1 < len(clauses) and _UNFOLDING.match(clauses[at + 1]) else ""
    return clauses[at] + after


def _other_measure(query: Query, told: str) -> bool:
    """Whether every figure that fits is said of an indicator that the question does not ask for."""
    asked = frozenset(meaning for one in indicators_in(query.text) for meaning in one.meanings)
    if not asked and _INVESTMENT_ASKED.search(query.text):
        asked = _INVESTMENTS
    figures = fitting_figures(query, told) if query.kind == "figure" and asked else []
    said = [_measure_of(told, figure) for figure in figures]
    return bool(said) and all(one and not agree(asked, one) for one in said)


def _of_another_rate(query: Query, told: str) -> bool:
    """Whether growth is asked for and every figure that fits is said of a rate of another kind."""
    if query.kind != "figure" or not _GROWTH_ASKED.search(query.text):
        return False
    rates = [_RATE.search(told[: figure.start]) for figure in fitting_figures(query, told)]
    return bool(rates) and all(rate and rate["rate"][-2:] not in query.text for rate in rates)


def _of_a_part(query: Query, told: str) -> bool:
    """Whether every figure that fits is said of a part that the question does not name: "工业中，装备制造业增长8%"."""
    figures = fitting_figures(query, told) if query.kind == "figure" else []
    parts = [_PART.search(told[: figure.start]) for figure in figures]
    return bool(parts) and all(part and part["part"][:2] not in query.text for part in parts)


def _measure_of(text: str, figure: Figure) -> frozenset[str]:
    """What the indicator right before a figure means, in its clause; empty where none stands there."""
    clause = re.split(r"[，。；、：,;:]", text[: figure.start])[-1]
    named = indicators_in(clause)
    return named[-1].meanings if named else frozenset()


def _only_mentioned(question: str, sentence: str) -> bool:
    """Whether a name in quotes whose meaning is asked for stands there only as what is kept to."""
    if not _MEANING_ASKED.search(question):
        return False
    names = [match["name"] for match in _QUOTED.finditer(question)][-1:]
    mentions = [match for name in names for match in re.finditer(rf"{re.escape(name)}[”\"》」’]", sentence)]
    return bool(mentions) and all(
        _KEPT_TO.search(sentence[: one.start()]) and not _UNFOLDS.match(sentence[one.end() :])
        for one in mentions
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


def _number(numeral: str) -> int:
    return int(numeral) if numeral.isdecimal() else han_integer(numeral) or 0
