"""Figures with what is said of their exactness: 约, 超, 近, 以上, and whether one may stand for another.

A rounded figure may stand for the exact one where the text says that it is rounded; a bound only for one that
the source has, or for an exact figure that it is true of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from rag.text.figures import CALENDAR, comparable, find_figures, measured
from rag.text.patterns import regex
from rag.types import Figure


class Bound(Enum):
    """How a figure relates to the true value: it is that, is near it, is below it, or is above it."""

    EXACT = "exact"
    ABOUT = "about"
    OVER = "over"
    """The true value is this or more (超, 多, 以上)."""
    UNDER = "under"
    """The true value is this or less (不足, 近, 以下)."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its bound; `partner` is the other end where it is one of a range ("10～20万吨")."""

    figure: Figure
    bound: Bound = Bound.EXACT
    partner: Figure | None = None


class Fit(Enum):
    """How a claimed quantity stands to one of the source."""

    HELD = "held"
    OTHER_BOUND = "other bound"
    """The same figure, but the source does not say 超, 近, 以上 of it."""
    OTHER_FIGURE = "other figure"


_BEFORE = (
    (
        Bound.UNDER,
        r"不到|不足|(?<!不)(?:低于|少于|小于)|(?<![附最])近|将近|接近|不超过|不多于|不高于|至多|最多|"
        r"(?<!no )(?<!not )(?:less|fewer) than|under|below|nearly|almost|close to|at most|(?:no|not) more than|up to",
    ),
    (
        Bound.OVER,
        r"超过?|超出|逾|突破|(?<!不)(?:多于|高于|大于)|不少于|不低于|至少|不下|"
        r"(?<!no )(?<!not )more than|(?<!grew )over|exceed\w*|above|(?:no|not) less than|at least|surpass\w*|topp(?:ed|ing)",
    ),
    (Bound.ABOUT, r"约为?|大约|约合|大概|about|around|approximately|roughly|some|≈|~"),
)
_AFTER = (
    (Bound.OVER, r"多|余|以上|之上|or more|\+"),
    (Bound.UNDER, r"以下|以内|之内|or less|or fewer"),
    (Bound.ABOUT, r"左右|上下|or so"),
)
_BOUND_BEFORE = tuple(
    (bound, regex(rf"(?:{forms})[了达到]?(?:了|the)?\s*$", re.IGNORECASE)) for bound, forms in _BEFORE
)
_BOUND_AFTER = tuple((bound, regex(rf"\s*的?(?:{forms})", re.IGNORECASE)) for bound, forms in _AFTER)
_MORE_INSIDE = regex(r"[多余]")
_REACH = 16
_RANGE = regex(r"(?:[-—–~～]+|\s*(?:至|到|to)\s*)")
_FROM = regex(r"(?:从|由|自|from)\s*(?:the )?$", re.IGNORECASE)
_NUMBER = regex(r"\d[\d,]*(?:\.(\d+))?")
_LOOSEST = 0.05
"""A rounded figure is never further off than this share of the exact one."""
_LOOSEST_BOUND = 0.05
"""“超过2600万” may be said of 2694.5万, hardly of 5000万."""


@lru_cache(maxsize=8192)
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Every figure of a text, in order, with its bound."""
    figures = find_figures(text)
    return tuple(
        Quantity(figure, _bound(text, figure), _partner(text, figures, index))
        for index, figure in enumerate(figures)
    )


def fit(claimed: Quantity, source: Quantity) -> Fit:
    """Whether what the source says supports what is claimed."""
    if not comparable(claimed.figure, source.figure):
        return Fit.OTHER_FIGURE
    value, true = measured(claimed.figure)[1], measured(source.figure)[1]
    if math.isclose(value, true, rel_tol=1e-9):
        return _fit_of_same(claimed, source)
    if source.partner is not None or claimed.partner is not None:
        return Fit.OTHER_FIGURE
    return Fit.HELD if _stands_for(claimed, value, source, true) else Fit.OTHER_FIGURE


def step(figure: Figure) -> float:
    """What one more in the last digit that is written would add, in base units: 10万吨 of "2690万吨"."""
    _, value = measured(figure)
    number = _NUMBER.search(figure.text)
    if not number or not value:
        return 10.0 ** _zeros(value)
    written = float(number[0].replace(",", ""))
    decimals = len(number[1] or "")
    exponent = -decimals if decimals else _zeros(written)
    return 10.0**exponent * (value / written if written else 1.0)


def rounds_to(claimed: Figure, exact: float) -> bool:
    """Whether a value in base units, rounded to the digits written, is the figure."""
    return abs(measured(claimed)[1] - exact) <= 0.5 * step(claimed) * (1 + 1e-9)


def _fit_of_same(claimed: Quantity, source: Quantity) -> Fit:
    if (claimed.partner is None) != (source.partner is None) and claimed.figure.unit not in CALENDAR:
        return Fit.OTHER_BOUND if claimed.bound is Bound.EXACT or claimed.partner else Fit.HELD
    # A source's 约 or 超 may be left out: its figure stands there. One that it doesn't have may not be added.
    weaker = claimed.bound in (Bound.EXACT, Bound.ABOUT)
    return Fit.HELD if weaker or claimed.bound is source.bound else Fit.OTHER_BOUND


def _stands_for(claimed: Quantity, value: float, source: Quantity, true: float) -> bool:
    off = value - true
    if claimed.bound is Bound.ABOUT:
        return rounds_to(claimed.figure, true) and abs(off) <= _LOOSEST * abs(true)
    coarser = step(claimed.figure) > step(source.figure) * (1 + 1e-9)
    near = coarser and abs(off) <= _LOOSEST_BOUND * abs(true)
    if claimed.bound is Bound.OVER:
        return near and off < 0 and source.bound is Bound.EXACT
    if claimed.bound is Bound.UNDER:
        return near and off > 0 and source.bound is Bound.EXACT
    return False


def _bound(text: str, figure: Figure) -> Bound:
    before, after = text[max(0, figure.start - _REACH) : figure.start], text[figure.end : figure.end + _REACH]
    if _MORE_INSIDE.search(figure.text):
        return Bound.OVER
    for bound, pattern in _BOUND_AFTER:
        if pattern.match(after):
            return bound
    return next((bound for bound, pattern in _BOUND_BEFORE if pattern.search(before)), Bound.EXACT)


def _partner(text: str, figures: Sequence[Figure], index: int) -> Figure | None:
    """The other end of a range; "从70万千瓦到252万千瓦" is a way, not a range."""
    figure = figures[index]
    for other in (*figures[max(0, index - 1) : index], *figures[index + 1 : index + 2]):
        first, second = sorted((figure, other), key=lambda one: one.start)
        between = text[first.end : second.start]
        if first.unit == second.unit and _RANGE.fullmatch(between):
            return None if _FROM.search(text[: first.start]) else other
    return None


def _zeros(number: float) -> int:
    """The noughts at the end of a whole number."""
    whole = round(number)
    zeros = 0
    while whole and whole % 10 == 0:
        whole //= 10
        zeros += 1
    return zeros
