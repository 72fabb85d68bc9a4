"""Paired tests: how far this run is from the best baseline, question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from eval.bootstrap import CONFIDENCE, RESAMPLES, SEED, Floats, resampled_sums
from eval.measures import RETRIEVAL_MEASURES, Share
from eval.shares import Shares
from rag.types import Json

_EVEN = 1e-12
"""A mean difference nearer to zero than this is zero: sums of thirds are not exact."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The mean of this run less that of the best baseline, with its interval and how likely chance makes it.

    `baseline` names the one that is best by this very measure on these very questions, so that the test leans
    against this run. `p` is two-sided.
    """

    baseline: str
    difference: float
    low: float
    high: float
    p: float
    n: int


def paired_json(ours: Shares, baselines: Mapping[str, Shares]) -> Json:
    """A comparison for every retrieval measure that counts a question; empty where there are no baselines."""
    told = {}
    for name in RETRIEVAL_MEASURES:
        theirs = {baseline: shares.by_measure[name] for baseline, shares in baselines.items()}
        found = compare(ours.by_measure[name], theirs)
        if found is not None:
            told[name] = asdict(found)
    return told


def compare(
    ours: Sequence[Share | None],
    baselines: Mapping[str, Sequence[Share | None]],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Comparison | None:
    """The paired bootstrap of the difference to the best baseline; `None` with nothing to compare.

    Questions are drawn with replacement and each keeps its own two values (Efron & Tibshirani 1993, ch. 16).
    p is twice the share of resamples on the far side of zero, counting one more of both kinds, so that it is
    never 0 and agrees with the interval.
    """
    counted = [place for place, share in enumerate(ours) if share is not None]
    if not counted or not baselines:
        return None
    values = {name: _values(shares, counted) for name, shares in baselines.items()}
    best = max(values, key=lambda name: float(values[name].mean()))
    differences = _values(ours, counted) - values[best]
    means = resampled_sums(differences[:, None], resamples, seed)[:, 0] / len(counted)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    beyond = min((means <= _EVEN).sum(), (means >= -_EVEN).sum())
    p = min(1.0, 2 * (float(beyond) + 1) / (resamples + 1))
    return Comparison(best, float(differences.mean()), float(low), float(high), p, len(counted))


def _values(shares: Sequence[Share | None], places: Sequence[int]) -> Floats:
    """The values at these places, shape (len(places),)."""
    kept = [shares[place] for place in places]
    return np.array([share.part / share.whole for share in kept if share is not None], dtype=np.float64)
