"""Large indexes are searched by cells: what they find, and how one comes to have them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.store import FaissStore, Scale, open_store, segments
from rag.store.folder import StoreFolder
from rag.store.vector_index import Cells, Selection, VectorIndex
from rag.vectors import Vectors
from tests.fakes import HashedBagOfWords
from tests.store_contents import answers
from tests.store_samples import SETTINGS, RecordingEmbedder, contents, put, vector_files
from tests.test_store_segments import brute_force, texts

ALL = Scale(cells_from=600, probed=1.0)
NEVER = Scale(cells_from=10**9)
QUESTIONS = ("第1项指标为7万元。", "指标", "第40项", "文件3")


def opened(folder: Path, how: Scale = ALL) -> FaissStore:
    return open_store(folder, embedder=RecordingEmbedder(), passage_settings=SETTINGS, scale=how)


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "_CELLED", 64)
    monkeypatch.setattr(segments, "_LARGEST", 300)


def clustered(rows: int, seed: int, dimensions: int = 48) -> Vectors:
    """Vectors in clusters, as those of texts are."""
    chance = np.random.default_rng(seed)
    middles = chance.standard_normal((40, dimensions))
    found = middles[chance.integers(40, size=rows)] + 0.8 * chance.standard_normal((rows, dimensions))
    unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


def celled(folder: Path) -> list[bool]:
    names = [(file, file.stem.removeprefix("vectors-")) for file in vector_files(folder)]
    indexes = [VectorIndex.mapped(file, name) for file, name in names if not name.startswith("cells-")]
    return [index is not None and index.celled for index in indexes]


# The index


@cache
def _both() -> tuple[VectorIndex, VectorIndex]:
    """An exact index and one in cells, of the same 2,000 vectors."""
    vectors = clustered(2000, 1)
    rough = Cells.trained(vectors[:1500], 20).index()
    rough.add(range(2000), vectors)
    return VectorIndex.build(range(2000), vectors), rough


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 99), st.integers(1, 40), st.sets(st.integers(0, 1999), min_size=1, max_size=900))
def test_looking_into_every_cell_finds_what_comparing_with_every_vector_finds(
    seed: int, k: int, chosen: set[int]
) -> None:
    exact, rough = _both()
    (question,) = clustered(1, seed)
    some = np.array(sorted(chosen), np.int64)
    for among in (None, Selection(some), Selection(some, leaves_out=True)):
        wanted = exact.nearest(question, k, among=among)
        found = {n: c for c, n in rough.nearest(question, 2000, among=among)}
        assert len(found) == len(exact.nearest(question, 2000, among=among))
        for cosine, number in wanted:
            assert found[number] == pytest.approx(cosine, abs=rough.tolerance)


def test_a_share_of_the_cells_finds_nearly_all_of_the_nearest() -> None:
    vectors = clustered(6000, 2)
    cells = Cells.trained(vectors[:3000], 60)
    exact, rough = VectorIndex.build(range(6000), vectors), cells.index()
    rough.add(range(6000), vectors)
    kept = 0
    for question in clustered(50, 3):
        wanted = {number for _, number in exact.nearest(question, 10)}
        kept += len(wanted & {number for _, number in rough.nearest(question, 40, probed=0.2)})
    assert kept / 500 > 0.9
    few = [n for _, n in rough.nearest(vectors[0], 6000, probed=0.05)]
    assert len(few) < 1500  # it did not look everywhere


def test_an_index_takes_over_others_and_drops_what_is_gone(tmp_path: Path) -> None:
    vectors = clustered(1000, 4)
    cells = Cells.trained(vectors, 12)
    once, other = cells.index(), cells.index()
    once.add(range(1000), vectors)
    other.add(range(500, 1000), vectors[500:])
    (tmp_path / "x").write_bytes(other.to_bytes("x"))
    mapped = VectorIndex.mapped(tmp_path / "x", "x")
    assert mapped is not None
    assert cells.are_of(mapped)
    assert not Cells.trained(vectors[::-1].copy(), 12).are_of(mapped)
    joined = cells.index()
    joined.add(range(500), vectors[:500])
    joined.take_over(mapped)
    joined.drop(np.arange(0, 1000, 3))
    assert sorted(joined.numbers.tolist()) == [n for n in range(1000) if n % 3]
    gone = Selection(np.arange(0, 1000, 3), leaves_out=True)
    for question in clustered(5, 5):
        assert sorted(joined.nearest(question, 20)) == sorted(once.nearest(question, 20, among=gone))


@pytest.mark.parametrize("spoil", [lambda data: data[:-50], lambda data: b"", lambda data: b"x" * len(data)])
def test_a_damaged_file_is_no_index(tmp_path: Path, spoil: object) -> None:
    cells = Cells.trained(clustered(300, 6), 4)
    data = cells.to_bytes("a")
    assert Cells.from_bytes(data, "b") is None
    assert callable(spoil)
    (tmp_path / "x").write_bytes(spoil(data))
    assert VectorIndex.mapped(tmp_path / "x", "a") is None
    assert Cells.from_bytes(spoil(data), "a") is None


# The store


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    with pytest.MonkeyPatch.context() as patch, opened(folder) as store:
        patch.setattr(segments, "_CELLED", 64)
        patch.setattr(segments, "_LARGEST", 300)
        with store.writing():
            for number in range(30):
                put(store, f"{number}.txt", f"文件{number}。\n{texts(37 * number, 30)}")
    return folder


def test_a_large_store_finds_what_comparing_with_every_passage_finds(large: Path) -> None:
    assert sum(celled(large)) >= 2
    with opened(large) as store:
        for question in QUESTIONS:
            vector = HashedBagOfWords(64).embed_query(question)
            for k in (1, 10, 60):
                assert store.dense(vector, k) == brute_force(store, vector, k)
            some = [f"{number}.txt" for number in range(0, 30, 2)]
            among = {one.id for source in some for one in store.passages_of(source)}
            wanted = [pair for pair in brute_force(store, vector, 9999) if pair[0] in among][:10]
            assert store.dense(vector, 10, sources=some) == wanted


def test_among_many_sources_it_is_searched_by_cells_too(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.store.vector_search._FEW", 5)
    some = [f"{number}.txt" for number in range(0, 30, 3)]
    with opened(large, Scale(cells_from=600, probed=0.5)) as store:
        vector = HashedBagOfWords(64).embed_query("指标")
        among = {one.id for source in some for one in store.passages_of(source)}
        found = store.dense(vector, 20, sources=some)
        assert len(found) == 20
        assert {number for number, _ in found} <= among


def test_removing_and_joining_ends_as_a_fresh_build_does(large: Path, tmp_path: Path) -> None:
    gone = [f"{number}.txt" for number in range(0, 30, 4)]
    with opened(tmp_path / "a") as store, opened(tmp_path / "b", NEVER) as fresh:
        with store.writing():
            for number in range(30):
                put(store, f"{number}.txt", f"文件{number}。\n{texts(37 * number, 30)}")
            store.remove(gone)
            for number in range(30, 60):
                put(store, f"{number}.txt", f"文件{number}。\n{texts(37 * number, 30)}")
            store.remove([f"{number}.txt" for number in range(31, 60, 3)])
        with fresh.writing():
            for number in range(60):
                if f"{number}.txt" not in gone and not (number >= 31 and (number - 31) % 3 == 0):
                    put(fresh, f"{number}.txt", f"文件{number}。\n{texts(37 * number, 30)}")
        assert any(celled(tmp_path / "a"))
        assert answers(store, QUESTIONS) == answers(fresh, QUESTIONS)
        listed = {f"vectors-{name}.faiss" for name in _listed(store)}
        assert {file.name for file in vector_files(tmp_path / "a")} == listed
        assert sum(len(one.dead) for one in store._vectors._current()) <= len(store)


def _listed(store: FaissStore) -> list[str]:
    with store._reader.snapshot() as connection:
        return segments.files_listed(connection)


def test_a_reader_goes_on_while_vectors_are_sorted_and_sees_the_same(tmp_path: Path) -> None:
    vector = HashedBagOfWords(64).embed_query("指标")
    with opened(tmp_path, NEVER) as store, store.writing():
        for number in range(25):
            put(store, f"{number}.txt", texts(40 * number, 30))
    reader = opened(tmp_path)
    with reader.reading():
        before = reader.dense(vector, 30)
        with opened(tmp_path) as writer:
            put(writer, "新.txt", "别的事情。")
        assert any(celled(tmp_path))
        assert reader.dense(vector, 30) == before
    assert reader.dense(vector, 30) == before
    assert any(one.index.celled for one in reader._vectors._current())


def test_cells_are_trained_anew_when_there_are_four_times_the_vectors(tmp_path: Path) -> None:
    with opened(tmp_path, Scale(cells_from=150)) as store, store.writing():
        counts = []
        for number in range(40):
            put(store, f"{number}.txt", texts(30 * number, 30))
            with store._reader.snapshot() as connection:
                cells = segments.read_cells(connection, StoreFolder(tmp_path))
            counts.append(cells.count if cells else 0)
    assert counts[0] == 0
    assert len(set(counts)) == 3
    assert counts == sorted(counts)


def test_lost_files_of_cells_are_made_good(large: Path, tmp_path: Path) -> None:
    for name, data in contents(large).items():
        (tmp_path / name).write_bytes(data)
    vector = HashedBagOfWords(64).embed_query("指标")
    for file in vector_files(tmp_path):
        file.unlink() if "cells" in file.name else file.write_bytes(b"garbage")
    with opened(tmp_path) as store:
        assert store.dense(vector, 30) == brute_force(store, vector, 30)
        put(store, "新.txt", texts(9000, 80))
        assert store.dense(vector, 30) == brute_force(store, vector, 30)


def _sort_and_die(folder: Path, after: int) -> None:
    """Sort the vectors of a store and be killed after so many files are written."""
    segments._CELLED, segments._LARGEST = 64, 300
    written = []
    write = StoreFolder.write

    def counted(self: StoreFolder, path: Path, data: bytes) -> None:
        write(self, path, data)
        written.append(path)
        if len(written) == after:
            os.kill(os.getpid(), signal.SIGKILL)

    StoreFolder.write = counted  # type: ignore[method-assign]  # in a process of its own, which ends with it
    with opened(folder) as store:
        store.remove(["0.txt"])


@pytest.mark.parametrize("after", [1, 2, 4])
def test_a_kill_while_vectors_are_sorted_leaves_the_old_files_in_use(tmp_path: Path, after: int) -> None:
    with opened(tmp_path, NEVER) as store, store.writing():
        for number in range(25):
            put(store, f"{number}.txt", texts(40 * number, 30))
        expected = answers(store, QUESTIONS)
    process = multiprocessing.get_context("spawn").Process(target=_sort_and_die, args=(tmp_path, after))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    with opened(tmp_path, NEVER) as store:
        if store.sources(["0.txt"]):
            assert answers(store, QUESTIONS) == expected
        else:
            vector = HashedBagOfWords(64).embed_query("指标")
            assert store.dense(vector, 30) == brute_force(store, vector, 30)
        assert not any(one.index.celled for one in store._vectors._current())
        put(store, "新.txt", "别的事情。")
        assert {file.name for file in vector_files(tmp_path)} == {
            f"vectors-{n}.faiss" for n in _listed(store)
        }
