"""The page as its readers feel it: start, first words, weight, and fifty people at once through the real server."""

from __future__ import annotations

import asyncio
import random
import shutil
import statistics
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rag.api.users import user_line
from tests.browser import ROOT, started
from tests.page_askers import Asker, Told, crowd
from tests.proofs.memory import resident, tree
from tests.proofs.page_browser import browser_lines

ASKERS = 50
SECONDS = 120.0
READING = (5.0, 15.0)
"""Seconds between an answer and the same reader's next question."""
_PASSWORD = "a long enough password"
_GOODS = ("苹果", "核桃", "羊毛", "土豆", "小米", "蜂蜜")
_FIRST, _SECOND = "青白云石清平安河柳松", "岭川泉溪"
_MEGABYTE = 1 << 20
_PAUSE = 0.5


def lines() -> Iterable[str]:
    """The Markdown lines of the report; an error or an answer that went to somebody else raises."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        questions = _documents(place / "docs")
        arguments = ["--docs", str(place / "docs"), "--store", str(place / "store")]
        with started(*arguments):
            pass  # the index is made: what is measured is a start with one
        yield from browser_lines(arguments)
        yield ""
        yield from _load_lines(arguments, place, questions)


def _documents(folder: Path) -> list[list[tuple[str, str]]]:
    """The seeds and one report for each asker's own county; the questions of each, with the figure that is right."""
    folder.mkdir()
    for seed in (ROOT / "seeds").glob("*.txt"):
        shutil.copy(seed, folder)
    chance, questions = random.Random(6), []
    names = [f"{first}{second}县" for first in _FIRST for second in _SECOND]
    names += [f"{first}{second}原县" for first in _FIRST for second in _SECOND]
    for county in names[:ASKERS]:
        figures = {good: f"{chance.randint(1000, 99999) / 10:.1f}万吨" for good in _GOODS}
        text = "".join(f"2023年，{county}{good}产量{figure}。" for good, figure in figures.items())
        (folder / f"{county}.txt").write_text(f"{county}2023年农业简报\n\n{text}\n", encoding="utf-8")
        questions.append([(f"{county}2023年{good}产量是多少？", figure) for good, figure in figures.items()])
    return questions


def _load_lines(
    arguments: Sequence[str], place: Path, questions: Sequence[Sequence[tuple[str, str]]]
) -> Iterator[str]:
    users = place / "users"
    users.write_text(
        "".join(f"{user_line(f'reader-{n}', _PASSWORD)}\n" for n in range(ASKERS)), encoding="utf-8"
    )
    environment = {"RAG_USERS_FILE": str(users)}
    yield f"{ASKERS} people, each logged in, each with questions of a county of their own, through the page's own queue."
    yield "Cross-talk is a question of someone else in one's thread, or someone else's figure in one's answer."
    yield ""
    yield (
        "| | questions | a second | first word p50 | p95 | whole p95 | told their place | right figure | errors "
        "| memory at the start, after a quarter, at the end |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for title, pause in (
        (f"reading {READING[0]:.0f} to {READING[1]:.0f} s", READING),
        ("asking without a pause", (0.0, 0.0)),
    ):
        with started(*arguments, environment=environment) as program:
            askers = [Asker(program.address, f"reader-{n}", _PASSWORD, questions[n]) for n in range(ASKERS)]
            with _memory(program.pid) as sizes:
                took = asyncio.run(crowd(askers, SECONDS, pause))
        yield _row(title, askers, took, sizes)


def _row(title: str, askers: Sequence[Asker], took: float, sizes: Sequence[int]) -> str:
    told = [one for asker in askers for one in asker.told]
    troubles = [one.trouble for one in told if one.trouble]
    troubles += [
        f"{asker.name} got a figure of someone else: {one.answer}"
        for asker in askers
        for one in asker.told
        if _strays(asker, askers, one)
    ]
    if troubles:
        raise AssertionError("\n".join(troubles[:10]))
    first = [one.first for one in told]
    right = sum(one.right in one.answer.replace(" ", "") for one in told)
    start, quarter, end = (f"{sizes[index] / _MEGABYTE:.0f}" for index in (0, len(sizes) // 4, -1))
    return (
        f"| {title} | {len(told)} | {len(told) / took:.1f} | {statistics.median(first):.2f} s | {_p95(first):.2f} s | "
        f"{_p95([one.last for one in told]):.2f} s | {sum(one.places > 0 for one in told)} | {right} of {len(told)} | "
        f"{len(troubles)} | {start}, {quarter}, {end} MB |"
    )


def _strays(asker: Asker, askers: Sequence[Asker], told: Told) -> bool:
    """Whether an answer has a figure that only another asker's questions have."""
    own = {right for _, right in asker.questions}
    foreign = {right for other in askers if other is not asker for _, right in other.questions} - own
    said = told.answer.replace(" ", "")
    return any(figure in said for figure in foreign if told.right not in said)


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


@contextmanager
def _memory(pid: int) -> Iterator[list[int]]:
    """Resident bytes of a program and all that it started, twice a second."""
    sizes: list[int] = [sum(map(resident, tree(pid)))]
    done = threading.Event()

    def sample() -> None:
        while not done.wait(_PAUSE):
            sizes.append(sum(map(resident, tree(pid))))

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    try:
        yield sizes
    finally:
        done.set()
        sampler.join()
