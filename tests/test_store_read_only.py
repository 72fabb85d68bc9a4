"""A store in a folder that may only be read is read, and says why it isn't written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.errors import StoreError
from rag.store import FaissStore, delete_store
from tests.fakes import HashedBagOfWords
from tests.store_samples import (
    KELAN,
    QUESTION,
    XIYANG,
    contents,
    nearest,
    opened,
    put,
    put_all,
    vector_files,
)

_NOBODY = 65534


@pytest.fixture
def protected() -> Iterator[Path]:
    """A store in a folder that this process may only read, because it is not the superuser meanwhile."""
    place = Path(tempfile.mkdtemp())
    try:
        with opened(place) as store:
            put_all(store)
            store.dense(HashedBagOfWords(64).embed_query(QUESTION), 1)
        for path in (*place.iterdir(), place):
            path.chmod(0o555 if path is place else 0o444)
        with unprivileged():
            yield place
    finally:
        place.chmod(0o755)
        shutil.rmtree(place)


@contextmanager
def unprivileged() -> Iterator[None]:
    user = os.geteuid()
    if user == 0:
        try:
            os.seteuid(_NOBODY)
        except OSError as error:
            pytest.skip(f"runs as a superuser that can't become another user: {error}")
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_read_only_folder_is_read(protected: Path) -> None:
    before = contents(protected)
    with opened(protected) as store:
        assert nearest(store).startswith("羊饲养量")
        assert store.lexical(["2694.5"], 1)
        assert store.original("昔阳.txt").text == XIYANG
    assert contents(protected) == before


def test_a_read_only_folder_without_its_vector_file_is_read(protected: Path) -> None:
    with _as_owner():
        protected.chmod(0o755)
        (file,) = vector_files(protected)
        file.unlink()
        protected.chmod(0o555)
    with opened(protected) as store:
        assert nearest(store).startswith("羊饲养量")
    assert not file.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda store: put(store, "新.txt", KELAN),
        lambda store: store.remove(["昔阳.txt"]),
        lambda store: store.clear(),
    ],
)
def test_a_read_only_folder_is_not_written(protected: Path, change: Callable[[FaissStore], object]) -> None:
    before = contents(protected)
    store = opened(protected)
    with pytest.raises(StoreError, match="can't be written") as caught:
        change(store)
    assert str(protected) in caught.value.zh
    assert "不能写入" in caught.value.zh
    assert contents(protected) == before
    assert nearest(store).startswith("羊饲养量")


def test_a_store_is_not_made_or_deleted_in_a_read_only_folder(protected: Path) -> None:
    with pytest.raises(StoreError, match="can't be written"):
        opened(protected / "new")
    with pytest.raises(StoreError, match="can't be written"):
        delete_store(protected)
    assert len(opened(protected)) == 7


@contextmanager
def _as_owner() -> Iterator[None]:
    user = os.geteuid()
    os.seteuid(os.getuid())
    try:
        yield
    finally:
        os.seteuid(user)
