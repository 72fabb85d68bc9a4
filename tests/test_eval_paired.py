"""The paired bootstrap, and vectors kept from run to run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bootstrap import estimate
from eval.judge import Ranking
from eval.measures import Share
from eval.paired import compare, paired_json
from eval.plain_vectors import PlainVectors
from eval.shares import shares_of_rankings
from rag.vectors import Encoded
from tests.fakes import HashedBagOfWords


def shares(*values: float | None) -> list[Share | None]:
    return [None if value is None else Share(value) for value in values]


class TestCompare:
    def test_the_best_baseline_by_the_measure_is_the_one_compared_with(self) -> None:
        found = compare(shares(1, 1, 1, 0), {"weak": shares(0, 0, 0, 1), "strong": shares(1, 0, 1, 0)})
        assert found is not None
        assert (found.baseline, found.difference, found.n) == ("strong", 0.25, 4)

    def test_questions_that_do_not_count_are_left_out_of_both(self) -> None:
        found = compare(shares(1, None, 0), {"dense": shares(0, None, 0)})
        assert found is not None
        assert (found.n, found.difference) == (2, 0.5)

    def test_there_is_nothing_to_compare_without_questions_or_baselines(self) -> None:
        assert compare(shares(None), {"dense": shares(None)}) is None
        assert compare(shares(1), {}) is None

    def test_a_difference_on_every_question_is_clear_of_zero(self) -> None:
        found = compare(shares(*[1.0] * 50), {"dense": shares(*[0.0] * 50)})
        assert found is not None
        assert (found.low, found.difference, found.high) == (1, 1, 1)
        assert 0 < found.p < 0.01

    def test_pairing_sees_what_the_two_intervals_alone_would_hide(self) -> None:
        hard = np.random.default_rng(5).random(200) < 0.5
        theirs = np.where(hard, 0.0, 1.0)
        ours = theirs.copy()
        ours[np.flatnonzero(hard)[:12]] = 1.0
        found = compare(shares(*ours), {"dense": shares(*theirs)})
        apart = [estimate(shares(*values)) for values in (ours, theirs)]
        assert found is not None and apart[0].low is not None and apart[1].high is not None
        assert apart[0].low < apart[1].high
        assert found.low > 0 and found.p < 0.05

    @given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
    def test_changing_sides_turns_the_sign_and_nothing_else(self, pairs: list[tuple[bool, bool]]) -> None:
        ours, theirs = (shares(*map(float, side)) for side in zip(*pairs, strict=True))
        here = compare(ours, {"b": theirs}, resamples=200)
        there = compare(theirs, {"b": ours}, resamples=200)
        assert here is not None and there is not None
        assert here.difference == pytest.approx(-there.difference)
        assert (here.low, here.high) == pytest.approx((-there.high, -there.low))
        assert here.p == there.p and 0 < here.p <= 1
        assert here.low - 1e-12 <= here.difference <= here.high + 1e-12

    def test_systems_that_do_not_differ_are_rarely_told_apart(self) -> None:
        rng = np.random.default_rng(11)
        found = [
            compare(shares(*rng.random(60)), {"same": shares(*rng.random(60))}, resamples=400)
            for _ in range(150)
        ]
        rejected = sum(one.p < 0.05 for one in found if one is not None)
        assert rejected <= 0.1 * len(found)

    def test_every_measure_that_counts_has_its_own_best_baseline(self) -> None:
        ours = shares_of_rankings([Ranking((1,), ()), Ranking((2,), ()), Ranking((), ())])
        first = shares_of_rankings([Ranking((1,), ()), Ranking((None,), ()), Ranking((), ())])
        deep = shares_of_rankings([Ranking((3,), ()), Ranking((3,), ()), Ranking((), ())])
        told = paired_json(ours, {"first": first, "deep": deep})
        assert told["recall@1"]["baseline"] == "first" and told["recall@5"]["baseline"] == "deep"
        assert set(told["recall@1"]) == {"baseline", "difference", "low", "high", "p", "n"}
        assert "evidence@5" not in told
        assert paired_json(ours, {}) == {}


class Counting(HashedBagOfWords):
    """Counts what it embeds."""

    def __init__(self, dimensions: int = 64) -> None:
        super().__init__(dimensions)
        self.embedded = 0

    def encode_query(self, text: str) -> Encoded:
        self.embedded += 1
        return super().encode_query(text)


class TestPlainVectors:
    def test_a_second_run_embeds_nothing_and_gives_the_same_vectors(self, tmp_path: Path) -> None:
        first = PlainVectors(Counting(), tmp_path)
        expected = first.passages(["煤", "粮", "煤"]), first.query("煤？")
        first.keep()
        again = Counting()
        second = PlainVectors(again, tmp_path)
        assert np.array_equal(second.passages(["煤", "粮", "煤"]), expected[0])
        assert np.array_equal(second.query("煤？"), expected[1])
        assert again.embedded == 0

    def test_what_is_new_is_embedded_and_added(self, tmp_path: Path) -> None:
        for texts, embedded in ((["a"], 1), (["a", "b"], 1), (["b", "a"], 0)):
            model = Counting()
            vectors = PlainVectors(model, tmp_path)
            vectors.passages(texts)
            vectors.keep()
            assert model.embedded == embedded

    def test_models_do_not_see_each_others_vectors(self, tmp_path: Path) -> None:
        vectors = PlainVectors(Counting(64), tmp_path)
        vectors.passages(["a"])
        vectors.keep()
        assert PlainVectors(Counting(128), tmp_path).passages(["a"]).shape == (1, 128)

    def test_a_passage_and_a_question_of_the_same_words_are_two_things(self) -> None:
        model = Counting()
        vectors = PlainVectors(model)
        vectors.passages(["a"])
        vectors.query("a")
        assert model.embedded == 2

    def test_a_damaged_file_is_made_anew(self, tmp_path: Path) -> None:
        vectors = PlainVectors(Counting(), tmp_path)
        expected = vectors.passages(["a"])
        vectors.keep()
        (file,) = tmp_path.iterdir()
        file.write_bytes(file.read_bytes()[:40])
        assert np.array_equal(PlainVectors(Counting(), tmp_path).passages(["a"]), expected)

    def test_without_texts_there_are_no_vectors(self) -> None:
        assert PlainVectors(Counting()).passages([]).shape == (0, 64)
