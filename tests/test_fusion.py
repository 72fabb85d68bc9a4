"""Fusion: each stage speaks as loud as it has something to say, and what it adds can be told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from rag.given import Stage
from rag.retrieval.fusion import WEIGHTS, Fusion, Scores, Signals
from rag.retrieval.retriever import Retriever
from rag.types import Hit
from tests.fakes import HashedBagOfWords
from tests.store_samples import opened, put_all

CANDIDATES = 6
STAGES: tuple[Stage, ...] = ("passage", "sentence", "tokens", "words", "coverage", "place", "year")
SAID = "一般公共预算收入增长5.5%，羊饲养量稳定在80万只。"
CORPUS = {"岢岚.txt": f"2024年{SAID}", "左权.txt": f"{SAID}全年", "昔阳.txt": f"2023年{SAID}原煤产量也增长。"}


def scores(low: float, high: float) -> st.SearchStrategy[Scores]:
    return arrays(np.float64, CANDIDATES, elements=st.floats(low, high, allow_subnormal=False))


cosines, shares = scores(-1, 1), scores(0, 1)
fits = arrays(np.float64, CANDIDATES, elements=st.sampled_from([-1.0, 0.0, 1.0]))
signals = st.builds(Signals, cosines, cosines, cosines, scores(0, 30), shares, fits, fits)
weights = st.dictionaries(st.sampled_from(STAGES), st.floats(0, 5, allow_subnormal=False))


def total(weights: Mapping[Stage, float], signals: Signals) -> Scores:
    return np.asarray(np.sum(list(Fusion(weights).added(signals).values()), axis=0))


def nothing(count: int = CANDIDATES) -> Signals:
    return Signals(*(np.zeros(count) for _ in fields(Signals)))


def test_every_weight_is_of_a_stage_that_says_something_and_none_works_backwards() -> None:
    assert set(WEIGHTS) <= {one.name for one in fields(Signals)}
    assert all(weight >= 0 for weight in WEIGHTS.values())


@given(weights, signals, scores(0, 30))
def test_a_lexical_side_that_covers_nothing_has_no_vote(
    weights: Mapping[Stage, float], said: Signals, other: Scores
) -> None:
    silent = replace(said, coverage=np.zeros(CANDIDATES))
    assert np.array_equal(total(weights, silent), total(weights, replace(silent, words=other)))
    without = {stage: weight for stage, weight in weights.items() if stage not in ("words", "coverage")}
    assert np.array_equal(total(weights, silent), total(without, silent))


@given(signals, st.floats(0, 1))
def test_the_lexical_side_speaks_as_loud_as_its_best_passage_covers(said: Signals, share: float) -> None:
    whole = replace(said, coverage=np.ones(CANDIDATES))
    part = replace(said, coverage=np.full(CANDIDATES, share))
    loud, soft = (Fusion({"words": 2.0}).added(one)["words"] for one in (whole, part))
    assert soft == pytest.approx(share * loud)


@given(weights, signals, st.sampled_from(STAGES))
def test_leaving_a_stage_out_takes_away_what_it_added_and_nothing_else(
    weights: Mapping[Stage, float], said: Signals, stage: Stage
) -> None:
    before = Fusion(weights).added(said)
    after = Fusion({name: weight for name, weight in weights.items() if name != stage}).added(said)
    assert not after[stage].any()
    assert all(np.array_equal(before[name], after[name]) for name in STAGES if name != stage)


@given(weights, signals, st.sampled_from(["passage", "sentence", "tokens"]), st.floats(-1, 1))
def test_the_height_of_cosines_says_nothing_only_their_differences(
    weights: Mapping[Stage, float], said: Signals, stage: str, lift: float
) -> None:
    lifted = replace(said, **{stage: getattr(said, stage) + lift})
    assert total(weights, lifted) == pytest.approx(total(weights, said), abs=1e-9)


@given(weights, signals, st.floats(0.1, 10))
def test_bm25_counts_by_its_share_of_the_best(
    weights: Mapping[Stage, float], said: Signals, factor: float
) -> None:
    scaled = replace(said, words=said.words * factor)
    assert total(weights, scaled) == pytest.approx(total(weights, said), abs=1e-9)


@given(weights, signals, st.sampled_from(["place", "year"]))
def test_being_of_the_place_and_year_asked_for_never_costs_a_passage_its_place(
    weights: Mapping[Stage, float], said: Signals, stage: str
) -> None:
    better = getattr(said, stage).copy()
    better[2] = 1.0
    before, after = total(weights, said), total(weights, replace(said, **{stage: better}))
    assert after[2] >= before[2]
    assert np.array_equal(np.delete(after, 2), np.delete(before, 2))


def test_the_passage_that_covers_the_question_can_beat_the_one_that_only_sounds_alike() -> None:
    said = replace(
        nothing(3),
        passage=np.array([0.91, 0.90, 0.86]),
        words=np.array([0.0, 12.0, 0.0]),
        coverage=np.array([0.0, 1.0, 0.0]),
    )
    assert total({"passage": 1.0}, said).argmax() == 0
    assert total({"passage": 1.0, "words": 0.3, "coverage": 0.5}, said).argmax() == 1


def test_nothing_to_fuse_is_nothing() -> None:
    assert {values.shape for values in Fusion().added(nothing(0)).values()} == {(0,)}


@pytest.fixture
def hits(tmp_path: Path) -> tuple[Hit, ...]:
    embedder = HashedBagOfWords()
    with opened(tmp_path, embedder) as store:
        put_all(store, CORPUS)
        return Retriever(store, embedder).search("岢岚2024年羊饲养量是多少？", 3).hits


def test_what_the_stages_added_to_a_hit_is_its_score(hits: tuple[Hit, ...]) -> None:
    assert hits
    for hit in hits:
        assert sum(one.added for one in hit.given) == pytest.approx(hit.score)
        assert [one.stage for one in hit.given] == list(STAGES)


def test_a_hit_says_what_each_stage_measured_of_it(hits: tuple[Hit, ...]) -> None:
    for hit in hits:
        measured = {one.stage: one.value for one in hit.given}
        assert (measured["passage"], measured["words"], measured["coverage"]) == (
            hit.dense,
            hit.lexical,
            hit.coverage,
        )
    places = {
        hit.passage.source: given.value for hit in hits for given in hit.given if given.stage == "place"
    }
    assert places["岢岚.txt"] == 1.0


def test_a_retriever_without_a_stage_is_judged_by_the_others_alone(tmp_path: Path) -> None:
    embedder = HashedBagOfWords()
    with opened(tmp_path, embedder) as store:
        put_all(store, CORPUS)
        retriever = Retriever(store, embedder, Fusion({"year": 1.0}))
        for year, source in ((2023, "昔阳.txt"), (2024, "岢岚.txt")):
            best = retriever.search(f"{year}年羊饲养量是多少？", 3).hits[0]
            assert best.passage.source == source
            assert [one.stage for one in best.given if one.added] == ["year"]
