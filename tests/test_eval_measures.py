"""Measures against values worked out by hand, and intervals against what is known of them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from functools import partial
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bootstrap import SEED, estimate, percentile
from eval.judge import Ranking, Verdict
from eval.measures import ANSWER_MEASURES, RETRIEVAL_MEASURES, Share, recall, reciprocal_rank
from eval.ranking_measures import retrieval_shares

ASKED = Verdict(
    answerable=True,
    correct=True,
    refused=False,
    citations=(),
    exact=(),
    reached=0,
    wanted=1,
    ranking=Ranking((1,), (1,)),
    ms=10.0,
)
UNANSWERABLE = replace(ASKED, answerable=False, wanted=0, ranking=Ranking((), ()))


def measured(name: str, *verdicts: Verdict) -> tuple[float | None, int]:
    """The value, to six decimals, and n."""
    found = estimate([ANSWER_MEASURES[name](v) for v in verdicts], resamples=10)
    return None if found.value is None else round(found.value, 6), found.n


def ranked(name: str, *rankings: Ranking) -> float | None:
    return estimate(retrieval_shares(rankings)[name], resamples=10).value


class TestAnswerMeasures:
    def test_accuracy_counts_refusals_that_were_due(self) -> None:
        verdicts = [ASKED, replace(ASKED, correct=False), replace(UNANSWERABLE, refused=True)]
        assert measured("answer_accuracy", *verdicts) == (round(2 / 3, 6), 3)
        assert measured("answerable_accuracy", *verdicts) == (0.5, 2)

    def test_precision_is_over_all_citations_not_over_questions(self) -> None:
        one = replace(ASKED, citations=(True,))
        four = replace(ASKED, citations=(True, False, False, False))
        assert measured("citation_precision", one, four, ASKED) == (round(2 / 5, 6), 2)

    def test_a_citation_on_an_unanswerable_question_lowers_precision(self) -> None:
        verdicts = [replace(ASKED, citations=(True,)), replace(UNANSWERABLE, citations=(False,))]
        assert measured("citation_precision", *verdicts) == (0.5, 2)

    def test_recall_is_over_all_evidence_and_a_refusal_cites_none(self) -> None:
        verdicts = [replace(ASKED, reached=2, wanted=3), replace(ASKED, refused=True), UNANSWERABLE]
        assert measured("citation_recall", *verdicts) == (round(2 / 4, 6), 2)

    def test_exact_quotes_are_a_share_of_citations(self) -> None:
        assert measured("quote_exact", replace(ASKED, exact=(True, False)), ASKED) == (0.5, 1)

    def test_refusals(self) -> None:
        due, missed = replace(UNANSWERABLE, refused=True), UNANSWERABLE
        undue, answered = replace(ASKED, refused=True), ASKED
        verdicts = [due, due, missed, undue, answered, answered, answered]
        assert measured("refusal_precision", *verdicts) == (round(2 / 3, 6), 3)
        assert measured("refusal_recall", *verdicts) == (round(2 / 3, 6), 3)
        assert measured("false_refusal", *verdicts) == (round(1 / 4, 6), 4)

    def test_an_answer_without_a_key_is_not_counted(self) -> None:
        assert measured("answer_accuracy", replace(ASKED, correct=None), ASKED) == (1.0, 1)


class TestRetrievalMeasures:
    def test_recall_is_the_share_of_a_questions_sources(self) -> None:
        ranking = Ranking((1, 4, None, 10), ())
        assert ranked("recall@1", ranking) == 1 / 4
        assert ranked("recall@5", ranking) == 2 / 4
        assert ranked("recall@10", ranking) == 3 / 4

    def test_reciprocal_rank_is_of_the_first_right_source_within_ten(self) -> None:
        assert ranked("MRR@10", Ranking((4, 2), ())) == 1 / 2
        assert ranked("MRR@10", Ranking((11, None), ())) == 0
        assert ranked("MRR@10", Ranking((1,), ()), Ranking((None,), ())) == 1 / 2

    def test_ndcg_by_the_formula(self) -> None:
        # Järvelin & Kekäläinen 2002, gains 0 or 1: found at ranks 2 and 3, at best at 1 and 2.
        gained = 1 / log2(3) + 1 / log2(4)
        best = 1 / log2(2) + 1 / log2(3)
        assert ranked("nDCG@10", Ranking((3, 2), ())) == pytest.approx(gained / best)
        assert gained / best == pytest.approx(0.6934, abs=1e-4)

    def test_ndcg_of_more_sources_than_ten_places_can_be_one(self) -> None:
        assert ranked("nDCG@10", Ranking(tuple(range(1, 13)), ())) == pytest.approx(1.0)

    def test_ndcg_counts_grades(self) -> None:
        # A document of grade 3 at rank 2 behind one of grade 1; at best the other way round.
        gained, best = 1 / log2(2) + 3 / log2(3), 3 / log2(2) + 1 / log2(3)
        assert ranked("nDCG@10", Ranking((2, 1), (), (3, 1))) == pytest.approx(gained / best)
        assert ranked("recall@1", Ranking((2, 1), (), (3, 1))) == 1 / 2

    @given(st.sets(st.integers(1, 100), max_size=15), st.integers(0, 5))
    def test_the_library_says_what_the_definitions_say(self, found: set[int], lost: int) -> None:
        ranking = Ranking((*sorted(found), *[None] * lost), ())
        shares = retrieval_shares([ranking])
        for name, by_hand in (
            ("recall@5", recall(ranking, 5)),
            ("recall@10", recall(ranking, 10)),
            ("MRR@10", reciprocal_rank(ranking, 10)),
        ):
            (share,) = shares[name]
            assert (share and share.part) == (by_hand and pytest.approx(by_hand.part))

    def test_evidence_must_all_be_there_and_any_of_it_is_another_measure(self) -> None:
        ranking = Ranking((1,), (1, 6))
        assert ranked("evidence@5", ranking) == 0
        assert ranked("evidence@10", ranking) == 1
        assert ranked("evidence_any@5", ranking) == 1

    def test_a_question_that_retrieval_missed_counts_as_zero(self) -> None:
        for name in RETRIEVAL_MEASURES:
            assert ranked(name, Ranking((1,), (1,)), Ranking((None,), (None,))) == 0.5

    def test_an_unanswerable_question_is_not_counted(self) -> None:
        for name in RETRIEVAL_MEASURES:
            assert ranked(name, Ranking((), ())) is None

    @given(st.sets(st.integers(1, 100), min_size=1), st.integers(0, 5))
    def test_every_measure_is_a_share_and_better_ranks_are_never_worse(
        self, found: set[int], lost: int
    ) -> None:
        ranks = (*sorted(found), *[None] * lost)
        better = (*[n + 1 for n in range(len(found))], *[None] * lost)
        shares = retrieval_shares([Ranking(ranks, ranks), Ranking(better, better)])
        for now, then in shares.values():
            assert now is not None and then is not None
            assert 0 <= now.part <= then.part <= 1 + 1e-12


class TestIntervals:
    @given(st.lists(st.booleans(), min_size=1, max_size=60))
    def test_the_interval_holds_the_value_and_stays_in_range(self, right: list[bool]) -> None:
        found = estimate([Share(r) for r in right], resamples=500)
        assert found.value == pytest.approx(sum(right) / len(right))
        assert found.low is not None and found.high is not None and found.value is not None
        assert 0 <= found.low <= found.value + 1e-12 and found.value - 1e-12 <= found.high <= 1

    def test_it_shrinks_with_the_root_of_n(self) -> None:
        def width(n: int) -> float:
            found = estimate([Share(i % 2) for i in range(n)])
            assert found.low is not None and found.high is not None
            return found.high - found.low

        # Four times the questions, half the width; the normal approximation gives it for the larger one.
        assert width(400) == pytest.approx(width(100) / 2, rel=0.15)
        assert width(400) == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(400), rel=0.1)

    def test_it_covers_the_truth_about_as_often_as_it_says(self) -> None:
        rng = np.random.default_rng(7)
        samples = rng.random((200, 100)) < 0.7
        found = [estimate([Share(float(x)) for x in sample], resamples=400) for sample in samples]
        covered = sum(e.low <= 0.7 <= e.high for e in found if e.low is not None and e.high is not None)
        assert 0.88 <= covered / 200 <= 0.99

    def test_the_same_questions_give_the_same_interval(self) -> None:
        shares = [Share(part) for part in np.random.default_rng(3).random(30)]
        assert estimate(shares) == estimate(shares)
        assert estimate(shares, seed=1) != estimate(shares, seed=2)

    def test_a_share_is_resampled_as_the_definition_says(self) -> None:
        rng = np.random.default_rng(3)
        parts, wholes = rng.integers(0, 4, 40), rng.integers(4, 9, 40)
        found = estimate(
            [Share(part, whole) for part, whole in zip(parts, wholes, strict=True)], resamples=500
        )
        draws = np.random.default_rng(SEED)
        rows = np.concatenate([draws.integers(0, 40, size=(250, 40)) for _ in range(2)])
        values = parts[rows].sum(axis=1) / wholes[rows].sum(axis=1)
        assert (found.low, found.high) == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])))

    def test_questions_are_drawn_whole(self) -> None:
        # One answer with many wrong citations: drawn or not, so precision swings between the extremes.
        found = estimate([Share(0, 50), Share(50, 50)])
        assert (found.low, found.value, found.high) == (0.0, 0.5, 1.0)

    def test_nothing_to_count_is_null(self) -> None:
        assert (
            json.dumps(asdict(estimate([None, None]))) == '{"value": null, "low": null, "high": null, "n": 0}'
        )

    def test_percentiles_of_time(self) -> None:
        times = [Share(float(ms)) for ms in range(1, 102)]
        median = estimate(times, partial(percentile, q=50))
        assert median.value == 51
        assert median.low is not None and median.high is not None
        assert 40 < median.low < 51 < median.high < 62
        assert estimate(times, partial(percentile, q=95)).value == 96
