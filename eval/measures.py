"""Measures: what is counted. Each says of one result how much of it is right, and of how much.

How these shares become one number with an interval is `eval.bootstrap`'s business. A measure that does not
apply to a question (recall of a question that no document answers) gives `None`, and the question is not
among its `n`. Those of rankings are worked out in `eval.ranking_measures`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from eval.judge import Ranking, Verdict

RECALL_CUTOFFS = (1, 5, 10)
EVIDENCE_CUTOFFS = (1, 5, 10)
RANK_CUTOFF = 10
LATENCY_PERCENTILES = (50, 95)


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`; a corpus-level value is the sum of the parts over the sum of the wholes."""

    part: float
    whole: float = 1.0


def answer_accuracy(verdict: Verdict) -> Share | None:
    """Share of questions answered right; an unanswerable one is right when refused."""
    return None if verdict.correct is None else Share(verdict.correct)


def answerable_accuracy(verdict: Verdict) -> Share | None:
    """The same over answerable questions alone, so that refusals can't lift it."""
    return answer_accuracy(verdict) if verdict.answerable else None


def citation_precision(verdict: Verdict) -> Share | None:
    """Share of right ones among all citations given."""
    given = len(verdict.citations)
    return Share(sum(verdict.citations), given) if given else None


def citation_recall(verdict: Verdict) -> Share | None:
    """Share of evidence strings (sources, where a row has no evidence) that are cited."""
    return Share(verdict.reached, verdict.wanted) if verdict.wanted else None


def quote_exact(verdict: Verdict) -> Share | None:
    """Share of citations whose quote equals the original at its place."""
    given = len(verdict.exact)
    return Share(sum(verdict.exact), given) if given else None


def refusal_precision(verdict: Verdict) -> Share | None:
    """Share of refusals that were due."""
    return Share(not verdict.answerable) if verdict.refused else None


def refusal_recall(verdict: Verdict) -> Share | None:
    """Share of unanswerable questions that were refused."""
    return None if verdict.answerable else Share(verdict.refused)


def false_refusal(verdict: Verdict) -> Share | None:
    """Share of answerable questions that were refused; lower is better."""
    return Share(verdict.refused) if verdict.answerable else None


def recall(ranking: Ranking, cutoff: int) -> Share | None:
    """Share of a question's sources among the first `cutoff` distinct sources."""
    if not ranking.sources:
        return None
    return Share(_within(ranking.sources, cutoff) / len(ranking.sources))


def reciprocal_rank(ranking: Ranking, cutoff: int) -> Share | None:
    """1 / rank of the first right source, 0 beyond the cutoff (Voorhees, TREC-8 QA track, 1999)."""
    if not ranking.sources:
        return None
    best = min((rank for rank in ranking.sources if rank is not None), default=math.inf)
    return Share(1 / best if best <= cutoff else 0.0)


def evidence(ranking: Ranking, cutoff: int) -> Share | None:
    """1 if every evidence string is overlapped by one of the first `cutoff` hits, else 0."""
    if not ranking.evidence:
        return None
    return Share(_within(ranking.evidence, cutoff) == len(ranking.evidence))


def evidence_any(ranking: Ranking, cutoff: int) -> Share | None:
    """1 if at least one evidence string is overlapped by one of the first `cutoff` hits, else 0."""
    return Share(_within(ranking.evidence, cutoff) > 0) if ranking.evidence else None


ANSWER_MEASURES: dict[str, Callable[[Verdict], Share | None]] = {
    "answer_accuracy": answer_accuracy,
    "answerable_accuracy": answerable_accuracy,
    "citation_precision": citation_precision,
    "citation_recall": citation_recall,
    "quote_exact": quote_exact,
    "refusal_precision": refusal_precision,
    "refusal_recall": refusal_recall,
    "false_refusal": false_refusal,
}

SOURCE_MEASURES: tuple[str, ...] = (
    *(f"recall@{k}" for k in RECALL_CUTOFFS),
    f"MRR@{RANK_CUTOFF}",
    f"nDCG@{RANK_CUTOFF}",
)
"""What the ranks of a question's sources are measured by."""

EVIDENCE_MEASURES: dict[str, Callable[[Ranking], Share | None]] = {
    **{f"evidence@{k}": partial(evidence, cutoff=k) for k in EVIDENCE_CUTOFFS},
    "evidence_any@5": partial(evidence_any, cutoff=5),
}
"""What the ranks of its evidence are measured by."""

RETRIEVAL_MEASURES: tuple[str, ...] = (*SOURCE_MEASURES, *EVIDENCE_MEASURES)

LATENCY_MEASURES: dict[str, int] = {f"latency_p{p}": p for p in LATENCY_PERCENTILES}
"""The percentile of the milliseconds an answer took, by measure name."""

MEASURES: tuple[str, ...] = (*ANSWER_MEASURES, *RETRIEVAL_MEASURES, *LATENCY_MEASURES)
"""Every measure, in the order it is reported."""


def _within(ranks: Sequence[int | None], cutoff: int) -> int:
    return sum(rank is not None and rank <= cutoff for rank in ranks)
