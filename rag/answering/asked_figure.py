"""The one figure of a text that a question asks for, among others of the same unit."""

from __future__ import annotations

import re
from itertools import pairwise

from rag.answering.fit import fitting_figures
from rag.text.coverage import coverage, match, searchable
from rag.text.figures import CALENDAR, find_figures, same_figure
from rag.text.patterns import regex
from rag.text.plans import Stance, asks_result, stance_at
from rag.text.sentences import split_clauses
from rag.types import Figure, Query

_COUNTED = regex(r"(?:多少|(?<![这那近前后每好])几)[百千万亿]*(?P<unit>[㐀-鿿%])")
_VERB = regex(r"(?P<verb>[㐀-鿿]{2})了?(?:多少|(?<![这那近前后每好])几)")
_SAME_COUNTER, _SAME_VERB = 0.3, 1.0
"""What it is worth, in shares of the question, that a figure counts by the very word the question asks by; and
that it alone has the question's verb (完成了多少)."""
_MONEY_ASKED = regex(r"[总金投税销售约]额|多少钱|资金")
_MONEY = frozenset({"元", "美元"})
_ROSE_TO = regex(r"[^，。；\d]{0,8}(?:至|到|为|增至|升至|达)$")
_BEFORE_ASKED = regex(r"之前|以前|原来|原先|起初|最初|从前|\bbefore\b|\binitially\b", re.IGNORECASE)


def asked_figure(query: Query, text: str) -> Figure | None:
    """The figure of the wanted units whose own words hold most of the question, the first of equals.

    A figure's words are those since the one before it, and those after it in its clause: "续建项目59个" as
    well as "59个续建项目". One that the question names itself is the one; of "从70万千瓦跃升至252万千瓦" it is the
    second, unless the question asks what was before.
    """
    fitting = asked_figures(query, text)
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    named = [figure for figure in find_figures(query.text) if figure.unit not in CALENDAR]
    if same := [one for one in fitting if any(same_figure(one, figure) for figure in named)]:
        return same[0]
    best = _likeliest(query, text, fitting)
    return _of_two_ends(query, text, fitting, best)


def is_certain(query: Query, text: str, figure: Figure) -> bool:
    """Whether no other figure that may be meant has a word of the question beside it that this one lacks."""
    fitting = asked_figures(query, text)
    if figure not in fitting:
        return False
    asked = [term for term in (*query.terms, *query.focus) if term.role != "place"]
    told = [searchable(_words_of(text, fitting, index)) for index in range(len(fitting))]
    own = told[fitting.index(figure)]
    missing = [term for term in asked if not match(term, own)]
    return not any(match(term, other) == 1 for other in told for term in missing)


def asked_figures(query: Query, text: str) -> list[Figure]:
    """The figures of the wanted units; of none named, money where a sum of it is asked for."""
    fitting = fitting_figures(query, text)
    if not query.units and _MONEY_ASKED.search(query.text):
        return [figure for figure in fitting if figure.unit in _MONEY]
    return fitting


def _of_two_ends(query: Query, text: str, fitting: list[Figure], best: Figure) -> Figure:
    """The end of a rise or fall that is asked for, where the figure is one of its two ends."""
    for one, other in pairwise(fitting):
        told = text[one.end : other.start]
        if best in (one, other) and one.unit == other.unit and _ROSE_TO.fullmatch(told):
            return one if _BEFORE_ASKED.search(query.text) else other
    return best


def _likeliest(query: Query, text: str, fitting: list[Figure]) -> Figure:
    told = [_words_of(text, fitting, index) for index in range(len(fitting))]
    asked = [term for term in (*query.terms, *query.focus) if term.role != "place"]
    counter, verb = _COUNTED.search(query.text), _VERB.search(query.text)
    same_verb = [verb is not None and verb["verb"] in words for words in told]

    result_asked = asks_result(query.text)

    def worth(index: int) -> float:
        same_counter = counter is not None and fitting[index].unit.startswith(counter["unit"])
        of_verb = same_verb[index] and not all(same_verb)
        planned = result_asked and stance_at(text, fitting[index].start) is Stance.PLANNED
        alike = _SAME_COUNTER * same_counter + _SAME_VERB * of_verb - planned
        return coverage(asked, searchable(told[index])) + alike

    return fitting[max(range(len(fitting)), key=worth)]


def _words_of(text: str, figures: list[Figure], index: int) -> str:
    """What stands around a figure, from the one before it to the end of its clause or the one after."""
    figure = figures[index]
    begin = figures[index - 1].end if index else 0
    until = next((end for _, end in split_clauses(text) if end >= figure.end), len(text))
    if index + 1 < len(figures):
        until = min(until, figures[index + 1].start)
    return f"{text[begin : figure.start]} {text[figure.end : until]}"
