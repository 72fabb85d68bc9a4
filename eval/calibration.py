"""`python -m eval.calibration [SETS.toml]`: fit the confidence, and say what it is worth on questions it has not seen.

Fitted on the dev questions about the seeds and on the sets of a TOML file (see docs/evaluation.md). Every number
printed is cross-validated. `--write` puts the weights where the product reads them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Grid

from eval.confidence_curves import curves
from eval.logistic import Floats, Logistic, fit, folds
from eval.observations import Observation, observe
from eval.options import count
from eval.question_sets import QuestionSet, read_sets
from eval.report_files import unwritable
from eval.session import Session
from rag.answering.confidence import (
    ANSWER_FROM,
    BY_DICTIONARY,
    DECIDED,
    SAME_LANGUAGE,
    WEIGHTS_FILE,
    is_decided,
)
from rag.command import run_command
from rag.errors import SettingsError
from rag.settings import load_settings
from rag.types import Json

_DONE = 0
_GOLD = Path(__file__).resolve().parent / "gold"
_FOLDS = 10
_PENALTY = 3.0
_OURS = "seeds"
"""Sets called so are about the documents this is for: each of their questions counts in full."""
_MOST_OF_A_SET, _OTHERS_COUNT = 60.0, 0.2
"""Questions of another set and one label count together as this many at most, each as this much."""
_REFUSED_COUNT = 0.6
"""What an unanswerable question counts beside an answerable one: refusing wrongly is the worse mistake."""
_DIGITS = 2
LOOKED_AT = {
    SAME_LANGUAGE: (
        "own", "near", "concepts", "focus_own", "similarity", "rank", "likeness", "formless",
        "nameless", "unlisted", "undated", "unplaced", "strange", "gap",
    ),
    BY_DICTIONARY: (
        "own", "near", "concepts", "similarity", "rank", "likeness", "formless", "nameless", "unlisted",
        "undated", "strange", "gap",
    ),
}  # fmt: skip
"""The signals of each model: few, for a few hundred questions. Those of `DECISIVE` are in none."""
NEVER_FOR = frozenset({"formless", "nameless", "unlisted", "undated", "unplaced", "strange", "gap"})
"""What speaks against an answer never counts for it, whatever a sample of questions says."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The models by group, and the cross-validated confidence of each observation."""

    models: dict[str, Logistic]
    confidence: Floats


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0 fitted, 2 usage or input error, 130 interrupted."""
    return run_command(_run, _parser().parse_args(argv), interrupted="已中断。\nInterrupted.")


def calibrate(seen: Sequence[Observation]) -> Calibrated:
    """Fit a model for each group, and each again without a tenth of its questions, which it then judges."""
    models, confidence = {}, np.zeros(len(seen))
    decided = [is_decided(one.signals) for one in seen]
    confidence[decided] = DECIDED
    for group, names in LOOKED_AT.items():
        of_group = (i for i, one in enumerate(seen) if one.group == group and not decided[i])
        places = np.array(list(of_group), dtype=np.int64)
        if not len(places):
            continue
        members = [seen[i] for i in places]
        rows = np.array([[one.signals[name] for name in names] for one in members])
        parts = folds([one.id for one in members], _FOLDS)
        for part in np.unique(parts):
            model = _fitted([one for one, p in zip(members, parts, strict=True) if p != part], names)
            confidence[places[parts == part]] = model.probabilities(rows[parts == part])
        models[group] = _fitted(members, names)
    return Calibrated(models, confidence)


def _fitted(members: Sequence[Observation], names: Sequence[str]) -> Logistic:
    """A model of those whose label is beyond doubt: rightly found, or unanswerable."""
    sure = [one for one in members if one.right or not one.answerable]
    used = list(names)
    while True:
        rows = np.array([[one.signals[name] for name in used] for one in sure])
        labels = np.array([float(one.answerable) for one in sure])
        model = fit(rows, labels, _counts(sure), _PENALTY)
        wrong = {n for n, w in zip(used, model.weights, strict=True) if n in NEVER_FOR and w > 0}
        if not wrong:
            told = dict(zip(used, model.weights, strict=True))
            return Logistic(model.bias, np.array([told.get(name, 0.0) for name in names]))
        used = [name for name in used if name not in wrong]


def _counts(members: Sequence[Observation]) -> Floats:
    sizes: dict[tuple[str, bool], int] = {}
    for one in members:
        sizes[one.set, one.answerable] = sizes.get((one.set, one.answerable), 0) + 1
    return np.array([_share_of(one, sizes[one.set, one.answerable]) * _label_counts(one) for one in members])


def _share_of(one: Observation, size: int) -> float:
    return 1.0 if one.set.startswith(_OURS) else _OTHERS_COUNT * min(1.0, _MOST_OF_A_SET / size)


def _label_counts(one: Observation) -> float:
    return 1.0 if one.answerable else _REFUSED_COUNT


def weights_json(found: Calibrated, seen: Sequence[Observation]) -> Json:
    """The weights file: models by group, and what they were fitted on."""
    return {
        "models": {
            group: {
                "bias": round(model.bias, _DIGITS),
                "weights": {
                    name: round(float(weight), _DIGITS)
                    for name, weight in zip(LOOKED_AT[group], model.weights, strict=True)
                },
            }
            for group, model in found.models.items()
        },
        "fitted_on": {
            name: sum(one.set == name for one in seen) for name in dict.fromkeys(o.set for o in seen)
        },
    }


def worth(found: Calibrated, seen: Sequence[Observation]) -> Json:
    """By set and over all: refusals, ECE and AURC of the cross-validated confidence."""
    sets = {name: [one.set == name for one in seen] for name in dict.fromkeys(one.set for one in seen)}
    told = {**sets, "all": [True] * len(seen)}
    return {name: _worth(found.confidence[chosen], _chosen(seen, chosen)) for name, chosen in told.items()}


def _chosen(seen: Sequence[Observation], chosen: Sequence[bool]) -> list[Observation]:
    return [one for one, is_in in zip(seen, chosen, strict=True) if is_in]


def _worth(confidence: Floats, members: Sequence[Observation]) -> Json:
    answerable = np.array([one.answerable for one in members])
    refused = confidence < ANSWER_FROM
    drawn = curves(
        confidence.tolist(), answerable.tolist(), [one.answerable and one.right for one in members]
    )
    assert drawn is not None
    return {
        "n": len(members),
        "unanswerable": int((~answerable).sum()),
        "unanswerable refused": _share(refused[~answerable]),
        "answerable refused": _share(refused[answerable]),
        "ECE": drawn.ece,
        "AURC": drawn.aurc,
    }


def _share(of: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float | None:
    return round(float(of.mean()), 3) if len(of) else None


def _run(options: argparse.Namespace) -> int:
    sets = (*_seed_sets(), *(read_sets(options.sets) if options.sets else ()))
    seen = _observed(sets, options.sample) if options.observations is None else _read(options.observations)
    if options.keep:
        _write(options.keep, "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in seen))
    found = calibrate(seen)
    table = worth(found, seen)
    Console().print(_grid(table))
    sys.stdout.write(json.dumps(weights_json(found, seen), indent=1) + "\n")
    if options.write:
        told = {**weights_json(found, seen), "cross_validated": table}
        _write(WEIGHTS_FILE, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return _DONE


def _seed_sets() -> tuple[QuestionSet, ...]:
    return (
        QuestionSet("seeds", Session(_GOLD / "seeds.jsonl", split="dev")),
        QuestionSet("seeds, more", Session(_GOLD / "seeds-more-dev.jsonl", split="dev")),
        QuestionSet("seeds, blind", Session(_GOLD / "seeds-blind.jsonl", split="dev")),
    )


def _observed(sets: Sequence[QuestionSet], sample: int) -> list[Observation]:
    seen: list[Observation] = []
    with Progress(console=Console(stderr=True)) as progress:
        for number, one in enumerate(sets):
            every = 1 if number < len(_seed_sets()) else sample
            seen += progress.track(list(observe(one, load_settings(), every)), description=one.name)
    return seen


def _read(path: Path) -> list[Observation]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [Observation(**row) for row in rows]
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(
            f"--observations {path} 读不出来（{error}）。它应是 --keep 写出的文件。",
            f"--observations {path} can't be read ({error}). It has to be a file that --keep wrote.",
        ) from error


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error


def _grid(table: Json) -> Grid:
    grid = Grid(title="Cross-validated", title_justify="left")
    columns = list(next(iter(table.values())))
    for column in ("", *columns):
        grid.add_column(column, justify="right" if column else "left")
    for name, row in table.items():
        grid.add_row(name, *("–" if row[column] is None else str(row[column]) for column in columns))
    return grid


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval.calibration",
        description="Fit the confidence that decides on refusals, and cross-validate it.",
    )
    add = parser.add_argument
    add("sets", type=Path, nargs="?", metavar="SETS.toml", help="further sets of questions to fit on")
    add("--sample", type=count, default=1, metavar="N", help="every N-th question of those sets (1: all)")
    add("--keep", type=Path, metavar="FILE.jsonl", help="keep what was observed of each question")
    add("--observations", type=Path, metavar="FILE.jsonl", help="fit on what was kept, asking nothing")
    add("--write", action="store_true", help=f"write {WEIGHTS_FILE.name}, which the product reads")
    return parser


if __name__ == "__main__":
    sys.exit(main())
