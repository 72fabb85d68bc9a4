"""Dense search alone: the cosine of a question's vector with every passage's, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from eval.plain_vectors import PlainVectors
from eval.targets import Span, passage_span
from eval.trial import RANKED_HITS
from rag.types import Passage


def dense_ranker(passages: Sequence[Passage], vectors: PlainVectors) -> Callable[[str], list[Span]]:
    """Ranks the assistant's passages, context in front, for a question; equal ones in reading order."""
    spans = [passage_span(passage) for passage in passages]
    matrix = vectors.passages([passage.embedded_text for passage in passages])

    def rank(question: str) -> list[Span]:
        cosines = matrix @ vectors.query(question)
        return [spans[place] for place in np.argsort(-cosines, kind="stable")[:RANKED_HITS]]

    return rank
