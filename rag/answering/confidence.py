"""How sure it is that the documents answer: a logistic model over the best sentence's features."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.answering.evidence import Evidence
from rag.types import Query

ANSWER_FROM = 0.5
"""Below this probability a question is refused."""

_SAME_LANGUAGE = {
    "bias": -4.0,
    "own": 2.5,
    "near": 4.0,
    "similarity": 1.0,
    "place": 1.5,
    "year": 1.2,
    "asked": 1.2,
}
_ACROSS = {"bias": -2.2, "own": 2.0, "near": 3.0, "similarity": 1.0, "place": 1.5, "year": 1.2, "asked": 1.0}


def confidence(query: Query, evidence: Sequence[Evidence]) -> float:
    """The probability, 0 to 1, that the best sentence answers the question; 0 where there is none."""
    if not evidence:
        return 0.0
    weights = _SAME_LANGUAGE if query.language == "zh" else _ACROSS
    features = evidence[0].features
    logit = weights["bias"] + sum(
        weight * getattr(features, name) for name, weight in weights.items() if name != "bias"
    )
    return 1.0 / (1.0 + math.exp(-logit))
