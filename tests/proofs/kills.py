"""Proof that a program killed at any moment leaves the store as it was or as it was to be: `python -m tests.proofs.kills`.

Each run of a job in a process of its own is killed with SIGKILL at a random moment. Then the store must open, hold and
answer what a fresh build of one of the job's states does (before it, or after one of its changes), and after the next
run of the same job equal a fresh build of the last: same passages, ids, vectors, terms and names, no file left over.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from rag.store import FaissStore
from tests.store_contents import Told, answers, tables
from tests.store_samples import opened, put, vector_files

Texts = Mapping[str, str]
"""What a store holds: source → text."""

_QUESTIONS = ("第3号第2项指标", "增长")
_LATER = 1.15
"""How far beyond a job's usual time it may be killed."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a store, which happens or does not: it then holds what `after` makes of what it held."""

    kind: Literal["put", "remove", "rename", "link", "rebuild", "clear"]
    source: str = ""
    text: str = ""
    other: str = ""
    texts: tuple[tuple[str, str], ...] = ()

    def make(self, store: FaissStore) -> None:
        """Change the store; a change that is made already is passed over, as `--sync` does."""
        match self.kind:
            case "put":
                put(store, self.source, self.text)
            case "remove":
                store.remove([self.source])
            case "link" if store.sources([self.other]):
                store.link(self.source, self.other)
            case "rename" if store.sources([self.other]):
                store.rename(self.other, self.source)
            case "clear":
                store.clear()
            case "rebuild":
                with store.rebuilding():
                    for source, text in self.texts:
                        put(store, source, text)

    def after(self, texts: Texts) -> Texts:
        """What a store that held `texts` holds then."""
        match self.kind:
            case "put":
                return {**texts, self.source: self.text}
            case "remove":
                return {source: text for source, text in texts.items() if source != self.source}
            case "link":
                return {**texts, self.source: texts[self.other]}
            case "rename":
                kept = {source: text for source, text in texts.items() if source != self.other}
                return {**kept, self.source: texts[self.other]}
            case _:
                return dict(self.texts)


@dataclass(frozen=True, slots=True)
class Job:
    """Changes that one run of a program makes to a store that holds `before`."""

    name: str
    before: Texts
    changes: tuple[Change, ...]

    def run(self, folder: Path) -> None:
        """Make every change. A rebuild and an emptying take the lock themselves."""
        with opened(folder) as store:
            if any(change.kind in ("rebuild", "clear") for change in self.changes):
                for change in self.changes:
                    change.make(store)
                return
            with store.writing():
                for change in self.changes:
                    change.make(store)

    def states(self) -> list[Texts]:
        """What the store holds before, and after each change."""
        states = [self.before]
        for change in self.changes:
            states.append(change.after(states[-1]))
        return states


@dataclass(slots=True)
class Tally:
    """What became of the kills of one job."""

    job: str
    kills: int = 0
    found: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


def text_of(number: int, lines: int, word: str = "增长") -> str:
    """A text of so many passages that is like no other."""
    return "\n".join(
        f"第{number}号第{line}项指标{word}{number * line}万元。再一句。" for line in range(lines)
    )


def jobs(documents: int, lines: int) -> list[Job]:
    """Adding, replacing, removing, renaming, rebuilding, emptying and refilling.

    Of a store of so many documents with so many passages each.
    """
    base = {f"{number}.txt": text_of(number, lines) for number in range(documents)}
    other = [text_of(100 + number, lines, "下降") for number in range(documents)]
    puts = [Change("put", f"{number}.txt", text) for number, text in enumerate(other)]
    half = range(documents // 4, documents // 4 + documents // 2)
    added = [Change("put", f"新{number}.txt", other[number]) for number in half]
    removed = [Change("remove", f"{number}.txt") for number in half]
    linked = [Change("link", f"抄{number}.txt", other=f"{number}.txt") for number in half]
    renamed = [Change("rename", f"改{number}.txt", other=f"{number}.txt") for number in half]
    rebuilt = Change("rebuild", texts=tuple((change.source, change.text) for change in puts))
    return [
        Job("add", base, tuple(added)),
        Job("replace", base, tuple(puts[number] for number in half)),
        Job("remove", base, tuple(removed)),
        Job("link and rename", base, (*linked, *renamed)),
        Job("rebuild", base, (rebuilt,)),
        Job("clear and refill", base, (Change("clear"), *puts)),
    ]


def told(folder: Path) -> tuple[Told, list[object]]:
    """What a store holds and answers."""
    with opened(folder) as store:
        return tables(folder), answers(store, _QUESTIONS)


def built(folder: Path, texts: Texts) -> Path:
    """A fresh build."""
    with opened(folder) as store, store.writing():
        for source, text in sorted(texts.items()):
            put(store, source, text)
    return folder


def prove(job: Job, kills: int, chance: random.Random, place: Path) -> Tally:
    """Kill a job so many times and look at what it leaves."""
    tally = Tally(job.name)
    expected = [told(built(place / f"state{n}", texts)) for n, texts in enumerate(job.states())]
    start, trial = place / "state0", place / "trial"
    usual = _time_of(job, Path(shutil.copytree(start, trial)))
    while tally.kills < kills:
        shutil.rmtree(trial)
        shutil.copytree(start, trial)
        if not _killed(job, trial, chance.uniform(0, _LATER * usual)):
            continue
        tally.kills += 1
        _look(job, trial, expected, tally)
    return tally


def _look(job: Job, trial: Path, expected: Sequence[tuple[Told, list[object]]], tally: Tally) -> None:
    left = told(trial)
    if left not in expected:
        tally.violations.append(f"{job.name}: kill {tally.kills} left half a change")
    else:
        at = expected.index(left)
        tally.found["before" if at == 0 else "after" if at == len(expected) - 1 else "between"] += 1
    job.run(trial)
    if told(trial) != expected[-1]:
        tally.violations.append(f"{job.name}: after kill {tally.kills} the next run is no fresh build")
    tally.violations += [f"{job.name}: after kill {tally.kills} {wrong}" for wrong in unsound(trial)]


def unsound(folder: Path) -> list[str]:
    """What is wrong with a store's files, by SQLite's own checks and by what is lying about."""
    with closing(sqlite3.connect(folder / "passages.sqlite", isolation_level=None)) as database:
        wrong = [str(row[0]) for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
        wrong += [f"{row[0]} refers to nothing" for row in database.execute("PRAGMA foreign_key_check")]
        try:
            database.execute("INSERT INTO term (term) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as error:
            wrong.append(f"the lexical index: {error}")
        listed = {f"vectors-{name}.faiss" for (name,) in database.execute("SELECT name FROM segment")}
    return wrong + [f"{file.name} is left over" for file in vector_files(folder) if file.name not in listed]


def _time_of(job: Job, folder: Path) -> float:
    began = time.perf_counter()
    assert not _killed(job, folder, None)
    return time.perf_counter() - began


def _killed(job: Job, folder: Path, delay: float | None) -> bool:
    """Run the job in a process of its own; whether it was killed, so long after it began, before it was done."""
    here, there = multiprocessing.Pipe()
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["faiss", "rjieba", "tests.store_contents"])
    process = processes.Process(target=_work, args=(job, folder, there))
    process.start()
    there.close()
    here.recv()
    if delay is not None:
        time.sleep(delay)
        with suppress(ProcessLookupError):
            process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode == -signal.SIGKILL


def _work(job: Job, folder: Path, began: Connection) -> None:
    began.send("")
    job.run(folder)


def lines(kills: int = 40, seed: int = 1, documents: int = 12, passages: int = 25) -> Iterable[str]:
    """The table, in Markdown: so many kills of each job, on a store of so many documents with so many passages.

    Raises `AssertionError` if a single kill left anything it should not.
    """
    began = time.perf_counter()
    chance, tallies = random.Random(seed), []
    for job in jobs(documents, passages):
        with tempfile.TemporaryDirectory() as place:
            tallies.append(prove(job, kills, chance, Path(place)))
    seconds = time.perf_counter() - began
    total = sum(tally.kills for tally in tallies)
    yield f"{total} kills with SIGKILL at random moments (seed {seed}, {seconds:.0f} s)."
    yield ""
    yield "| job | kills | as before | after some changes | as after | half a change or no fresh build |"
    yield "|---|---|---|---|---|---|"
    for tally in tallies:
        found = " | ".join(str(tally.found[state]) for state in ("before", "between", "after"))
        yield f"| {tally.job} | {tally.kills} | {found} | {len(tally.violations)} |"
    if violations := [wrong for tally in tallies for wrong in tally.violations]:
        raise AssertionError("\n".join(violations))


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=40, help="of each job")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=12, help="in the store")
    parser.add_argument("--lines", type=int, default=25, help="passages of a document")
    arguments = parser.parse_args(argv)
    for line in lines(arguments.kills, arguments.seed, arguments.documents, arguments.lines):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
