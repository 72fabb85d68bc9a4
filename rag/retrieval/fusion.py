"""What the stages say of the candidates becomes one score: each speaks as loud as it has something to say.

Reciprocal rank fusion (Cormack, Clarke & Büttcher, SIGIR 2009) gives a lexical list a vote even when it holds
none of the question's words, which ruins a search across languages. Here scores are added, and the lexical side
is weighed by how much of the question its best passage covers: nothing covered, no vote.

The weights were set by hand on development sets in several languages; `python -m eval.ablation` shows what each
is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rag.given import Stage

Scores = NDArray[np.float64]
"""Shape (candidates,)."""

WEIGHTS: Mapping[Stage, float] = MappingProxyType(
    {
        "passage": 1.0,
        "sentence": 2.0,
        "tokens": 4.0,
        "words": 0.3,
        "coverage": 0.5,
        "place": 0.35,
        "year": 0.15,
    }
)
_LEXICAL: frozenset[Stage] = frozenset({"words", "coverage"})
_FROM_LEAST: frozenset[Stage] = frozenset({"passage", "sentence", "tokens"})
"""Cosines say more by their differences than by their height: they count from the least candidate's."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What each stage says of the same candidates, all of shape (candidates,).

    `passage` are cosines of the passages' vectors, `tokens` and `sentence` late interaction with the passage and
    its best sentence, `words` BM25 scores (0 for a passage not in the list), `coverage` the share of the
    question's terms a passage holds, `place` and `year` whether it is of the place and year asked for (1 yes,
    0 unknown, -1 of another).
    """

    passage: Scores
    sentence: Scores
    tokens: Scores
    words: Scores
    coverage: Scores
    place: Scores
    year: Scores


@dataclass(frozen=True, slots=True)
class Fusion:
    """Adds signals up by weight; a stage without a weight is left out."""

    weights: Mapping[Stage, float] = field(default_factory=lambda: WEIGHTS)

    @property
    def hears_words(self) -> bool:
        """Whether the lexical side has a say at all; without one it need not be searched."""
        return any(self.weights.get(stage) for stage in _LEXICAL)

    def added(self, signals: Signals) -> dict[Stage, Scores]:
        """What each stage adds to each candidate's score, shape (candidates,) a stage."""
        voice = float(signals.coverage.max(initial=0.0))
        said: dict[Stage, Scores] = {}
        for stage in _STAGES:
            weight = self.weights.get(stage, 0.0) * (voice if stage in _LEXICAL else 1.0)
            said[stage] = weight * _scaled(stage, getattr(signals, stage))
        return said


_STAGES: tuple[Stage, ...] = tuple(one.name for one in fields(Signals))  # type: ignore[misc]  # its fields are stages


def _scaled(stage: Stage, values: Scores) -> Scores:
    if not values.size:
        return values
    if stage in _FROM_LEAST:
        least: float = values.min()
        return values - least
    if stage == "words":
        best = values.max()
        return values / best if best > 0 else values
    return values
