"""`python -m eval.ablation SETS.toml`: what each part of retrieval is worth, one row a part, as a dated page."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from eval.ablations import EVERYTHING, OnceEncoded, ablated, ablations
from eval.bootstrap import CONFIDENCE, RESAMPLES
from eval.gold import GoldQuestion
from eval.measures import Share
from eval.options import count
from eval.paired import compare
from eval.question_sets import QuestionSet, read_sets
from eval.report_files import make_folders, unwritable
from eval.shares import shares_of_rankings
from eval.tables import NOTHING, format_difference
from eval.trial import run_trials
from rag import __version__
from rag.command import run_command
from rag.retrieval.fusion import WEIGHTS
from rag.settings import Settings, load_settings

_DONE = 0
_MEASURES = ("recall@1", "MRR@10", "evidence@5")
"""Those that count a question of some set are shown."""
_DEPTH = 30
"""How many passages are looked at: enough for the first ten documents, and a third of the time of all."""
_SAME = "0"
"""A difference of nothing on any question."""
_OVER_SETS, _OVER_QUESTIONS = "mean of the sets", "all questions"
Values = Mapping[str, Sequence[Share | None]]
"""By measure, the value of each question."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One set of questions: the values by ablation, and how many searches of each failed."""

    name: str
    values: Mapping[str, Values]
    failed: Mapping[str, int]
    embedder: str

    @property
    def size(self) -> int:
        """How many questions count: those that something answers."""
        return sum(share is not None for share in self.values[EVERYTHING][_MEASURES[0]])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0 measured, 2 usage or input error, 130 interrupted."""
    return run_command(
        _measure, _parser().parse_args(argv), "\n已中断，没有结果。\nInterrupted; there is no result."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.ablation", description=__doc__)
    parser.add_argument(
        "sets", type=Path, help="a TOML file with a [[set]] of name, corpus, gold for each set"
    )
    parser.add_argument("--sample", type=count, default=1, metavar="N", help="only every N-th question")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the page a second time, in this file")
    return parser


def _measure(options: argparse.Namespace) -> int:
    sets = read_sets(options.sets)
    # All questions are read first, so that a wrong path is told at once.
    asked = [one.session.questions()[:: options.sample] for one in sets]
    if options.out:
        make_folders(options.out.parent)
    settings = load_settings()
    measured = [_measured(one, questions, settings) for one, questions in zip(sets, asked, strict=True)]
    page = ablation_page(measured, options.sample)
    if options.out:
        try:
            options.out.write_text(page, encoding="utf-8")
        except OSError as error:
            raise unwritable(options.out, error) from error
    sys.stdout.write(page)
    return _DONE


def _measured(one: QuestionSet, questions: tuple[GoldQuestion, ...], settings: Settings) -> Measured:
    assistant, texts = one.session.opened(questions, settings)
    embedder = OnceEncoded(assistant.embedder)
    values: dict[str, Values] = {}
    failed: dict[str, int] = {}
    for ablation in ablations():
        searched = ablated(assistant, ablation, embedder)
        trials = run_trials(searched, questions, texts, retrieval_only=True, depth=_DEPTH)
        with Progress(
            console=Console(stderr=True)
        ) as progress:  # one each: a log has a line for what is done
            shown = f"{one.name}: {ablation.name}"
            found = list(progress.track(trials, len(questions), description=shown))
        by_measure = shares_of_rankings([trial.verdict.ranking for trial in found]).by_measure
        values[ablation.name] = {name: by_measure[name] for name in _MEASURES}
        failed[ablation.name] = sum(bool(trial.errors) for trial in found)
    return Measured(one.name, values, failed, assistant.embedder.name)


def ablation_page(measured: Sequence[Measured], sample: int = 1) -> str:
    """The values, and for each measure the differences to everything, as Markdown tables with the date."""
    weights = ", ".join(f"{stage} {weight:g}" for stage, weight in WEIGHTS.items())
    part = f", one question in {sample}" if sample > 1 else ""
    measures = [measure for measure in _MEASURES if any(_counted(one, measure) for one in measured)]
    lines = [
        f"# What each part of retrieval is worth, {datetime.now(UTC):%Y-%m-%d}",
        "",
        f"Made by `python -m eval.ablation`: Wenju {__version__}, {measured[0].embedder}, one configuration for "
        f"all sets{part}. Weights: {weights}.",
        "“−” is everything without that part; “+” adds to the row above. Whatever is left out, passages are still put "
        "forward by their vectors.",
        "",
        f"{' / '.join(measures)}:",
        "",
        *_table(measured, _values(measured, measures), _OVER_SETS),
    ]
    for measure in measures:
        lines += [
            "",
            f"{measure} less that of {EVERYTHING}, paired by question, with its {CONFIDENCE:.0%} bootstrap interval "
            f"({RESAMPLES} resamples); bold where the interval is clear of zero, {_SAME} where no question changed:",
            "",
            *_table(measured, _differences(measured, measure), _OVER_QUESTIONS),
        ]
    for one in measured:
        lines += [
            f"\n{one.name}, {name}: {count} questions failed and count as not found."
            for name, count in one.failed.items()
            if count
        ]
    return "\n".join(lines) + "\n"


def _table(measured: Sequence[Measured], rows: Iterator[list[str]], together: str) -> list[str]:
    """Markdown rows under the names of the sets; with several sets the last column is of them together."""
    names = [f"{one.name} ({one.size})".replace("|", "\\|") for one in measured]
    columns = ["", *names, *([together] if len(measured) > 1 else [])]
    return [
        f"| {' | '.join(columns)} |",
        "|---|" + "---:|" * (len(columns) - 1),
        *(f"| {' | '.join(row[: len(columns)])} |" for row in rows),
    ]


def _counted(one: Measured, measure: str) -> bool:
    return any(share is not None for share in one.values[EVERYTHING][measure])


def _values(measured: Sequence[Measured], measures: Sequence[str]) -> Iterator[list[str]]:
    for name in measured[0].values:
        means = [[_mean(one.values[name][measure]) for measure in measures] for one in measured]
        yield [
            name,
            *(" / ".join(map(_shown, row)) for row in means),
            " / ".join(_shown(_over(column)) for column in zip(*means, strict=True)),
        ]


def _differences(measured: Sequence[Measured], measure: str) -> Iterator[list[str]]:
    for name in measured[0].values:
        if name == EVERYTHING:
            continue
        rows = [(one.values[name][measure], one.values[EVERYTHING][measure]) for one in measured]
        together = [share for row, _ in rows for share in row], [share for _, row in rows for share in row]
        yield [name, *(_difference(row, whole) for row, whole in (*rows, together))]


def _difference(row: Sequence[Share | None], whole: Sequence[Share | None]) -> str:
    found = compare(row, {EVERYTHING: whole})
    if found is None:
        return NOTHING
    if not any((found.difference, found.low, found.high)):
        return _SAME
    shown = format_difference(asdict(found))
    return f"**{shown}**" if found.low > 0 or found.high < 0 else shown


def _mean(shares: Sequence[Share | None]) -> float | None:
    return _over([share.part / share.whole for share in shares if share is not None])


def _over(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _shown(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"


if __name__ == "__main__":
    sys.exit(main())
