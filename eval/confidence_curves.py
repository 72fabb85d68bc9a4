"""How far a confidence can be trusted: reliability, and what refusing the least sure questions saves.

Two things are measured. *Reliability*: of the questions that got a confidence of about p, the share that the
documents answer; the expected calibration error (Naeini, Cooper & Hauskrecht 2015) is the mean distance, each bin
weighted by its questions. *Risk against coverage* (Geifman & El-Yaniv 2017): questions answered from the surest
down, the share of them answered wrongly; its mean over all coverages is the AURC. What a refused question would
have been told is not known: it counts as wrong.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from rag.types import Json

BINS = 10
_MOST_POINTS = 100

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions with a confidence from `low` to `high`: how many, their mean confidence, the share answerable."""

    low: float
    high: float
    n: int
    confidence: float
    answerable: float


@dataclass(frozen=True, slots=True)
class Curves:
    """ECE and AURC, both lower is better; the bins that have questions; and points of (coverage, risk)."""

    n: int
    ece: float
    aurc: float
    bins: tuple[Bin, ...]
    risk: tuple[tuple[float, float], ...]


def curves(confidence: Sequence[float], answerable: Sequence[bool], right: Sequence[bool]) -> Curves | None:
    """The curves of so many questions; `right`: rightly answered. `None` for no question."""
    if not len(confidence):
        return None
    sure, there = np.asarray(confidence, dtype=np.float64), np.asarray(answerable, dtype=np.float64)
    bins = reliability(sure, there)
    coverage, risk = risk_by_coverage(sure, np.asarray(right, dtype=np.float64))
    ece = sum(one.n * abs(one.confidence - one.answerable) for one in bins) / len(sure)
    shown = np.unique(np.linspace(0, len(risk) - 1, _MOST_POINTS).round().astype(int))
    points = tuple((round(float(coverage[i]), 4), round(float(risk[i]), 4)) for i in shown)
    return Curves(len(sure), round(ece, 4), round(float(risk.mean()), 4), bins, points)


def reliability(confidence: Floats, answerable: Floats) -> tuple[Bin, ...]:
    """The questions in bins of equal width, empty ones left out."""
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(
            place / BINS,
            (place + 1) / BINS,
            int((places == place).sum()),
            round(float(confidence[places == place].mean()), 4),
            round(float(answerable[places == place].mean()), 4),
        )
        for place in map(int, np.unique(places))
    )


def risk_by_coverage(confidence: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Coverage and risk after each question, the surest first, both of shape (n,).

    Questions of one confidence count as in the mean of all their orders, so that no order flatters.
    """
    values, group = np.unique(-confidence, return_inverse=True)
    share = np.bincount(group, weights=right) / np.bincount(group)
    expected = share[np.sort(group)] if len(values) else right
    counts = np.arange(1, len(confidence) + 1)
    return counts / len(confidence), 1.0 - np.cumsum(expected) / counts


def curves_of_rows(rows: Sequence[Json]) -> Json | None:
    """The curves of a report's rows as JSON; rows without a confidence or an answer key are left out."""
    judged = [row for row in rows if row["confidence"] is not None and row["correct"] is not None]
    found = curves(
        [row["confidence"] for row in judged],
        [row["answerable"] for row in judged],
        [bool(row["answerable"] and row["correct"]) for row in judged],
    )
    told: Json | None = json.loads(json.dumps(asdict(found))) if found else None
    return told
