"""Two rankings become one: each side speaks as loud as it has something to say.

Reciprocal rank fusion (Cormack, Clarke & Büttcher, SIGIR 2009) gives a lexical list a vote even when it
holds none of the question's words, which ruins a search across languages. Here scores are fused, and the
lexical side is weighed by how much of the question its best passage covers: nothing covered, no vote.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
"""Shape (candidates,)."""

LEXICAL = 0.55
COVERAGE = 0.9
PLACE = 0.35
YEAR = 0.15


@dataclass(frozen=True, slots=True)
class Signals:
    """What each stage says of the same candidates, all of shape (candidates,).

    `dense` are cosines, `lexical` BM25 scores (0 for a passage not in the list), `coverage` the share of
    the question's terms a passage holds, `place` and `year` whether it is of the place and year asked for
    (1 yes, 0 unknown, -1 of another).
    """

    dense: Scores
    lexical: Scores
    coverage: Scores
    place: Scores
    year: Scores


def fuse(signals: Signals) -> Scores:
    """One score a candidate, about 0 to 1 from dense similarity plus what the other sides add."""
    voice = float(signals.coverage.max(initial=0.0))
    return (
        _unit(signals.dense)
        + voice * (LEXICAL * _share_of_best(signals.lexical) + COVERAGE * signals.coverage)
        + PLACE * signals.place
        + YEAR * signals.year
    )


def _unit(scores: Scores) -> Scores:
    """Stretched to 0..1 over the candidates; all 0 where they are equal."""
    if not scores.size:
        return scores
    spread = scores.max() - scores.min()
    return (scores - scores.min()) / spread if spread > 0 else np.zeros_like(scores)


def _share_of_best(scores: Scores) -> Scores:
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores
