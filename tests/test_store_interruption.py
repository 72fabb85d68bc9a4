"""A store survives a program that is killed, and two that write at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from rag.errors import StoreError
from rag.store import delete_store, folder
from tests.fakes import HashedBagOfWords
from tests.store_samples import (
    KELAN,
    QUESTION,
    XIYANG,
    RecordingEmbedder,
    nearest,
    opened,
    put,
    put_all,
)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    with opened(tmp_path / "store") as store:
        put_all(store)
    return tmp_path / "store"


# Interrupted


_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.store_samples import KELAN, opened, put
store = opened(Path(sys.argv[1]))
with store.writing():
    put(store, "新.txt", KELAN.replace("稳定在", "达"))
    os.kill(os.getpid(), signal.SIGKILL)
"""

_KILLED_IN_A_TRANSACTION = """
import os, signal, sys
from pathlib import Path
from rag.store.writer import StoreWriter
from tests.store_samples import opened, put
add, added = StoreWriter._add, []
def add_until_killed(*arguments):
    added.append(arguments)
    if len(added) == 7500:
        os.kill(os.getpid(), signal.SIGKILL)
    add(*arguments)
StoreWriter._add = add_until_killed
store = opened(Path(sys.argv[1]))
put(store, "岢岚.txt", "\\n".join(f"第{n}句。" for n in range(8000)))
"""


def _run_until_killed(program: str, place: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", program, str(place)], cwd=Path(__file__).parents[1], check=False
    )
    assert ended.returncode == -signal.SIGKILL


def test_a_program_killed_right_after_a_change_loses_nothing_of_it(built: Path) -> None:
    _run_until_killed(_KILLED, built)

    embedder = RecordingEmbedder()
    with opened(built, embedder) as store:
        vector = embedder.embed_query(QUESTION)
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


def test_a_program_killed_inside_a_change_leaves_the_old_state(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        put_all(store)
    _run_until_killed(_KILLED_IN_A_TRANSACTION, tmp_path)
    assert (tmp_path / "passages.sqlite-wal").stat().st_size  # it had begun to write
    with opened(tmp_path) as store:
        assert store.original("岢岚.txt").text == KELAN
        assert len(store) == len(store.dense(HashedBagOfWords(64).embed_query(QUESTION), 99)) == 7
        assert nearest(store).startswith("羊饲养量")
        assert put(store, "新.txt", f"新{XIYANG}") == 2


def test_a_program_killed_does_not_keep_the_next_one_from_writing(built: Path) -> None:
    _run_until_killed(_KILLED, built)
    with opened(built) as store:
        assert put(store, "又.txt", f"又{XIYANG}") == 2


def test_an_error_halfway_through_a_batch_keeps_what_was_finished(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with pytest.raises(KeyboardInterrupt), store.writing():
        put(store, "岢岚.txt", KELAN)
        raise KeyboardInterrupt
    assert nearest(opened(tmp_path)).startswith("羊饲养量")


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
        assert nearest(second).startswith("羊饲养量")
    assert put(second, "新.txt", f"新{KELAN}") == 3


def test_two_threads_that_write_take_turns(built: Path) -> None:
    store = opened(built)
    threads = [
        threading.Thread(
            target=lambda n=n: [put(store, f"{n}-{m}.txt", f"{n}又{m}。\n{KELAN}") for m in range(5)]
        )
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store) == 7 + 15 * 4
    assert len(store.dense(HashedBagOfWords(64).embed_query(QUESTION), 999)) == len(store)
