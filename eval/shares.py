"""Shares: every measure of every question, worked out once, and their estimates over any of the questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial

from eval.bootstrap import estimate, percentile, ratio
from eval.judge import Ranking, Verdict
from eval.measures import ANSWER_MEASURES, LATENCY_MEASURES, MEASURES, RETRIEVAL_MEASURES, Share
from eval.ranking_measures import retrieval_shares
from rag.types import Json


@dataclass(frozen=True, slots=True)
class Shares:
    """By measure, a share a question, in one order for all of them; `None` where it does not count."""

    by_measure: dict[str, Sequence[Share | None]]

    def estimates(self, places: Iterable[int] | None = None) -> Json:
        """Each measure's value with its interval, over the questions at these places, or over all."""
        chosen = None if places is None else list(places)
        told = {}
        for name, shares in self.by_measure.items():
            counted = shares if chosen is None else [shares[place] for place in chosen]
            statistic = partial(percentile, q=LATENCY_MEASURES[name]) if name in LATENCY_MEASURES else ratio
            told[name] = asdict(estimate(counted, statistic))
        return told


def shares_of_rankings(rankings: Sequence[Ranking]) -> Shares:
    """The retrieval measures of a system that only ranks."""
    shares = retrieval_shares(rankings)
    return Shares({name: shares[name] for name in RETRIEVAL_MEASURES})


def shares_of_verdicts(verdicts: Sequence[Verdict]) -> Shares:
    """All measures; those of answers count questions that were asked alone."""
    shares: dict[str, Sequence[Share | None]] = {
        name: [measure(v) if v.asked else None for v in verdicts] for name, measure in ANSWER_MEASURES.items()
    }
    shares |= retrieval_shares([verdict.ranking for verdict in verdicts])
    times = [Share(verdict.ms) for verdict in verdicts]
    shares |= dict.fromkeys(LATENCY_MEASURES, times)
    return Shares({name: shares[name] for name in MEASURES})
