"""How sure it is that the documents answer: a logistic model over the best sentence's features.

Fitted on the dev half of the seeds' gold set (logistic regression, C = 1) and rounded. The other half was not
looked at.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.answering.evidence import Evidence
from rag.types import Query

ANSWER_FROM = 0.5
"""Below this probability a question is refused."""

_BIAS = -2.9
_OWN, _NEAR, _CONCEPTS, _SIMILARITY = 2.5, 2.1, 1.05, 1.25
_WITH_WORDS = frozenset({"zh", "en"})
_LEAST_NEAR = 0.12
"""A sentence that holds less of the question than this, with all that stands around it, is no answer."""
_MEANING_ALONE = 0.55
"""For a language whose words can't be compared with the documents': only similarity speaks."""


def confidence(query: Query, evidence: Sequence[Evidence]) -> float:
    """The probability, 0 to 1, that the best sentence answers the question; 0 where there is none."""
    if not evidence:
        return 0.0
    best = evidence[0].features
    if best.near < _LEAST_NEAR:
        return 0.0 if query.language in _WITH_WORDS else _MEANING_ALONE
    logit = (
        _BIAS
        + _OWN * best.own
        + _NEAR * best.near
        + _CONCEPTS * best.concepts
        + _SIMILARITY * best.similarity
    )
    return 1.0 / (1.0 + math.exp(-logit))
