"""`make proof`: what is measured on this machine against the targets, as a dated page on standard output."""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rag.resources import seed_folder
from rag.types import Json

_QUESTION = "昔阳县2023年原煤产量是多少？"
_RUNS = 7
_TARGETS = (
    ("evidence@5", "≥ 0.95"),
    ("answer_accuracy", "≥ 0.85"),
    ("answerable_accuracy", "–"),
    ("citation_precision", "≥ 0.97"),
    ("citation_recall", "–"),
    ("quote_exact", "1"),
    ("refusal_recall", "≥ 0.90"),
    ("false_refusal", "≤ 0.05"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the page, from the evaluation's JSON report and timings taken now."""
    parser = argparse.ArgumentParser(prog="python -m eval.proof", description=__doc__)
    parser.add_argument("report", nargs="?", type=Path, default=Path("eval/out/report.json"))
    path: Path = parser.parse_args(argv).report
    if not path.is_file():
        parser.error(f"没有 {path}，请先运行 python -m eval。There is no {path}: run python -m eval first.")
    report: Json = json.loads(path.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        build = _seconds("rag.ingest", str(seed_folder()), "--store", folder)
        asked = [_seconds("rag.ask", _QUESTION, "--store", folder) for _ in range(_RUNS)]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(_page(report, build, asked, peak))  # noqa: T201  the page is the output
    return 0


def _seconds(module: str, *arguments: str) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  our own modules
    return time.perf_counter() - began


def _page(report: Json, build: float, asked: Sequence[float], peak: float) -> str:
    lines = [
        f"# Measurements of {datetime.now(UTC):%Y-%m-%d}",
        "",
        f"Made by `make proof` on {os.cpu_count()} cores, extractive, no network. Timings of one machine: take",
        "ratios. The dev half was tuned on. Of the test half only sums were looked at on the way: see evaluation.md.",
        "",
        "| measure | target | dev | test |",
        "|---|---|---|---|",
        *(_row(report["by_split"], name, target) for name, target in _TARGETS),
        "",
        "Values with 95 % bootstrap intervals over questions.",
        "",
        "| time | target | measured |",
        "|---|---|---|",
        f"| index of the five seeds, whole process | ≤ 30 s | {build:.1f} s |",
        f"| `python -m rag.ask` on a ready index, whole process, median of {len(asked)} "
        f"(least to most) | ≤ 3 s | {statistics.median(asked):.2f} s ({min(asked):.2f} to {max(asked):.2f}) |",
        f"| peak memory of the larger of the two | – | {peak:.0f} MB |",
    ]
    baselines = report.get("baselines") or {}
    if baselines:
        names = ("recall@1", "MRR@10", "evidence@5")
        lines += ["", "Evidence and ranks of all answerable questions, beside tutorial pipelines:", ""]
        lines += ["| retriever | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
        for name, measures in {"Wenju": report["overall"], **baselines}.items():
            lines.append(f"| {name} | " + " | ".join(_value(measures.get(one)) for one in names) + " |")
    return "\n".join(lines)


def _row(splits: Json, name: str, target: str) -> str:
    cells = (_value(splits.get(split, {}).get(name)) for split in ("dev", "test"))
    return f"| {name} | {target} | " + " | ".join(cells) + " |"


def _value(measure: Json | None) -> str:
    if not measure or measure.get("value") is None:
        return "–"
    return f"{measure['value']:.3f} ({measure['low']:.3f}–{measure['high']:.3f})"


if __name__ == "__main__":
    sys.exit(main())
