"""How sure it is that the documents answer: a logistic model over signals of the evidence.

The weights are data, `confidence.json` beside this file, made by `python -m eval.calibration`; docs/evaluation.md
tells how, and what they are worth.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

from rag.answering.evidence import Evidence
from rag.errors import WenjuError
from rag.text.language import detect_language
from rag.types import Query

ANSWER_FROM: Final = 0.5
"""Below this probability a question is refused."""
WEIGHTS_FILE: Final = Path(__file__).with_name("confidence.json")
SAME_LANGUAGE: Final = "same_language"
BY_DICTIONARY: Final = "by_dictionary"
GROUPS: Final = (SAME_LANGUAGE, BY_DICTIONARY)
"""Evidence in the question's language, and evidence that a dictionary had to be asked about: it finds fewer words."""

DECISIVE: Final = ("plan", "measure", "mentioned", "period", "subject", "nobody", "unsaid")
"""Signals of which one is enough to refuse: a plan is no result, whatever else fits."""
DECIDED: Final = 0.05
"""The confidence then."""
_SIGN = 0.5
_WITH_WORDS = frozenset({"zh", "en"})
_LEAST_NEAR = 0.12
"""A sentence that holds less of the question than this, with all that stands around it, is no answer."""
_COSINE, _COSINE_SCALE = 0.765, 0.007
"""For a language whose words can't be compared with the documents', only the passage's cosine speaks: it
tells what the documents are about from what they are not, with the default model, but hardly the right
passage from its neighbours."""
_MEANING_AT_MOST = 0.6
"""So such an answer always carries the warning to check its source."""


@dataclass(frozen=True, slots=True)
class LogisticWeights:
    """A logistic model: the bias, and a weight for each signal it looks at."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, signals: Mapping[str, float]) -> float:
        """1 / (1 + exp(-(bias + sum of weight times signal)))."""
        logit = self.bias + sum(weight * signals[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, logit))))


def confidence(query: Query, evidence: Sequence[Evidence]) -> float:
    """The probability, 0 to 1, that the best sentence answers the question; 0 where there is none."""
    if not evidence:
        return 0.0
    if evidence[0].features.near < _LEAST_NEAR:
        return 0.0 if query.language in _WITH_WORDS else _by_meaning(evidence[0].hit.dense)
    seen = signals(evidence)
    sure = load_weights(WEIGHTS_FILE)[evidence_group(query, evidence)].probability(seen)
    return min(sure, DECIDED) if is_decided(seen) else sure


def is_decided(seen: Mapping[str, float]) -> bool:
    """Whether one of the signals refuses the question, whatever the models say."""
    return any(seen.get(name, 0.0) for name in DECISIVE)


def evidence_group(query: Query, evidence: Sequence[Evidence]) -> str:
    """Which of the models judges: the one of `GROUPS` that the best sentence's language asks for."""
    return SAME_LANGUAGE if detect_language(evidence[0].text) == query.language else BY_DICTIONARY


def signals(evidence: Sequence[Evidence]) -> dict[str, float]:
    """What the models look at, each about 0 to 1: the best sentence's features, and one more.

    `formless`: it has no sign of what is asked for (no list where a list is wanted, no name for a "who").
    """
    best = evidence[0].features
    return {**asdict(best), "formless": best.near * (best.asked < _SIGN)}


@cache
def load_weights(path: Path) -> dict[str, LogisticWeights]:
    """The models of a weights file, by group. Raises `WenjuError` for a file that can't be used."""
    try:
        models = json.loads(path.read_text(encoding="utf-8"))["models"]
        return {
            group: LogisticWeights(
                float(models[group]["bias"]),
                {name: float(weight) for name, weight in models[group]["weights"].items()},
            )
            for group in GROUPS
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WenjuError(
            f"置信度的权重文件 {path} 用不了（{error}）。请重新安装本程序，或用 python -m eval.calibration 重新生成。",
            f"The confidence weights in {path} can't be used ({error}). "
            "Install the program again, or make them anew with python -m eval.calibration.",
        ) from error


def _by_meaning(cosine: float) -> float:
    return min(_MEANING_AT_MOST, 1.0 / (1.0 + math.exp((_COSINE - cosine) / _COSINE_SCALE)))
