"""Command lines run in this process, and what they said."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

COAL = "昔阳县2023年原煤产量是多少？"
"""A question the seeds answer with 2694.5万吨."""
NOBODY_KNOWS = "左权县长是谁？"
"""A question the seeds do not answer."""


@dataclass(frozen=True, slots=True)
class Said:
    """An exit status, and both outputs."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON value."""
        return json.loads(self.out)

    @property
    def rows(self) -> list[Any]:
        """Standard output as one JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Main = Callable[[Sequence[str] | None], int]
Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call an entry point with arguments, `stdin` as its standard input."""

    def call(main: Main, *arguments: object, stdin: str = "") -> Said:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        capsys.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # how argparse ends
            status = int(stop.code or 0)
        captured = capsys.readouterr()
        return Said(status, captured.out, captured.err)

    return call


def is_in_both_languages(message: str) -> bool:
    """Whether an error is two lines, Chinese then English, and no stack trace."""
    lines = message.strip().splitlines()
    return (
        len(lines) == 2
        and any("一" <= char <= "鿿" for char in lines[0])
        and sum(char.isascii() for char in lines[1]) > 0.5 * len(lines[1])
    )
