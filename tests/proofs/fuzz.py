"""`python -m tests.proofs.fuzz`: a thousand broken files are read beside good ones; what came of it, as a page.

The same seed gives the same files. It fails if the run failed on one of them, waited for one longer than it
should, or lost a good document.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from rag.documents import ARCHIVES, Limits, ReadingProcess
from rag.errors import ReadError
from rag.types import Document
from tests.proofs.mutants import mutant

FIXTURES = Path("tests/fixtures")
SHARES = {
    ".pdf": 196,
    ".docx": 150,
    ".xlsx": 150,
    ".pptx": 110,
    ".epub": 90,
    ".eml": 90,
    ".html": 80,
    ".zip": 50,
    ".csv": 40,
    ".txt": 34,
    "scan": 10,
}
"""How many of a thousand are of which format."""

_SCANS = (
    "newspaper-scan.pdf",
    "garbage.pdf",
    "garbage-missing.pdf",
    "mixed.pdf",
    "scan.png",
    "scan.jpg",
    "scan.tif",
)
"""Pictures, and PDF files with pictures of pages: each takes seconds to be read."""
_SECONDS = 60.0
_SLACK = 3.0
_GOOD_EVERY = 20
_SEED = 3


@dataclass(slots=True)
class Row:
    """What became of the mutants of one format."""

    mutants: int = 0
    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    slowest: float = 0.0


@dataclass(slots=True)
class Outcome:
    """What became of all of them; `crashes`, `hangs` and `lost` name files."""

    rows: dict[str, Row] = field(default_factory=dict)
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    good_reads: int = 0
    seconds: float = 0.0


def fuzz(
    originals: Sequence[Path],
    shares: dict[str, int],
    folder: Path,
    *,
    seed: int = _SEED,
    seconds: float = _SECONDS,
) -> Outcome:
    """Read mutants of `originals`, so many of each ending, written to `folder`; good files come in between."""
    outcome, limits, began = Outcome(), Limits(seconds=seconds), time.perf_counter()
    with ReadingProcess() as process:
        good = _good_ones(process, originals, limits)
        for number, (path, form, name) in enumerate(_mutants(originals, shares, folder, seed)):
            _try(process, path, name, limits, outcome, outcome.rows.setdefault(form, Row()))
            if number % _GOOD_EVERY == 0:
                _check_good(process, *good[number // _GOOD_EVERY % len(good)], limits, outcome)
            if number % _GOOD_EVERY == 0 and sys.stderr.isatty():
                print(f"\r{number}", end="", file=sys.stderr)  # noqa: T201  it takes minutes
    outcome.seconds = time.perf_counter() - began
    return outcome


def _mutants(
    originals: Sequence[Path], shares: dict[str, int], folder: Path, seed: int
) -> Iterator[tuple[Path, str, str]]:
    """(file, its format, what it is a mutant of), the formats mixed so that each follows each."""
    order = [form for form, count in shares.items() for _ in range(count)]
    random.Random(seed).shuffle(order)
    sources = {form: [path for path in originals if form_of(path) == form] for form in shares}
    for number, form in enumerate(order):
        if sources[form]:
            rng = random.Random(f"{seed} {number}")
            original = rng.choice(sources[form])
            path = folder / f"{number:04}{original.suffix}"
            path.write_bytes(mutant(original.read_bytes(), rng))
            yield path, form, f"{path.name} of {original.name}"
            path.unlink()


def form_of(path: Path) -> str:
    """Under which of `SHARES` a file is counted."""
    return "scan" if path.name in _SCANS else path.suffix


def _good_ones(
    process: ReadingProcess, originals: Sequence[Path], limits: Limits
) -> list[tuple[Path, Document]]:
    """The originals that are quickly read, and what they say. Raises `ReadError` if one is not good after all."""
    return [
        (path, process.read(path, path.name, limits=limits))
        for path in originals
        if form_of(path) not in ("scan", *ARCHIVES)
    ]


def _check_good(
    process: ReadingProcess, path: Path, expected: Document, limits: Limits, outcome: Outcome
) -> None:
    outcome.good_reads += 1
    try:
        if process.read(path, path.name, limits=limits).body.text == expected.body.text:
            return
    except ReadError as error:
        print(f"lost: {path.name}: {error.en}", file=sys.stderr)  # noqa: T201  what to look into
    outcome.lost.append(path.name)


def _try(process: ReadingProcess, path: Path, name: str, limits: Limits, outcome: Outcome, row: Row) -> None:
    row.mutants += 1
    ticks = [time.perf_counter()]

    def told(_done: int, _total: int) -> None:
        ticks.append(time.perf_counter())

    starts = process.starts
    try:
        if path.suffix in ARCHIVES:
            _read_members(process, path, limits, row)
        else:
            process.read(path, path.name, limits=limits, told=told)
        row.read += 1
    except ReadError as error:
        row.refused[error.code] += 1
    # Anything else would have ended the run: that is what is counted here.
    except Exception as error:  # noqa: BLE001
        outcome.crashes.append(f"{name}: {error!r}")
    ticks.append(time.perf_counter())
    row.restarts += process.starts - starts
    row.slowest = max(row.slowest, ticks[-1] - ticks[0])
    wait = max(after - before for before, after in pairwise(ticks))
    if path.suffix not in ARCHIVES and wait > limits.seconds + _SLACK:
        outcome.hangs.append(f"{name}: {wait:.1f} s")


def _read_members(process: ReadingProcess, path: Path, limits: Limits, row: Row) -> None:
    with process.members(path, path.name, limits=limits) as members:
        for source, member in members:
            try:
                if isinstance(member, ReadError):
                    raise member
                process.read(member, source, limits=limits)
            except ReadError as error:
                row.refused[f"{error.code} (member)"] += 1


def lines(folder: Path = FIXTURES, count: int = 1_000, seed: int = _SEED) -> Iterable[str]:
    """The tables, in Markdown: so many mutants of the good files of a folder. Raises `AssertionError` as `told` does."""
    shares = {suffix: max(1, round(share * count / 1_000)) for suffix, share in SHARES.items()}
    with tempfile.TemporaryDirectory() as place:
        yield from told(fuzz(originals_in(folder), shares, Path(place), seed=seed))


def told(outcome: Outcome) -> Iterable[str]:
    """The outcome, in Markdown. Raises `AssertionError` if a file did what none may do."""
    total = sum(row.mutants for row in outcome.rows.values())
    yield f"{total:,} mutants of the fixtures (the same files each time), in {outcome.seconds:.0f} s: bytes flipped, cut,"
    yield "swapped, put in; numbers and tags made odd; members of containers changed and packed again. A good file is"
    yield f"read after every {_GOOD_EVERY}th; {outcome.good_reads} were."
    yield ""
    yield "| what must not happen | target | found |"
    yield "|---|---|---|"
    yield f"| the run fails on a file | 0 | {len(outcome.crashes)} |"
    yield f"| a file keeps the run waiting longer than {_SECONDS:.0f} s without progress | 0 | {len(outcome.hangs)} |"
    yield f"| a good document is lost or reads otherwise than alone | 0 | {len(outcome.lost)} |"
    yield ""
    yield "| format | mutants | read | refused, by code | reader killed or crashed | slowest |"
    yield "|---|---|---|---|---|---|"
    for form, row in sorted(outcome.rows.items(), key=lambda item: -item[1].mutants):
        codes = ", ".join(f"{code} {count}" for code, count in row.refused.most_common()) or "–"
        yield f"| {form} | {row.mutants} | {row.read} | {codes} | {row.restarts} | {row.slowest:.1f} s |"
    if wrong := [*outcome.crashes, *outcome.hangs, *outcome.lost]:
        raise AssertionError("\n".join(wrong))


def originals_in(folder: Path) -> list[Path]:
    """The good files of a folder, none of those that are broken on purpose, sorted."""
    return sorted(path for path in folder.iterdir() if form_of(path) in SHARES)


def main(argv: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.fuzz", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FIXTURES)
    parser.add_argument("--count", type=int, default=1_000, help="how many broken files (1000)")
    parser.add_argument("--seed", type=int, default=_SEED)
    given = parser.parse_args(argv)
    if not given.folder.is_dir():
        parser.error(f"没有文件夹 {given.folder}。There is no folder {given.folder}.")
    for line in lines(given.folder, given.count, given.seed):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
