"""A few vectors are searched without FAISS, as FAISS would search them, from the files it writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.store import flat_vectors
from rag.store.flat_vectors import FlatVectors
from rag.store.vector_index import Cells, Numbers, Selection, VectorIndex
from rag.vectors import Vectors

DIMENSIONS = 8
NAME = "name"


def unit_vectors(count: int, seed: int = 0) -> Vectors:
    drawn = np.random.default_rng(seed).standard_normal((count, DIMENSIONS)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def some_numbers(count: int) -> Numbers:
    return np.arange(count, dtype=np.int64) * 3 + 1


def written(path: Path, index: VectorIndex, name: str = NAME) -> Path:
    path.write_bytes(index.to_bytes(name))
    return path


@pytest.mark.parametrize("count", [1, 2, 300])
def test_a_file_of_faiss_is_read_as_it_was_written(count: int, tmp_path: Path) -> None:
    numbers, vectors = some_numbers(count), unit_vectors(count)
    read = FlatVectors.read(written(tmp_path / "x", VectorIndex.build(numbers.tolist(), vectors)), NAME)
    assert read is not None
    assert len(read) == count
    assert read.numbers.tolist() == numbers.tolist()
    for row in (0, count - 1):
        cosine, number = read.nearest(vectors[row], 1)[0]
        assert number == numbers[row]
        assert cosine == pytest.approx(1, abs=1e-6)


@given(st.integers(1, 40), st.integers(0, 45), st.integers(0, 99), st.sampled_from([None, False, True]))
def test_the_nearest_are_those_that_faiss_finds(
    count: int, k: int, seed: int, leaves_out: bool | None
) -> None:
    numbers, vectors = some_numbers(count), unit_vectors(count, seed)
    some = None if leaves_out is None else Selection(numbers[::2], leaves_out=leaves_out)
    question = unit_vectors(1, seed + 100)[0]
    found = FlatVectors(numbers, vectors).nearest(question, k, among=some)
    expected = VectorIndex.build(numbers.tolist(), vectors).nearest(question, k, among=some)
    assert [number for _, number in found] == [number for _, number in expected]
    assert [cosine for cosine, _ in found] == pytest.approx([cosine for cosine, _ in expected], abs=1e-6)


def test_nothing_is_found_among_none() -> None:
    none = FlatVectors(np.zeros(0, np.int64), np.zeros((0, DIMENSIONS), np.float32))
    assert none.nearest(unit_vectors(1)[0], 5) == []


def test_a_file_of_another_kind_is_left_to_faiss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = unit_vectors(300)
    cells = Cells.trained(vectors, 2).index()
    cells.add(range(300), vectors)
    assert FlatVectors.read(written(tmp_path / "cells", cells), NAME) is None
    exact = written(tmp_path / "exact", VectorIndex.build(range(300), vectors))
    monkeypatch.setattr(flat_vectors, "_MOST", 299)
    assert FlatVectors.read(exact, NAME) is None


def test_a_damaged_file_and_one_of_another_name_are_none(tmp_path: Path) -> None:
    file = written(tmp_path / "x", VectorIndex.build(range(20), unit_vectors(20)))
    good = file.read_bytes()
    assert FlatVectors.read(file, "other") is None
    for bad in (b"", good[:10], good[:-1], good[:200] + b"\0" + good[201:], good + b"\0"):
        file.write_bytes(bad)
        assert FlatVectors.read(file, NAME) is None
    with pytest.raises(FileNotFoundError):
        FlatVectors.read(tmp_path / "none", NAME)
