"""An evaluation: the assistant and the baselines on the same questions, as one report."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.progress import Progress

from eval.baselines import DESCRIPTIONS, build_baselines
from eval.gold import GoldQuestion
from eval.judge import Ranking
from eval.report import Run, report_json
from eval.targets import OriginalTexts
from eval.trial import Assistant, run_trials
from rag.types import Json


def evaluate(
    assistant: Assistant,
    texts: OriginalTexts,
    questions: Sequence[GoldQuestion],
    *,
    corpus: str,
    config: Json,
    baselines: bool = False,
) -> Json:
    """Put the questions to the assistant (and to the baselines) and give the report as JSON."""
    rankings: dict[str, list[Ranking]] = {}
    with Progress(console=Console(stderr=True)) as progress:
        asked = progress.track(
            run_trials(assistant, questions, texts), len(questions), description="answering"
        )
        trials = list(asked)
        if baselines:
            config = {**config, "baselines": DESCRIPTIONS}
            rankings = _baseline_rankings(assistant, questions, texts, progress)
    backends = sorted({trial.answer.backend for trial in trials if trial.answer})
    config = {**config, "backends": backends, "embedder": assistant.embedder.name}
    return report_json(Run(config, corpus, trials, rankings))


def _baseline_rankings(
    assistant: Assistant, questions: Sequence[GoldQuestion], texts: OriginalTexts, progress: Progress
) -> dict[str, list[Ranking]]:
    task = progress.add_task("embedding for the baselines", total=None)

    def embedded(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    built = build_baselines(texts, assistant.passages(), assistant.embedder, embedded)
    ranked = progress.track(built, description="ranking with the baselines")
    return {baseline.name: list(baseline.rankings(questions, texts)) for baseline in ranked}
