"""How sure it is that the documents answer: a logistic model over the best sentence's features.

Logistic regressions (C = 1, unanswerable questions weighing more), rounded. Fitted on the dev half of the
seeds' gold set, on 260 further development questions over the same documents, and on public development
questions over other text; not on the gold set's test half. See docs/evaluation.md for what that is worth.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answering.evidence import Evidence
from rag.types import Query

ANSWER_FROM = 0.5
"""Below this probability a question is refused."""


@dataclass(frozen=True, slots=True)
class _Model:
    """Weights of the features of `rag.answering.evidence.Features`.

    `formless` is added for a sentence without a sign of what is asked for: no list where a list is wanted,
    no name for a "who".
    """

    bias: float
    weights: Mapping[str, float]
    formless: float


_SAME_LANGUAGE = _Model(
    -6.5,
    {"own": 1.2, "near": 1.3, "concepts": 1.8, "focus": 0.9, "plan": -1.4, "similarity": 2.3, "rank": 1.8},
    formless=-1.0,
)
_BY_DICTIONARY = _Model(
    -3.9, {"own": 1.3, "near": 1.6, "concepts": 1.0, "similarity": 2.2, "rank": 1.2}, formless=-0.3
)
"""For English questions about Chinese text: a dictionary finds fewer of the words."""

_SIGN = 0.5
_WITH_WORDS = frozenset({"zh", "en"})
_LEAST_NEAR = 0.12
"""A sentence that holds less of the question than this, with all that stands around it, is no answer."""
_COSINE, _COSINE_SCALE = 0.765, 0.007
"""For a language whose words can't be compared with the documents', only the passage's cosine speaks: it
tells what the documents are about from what they are not, with the default model, but hardly the right
passage from its neighbours."""
_MEANING_AT_MOST = 0.6
"""So such an answer always carries the warning to check its source."""


def confidence(query: Query, evidence: Sequence[Evidence]) -> float:
    """The probability, 0 to 1, that the best sentence answers the question; 0 where there is none."""
    if not evidence:
        return 0.0
    best = evidence[0].features
    if best.near < _LEAST_NEAR:
        return 0.0 if query.language in _WITH_WORDS else _by_meaning(evidence[0].hit.dense)
    model = _SAME_LANGUAGE if query.language == "zh" else _BY_DICTIONARY
    logit = model.bias + sum(weight * getattr(best, name) for name, weight in model.weights.items())
    if best.asked < _SIGN:
        logit += model.formless
    return 1.0 / (1.0 + math.exp(-logit))


def _by_meaning(cosine: float) -> float:
    return min(_MEANING_AT_MOST, 1.0 / (1.0 + math.exp((_COSINE - cosine) / _COSINE_SCALE)))
