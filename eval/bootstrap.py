"""Estimates: one number over many questions, with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
    if statistic is ratio:
        parts, wholes = resampled_sums(counted, resamples, seed).T
        draws = parts / wholes
    else:
        draws = _resampled(counted, statistic, resamples, seed)
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return Estimate(float(statistic(counted)), float(low), float(high), n)


def resampled_sums(rows: Floats, resamples: int, seed: int) -> Floats:
    """The sums of the columns over each of so many samples of the rows, shape (resamples, columns).

    The rows, shape (n, columns), are drawn with replacement. How often each is drawn depends on nothing but
    n and the seed, so that it is counted once for all measures of the same questions.
    """
    return np.concatenate(
        [counts.astype(np.float64) @ rows for counts in _counts(len(rows), resamples, seed)]
    )


@lru_cache(maxsize=4)
def _counts(n: int, resamples: int, seed: int) -> tuple[NDArray[np.uint16], ...]:
    """In blocks of samples, how often each row is in each sample, shapes (block, n)."""
    return tuple(
        np.bincount((rows + np.arange(len(rows))[:, None] * n).ravel(), minlength=len(rows) * n)
        .reshape(len(rows), n)
        .astype(np.uint16)
        for rows in _draws(n, resamples, seed)
    )


def _draws(n: int, resamples: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """The rows that are in each sample, in blocks of shape (block, n)."""
    rng = np.random.default_rng(seed)
    for done in range(0, resamples, _BLOCK):
        yield rng.integers(0, n, size=(min(_BLOCK, resamples - done), n))


def _resampled(counted: Floats, statistic: Statistic, resamples: int, seed: int) -> Floats:
    return np.concatenate([statistic(counted[rows]) for rows in _draws(len(counted), resamples, seed)])
