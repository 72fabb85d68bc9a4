"""Regularised logistic regression: few signals, few rows, an exact optimum."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_STEPS = 100
_CLOSE = 1e-9
_FAR = 30.0
"""Beyond this a logit's probability is 0 or 1 to thirteen digits."""


@dataclass(frozen=True, slots=True, eq=False)
class Logistic:
    """A fitted model: `bias`, and `weights` of shape (signals,), in the signals' own units."""

    bias: float
    weights: Floats

    def probabilities(self, rows: Floats) -> Floats:
        """The probability of each row; `rows` has shape (n, signals), the result (n,)."""
        return _sigmoid(rows @ self.weights + self.bias)


def fit(rows: Floats, labels: Floats, weights: Floats, penalty: float = 1.0) -> Logistic:
    """The model of the least penalised loss, by Newton's method (Hastie, Tibshirani & Friedman, section 4.4.1).

    `rows` (n, signals), `labels` (n,) 0 or 1, `weights` (n,) what each row counts. The loss is the weighted sum of
    log losses plus `penalty` / 2 times the sum of squared weights of the standardised signals; the bias goes free.
    Raises `ValueError` where the labels are all alike.
    """
    if not 0 < labels.sum() < len(labels):
        raise ValueError("all labels are alike")
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    design = np.column_stack([np.ones(len(rows)), (rows - mean) / scale])
    ridge = np.diag([0.0, *[penalty] * rows.shape[1]])
    found = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        said = _sigmoid(design @ found)
        slope = design.T @ (weights * (said - labels)) + ridge @ found
        bend = design.T @ (design * (weights * said * (1 - said))[:, None]) + ridge
        step = np.linalg.solve(bend + _CLOSE * np.eye(len(bend)), slope)
        found = found - step
        if np.abs(step).max() < _CLOSE:
            break
    in_units = found[1:] / scale
    return Logistic(float(found[0] - in_units @ mean), in_units)


def folds(names: Sequence[str], parts: int) -> NDArray[np.int64]:
    """Which of `parts` folds each row is in, by the hash of its name: the same in every run."""
    return np.array([zlib.crc32(name.encode()) % parts for name in names], dtype=np.int64)


def _sigmoid(logits: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -_FAR, _FAR))))
