"""What each stage of retrieval gave a hit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stage = Literal["passage", "sentence", "tokens", "words", "coverage", "place", "year", "reranker"]
"""What judges a passage: the vector of all of it, of its best sentence, of its tokens (late interaction); its
BM25 score; the share of the question it covers; whether it is of the place and the year asked for; a
cross-encoder."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one stage of retrieval gave a hit: its own measure of it, and what that added to the score."""

    stage: Stage
    value: float
    added: float
