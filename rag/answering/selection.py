"""The condition of a question that asks for all of which something is so: "哪些县的收入超过10亿元"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from rag.text.figures import CALENDAR, find_figures, same_figure
from rag.text.patterns import regex
from rag.types import Figure, Query

_ABOVE = regex(
    r"(?:超过?|高于|大于|多于|突破|不低于|不少于|不小于|达到|至少|[高大多]过|\b(?:over|above|exceed\w*|more than|at least|greater than)\b)"
    r"[^，。\d]{0,6}$",
    re.IGNORECASE,
)
_BELOW = regex(
    r"(?:低于|少于|小于|不足|不到|不超过|未达到|至多|\b(?:below|under|less than|fewer than|at most)\b)[^，。\d]{0,6}$",
    re.IGNORECASE,
)
_ABOVE_BEHIND, _BELOW_BEHIND = regex(r"^(?:以上|及以上)"), regex(r"^(?:以下|以内)")
_INCLUSIVE = regex(
    r"不低于|不少于|不小于|达到|至少|不超过|至多|at least|at most|以上|以下|以内", re.IGNORECASE
)
_LIMITS = regex(
    r"超过|高于|大于|多于|突破|低于|少于|小于|不足|不到|以上|以下|最[大高多快长小低少]|\b(?:above|below|over|under|than|exceed\w*|million|billion|yuan|most|least)\b"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A figure that others have to lie above or below; `inclusive` if they may equal it."""

    side: Literal["above", "below"]
    limit: Figure
    inclusive: bool

    def lets_in(self, figure: Figure) -> bool:
        """Whether a figure of the same kind satisfies it; none of another kind does."""
        if figure.unit != self.limit.unit and not same_figure(
            figure, replace(self.limit, value=figure.value)
        ):
            return False
        if same_figure(figure, self.limit):
            return self.inclusive
        return (figure.value > self.limit.value) == (self.side == "above")


def condition(query: Query) -> Condition | None:
    """The condition a question sets on figures; `None` for none."""
    for figure in find_figures(query.text):
        if figure.unit in CALENDAR:
            continue
        before, behind = query.text[: figure.start], query.text[figure.end :]
        below = bool(_BELOW.search(before) or _BELOW_BEHIND.match(behind))
        if below or _ABOVE.search(before) or _ABOVE_BEHIND.match(behind):
            near = before[-6:] + behind[:3]
            return Condition("below" if below else "above", figure, bool(_INCLUSIVE.search(near)))
    return None


def without_limit(query: Query) -> Query:
    """The question without its limit and the words that make it one: "收入超过10亿元" asks for a 收入."""
    kept = tuple(
        term
        for term in query.terms
        if not (find_figures(term.text) or term.text.isdigit() or _LIMITS.search(term.text))
    )
    return replace(query, terms=kept, kind="figure")
