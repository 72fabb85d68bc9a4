"""The confidence is fitted by a command, and what it is worth is counted as the formulas say."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import calibration
from eval.calibration import LOOKED_AT, NEVER_FOR, calibrate, weights_json
from eval.confidence_curves import curves, risk_by_coverage
from eval.logistic import fit, folds
from eval.observations import Observation
from rag.answering.confidence import BY_DICTIONARY, DECIDED, GROUPS, SAME_LANGUAGE, WEIGHTS_FILE, load_weights
from rag.errors import WenjuError


def observations(size: int = 60) -> list[Observation]:
    """Questions of both groups: answerable ones are held whole, the others in part; one signal misleads."""
    chance = np.random.default_rng(7)
    seen = []
    for number in range(size):
        answerable, group = number % 2 == 0, GROUPS[number // 2 % 2]
        held = 0.75 + chance.normal(0, 0.15) if answerable else 0.45 + chance.normal(0, 0.15)
        values = dict.fromkeys(LOOKED_AT[SAME_LANGUAGE], held)
        values |= dict.fromkeys(NEVER_FOR, 0.0) | {"formless": float(answerable and number % 3 == 0)}
        seen.append(Observation(f"q{number}", "made", group, answerable, answerable, 0.0, values))
    return seen


def test_the_fit_is_where_the_penalised_loss_is_flat() -> None:
    chance = np.random.default_rng(3)
    rows = chance.normal(size=(80, 3))
    labels = (rows[:, 0] + chance.normal(size=80) > 0).astype(float)
    counts = chance.uniform(0.5, 2, size=80)
    scale = rows.std(axis=0)

    def loss(bias: float, weights: np.ndarray) -> float:
        logits = rows @ weights + bias
        return float(
            counts @ np.logaddexp(0, np.where(labels, -logits, logits)) + np.sum((weights * scale) ** 2)
        )

    found = fit(rows, labels, counts, penalty=2.0)
    least = loss(found.bias, found.weights)
    for step in np.eye(4) * 1e-3:
        assert loss(found.bias + step[0], found.weights + step[1:]) > least
        assert loss(found.bias - step[0], found.weights - step[1:]) > least


def test_labels_that_are_all_alike_are_refused() -> None:
    with pytest.raises(ValueError, match="alike"):
        fit(np.ones((3, 1)), np.ones(3), np.ones(3))


def test_a_question_is_in_the_same_fold_in_every_run() -> None:
    assert folds(["a", "b"], 10).tolist() == folds(["a", "b"], 10).tolist() == [7, 1]


def test_what_speaks_against_an_answer_never_counts_for_it() -> None:
    told = weights_json(calibrate(observations()), observations())["models"]
    for group in GROUPS:
        assert all(told[group]["weights"].get(name, 0.0) <= 0 for name in NEVER_FOR)


def test_what_decides_alone_is_fitted_by_no_model() -> None:
    seen = observations()
    plan = replace(seen[0], signals=seen[0].signals | {"plan": 1.0})
    found = calibrate([plan, *seen[1:]])
    assert found.confidence[0] == DECIDED
    assert weights_json(found, seen) == weights_json(calibrate(seen[1:]), seen)


def test_every_question_is_judged_by_a_model_that_has_not_seen_it() -> None:
    seen = observations()
    whole = calibrate(seen).confidence
    flipped = [
        Observation(**{**asdict(one), "answerable": not one.answerable, "right": not one.right})
        if one.id == "q0"
        else one
        for one in seen
    ]
    assert calibrate(flipped).confidence[0] == whole[0]


def test_what_the_command_writes_is_what_the_product_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, weights = tmp_path / "kept.jsonl", tmp_path / "weights.json"
    kept.write_text("".join(json.dumps(asdict(one)) + "\n" for one in observations()), encoding="utf-8")
    monkeypatch.setattr(calibration, "WEIGHTS_FILE", weights)
    assert calibration.main(["--observations", str(kept), "--write"]) == 0
    assert "Cross-validated" in capsys.readouterr().out
    models = load_weights(weights)
    whole = dict.fromkeys(LOOKED_AT[SAME_LANGUAGE], 0.9) | dict.fromkeys(NEVER_FOR, 0.0)
    part = {name: value / 2 for name, value in whole.items()}
    for group in GROUPS:
        assert models[group].probability(part) < 0.5 < models[group].probability(whole)


def test_a_file_that_is_no_observations_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    assert calibration.main(["--observations", str(tmp_path / "a.jsonl")]) == 2
    assert "--keep" in capsys.readouterr().err


def test_the_weights_in_the_repository_are_what_the_command_makes() -> None:
    told = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    assert set(told["models"]) == {SAME_LANGUAGE, BY_DICTIONARY}
    for group, names in LOOKED_AT.items():
        assert tuple(told["models"][group]["weights"]) == names
    assert told["cross_validated"]["all"]["n"] == sum(told["fitted_on"].values())


def test_a_damaged_weights_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "weights.json").write_text("{}", encoding="utf-8")
    with pytest.raises(WenjuError, match=r"eval\.calibration"):
        load_weights(tmp_path / "weights.json")


def test_the_curves_of_four_questions_by_hand() -> None:
    found = curves([0.95, 0.85, 0.25, 0.15], [True, True, False, True], [True, False, False, False])
    assert found is not None
    assert found.aurc == round((0 + 1 / 2 + 2 / 3 + 3 / 4) / 4, 4)
    assert found.ece == round((0.05 + 0.15 + 0.25 + 0.85) / 4, 4)
    assert found.risk[-1] == (1.0, 0.75)


def test_questions_of_one_confidence_are_in_no_order_that_flatters() -> None:
    _, risk = risk_by_coverage(np.array([0.5, 0.5]), np.array([1.0, 0.0]))
    assert risk.tolist() == [0.5, 0.5]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_the_order_of_questions_changes_no_curve(rows: list[tuple[float, bool, bool]]) -> None:
    forward, backward = curves(*zip(*rows, strict=True)), curves(*zip(*rows[::-1], strict=True))
    assert forward is not None and backward is not None
    assert forward.aurc == pytest.approx(backward.aurc, abs=1e-3)
    assert forward.ece == pytest.approx(backward.ece, abs=1e-3)
    assert 0 <= forward.ece <= 1 and 0 <= forward.aurc <= 1
    assert sum(one.n for one in forward.bins) == len(rows)
