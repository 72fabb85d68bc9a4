"""Two sentences as one answer, where one goes on from the other and nothing tells which of them answers."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.evidence import Evidence
from rag.types import Query

_TOLD_APART = frozenset({"figure", "list", "yes_no"})
"""Kinds whose answer is known by its form: a second sentence would only stand in its way."""
_AS_GOOD = 0.8
"""So far apart the scores of two sentences of about equal use are; chosen on XQuAD and the development questions."""
_LONGEST = 260
"""Characters of both together."""


def continued(query: Query, evidence: Sequence[Evidence]) -> tuple[int, int] | None:
    """The span, in the best evidence's passage, of it and the sentence beside it; `None` where one is enough.

    The other is among the evidence, next to the best in its passage, and about as good.
    """
    if query.kind in _TOLD_APART or query.units or not evidence:
        return None
    best = evidence[0]
    for one in evidence[1:]:
        if best.score - one.score > _AS_GOOD:
            break
        if one.hit.id == best.hit.id and abs(one.index - best.index) == 1:
            start, end = min(one.start, best.start), max(one.end, best.end)
            return (start, end) if end - start <= _LONGEST else None
    return None
