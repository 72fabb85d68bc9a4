"""`python -m eval.speed.endurance`: thousands of questions in a row to one assistant, and whether it grows.

The development questions over the seeds, again and again, each time about other years and with another opening, so
that an answer is never one that is still remembered. Prints Markdown; the exit status is 1 where it grew.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from eval.formats import load_questions
from eval.options import count as whole_number
from rag.command import run_command

if TYPE_CHECKING:
    from rag.assistant import Assistant

_FLAT, _GREW = 0, 1
_GOLD = Path(__file__).parents[1] / "gold" / "seeds.jsonl"
_YEAR = re.compile(r"20[12]\d")
_FIRST_YEAR, _YEARS = 2018, 11
_OPENINGS = ("", "请问", "想知道：", "查一下，", "再问一次：", "麻烦告诉我，", "你好，")
_MAY_GROW = 1.05
"""How many times the memory of the second quarter the last quarter's may be: an allocator is never quite still."""
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Reading:
    """The state after `asked` questions: resident memory in bytes, open files, and what the last ones took, in ms."""

    asked: int
    memory: int
    files: int
    milliseconds: float


def main(argv: Sequence[str] | None = None) -> int:
    """Print the page; returns the exit status: 0 flat, 1 grew, 2 usage or input error, 130 interrupted."""
    return run_command(
        _measure, _parser().parse_args(argv), "\n已中断，没有结果。\nInterrupted; there is no result."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.speed.endurance", description=__doc__)
    add = parser.add_argument
    add("--questions", type=whole_number, default=10_000, metavar="N", help="how many (default: 10,000)")
    add("--every", type=whole_number, default=500, metavar="N", help="how often to look (default: every 500)")
    add("--gold", type=Path, default=_GOLD, metavar="FILE", help="the questions (default: the seeds')")
    add("--store", type=Path, metavar="DIR", help="the index that is asked (default: the seeds')")
    return parser


def _measure(options: argparse.Namespace) -> int:
    from rag.assistant import open_assistant

    asked = islice(varied([one.question for one in load_questions(options.gold, "dev")]), options.questions)
    readings = list(_readings(open_assistant(store=options.store), asked, options.every))
    sys.stdout.write("\n".join([*_page(readings), ""]))
    return _GREW if grew(readings) else _FLAT


def varied(questions: Sequence[str]) -> Iterator[str]:
    """The questions without end, each round about other years and with another opening."""
    for turn in count():
        opening = _OPENINGS[turn % len(_OPENINGS)]
        yield from (opening + _years_on(question, turn) for question in questions)


def _years_on(question: str, years: int) -> str:
    """The question about so many years later; what is too late begins anew with the first year."""

    def later(year: re.Match[str]) -> str:
        return str(_FIRST_YEAR + (int(year[0]) - _FIRST_YEAR + years) % _YEARS)

    return _YEAR.sub(later, question)


def grew(readings: Sequence[Reading]) -> bool:
    """Whether the last quarter holds more memory or files than the second; the first is for warming up."""
    quarter = max(1, len(readings) // 4)
    before, after = readings[quarter : 2 * quarter] or readings, readings[-quarter:]
    memory = statistics.median(one.memory for one in after) / statistics.median(one.memory for one in before)
    return memory > _MAY_GROW or max(one.files for one in after) > max(one.files for one in before)


def _readings(assistant: Assistant, questions: Iterator[str], every: int) -> Iterator[Reading]:
    done = 0
    while some := tuple(islice(questions, every)):
        times = [_milliseconds(assistant, question) for question in some]
        done += len(some)
        yield Reading(done, _resident(), _open_files(), statistics.median(times))


def _milliseconds(assistant: Assistant, question: str) -> float:
    began = time.perf_counter()
    assistant.ask(question)
    return 1000 * (time.perf_counter() - began)


def _resident() -> int:
    """Bytes in memory now; where the system does not say, the most there were so far."""
    statm = Path("/proc/self/statm")
    if statm.is_file():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _open_files() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def _page(readings: Sequence[Reading]) -> list[str]:
    return [
        f"# {readings[-1].asked:,} questions in a row, {datetime.now(UTC):%Y-%m-%d}",
        "",
        f"Made by `python -m eval.speed.endurance` on {os.cpu_count()} cores: one assistant, one thread. "
        f"{'It grew.' if grew(readings) else 'It did not grow.'}",
        "",
        "| questions | memory | open files | one question, p50 |",
        "|---:|---:|---:|---:|",
        *(
            f"| {one.asked:,} | {one.memory / _MEGABYTE:.0f} MB | {one.files} | {one.milliseconds:.0f} ms |"
            for one in readings
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
