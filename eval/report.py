"""The report of a run as JSON: every measure overall and by group, the baselines, and a row a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Literal

from eval.bootstrap import Estimate, estimate, percentile
from eval.gold import GoldQuestion
from eval.judge import Ranking, source_ranks
from eval.measures import ANSWER_MEASURES, LATENCY_MEASURES, RETRIEVAL_MEASURES, Share
from eval.trial import Trial
from rag.contract import citation_json
from rag.types import Json

Group = Literal["kind", "lang", "split"]


@dataclass(frozen=True, slots=True)
class Run:
    """What an evaluation found: a trial a question, and each baseline's ranking a question."""

    config: Json
    corpus: str
    trials: Sequence[Trial]
    baselines: Mapping[str, Sequence[Ranking]] = field(default_factory=dict)


def report_json(run: Run) -> Json:
    """The evaluation report: the contract's keys, and `by_split`, `baselines_by_kind` and `_by_lang`."""
    return {
        "config": dict(run.config),
        "corpus": run.corpus,
        "questions": len(run.trials),
        "overall": _measured(run.trials),
        "by_kind": _by_group(run.trials, "kind"),
        "by_lang": _by_group(run.trials, "lang"),
        "by_split": _by_group(run.trials, "split"),
        "baselines": {name: _retrieval(rankings) for name, rankings in run.baselines.items()},
        "baselines_by_kind": _baselines_by_group(run, "kind"),
        "baselines_by_lang": _baselines_by_group(run, "lang"),
        "rows": [_row(trial) for trial in run.trials],
    }


def _measured(trials: Sequence[Trial]) -> Json:
    verdicts = [trial.verdict for trial in trials]
    answers = {
        name: _json(estimate([measure(v) for v in verdicts])) for name, measure in ANSWER_MEASURES.items()
    }
    times = [Share(verdict.ms) for verdict in verdicts]
    latency = {name: _json(estimate(times, partial(percentile, q=q))) for name, q in LATENCY_MEASURES.items()}
    return {**answers, **_retrieval([verdict.ranking for verdict in verdicts]), **latency}


def _retrieval(rankings: Sequence[Ranking]) -> Json:
    return {
        name: _json(estimate([measure(r) for r in rankings])) for name, measure in RETRIEVAL_MEASURES.items()
    }


def _json(value: Estimate) -> Json:
    return asdict(value)


def _by_group(trials: Sequence[Trial], group: Group) -> Json:
    places = _places_by_group((trial.question for trial in trials), group)
    return {name: _measured([trials[i] for i in members]) for name, members in places.items()}


def _baselines_by_group(run: Run, group: Group) -> Json:
    places = _places_by_group((trial.question for trial in run.trials), group)
    return {
        baseline: {name: _retrieval([rankings[i] for i in members]) for name, members in places.items()}
        for baseline, rankings in run.baselines.items()
    }


def _places_by_group(questions: Iterable[GoldQuestion], group: Group) -> dict[str, list[int]]:
    """The places of each group's questions, groups by name; a question without one is left out."""
    places: dict[str, list[int]] = {}
    for index, question in enumerate(questions):
        name = {"kind": question.kind, "lang": question.lang, "split": question.split}[group]
        if name is not None:
            places.setdefault(name, []).append(index)
    return dict(sorted(places.items()))


def _row(trial: Trial) -> Json:
    question, verdict = trial.question, trial.verdict
    return {
        "id": question.id,
        "question": question.question,
        "lang": question.lang,
        "kind": question.kind,
        "split": question.split,
        "answerable": question.answerable,
        "expected": {"answers": list(question.answers), "must_contain_all": list(question.must_contain_all)},
        "correct": verdict.correct,
        "ranks": source_ranks(trial.spans),
        "evidence_ranks": list(verdict.ranking.evidence),
        "ms": round(verdict.ms, 1),
        "problems": list(trial.target.problems),
        "errors": list(trial.errors),
        **_said(trial),
    }


def _said(trial: Trial) -> Json:
    """What the assistant answered; empty where it failed."""
    answer, verdict = trial.answer, trial.verdict
    if answer is None:
        return {
            "refused": False,
            "answer": "",
            "citations": [],
            "confidence": None,
            "backend": None,
            "warnings": [],
        }
    judged = zip(answer.citations, verdict.citations, verdict.exact, strict=True)
    citations = [
        {**citation_json(citation), "right": right, "exact": exact} for citation, right, exact in judged
    ]
    return {
        "refused": answer.refused,
        "answer": answer.text,
        "citations": citations,
        "confidence": answer.confidence,
        "backend": answer.backend,
        "warnings": list(answer.warnings),
    }
