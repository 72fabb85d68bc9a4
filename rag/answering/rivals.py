"""Other figures that the documents give for the very thing asked for: of another year, or in another document.

None of them is chosen silently: where a question leaves the year open, they stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.additions import year_told
from rag.answering.asked_figure import asked_figure
from rag.answering.evidence import Evidence, place_told
from rag.text.figures import dimension_of, same_figure
from rag.text.patterns import regex
from rag.types import Figure, Query

_MOST = 3
_TOLD = ("own", "near", "concepts", "focus", "place")
"""What a rival's features must hold as well as the best evidence's: the same thing of the same place."""
_SLACK = 0.02
_ABOUT_IT = 0.6
"""The best evidence must itself hold so much of the question: what is hardly about it has no rivals."""
_NOW = regex(
    r"今年|去年|明年|上年|目前|现在|最近|最新|上半年|下半年|季度|[一二三四五六七八九十]五|年[初底末内]|"
    r"\b(?:this|last|next) year\b|\b(?:now|current|currently|latest)\b",
    re.IGNORECASE,
)


def rivals(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best evidence and what rivals it, earliest year first; the best alone where nothing does.

    A rival says all that the best says of the question, of the same place, with another figure of the same
    unit, and of another year: a second figure of one year counts something else.
    """
    best = evidence[0]
    if query.kind != "figure" or len(query.units) == 0 or query.years or _NOW.search(query.text):
        return [best]
    figure, year = _figure(query, best), year_told(best)
    if figure is None or year is None or best.features.own < _ABOUT_IT:
        return [best]
    found, years, figures = [best], {year}, [figure]
    for one in evidence[1:]:
        other, told = _figure(query, one), year_told(one)
        if (
            len(found) < _MOST
            and other is not None
            and told is not None
            and told not in years
            and not any(same_figure(other, known) for known in figures)
            and dimension_of(other.unit) == dimension_of(figure.unit)
            and _is_as_good(one, best)
        ):
            found.append(one)
            years.add(told)
            figures.append(other)
    return sorted(found, key=lambda one: year_told(one) or 0)


def _figure(query: Query, evidence: Evidence) -> Figure | None:
    return asked_figure(query, evidence.text[evidence.run.start : evidence.run.end])


def _is_as_good(one: Evidence, best: Evidence) -> bool:
    return place_told(one.hit.passage, one.text) == place_told(best.hit.passage, best.text) and all(
        getattr(one.features, name) >= getattr(best.features, name) - _SLACK for name in _TOLD
    )
