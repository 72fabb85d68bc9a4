"""The shortest run of a sentence's clauses that still answers."""

from __future__ import annotations

from rag.text.coverage import match, searchable
from rag.text.figures import dimension_of, find_figures
from rag.text.sentences import split_clauses
from rag.types import Query

_SHORT = 48
"""Sentences up to this many characters are given whole."""
_ENOUGH = 0.95
"""A run suffices if it holds this share of the question's weight that the whole sentence holds."""
_SHORTEST = 8


def sufficient_clauses(query: Query, sentence: str) -> tuple[int, int]:
    """The span of the shortest run of clauses that holds what the sentence holds of the question.

    Where the question wants a figure, the run has one of its dimension (any, if the question doesn't say),
    after the words asked about.
    """
    clauses = split_clauses(sentence)
    if len(sentence) <= _SHORT or len(clauses) < 2:
        return 0, len(sentence)
    wanted = _ENOUGH * _weight(query, sentence)
    runs = [(clauses[i][0], clauses[j][1]) for i in range(len(clauses)) for j in range(i, len(clauses))]
    good = [
        run
        for run in runs
        if run[1] - run[0] >= _SHORTEST
        and _weight(query, sentence[slice(*run)]) >= wanted
        and _has_figure(query, sentence[slice(*run)])
    ]
    return min(good, key=lambda run: run[1] - run[0], default=(0, len(sentence)))


def _weight(query: Query, text: str) -> float:
    held = searchable(text)
    return sum(term.weight * match(term, held) for term in query.terms)


def _has_figure(query: Query, text: str) -> bool:
    if query.kind != "figure":
        return True
    figures = [f for f in find_figures(text) if f.unit not in ("年", "月", "日")]
    if query.dimension is None:
        return bool(figures)
    return any(dimension_of(f.unit) == query.dimension for f in figures)
