"""Figures that an answer computed: right if they come out of figures of one kind that it shows or cites.

The claim has to say what it computed (相差, 合计, 是…的…倍, 增长…%), and the result may be rounded to the digits
that are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations, permutations

from rag.text.figures import comparable, measured
from rag.text.patterns import regex
from rag.text.quantities import rounds_to
from rag.types import Figure

_DIFFERENCE = regex(
    r"差|多|少|高|低|增加|减少|增长|下降|提高|降低|提升|净增|[-−－]|differ\w*|more|less|fewer|higher|lower|greater|larger|smaller|"
    r"increas\w*|decreas\w*|gap|rose|grew|fell|up|down|by",
    re.IGNORECASE,
)
_SUM = regex(
    r"合计|总计|共|之和|加起来|相加|累计|总|[+＋]|sum|total|combined|altogether|together", re.IGNORECASE
)
_RATIO = regex(r"倍|占|比|÷|/|times|ratio|share|percent|%|as (?:much|many|large|high)", re.IGNORECASE)
_CHANGE = regex(
    r"增|降|升|涨|跌|减|提高|%|increas|decreas|grew|grow|rose|fell|up|down|change|higher|lower", re.IGNORECASE
)
_COMPUTED = regex(
    r"[=＝]|差|合计|之和|相加|多出|高出|少了|多了|[是为的][\d.]+倍|differ\w*|gap|combined|altogether|times as",
    re.IGNORECASE,
)
_MOST_ADDED = 4
_MOST_INPUTS = 8


def comes_out(result: Figure, said: str, inputs: Sequence[Figure]) -> bool:
    """Whether a figure is what the clause that has it says it computed, from some of these figures."""
    inputs = _distinct(inputs)[:_MOST_INPUTS]
    return (
        (bool(_DIFFERENCE.search(said)) and _is_difference(result, inputs))
        or (bool(_SUM.search(said)) and _is_sum(result, inputs))
        or (bool(_RATIO.search(said)) and _is_ratio(result, inputs))
        or (bool(_CHANGE.search(said)) and _is_change(result, inputs))
    )


def says_computed(said: str) -> bool:
    """Whether a clause says that its figure was computed."""
    return bool(_COMPUTED.search(said))


def _is_difference(result: Figure, inputs: Sequence[Figure]) -> bool:
    """A difference of one unit; that of two percentages is in percentage points."""
    points = result.unit in ("个百分点", "百分点")
    for one, other in combinations(inputs, 2):
        if not comparable(one, other):
            continue
        a, b = measured(one)[1], measured(other)[1]
        if points:
            if measured(one)[0] == "%" and rounds_to(result, abs(a - b)):
                return True
        elif measured(one)[0] != "%" and comparable(result, one) and rounds_to(result, abs(a - b)):
            return True
    return False


def _is_sum(result: Figure, inputs: Sequence[Figure]) -> bool:
    alike = [one for one in inputs if comparable(one, result)]
    return any(
        rounds_to(result, sum(measured(one)[1] for one in some))
        for size in range(2, min(len(alike), _MOST_ADDED) + 1)
        for some in combinations(alike, size)
    )


def _is_ratio(result: Figure, inputs: Sequence[Figure]) -> bool:
    if result.unit not in ("倍", "%"):
        return False
    scale = 100.0 if result.unit == "%" else 1.0
    return any(rounds_to(result, scale * a / b) for a, b in _pairs(inputs))


def _is_change(result: Figure, inputs: Sequence[Figure]) -> bool:
    """The change from one figure to the other, in percent of the first or as so many times more."""
    if result.unit not in ("倍", "%"):
        return False
    scale = 100.0 if result.unit == "%" else 1.0
    return any(rounds_to(result, scale * abs(a - b) / b) for a, b in _pairs(inputs))


def _pairs(inputs: Sequence[Figure]) -> Iterable[tuple[float, float]]:
    for one, other in permutations(inputs, 2):
        if comparable(one, other) and one.unit != "%" and measured(other)[1]:
            yield measured(one)[1], measured(other)[1]


def _distinct(figures: Iterable[Figure]) -> list[Figure]:
    return list({measured(figure): figure for figure in figures}.values())
