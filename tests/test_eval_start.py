"""Start-up and endurance are measured on the command line that people use."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from eval.speed import endurance, start
from eval.speed.endurance import Reading, grew, varied
from eval.speed.process import run
from rag.errors import SettingsError
from tests.command_lines import COAL, NOBODY_KNOWS

MEGABYTE = 1 << 20


def readings(memory: list[int], files: list[int]) -> list[Reading]:
    return [Reading(at, m * MEGABYTE, f, 1.0) for at, (m, f) in enumerate(zip(memory, files, strict=True))]


MEASURING = """
from eval.speed.process import run
refused, small = run("rag.ask", "", well=(2,)), run("this")
print(repr([refused.output, refused.peak, small.output, small.peak, small.seconds]))
"""


def test_a_run_tells_its_time_its_memory_and_what_it_printed() -> None:
    # By a small process: what whoever measures holds is counted as theirs.
    said = subprocess.run([sys.executable, "-c", MEASURING], check=True, capture_output=True, text=True)
    nothing, refused, printed, small, seconds = ast.literal_eval(said.stdout)
    assert nothing == ""
    assert "Beautiful is better" in printed
    assert 0 < seconds < 60
    assert 4 * MEGABYTE < small < refused < 150 * MEGABYTE


def test_a_run_that_fails_is_no_measurement() -> None:
    with pytest.raises(SettingsError, match="no_such_module"):
        run("no_such_module")


def test_the_page_has_a_row_a_question(
    seed_store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "_QUESTIONS", {"a figure": COAL, "nothing there": NOBODY_KNOWS})
    assert start.main(["--alone", "--runs", "1", "--store", str(seed_store)]) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| `python")]
    assert len(rows) == 2
    assert all(row.endswith(" MB |") for row in rows)


def test_every_round_asks_about_other_years() -> None:
    questions = ["2023年呢？", "煤？"]
    asked = [question for question, _ in zip(varied(questions), range(6 * len(questions)), strict=False)]
    assert asked[:2] == questions
    assert asked[2] == "请问2024年呢？"
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize(
    ("memory", "files", "grown"),
    [
        ([100, 200, 210, 205], [9, 9, 9, 9], False),
        ([100, 200, 250, 300], [9, 9, 9, 9], True),
        ([200, 200, 200, 200], [9, 9, 10, 11], True),
        ([100, 200, 200, 200], [20, 9, 9, 9], False),
        ([300], [9], False),
    ],
)
def test_what_the_second_quarter_held_is_what_the_last_may_hold(
    memory: list[int], files: list[int], grown: bool
) -> None:
    assert grew(readings(memory, files)) is grown


def test_questions_in_a_row_are_told_as_a_table(seed_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = endurance.main(["--questions", "8", "--every", "2", "--store", str(seed_store)])
    page = capsys.readouterr().out
    assert status in (0, 1)
    assert page.startswith("# 8 questions in a row")
    assert [line.split("|")[1].strip() for line in page.splitlines() if line.endswith(" ms |")] == list(
        "2468"
    )
