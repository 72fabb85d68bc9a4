"""The condition of a question that asks for all of which something is so: "哪些县的收入超过10亿元"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.text.figures import dimension_of, find_figures, same_figure
from rag.types import Figure, Query

_ABOVE = re.compile(
    r"(?:超过?|高于|大于|多于|突破|不低于|不少于|不小于|达到|至少|[高大多]过|\b(?:over|above|exceed\w*|more than|at least|greater than)\b)"
    r"[^，。\d]{0,6}$",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"(?:低于|少于|小于|不足|不到|不超过|未达到|至多|\b(?:below|under|less than|fewer than|at most)\b)[^，。\d]{0,6}$",
    re.IGNORECASE,
)
_ABOVE_BEHIND, _BELOW_BEHIND = re.compile(r"^(?:以上|及以上)"), re.compile(r"^(?:以下|以内)")
_INCLUSIVE = re.compile(
    r"不低于|不少于|不小于|达到|至少|不超过|至多|at least|at most|以上|以下|以内", re.IGNORECASE
)
_CALENDAR = frozenset({"年", "月", "日"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A figure that others have to lie above or below; `inclusive` if they may equal it."""

    side: Literal["above", "below"]
    limit: Figure
    inclusive: bool

    def holds(self, figure: Figure) -> bool:
        """Whether a figure of the same dimension satisfies it."""
        if same_figure(figure, self.limit):
            return self.inclusive
        return (figure.value > self.limit.value) == (self.side == "above")


def condition(query: Query) -> Condition | None:
    """The condition a question sets on figures; `None` for none."""
    for figure in find_figures(query.text):
        if figure.unit in _CALENDAR:
            continue
        before, behind = query.text[: figure.start], query.text[figure.end :]
        below = bool(_BELOW.search(before) or _BELOW_BEHIND.match(behind))
        if below or _ABOVE.search(before) or _ABOVE_BEHIND.match(behind):
            near = before[-6:] + behind[:3]
            return Condition("below" if below else "above", figure, bool(_INCLUSIVE.search(near)))
    return None


def is_comparable(figure: Figure, limit: Figure) -> bool:
    """Whether two figures measure the same in the same unit."""
    return figure.unit == limit.unit or dimension_of(figure.unit) == dimension_of(limit.unit) == "元"
