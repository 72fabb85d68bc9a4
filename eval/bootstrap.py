"""Estimates: one number over many questions, with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.measures import Share

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""Takes samples of shape (..., n, 2), part and whole, and gives one value a sample, shape (...)."""

RESAMPLES = 2000
CONFIDENCE = 0.95
SEED = 42
_BLOCK = 250
"""Resamples drawn at once, so that ten thousand questions still fit in memory."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure's value, the ends of its interval and how many questions it was counted on.

    The three numbers are `None` when there was nothing to count.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int


def ratio(sample: Floats) -> Floats:
    """Sum of the parts over the sum of the wholes."""
    parts, wholes = np.moveaxis(sample.sum(axis=-2), -1, 0)
    return np.asarray(parts / wholes)


def percentile(sample: Floats, q: float) -> Floats:
    """The q-th percentile of the parts."""
    return np.asarray(np.percentile(sample[..., 0], q, axis=-1))


def estimate(
    shares: Sequence[Share | None],
    statistic: Statistic = ratio,
    *,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
    seed: int = SEED,
) -> Estimate:
    """The statistic over the questions that count, with its percentile bootstrap interval.

    Whole questions are drawn with replacement (Efron 1979), so citations of one answer stay together. The
    seed is used afresh for each call: an interval does not depend on which others were computed before it.
    When all questions agree (everything right), the interval has no width.
    """
    counted = np.array([(s.part, s.whole) for s in shares if s is not None], dtype=np.float64).reshape(-1, 2)
    n = len(counted)
    if n == 0:
        return Estimate(None, None, None, 0)
    draws = resampled(counted, statistic, resamples, seed)
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return Estimate(float(statistic(counted)), float(low), float(high), n)


def resampled(counted: Floats, statistic: Statistic, resamples: int, seed: int) -> Floats:
    """The statistic of each of so many samples of the rows, drawn with replacement, shape (resamples,)."""
    rng = np.random.default_rng(seed)
    n = len(counted)
    blocks = [
        statistic(counted[rng.integers(0, n, size=(min(_BLOCK, resamples - done), n))])
        for done in range(0, resamples, _BLOCK)
    ]
    return np.concatenate(blocks)
