"""`python -m eval.benchmark SETS.toml`: retrieval on several question sets beside the baselines, as a dated page."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from eval.baselines import DENSE
from eval.options import count
from eval.question_sets import QuestionSet, read_sets
from eval.report_files import make_folders, write_report
from eval.tables import NOTHING, format_difference, format_p, format_value
from rag import __version__
from rag.errors import WenjuError
from rag.settings import load_settings
from rag.types import Json

_DONE, _USAGE, _INTERRUPTED = 0, 2, 130
_MEASURES = ("recall@1", "MRR@10", "nDCG@10", "recall@5")
_COLUMNS = (
    "set",
    "n",
    "measure",
    "Wenju",
    DENSE,
    "best baseline",
    "which",
    "difference, 95 % interval",
    "p",
    "p50",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0 measured, 2 usage or input error, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmark", description=__doc__)
    parser.add_argument(
        "sets", type=Path, help="a TOML file with a [[set]] of name, corpus, gold for each set"
    )
    parser.add_argument(
        "--baseline-model", metavar="MODEL", help="baselines with this sentence-transformers model too"
    )
    parser.add_argument("--sample", type=count, default=1, metavar="N", help="only every N-th question")
    parser.add_argument("--out", type=Path, help="folder for the full report of each set")
    options = parser.parse_args(argv)
    try:
        sets = read_sets(options.sets, options.baseline_model)
        reports = _reports(sets, options.out, options.sample)
    except WenjuError as error:
        sys.stderr.write(f"{error}\n")
        return _USAGE
    except KeyboardInterrupt:
        sys.stderr.write("\n已中断，没有结果。\nInterrupted; there is no result.\n")
        return _INTERRUPTED
    sys.stdout.write(benchmark_page(reports))
    return _DONE


def _reports(sets: Sequence[QuestionSet], out: Path | None, sample: int) -> dict[str, Json]:
    """The report of each set by its name. All questions are read first, so that a wrong path is told at once."""
    questions = [one.session.questions()[::sample] for one in sets]
    settings = load_settings()
    reports: dict[str, Json] = {}
    for number, (one, asked) in enumerate(zip(sets, questions, strict=True), start=1):
        sys.stderr.write(f"{number}/{len(sets)} {one.name}\n")
        reports[one.name] = one.session.report(asked, settings)
        if out:
            folder = out / re.sub(r"[^\w.-]+", "-", one.name)
            make_folders(folder)
            write_report(reports[one.name], folder)
    return reports


def benchmark_page(reports: Mapping[str, Json]) -> str:
    """One Markdown table over the reports, by the name of each set, with the date and what was run."""
    first = next(iter(reports.values()))["config"]
    lines = [
        f"# Retrieval beside the baselines, {datetime.now(UTC):%Y-%m-%d}",
        "",
        f"Made by `python -m eval.benchmark`: Wenju {__version__}, {first['embedder']}, {os.cpu_count()} cores, one "
        "configuration for all sets.",
        f"The difference is to the baseline that is best by that measure, paired by question, with its "
        f"{first['confidence']:.0%} bootstrap interval ({first['resamples']} resamples).",
        "`p50` is the median time of one whole search.",
        "",
        f"| {' | '.join(_COLUMNS)} |",
        "|---|---:|---|" + "---:|" * 3 + "---|" + "---:|" * 3,
    ]
    lines += [f"| {' | '.join(row)} |" for name, report in reports.items() for row in _rows(name, report)]
    failed = {name: sum(bool(row["errors"]) for row in report["rows"]) for name, report in reports.items()}
    lines += [
        f"\n{name}: {count} questions failed and count as not found."
        for name, count in failed.items()
        if count
    ]
    return "\n".join(lines) + "\n"


def _rows(name: str, report: Json) -> Iterator[tuple[str, ...]]:
    milliseconds = format_value("latency_p50", report["overall"]["latency_p50"])
    for measure in _MEASURES:
        ours, paired = report["overall"][measure], report["paired"].get(measure)
        best = paired["baseline"] if paired else None
        yield (
            name.replace("|", "\\|"),
            str(ours["n"]),
            measure,
            format_value(measure, ours),
            format_value(measure, report["baselines"][DENSE][measure]),
            format_value(measure, report["baselines"][best][measure]) if best else NOTHING,
            best or NOTHING,
            format_difference(paired) if paired else NOTHING,
            format_p(paired["p"]) if paired else NOTHING,
            milliseconds,
        )


if __name__ == "__main__":
    sys.exit(main())
