"""The report of a run as JSON: every measure overall and by group, the baselines, and a row a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from eval.confidence_curves import curves_of_rows
from eval.gold import GoldQuestion
from eval.judge import Ranking, source_ranks
from eval.paired import paired_json
from eval.shares import Shares, shares_of_rankings, shares_of_verdicts
from eval.trial import Trial
from rag.contract import citation_json
from rag.types import Json

Group = Literal["kind", "lang", "split"]
_GROUPS: tuple[Group, ...] = ("kind", "lang", "split")


@dataclass(frozen=True, slots=True)
class Run:
    """What an evaluation found: a trial a question, and each baseline's ranking a question."""

    config: Json
    corpus: str
    trials: Sequence[Trial]
    baselines: Mapping[str, Sequence[Ranking]] = field(default_factory=dict)


def report_json(run: Run) -> Json:
    """The evaluation report: the contract's keys, `by_split`, `baselines_by_kind`, `_by_lang`, `paired` and `calibration`."""
    ours = shares_of_verdicts([trial.verdict for trial in run.trials])
    baselines = {name: shares_of_rankings(rankings) for name, rankings in run.baselines.items()}
    groups = {group: _places_by_group((trial.question for trial in run.trials), group) for group in _GROUPS}
    rows = [_row(trial) for trial in run.trials]
    return {
        "config": dict(run.config),
        "corpus": run.corpus,
        "questions": len(run.trials),
        "overall": ours.estimates(),
        **{f"by_{group}": _grouped(ours, groups[group]) for group in _GROUPS},
        "baselines": {name: shares.estimates() for name, shares in baselines.items()},
        **{
            f"baselines_by_{group}": {
                name: _grouped(shares, groups[group]) for name, shares in baselines.items()
            }
            for group in _GROUPS[:2]
        },
        "paired": paired_json(ours, baselines),
        "calibration": curves_of_rows(rows),
        "rows": rows,
    }


def _grouped(shares: Shares, groups: Mapping[str, Sequence[int]]) -> Json:
    return {name: shares.estimates(places) for name, places in groups.items()}


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
        "expected": {
            "answers": list(question.answers),
            "must_contain_all": list(question.must_contain_all),
            "sources": list(question.sources),
        },
        "correct": verdict.correct,
        "ranks": source_ranks(trial.spans),
        "source_ranks": list(verdict.ranking.sources),
        "evidence_ranks": list(verdict.ranking.evidence),
        "ms": round(verdict.ms, 1),
        "problems": list(trial.target.problems),
        "errors": list(trial.errors),
        **_said(trial),
    }


def _said(trial: Trial) -> Json:
    """What the assistant answered; empty where it failed, or was only to search."""
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
