"""What a store does when it is out of date, damaged, read-only, interrupted or in use."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from rag.errors import StoreError
from rag.store import FaissStore, StaleStoreError, delete_store, folder, open_store
from tests.fakes import HashedBagOfWords
from tests.store_samples import (
    CORPUS,
    KELAN,
    SETTINGS,
    XIYANG,
    RecordingEmbedder,
    found,
    opened,
    put,
    put_all,
)

_NOBODY = 65534
_QUESTION = "羊饲养量稳定在80万只"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    with opened(tmp_path / "store") as store:
        put_all(store)
    return tmp_path / "store"


@pytest.fixture
def protected() -> Iterator[Path]:
    """A store in a folder that this process may only read, because it is not the superuser meanwhile."""
    place = Path(tempfile.mkdtemp())
    try:
        with opened(place) as store:
            put_all(store)
            store.dense(HashedBagOfWords(64).embed_query(_QUESTION), 1)
        for path in (*place.iterdir(), place):
            path.chmod(0o555 if path is place else 0o444)
        with _unprivileged():
            yield place
    finally:
        place.chmod(0o755)
        shutil.rmtree(place)


@contextmanager
def _unprivileged() -> Iterator[None]:
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


def _nearest(store: FaissStore) -> str:
    return found(store, store.dense(HashedBagOfWords(64).embed_query(_QUESTION), 1))[0]


def _contents(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.iterdir()}


# Out of date


@pytest.mark.parametrize(
    ("reopen", "zh", "en"),
    [
        (lambda place: opened(place, HashedBagOfWords(32)), "向量模型", "embedding model"),
        (
            lambda place: open_store(
                place, embedder=RecordingEmbedder(), passage_settings={"characters": 99}
            ),
            "分段设置",
            "passage settings",
        ),
        (lambda place: opened(place, sentences=False), "句向量", "sentence vector"),
    ],
)
def test_a_store_built_in_another_way_says_so_and_can_be_built_again(
    built: Path, reopen: Callable[[Path], FaissStore], zh: str, en: str
) -> None:
    store = reopen(built)
    assert store.stale is not None
    assert zh in store.stale.zh
    assert en in store.stale.en
    assert "--rebuild" in store.stale.en
    assert [record.source for record in store.sources()] == sorted(CORPUS)
    assert store.original("昔阳.txt").text == XIYANG
    for use in (
        lambda: store.lexical(["收入"], 3),
        lambda: put(store, "新.txt", KELAN),
        lambda: len(store),
        lambda: store.generation,
    ):
        with pytest.raises(StaleStoreError):
            use()

    store.clear()
    assert store.stale is None
    assert len(store) == 0
    put_all(store)
    store.close()
    again = reopen(built)
    assert again.stale is None
    assert len(again) == 7


def test_a_store_of_an_older_format_is_out_of_date_whatever_its_tables(built: Path) -> None:
    _rewrite_manifest(built, {"format": 0, "what": "nobody knows"})
    with sqlite3.connect(built / "passages.sqlite") as database:
        database.execute("DROP TABLE state")
        database.execute("CREATE TABLE an_old_table (x)")
    store = opened(built)
    assert store.stale is not None
    assert "older" in store.stale.en
    with pytest.raises(StaleStoreError):
        store.sources()
    store.clear()
    put_all(store)
    assert _nearest(store).startswith("羊饲养量")


def test_a_program_killed_while_it_rebuilds_leaves_a_store_that_still_says_it_is_out_of_date(
    built: Path,
) -> None:
    store = opened(built, HashedBagOfWords(32))
    (built / "manifest.json.part").mkdir()  # the manifest can't be written: as far as a killed program gets
    with pytest.raises(StoreError):
        store.clear()
    assert opened(built, HashedBagOfWords(32)).stale is not None


def test_another_program_that_rebuilt_the_store_in_its_own_way_is_noticed_before_writing(built: Path) -> None:
    mine = opened(built)
    other = opened(built, HashedBagOfWords(32))
    other.clear()
    with pytest.raises(StaleStoreError):
        put(mine, "新.txt", KELAN)
    with pytest.raises(StaleStoreError):
        _nearest(opened(built))


def test_another_program_that_rebuilt_the_store_in_its_own_way_is_noticed_before_searching(
    built: Path,
) -> None:
    mine = opened(built)
    assert _nearest(mine)
    with opened(built, HashedBagOfWords(32)) as other:
        other.clear()
        put_all(other)
    with pytest.raises(StaleStoreError):
        _nearest(mine)


def test_a_store_of_a_newer_version_is_left_untouched(built: Path) -> None:
    _rewrite_manifest(built, {"format": 2, "model": "x"})
    before = _contents(built)
    with pytest.raises(StoreError, match="newer version") as caught:
        opened(built)
    assert not isinstance(caught.value, StaleStoreError)
    assert "请升级" in caught.value.zh
    assert _contents(built) == before


def _rewrite_manifest(place: Path, content: dict[str, object]) -> None:
    (place / "manifest.json").write_text(json.dumps(content), encoding="utf-8")


# Damaged


@pytest.mark.parametrize("name", ["manifest.json", "passages.sqlite"])
@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b"garbage \xff" * 999, b'{"format": 1}', b'{"format": "1"}']
)
def test_a_damaged_file_is_named_with_the_way_out(built: Path, name: str, content: bytes) -> None:
    (built / name).write_bytes(content)
    with pytest.raises(StoreError) as caught:
        opened(built)
    assert str(built / name) in caught.value.zh
    assert str(built / name) in caught.value.en
    assert "--rebuild" in caught.value.en

    delete_store(built)
    with opened(built) as store:
        put_all(store)
        assert _nearest(store).startswith("羊饲养量")


def test_damage_in_the_middle_of_the_database_is_named_when_it_is_met(built: Path) -> None:
    path = built / "passages.sqlite"
    data = bytearray(path.read_bytes())
    data[4096 * 2 :] = b"\xa5" * (len(data) - 4096 * 2)
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"passages\.sqlite"):
        store = opened(built)
        store.sources()
        _nearest(store)


def test_a_missing_manifest_is_not_taken_for_a_new_store(built: Path) -> None:
    (built / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"manifest\.json"):
        opened(built)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"garbage" * 1000),
        lambda path: path.write_bytes(path.read_bytes()[:-100]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"\0\0\0\0", b"\0\1\0\0", 1)),
    ],
)
def test_a_damaged_vector_file_is_made_again_from_the_database(
    built: Path, spoil: Callable[[Path], object]
) -> None:
    good = (built / "vectors.faiss").read_bytes()
    spoil(built / "vectors.faiss")
    embedder = RecordingEmbedder()
    assert _nearest(opened(built, embedder)).startswith("羊饲养量")
    assert embedder.read == []
    assert (built / "vectors.faiss").read_bytes() == good


def test_the_vector_file_is_one_that_faiss_reads(built: Path) -> None:
    import faiss

    index = faiss.read_index(str(built / "vectors.faiss"))
    assert index.ntotal == 7
    assert index.d == 64


def test_deleting_a_store_leaves_other_files_alone(built: Path) -> None:
    (built / "README.md").write_text("mine")
    delete_store(built)
    delete_store(built)
    delete_store(built / "nowhere")
    assert {path.name for path in built.iterdir()} - {"write.lock"} == {"README.md"}


def test_a_store_that_is_not_there_is_made_only_if_asked(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"rag\.ingest"):
        open_store(tmp_path / "x", embedder=RecordingEmbedder(), passage_settings=SETTINGS, create=False)
    assert not (tmp_path / "x").exists()


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("hello")
    with pytest.raises(StoreError, match="not a folder"):
        opened(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "hello"


# Read-only


def test_a_read_only_folder_is_read(protected: Path) -> None:
    before = _contents(protected)
    with opened(protected) as store:
        assert _nearest(store).startswith("羊饲养量")
        assert store.lexical(["2694.5"], 1)
        assert store.original("昔阳.txt").text == XIYANG
    assert _contents(protected) == before


def test_a_read_only_folder_without_its_vector_file_is_read(protected: Path) -> None:
    with _as_owner():
        protected.chmod(0o755)
        (protected / "vectors.faiss").unlink()
        protected.chmod(0o555)
    with opened(protected) as store:
        assert _nearest(store).startswith("羊饲养量")
    assert not (protected / "vectors.faiss").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda store: put(store, "新.txt", KELAN),
        lambda store: store.remove(["昔阳.txt"]),
        lambda store: store.clear(),
    ],
)
def test_a_read_only_folder_is_not_written(protected: Path, change: Callable[[FaissStore], object]) -> None:
    before = _contents(protected)
    store = opened(protected)
    with pytest.raises(StoreError, match="can't be written") as caught:
        change(store)
    assert str(protected) in caught.value.zh
    assert "不能写入" in caught.value.zh
    assert _contents(protected) == before
    assert _nearest(store).startswith("羊饲养量")


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


# Interrupted


_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.store_samples import KELAN, opened, put
store = opened(Path(sys.argv[1]))
with store.writing():
    put(store, "新.txt", KELAN)
    os.kill(os.getpid(), signal.SIGKILL)
"""

_KILLED_IN_A_TRANSACTION = """
import os, signal, sys
from pathlib import Path
from rag.store import writer
from tests.store_samples import opened, put
pack, packed = writer.passage_row, []
def pack_until_killed(passage):
    packed.append(passage)
    if len(packed) == 2500:
        os.kill(os.getpid(), signal.SIGKILL)
    return pack(passage)
writer.passage_row = pack_until_killed
store = opened(Path(sys.argv[1]), sentences=False)
put(store, "岢岚.txt", "\\n".join(f"第{n}句。" for n in range(3000)))
"""


def _run_until_killed(program: str, place: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", program, str(place)], cwd=Path(__file__).parents[1], check=False
    )
    assert ended.returncode == -signal.SIGKILL


def test_a_program_killed_before_it_saves_the_vectors_loses_no_document(built: Path) -> None:
    before = (built / "vectors.faiss").read_bytes()
    _run_until_killed(_KILLED, built)
    assert (built / "vectors.faiss").read_bytes() == before

    embedder = RecordingEmbedder()
    with opened(built, embedder) as store:
        vector = embedder.embed_query(_QUESTION)
        hits = store.dense(vector, 99)
        assert {stored.passage.source for stored in store.passages(n for n, _ in hits[:2])} == {
            "岢岚.txt",
            "新.txt",
        }
        assert len(hits) == len(store) == 10
        np.testing.assert_allclose(
            store.similarities(vector, [n for n, _ in hits]), [s for _, s in hits], rtol=1e-5
        )
    assert embedder.read == []
    assert (built / "vectors.faiss").read_bytes() != before


def test_a_program_killed_inside_a_change_leaves_the_old_state(tmp_path: Path) -> None:
    with opened(tmp_path, sentences=False) as store:
        put_all(store)
    _run_until_killed(_KILLED_IN_A_TRANSACTION, tmp_path)
    assert (tmp_path / "passages.sqlite-journal").stat().st_size  # it had begun to write
    with opened(tmp_path, sentences=False) as store:
        assert store.original("岢岚.txt").text == KELAN
        assert len(store) == len(store.dense(HashedBagOfWords(64).embed_query(_QUESTION), 99)) == 7
        assert _nearest(store).startswith("羊饲养量")
        assert put(store, "新.txt", XIYANG) == 2


def test_a_program_killed_does_not_keep_the_next_one_from_writing(built: Path) -> None:
    _run_until_killed(_KILLED, built)
    with opened(built) as store:
        assert put(store, "又.txt", XIYANG) == 2


def test_an_error_halfway_through_a_batch_keeps_what_was_finished(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with pytest.raises(KeyboardInterrupt), store.writing():
        put(store, "岢岚.txt", KELAN)
        raise KeyboardInterrupt
    assert _nearest(opened(tmp_path)).startswith("羊饲养量")


# In use


def test_a_second_writer_waits_a_little_and_is_told(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "LOCK_WAIT_SECONDS", 0.1)
    first, second = opened(built), opened(built)
    with first.writing():
        with pytest.raises(StoreError, match="Another program is writing") as caught:
            put(second, "新.txt", KELAN)
        assert "正被" in caught.value.zh
        with pytest.raises(StoreError, match="Another program is writing"):
            delete_store(built)
        assert _nearest(second).startswith("羊饲养量")
    assert put(second, "新.txt", KELAN) == 3


def test_two_threads_that_write_take_turns(built: Path) -> None:
    store = opened(built)
    threads = [
        threading.Thread(target=lambda n=n: [put(store, f"{n}-{m}.txt", KELAN) for m in range(5)])
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store) == 7 + 15 * 3
    assert len(store.dense(HashedBagOfWords(64).embed_query(_QUESTION), 999)) == len(store)
