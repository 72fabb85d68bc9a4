"""The best hits in the order a reranker puts them in; the others stay below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rag.given import Given
from rag.seams import Reranker
from rag.types import Hit

RERANKED = 30
"""How many of the best hits a reranker reads."""


def reranked(question: str, hits: Sequence[Hit], reranker: Reranker, *, depth: int = RERANKED) -> list[Hit]:
    """The hits with the first `depth` of them in the reranker's order and with its scores, 0 to 1.

    It reads each passage with its context. Equal scores leave hits as they were. The hits beyond `depth` keep
    their order; their scores are brought below the last one read, in the proportions they had.
    """
    read, rest = hits[:depth], hits[depth:]
    scores = reranker.scores(question, [hit.passage.embedded_text for hit in read])
    order = np.argsort(-scores, kind="stable")
    judged = [_judged(read[place], float(scores[place])) for place in order]
    return [*judged, *_below(rest, judged[-1].score if judged else 0.0)]


def _judged(hit: Hit, score: float) -> Hit:
    return replace(hit, score=score, given=(*hit.given, Given("reranker", score, score - hit.score)))


def _below(hits: Sequence[Hit], ceiling: float) -> list[Hit]:
    """Hits with scores from `ceiling` down to 0."""
    best = max((hit.score for hit in hits), default=0.0)
    # The quotient first: it is at most 1, where the product of two small numbers may be rounded up.
    return [replace(hit, score=ceiling * (max(0.0, hit.score) / best) if best > 0 else 0.0) for hit in hits]
