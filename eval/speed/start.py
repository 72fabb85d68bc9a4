"""`python -m eval.speed.start`: one question on the command line, from a cold process, beside a LangChain script.

Both answer from the same files with the same weights, on a warm disk, taking turns; each runs once before counting.
The LangChain script loads its saved index, searches and prints passages; ours also words, cites and checks an answer.
Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from eval.options import count
from eval.speed.process import Run, run
from rag.command import run_command
from rag.resources import seed_folder

_DONE = 0
_ANSWERED_OR_REFUSED = (0, 1)
_QUESTIONS = {
    "a figure": "昔阳县2023年原煤产量是多少？",
    "a comparison": "岢岚2023年和左权2024年的一般公共预算收入增幅各是多少，谁高？",
    "in English": "What is the total investment of Zuoquan's pumped-storage project?",
    "nothing there": "太原市2023年的人口是多少？",
}
_MEGABYTE = 1 << 20
_PEER = "LangChain script"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the page; returns the exit status: 0 measured, 2 usage or input error, 130 interrupted."""
    return run_command(
        _measure, _parser().parse_args(argv), "\n已中断，没有结果。\nInterrupted; there is no result."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.speed.start", description=__doc__)
    add = parser.add_argument
    add("--runs", type=count, default=7, metavar="N", help="how often each is run (default: 7)")
    add("--store", type=Path, metavar="DIR", help="an index of the seeds (default: made for the run)")
    add("--alone", action="store_true", help="without the LangChain script")
    add(
        "--model",
        type=Path,
        metavar="DIR",
        help="the weights as a folder (`python -m rag.embedding export DIR`); made for the run if not named",
    )
    return parser


def _measure(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(_page(options, Path(folder)))
    return _DONE


def _page(options: argparse.Namespace, folder: Path) -> str:
    if options.store is None:
        run("rag.ingest", str(seed_folder()), "--store", str(folder / "store"))
    commands = _ours(options.store or folder / "store")
    if not options.alone:
        commands[_PEER] = _theirs(options.model, folder)
    for command in commands.values():
        run(*command, well=_ANSWERED_OR_REFUSED)
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(options.runs):
        for name, command in commands.items():
            runs[name].append(run(*command, well=_ANSWERED_OR_REFUSED))
    return "\n".join([*_head(options.runs), *_rows(runs), ""])


def _ours(store: Path) -> dict[str, list[str]]:
    """What is run of ours, by what is asked."""
    return {kind: ["rag.ask", question, "--store", str(store)] for kind, question in _QUESTIONS.items()}


def _theirs(model: Path | None, folder: Path) -> list[str]:
    """What is run of theirs, once its index is there."""
    if model is None:
        model = folder / "model"
        run("rag.embedding", "export", str(model))
    files = sorted(map(str, seed_folder().glob("*.txt")))
    index = str(folder / "langchain")
    run("eval.speed.peers.langchain_index", *files, "--model", str(model), "--out", index)
    question = next(iter(_QUESTIONS.values()))
    return ["eval.speed.peers.langchain_ask", question, "--model", str(model), "--index", index]


def _head(runs: int) -> list[str]:
    return [
        f"# One question from a cold process, {datetime.now(UTC):%Y-%m-%d}",
        "",
        f"Made by `python -m eval.speed.start` on {os.cpu_count()} cores: the five seed documents, {runs} runs each, taking",
        "turns. Timings of one machine: take ratios.",
        "",
        "| what is asked | wall, median (least to most) | peak memory |",
        "|---|---:|---:|",
    ]


def _rows(runs: dict[str, list[Run]]) -> list[str]:
    rows = [
        _row(name if name == _PEER else f"`python -m rag.ask`: {name}", its) for name, its in runs.items()
    ]
    if _PEER in runs:
        first = next(iter(runs))
        times = _seconds(runs[_PEER]) / _seconds(runs[first])
        less = _peak(runs[_PEER]) / _peak(runs[first])
        rows.append(
            f"| {_PEER} : `python -m rag.ask`, the same question | {times:.1f} : 1 | {less:.1f} : 1 |"
        )
    return rows


def _row(name: str, runs: Sequence[Run]) -> str:
    each = [one.seconds for one in runs]
    wall = f"{_seconds(runs):.2f} s ({min(each):.2f} to {max(each):.2f})"
    return f"| {name} | {wall} | {_peak(runs) / _MEGABYTE:.0f} MB |"


def _seconds(runs: Sequence[Run]) -> float:
    return statistics.median(one.seconds for one in runs)


def _peak(runs: Sequence[Run]) -> int:
    return max(one.peak for one in runs)


if __name__ == "__main__":
    sys.exit(main())
