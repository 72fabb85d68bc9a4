"""The search over FAISS files and the tail is one exact search, and no change costs the whole of it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.store import FaissStore, segments
from rag.store.flat_vectors import FlatVectors
from rag.store.reader import StoreReader
from rag.store.segments import Run, joined
from rag.store.vector_index import VectorIndex
from rag.vectors import Vectors
from tests.fakes import HashedBagOfWords
from tests.store_samples import RecordingEmbedder, opened, put, vector_files


def texts(first: int, count: int) -> str:
    return "\n".join(f"第{n}项指标为{n * 7}万元。" for n in range(first, first + count))


def brute_force(store: FaissStore, vector: Vectors, k: int) -> list[tuple[int, float]]:
    """Every passage's cosine, sorted."""
    ids = [one.id for record in store.sources() for one in store.passages_of(record.source)]
    scores = store.similarities(vector, ids).tolist()
    return sorted(zip(ids, scores, strict=True), key=lambda pair: (-pair[1], pair[0]))[:k]


@settings(max_examples=15)
@given(
    sizes=st.lists(st.integers(0, 12), min_size=1, max_size=8),
    removed=st.sets(st.integers(0, 7)),
    k=st.integers(1, 30),
)
def test_it_finds_what_comparing_with_every_passage_finds(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], removed: set[int], k: int
) -> None:
    with (
        pytest.MonkeyPatch.context() as patch,
        opened(tmp_path_factory.mktemp("s")) as store,
    ):
        patch.setattr(segments, "TAIL", 4)
        patch.setattr(segments, "_LARGEST", 20)
        for number, size in enumerate(sizes):
            # The same sentences again and again: many passages are equally near.
            put(store, f"{number}.txt", f"文件{number}。\n{texts(number % 3, size)}")
        store.remove([f"{number}.txt" for number in removed])
        for question in ("第1项指标为7万元。", "指标", "文件3"):
            vector = HashedBagOfWords(64).embed_query(question)
            assert store.dense(vector, k) == brute_force(store, vector, k)
            some = [f"{number}.txt" for number in range(0, 8, 2)]
            among = {one.id for source in some for one in store.passages_of(source)}
            expected = [pair for pair in brute_force(store, vector, 999) if pair[0] in among][:k]
            assert store.dense(vector, k, sources=some) == expected


@given(st.lists(st.integers(1, 3000), max_size=60))
def test_runs_keep_their_order_and_all_their_vectors(sizes: list[int]) -> None:
    ends = np.cumsum([0, *sizes]).tolist()
    runs = [Run(ends[n] + 1, ends[n + 1], size) for n, size in enumerate(sizes)]
    done = joined(runs)
    assert sum(run.live for run in done) == sum(sizes)
    assert [(run.first, run.last) for run in done] == sorted((run.first, run.last) for run in done)
    for before, after in pairwise(done):
        assert before.last < after.first
        assert before.live >= 2 * after.live or before.live + after.live > segments._LARGEST


def test_a_vector_is_written_a_logarithm_of_times() -> None:
    count, batch = 40_000, 20
    runs: list[Run] = []
    written = number = 0
    for _ in range(0, count, batch):
        before = {(run.first, run.last) for run in runs}
        runs = joined([*runs, Run(number + 1, number + batch, batch)])
        number += batch
        written += sum(run.live for run in runs if (run.first, run.last) not in before)
    assert written <= count * (2 + np.log2(segments._LARGEST / batch))
    assert len(runs) <= count / segments._LARGEST * 2 + np.log2(count / batch)


def test_files_are_few_and_what_they_no_longer_list_is_swept_away(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        for number in range(40):
            put(store, f"{number}.txt", texts(100 * number, 20))
        listed = {segment.name for segment in store._reader.segments()}
        assert {file.name for file in vector_files(tmp_path)} == {f"vectors-{name}.faiss" for name in listed}
        assert len(listed) <= 4
        store.remove([f"{number}.txt" for number in range(40)])
        assert vector_files(tmp_path) == []


def test_a_file_most_of_which_is_dead_is_written_anew(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        for number in range(30):
            put(store, f"{number}.txt", texts(100 * number, 20))
        store.remove([f"{number}.txt" for number in range(25)])
        sizes = [(segment.size, segment.dead) for segment in store._reader.segments()]
        assert sum(size - dead for size, dead in sizes) <= 100
        assert all(dead <= size - dead for size, dead in sizes)
        assert (
            sum(
                VectorIndex.from_bytes(file.read_bytes(), file.stem[8:]) is None
                for file in vector_files(tmp_path)
            )
            == 0
        )


def test_a_small_change_reads_and_writes_no_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = opened(tmp_path)
    with opened(tmp_path) as writer:
        put(writer, "大.txt", texts(0, 2000))
        vector = RecordingEmbedder().embed_query("指标")
        reader.dense(vector, 5)
        read: list[int] = []
        tail = StoreReader.tail

        def recorded(reader: StoreReader, first: int, dimensions: int) -> FlatVectors:
            vectors = tail(reader, first, dimensions)
            read.append(len(vectors))
            return vectors

        monkeypatch.setattr(StoreReader, "tail", recorded)
        for kind, reads in ((FlatVectors, "read"), (VectorIndex, "mapped"), (VectorIndex, "build")):
            monkeypatch.setattr(kind, reads, lambda *_: pytest.fail("a file was read or made again"))
        put(writer, "小.txt", texts(9000, 20))
        assert reader.dense(vector, 5) == brute_force(reader, vector, 5)
        writer.remove(["小.txt"])
        assert reader.dense(vector, 5) == brute_force(reader, vector, 5)
    assert max(read) == 20
