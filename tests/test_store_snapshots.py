"""Readers never wait and never see half of a change."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.errors import UnknownSourceError
from rag.seams import DocumentStore
from tests.fakes import HashedBagOfWords
from tests.store_contents import tell
from tests.store_kinds import OpenStore
from tests.store_samples import CORPUS, KELAN, XIYANG, nearest, put, put_all

VECTOR = HashedBagOfWords(64).embed_query("第一版")


@pytest.fixture
def store(opened_store: OpenStore, tmp_path: Path) -> DocumentStore:
    return opened_store(tmp_path / "store")


def version(number: int) -> str:
    return "\n".join(f"第{number}版第{line}行。" for line in range(5))


def test_all_that_is_read_together_is_of_one_state(
    opened_store: OpenStore, store: DocumentStore, tmp_path: Path
) -> None:
    put_all(store)
    with opened_store(tmp_path / "store") as other, store.reading():
        before = (store.generation, store.sources(), store.dense(VECTOR, 99), len(store))
        put(other, "新.txt", version(1))
        other.remove(["昔阳.txt"])
        assert (store.generation, store.sources(), store.dense(VECTOR, 99), len(store)) == before
        assert store.original("昔阳.txt").text == XIYANG
    assert [record.source for record in store.sources()] == ["岢岚.txt", "左权.txt", "新.txt"]
    assert len(store.dense(VECTOR, 99)) == len(store) == 10


def test_a_search_never_mixes_two_states(store: DocumentStore) -> None:
    put(store, "甲.txt", version(0))
    done = threading.Event()

    def look() -> int:
        looked = 0
        while not done.is_set() or not looked:
            with store.reading():
                near = {stored.id: stored for stored in store.passages(n for n, _ in store.dense(VECTOR, 99))}
                terms = store.lexical(["行"], 99)
                assert len(near) == len(terms) == len(store) == 5
                assert near.keys() == {number for number, _ in terms}
                assert np.diff(store.token_vectors(list(near)).starts).all()
                assert len({stored.passage.text[:4] for stored in near.values()}) == 1
            looked += 1
        return looked

    with ThreadPoolExecutor(3) as threads:
        readers = [threads.submit(look) for _ in range(3)]
        for number in range(1, 41):
            put(store, "甲.txt", version(number % 10))
        done.set()
        assert all(reader.result() for reader in readers)


def test_a_rebuild_is_seen_when_it_is_whole(
    opened_store: OpenStore, store: DocumentStore, tmp_path: Path
) -> None:
    put_all(store)
    before = tell(store, tmp_path / "store")
    with opened_store(tmp_path / "store") as other:
        with store.rebuilding():
            put(store, "新.txt", KELAN)
            assert tell(store, tmp_path / "store") == tell(other, tmp_path / "store") == before
            assert nearest(other, "新能源装机").startswith("新能源装机")
        assert [record.source for record in other.sources()] == ["新.txt"]
        assert nearest(other).startswith("羊饲养量")


def test_a_rebuild_that_fails_leaves_everything_as_it_was(store: DocumentStore, tmp_path: Path) -> None:
    put_all(store)
    before = tell(store, tmp_path / "store")
    with pytest.raises(KeyboardInterrupt), store.rebuilding():
        for number in range(20):
            put(store, f"{number}.txt", version(number))
        raise KeyboardInterrupt
    assert tell(store, tmp_path / "store") == before
    put(store, "又.txt", version(1))
    assert len(store.dense(VECTOR, 99)) == len(store) == 12


def test_a_change_that_fails_within_a_rebuild_is_left_out_of_it(
    opened_store: OpenStore, store: DocumentStore, tmp_path: Path
) -> None:
    with opened_store(tmp_path / "other") as other:
        with other.rebuilding():
            put_all(other)
            with pytest.raises(UnknownSourceError):
                other.link("昔阳.txt", "没有.txt")
        put_all(store)
        assert tell(other, tmp_path / "other") == tell(store, tmp_path / "store")


def test_documents_can_be_read_while_the_store_is_built_anew_from_them(
    opened_store: OpenStore, tmp_path: Path
) -> None:
    with opened_store(tmp_path) as store:
        put_all(store)
    with opened_store(tmp_path, HashedBagOfWords(32)) as changed:
        assert changed.stale
        with changed.rebuilding():
            for record in changed.sources():
                put(changed, record.source, changed.original(record.source).text)
        assert changed.stale is None
        assert [record.source for record in changed.sources()] == sorted(CORPUS)
        assert len(changed.dense(HashedBagOfWords(32).embed_query("煤"), 99)) == 7


def test_an_old_state_is_read_on_while_its_files_are_replaced(
    opened_store: OpenStore, store: DocumentStore, tmp_path: Path
) -> None:
    with store.writing():
        for number in range(9):
            put(store, f"{number}.txt", version(number))
    fresh = opened_store(tmp_path / "store")
    with fresh.reading():
        count = len(fresh)
        with store.writing():
            for number in range(9):
                put(store, f"{number}.txt", version(100 + number))
        # Its FAISS files have been swept away meanwhile.
        assert len(fresh.dense(VECTOR, 99)) == count == 45
    assert len(fresh.dense(VECTOR, 99)) == 45
