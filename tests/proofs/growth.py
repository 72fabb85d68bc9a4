"""Proof that what one more file costs does not grow with the store: `python -m tests.proofs.growth`.

One store grows by synthetic documents of 20 passages of some 80 characters with two sentences each, with vectors of
384 numbers, and of 192 for each of some 40 tokens, that cost next to nothing to make. At each size files of 20
passages are added and taken out again one at a time, each as a run of its own, while another reader that keeps the
store open asks for what was added. Then as many are taken in as `python -m rag.ingest FILE` does: index opened, file
found, hashed, read, cut and put in.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.documents import survey
from rag.ingestion import take_in
from rag.seams import Progress
from rag.store import FaissStore, open_store
from rag.vectors import Encoded, Vectors
from tests.ingestion_samples import ReadingHere
from tests.store_samples import SETTINGS, put

SIZES = (1_000, 10_000, 30_000, 100_000)
_PASSAGES = 20
_ADDED = 41
_COUNTIES = "昔阳 左权 岢岚 平遥 祁县 太谷 寿阳 和顺 榆社 灵石".split()
_SUBJECTS = "原煤产量 粮食总产量 一般公共预算收入 新能源装机 苹果产量 公路里程 居民收入 羊饲养量".split()
_UNITS = "万吨 亿斤 亿元 万千瓦 公里 万只".split()


def _random_rows(rows: int, dimensions: int, seed: int = 0) -> Vectors:
    vectors: Vectors = np.random.default_rng(seed).standard_normal((rows, dimensions), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


class FreeEmbedder:
    """Vectors that look like any other and cost next to nothing: random ones, seeded by the text.

    A token is two characters; its vector is one of a thousand random ones.
    """

    name = "free-384"
    dimensions = 384
    token_dimensions = 192
    _bank = _random_rows(1000, token_dimensions)

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Vectors of texts to be found."""
        return (
            np.stack([self.embed_query(text) for text in texts]) if texts else np.zeros((0, 384), np.float32)
        )

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question."""
        (vector,) = _random_rows(1, self.dimensions, zlib.crc32(text.encode()))
        return np.asarray(vector, np.float32)

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Iterator[Encoded]:
        """Vectors of texts to be found and of their tokens."""
        return map(self.encode_query, texts)

    def encode_query(self, text: str) -> Encoded:
        """The vectors of a question and of its tokens."""
        starts = 2 * np.arange(len(text) // 2, dtype=np.int32)
        rows = (zlib.crc32(text.encode()) + starts.astype(np.int64)) % len(self._bank)
        return Encoded(self.embed_query(text), self._bank[rows], np.stack([starts, starts + 2], axis=1))


@dataclass(slots=True)
class Times:
    """What was measured at one size, in seconds."""

    passages: int
    add: list[float] = field(default_factory=list)
    ask: list[float] = field(default_factory=list)
    remove: list[float] = field(default_factory=list)
    take_in: list[float] = field(default_factory=list)


def text_of(number: int) -> str:
    """A document of 20 passages; no two are alike."""
    lines = []
    for line in range(_PASSAGES):
        n = number * _PASSAGES + line
        county, subject, unit = _COUNTIES[n % 10], _SUBJECTS[n // 10 % 8], _UNITS[n % 6]
        lines.append(
            f"{county}县第{n}号指标：{subject}达到{n * 7 % 9973}.{n % 10}{unit}，同比增长{n % 97}.{n % 7}%，"
            f"完成年度任务的{n % 89 + 10}%。全县{2000 + n % 25}年继续抓好{subject}，力争再增{n % 53}{unit}，确保目标实现。"
        )
    return "\n".join(lines)


def measured(folder: Path, sizes: Sequence[int], added: int) -> list[Times]:
    """Grow a store to each size, and time single files there."""
    numbers, found = count(), []
    with _opened(folder) as store, _opened(folder) as reader:
        for size in sizes:
            with store.writing():
                for number in range(len(store) // _PASSAGES, size // _PASSAGES):
                    put(store, f"{number}.txt", text_of(next(numbers)))
            times = _at(store, reader, [text_of(next(numbers)) for _ in range(added)])
            times.take_in = _taken_in(folder, [text_of(next(numbers)) for _ in range(added)])
            found.append(times)
            sys.stderr.write(f"{size}\n")
    return found


def _at(store: FaissStore, reader: FaissStore, texts: Sequence[str]) -> Times:
    times = Times(len(store))
    vector = FreeEmbedder().embed_query("问题")
    reader.dense(vector, 10)
    for number, text in enumerate(texts):
        times.add.append(_seconds(partial(put, store, f"新{number}.txt", text)))
        times.ask.append(_seconds(partial(reader.dense, vector, 10)))
    for number in range(len(texts)):
        times.remove.append(_seconds(partial(store.remove, [f"新{number}.txt"])))
    return times


def _taken_in(folder: Path, texts: Sequence[str]) -> list[float]:
    """Seconds for each text as a new file, from its path on; it is read in this process."""
    times, sources = [], []
    with tempfile.TemporaryDirectory() as place:
        for number, text in enumerate(texts):
            path = Path(place, f"{number}.txt")
            path.write_text(text, encoding="utf-8")
            times.append(_seconds(partial(_take_in, folder, path)))
            sources.append(path.as_posix())
    with _opened(folder) as store:
        assert len(store.remove(sources)) == len(texts)
    return times


def _take_in(folder: Path, path: Path) -> None:
    with _opened(folder) as store:
        take_in(store, survey([path]), reading=ReadingHere)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _opened(folder: Path) -> FaissStore:
    return open_store(folder, embedder=FreeEmbedder(), passage_settings=SETTINGS)


def lines(sizes: Sequence[int] = SIZES, files: int = _ADDED) -> Iterable[str]:
    """The table, in Markdown: so many files added at each size of the store."""
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), sizes, files)
    put_first, taken_first = (statistics.median(one) for one in (found[0].add, found[0].take_in))
    yield f"Time for one file of {_PASSAGES} passages, {files} files at each size, in milliseconds: medians, and the most."
    yield ""
    yield (
        "| passages in the store | put in | ratio to the smallest | most | taken in from its path | "
        "ratio to the smallest | most | removed | next question of an open reader |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for times in found:
        add, taken, remove, ask = (
            statistics.median(one) for one in (times.add, times.take_in, times.remove, times.ask)
        )
        yield (
            f"| {times.passages:,} | {1000 * add:.1f} | {add / put_first:.2f} | {1000 * max(times.add):.1f} "
            f"| {1000 * taken:.1f} | {taken / taken_first:.2f} | {1000 * max(times.take_in):.1f} "
            f"| {1000 * remove:.1f} | {1000 * ask:.1f} |"
        )


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.growth", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--files", type=int, default=_ADDED, help="added at each size")
    arguments = parser.parse_args(argv)
    for line in lines(arguments.sizes, arguments.files):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
