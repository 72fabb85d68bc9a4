"""The shortest run of a sentence's clauses that says what the sentence has to say on a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.fit import holds_asked
from rag.text.coverage import match, searchable
from rag.text.patterns import regex
from rag.text.sentences import split_clauses
from rag.types import Query, Term

_WIDEST = 5
"""Clauses of one run at most."""
_PER_CHARACTER = 0.0015
"""What a character of length costs, in shares of the question covered: among equals the shorter run wins."""
_LEANS = regex(r"\s*(?:同比|环比|增长|增幅|下降|占(?!地)|达到?|较|比(?!例)|完成|其中|实现|超|约)")
"""A clause that begins so has its subject in the one before: it is never given without it."""
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Run:
    """Clauses `[start, end)` of a sentence: the share of the question they hold, and of what it asks for."""

    start: int
    end: int
    coverage: float
    asked: float


def best_run(query: Query, terms: Sequence[Term], sentence: str) -> Run:
    """The run that covers most of the terms and has what is asked for, in the fewest characters."""
    clauses = split_clauses(sentence) or [(0, len(sentence))]
    held = [[match(term, searchable(sentence[a:b])) for term in terms] for a, b in clauses]
    total = sum(term.weight for term in terms) or 1.0
    runs = []
    for first in range(len(clauses)):
        if first and _LEANS.match(sentence[clauses[first][0] : clauses[first][1]]):
            continue
        for last in range(first, min(first + _WIDEST, len(clauses))):
            start, end = clauses[first][0], clauses[last][1]
            if end - start < _SHORTEST and len(clauses) > 1:
                continue
            best = [max(row[i] for row in held[first : last + 1]) for i in range(len(terms))]
            covered = sum(t.weight * b for t, b in zip(terms, best, strict=True)) / total
            runs.append(Run(start, end, covered, holds_asked(query, sentence[start:end])))
    whole = Run(0, len(sentence), 0.0, holds_asked(query, sentence))
    return max(runs, key=_worth, default=whole)


def _worth(run: Run) -> float:
    return run.coverage * (0.4 + 0.6 * run.asked) + 0.1 * run.asked - _PER_CHARACTER * (run.end - run.start)
