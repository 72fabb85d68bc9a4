"""An evaluation: the assistant and the baselines on the same questions, as one report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from eval.baselines import DESCRIPTIONS, build_baselines
from eval.gold import GoldQuestion
from eval.judge import Ranking
from eval.plain_vectors import PlainEmbedder, PlainVectors
from eval.report import Run, report_json
from eval.targets import OriginalTexts
from eval.trial import Assistant, run_trials
from rag.types import Json


@dataclass(frozen=True, slots=True)
class Beside:
    """What baselines run with: the folder where vectors are kept, and another model to embed with."""

    vectors: Path | None = None
    model: PlainEmbedder | None = None


def evaluate(
    assistant: Assistant,
    texts: OriginalTexts,
    questions: Sequence[GoldQuestion],
    *,
    corpus: str,
    config: Json,
    beside: Beside | None = None,
    retrieval_only: bool = False,
) -> Json:
    """Put the questions to the assistant, and to baselines `beside` it, and give the report as JSON.

    With `retrieval_only` nothing is answered: the assistant is asked for its ranking alone.
    """
    rankings: dict[str, list[Ranking]] = {}
    with Progress(console=Console(stderr=True)) as progress:
        trials = list(
            progress.track(
                run_trials(assistant, questions, texts, retrieval_only=retrieval_only),
                len(questions),
                description="searching" if retrieval_only else "answering",
            )
        )
        if beside:
            config = {**config, "baselines": DESCRIPTIONS}
            rankings = _baseline_rankings(assistant, questions, texts, beside, progress)
    backends = sorted({trial.answer.backend for trial in trials if trial.answer})
    config = {**config, "backends": backends, "embedder": assistant.embedder.name}
    return report_json(Run(config, corpus, trials, rankings))


def _baseline_rankings(
    assistant: Assistant,
    questions: Sequence[GoldQuestion],
    texts: OriginalTexts,
    beside: Beside,
    progress: Progress,
) -> dict[str, list[Ranking]]:
    task = progress.add_task("embedding for the baselines", total=None)

    def embedded(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    models = [assistant.embedder, *([beside.model] if beside.model else [])]
    kept = [PlainVectors(model, beside.vectors, embedded) for model in models]
    built = build_baselines(texts, assistant.passages(), *kept)
    for vectors in kept:
        vectors.keep()
    ranked = progress.track(built, description="ranking with the baselines")
    rankings = {baseline.name: list(baseline.rankings(questions, texts)) for baseline in ranked}
    for vectors in kept:
        vectors.keep()
    return rankings
