"""The store in Milvus: several programs at once, half-done work, what a machine mirrors. In milvus-lite, served."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Iterator
from itertools import count
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

from rag import ask, ingest
from rag.errors import MissingStoreError, StoreError
from rag.store import MilvusAddress
from tests.command_lines import Run
from tests.fakes import HashedBagOfWords
from tests.milvus_server import milvus_server
from tests.store_samples import CORPUS, KELAN, SETTINGS, XIYANG, RecordingEmbedder, found, put, put_all

pytest.importorskip("pymilvus", reason="the store in Milvus needs wenju[milvus]")
pytest.importorskip("milvus_lite", reason="these tests run Milvus in milvus-lite")

from rag.store.milvus import MilvusStore, delete_milvus_store, news, open_milvus_store, writer
from rag.store.milvus.document_rows import described_of, described_rows
from rag.store.milvus.mirror_changes import Described
from rag.store.milvus.server import MilvusServer

_NAMES = (f"t{number}" for number in count())
_SPAWN = multiprocessing.get_context("spawn")
_LINES = 5


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that several programs reach, as they would reach a cluster."""
    with milvus_server(tmp_path_factory.mktemp("served")) as address:
        yield address


@pytest.fixture
def address(uri: str) -> MilvusAddress:
    """A store of its own on the server."""
    return MilvusAddress.of(f"{uri}#{next(_NAMES)}")


def opened_at(address: MilvusAddress, machine: Path, embedder: HashedBagOfWords | None = None) -> MilvusStore:
    embedder = embedder or RecordingEmbedder()
    return open_milvus_store(address, folder=machine, embedder=embedder, passage_settings=SETTINGS)


def version(number: int) -> str:
    return "\n".join(f"第{number}版第{line}行。" for line in range(_LINES))


# Several programs


def _put_many(address: MilvusAddress, machine: Path, who: int, versions: int) -> None:
    with opened_at(address, machine) as store, store.writing():
        for number in range(versions):
            put(store, f"{who}-{number}.txt", f"第{who}号第{number}份。\n{KELAN}")
            put(store, "共.txt", version(10 * who + number))


def _look(address: MilvusAddress, machine: Path, done: Event, told: Any) -> None:
    looked, wrong = 0, []
    with opened_at(address, machine) as store:
        while not done.is_set() or not looked:
            with store.reading():
                lines = [stored.passage.text for stored in store.passages_of("共.txt")]
                near = found(store, store.dense(RecordingEmbedder().embed_query("第1版"), 200))
                whole = {line[:4] for line in lines}
                if lines and (len(lines) != _LINES or len(whole) != 1 or set(lines) - set(near)):
                    wrong.append(lines)
                looked += 1
    told.put((looked, wrong))


def test_programs_put_in_and_ask_at_once_and_nobody_sees_half_a_document(
    address: MilvusAddress, tmp_path: Path
) -> None:
    opened_at(address, tmp_path / "first").close()
    done, told = _SPAWN.Event(), _SPAWN.Queue()
    reader = _SPAWN.Process(target=_look, args=(address, tmp_path / "reader", done, told))
    writers = [
        _SPAWN.Process(target=_put_many, args=(address, tmp_path / f"writer{who}", who, 6)) for who in (1, 2)
    ]
    for process in (reader, *writers):
        process.start()
    for process in writers:
        process.join()
    done.set()
    looked, wrong = told.get(timeout=60)
    reader.join()
    assert [process.exitcode for process in (reader, *writers)] == [0, 0, 0]
    assert wrong == []
    assert looked > 1
    with opened_at(address, tmp_path / "last") as store:
        names = [record.source for record in store.sources()]
        assert names == sorted([*(f"{who}-{n}.txt" for who in (1, 2) for n in range(6)), "共.txt"])
        assert len(store) == 12 * 4 + _LINES
        assert len(store.dense(RecordingEmbedder().embed_query("羊"), 1000)) == len(store)


def _die_half_way(address: MilvusAddress, machine: Path) -> None:
    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    writer.MilvusWriter.name = die  # type: ignore[method-assign,assignment]  # everything is written but the source
    put(opened_at(address, machine), "昔阳.txt", XIYANG)


def test_what_a_killed_program_left_is_not_seen_and_swept(
    address: MilvusAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened_at(address, tmp_path / "here") as store:
        put(store, "岢岚.txt", KELAN)
        half = _SPAWN.Process(target=_die_half_way, args=(address, tmp_path / "there"))
        half.start()
        half.join()
        assert half.exitcode == -signal.SIGKILL
        assert [record.source for record in store.sources()] == ["岢岚.txt"]
        assert len(store.dense(RecordingEmbedder().embed_query("原煤"), 99)) == len(store) == 3
        assert store.lexical(["原煤"], 9) == []
        assert _rows(address) == 5
        monkeypatch.setattr(writer, "GRACE", -news.SECOND)
        with store.writing():
            pass
        assert _rows(address) == 3
        put(store, "昔阳.txt", XIYANG)
        assert len(store) == _rows(address) == 5


def test_what_is_removed_is_swept_when_nobody_can_be_reading_it(
    address: MilvusAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened_at(address, tmp_path) as store:
        put_all(store)
        store.link("又.txt", "昔阳.txt")
        with store.writing():
            store.remove(["岢岚.txt", "昔阳.txt"])
        assert (len(store), _rows(address)) == (4, 7)
        monkeypatch.setattr(writer, "GRACE", -news.SECOND)
        with store.writing():
            pass
        assert len(store) == _rows(address) == 4
        assert store.original("又.txt").text == XIYANG


def test_a_rebuild_during_which_somebody_else_puts_in_is_given_up(
    address: MilvusAddress, tmp_path: Path
) -> None:
    with opened_at(address, tmp_path / "here") as store, opened_at(address, tmp_path / "there") as other:
        put(store, "昔阳.txt", XIYANG)
        with pytest.raises(StoreError, match="Another program changed"), store.rebuilding():
            put(store, "岢岚.txt", KELAN)
            put(other, "左权.txt", version(1))
        assert [record.source for record in store.sources()] == ["左权.txt", "昔阳.txt"]
        assert len(MilvusServer(address).epochs()) == 1


def test_the_same_document_from_two_machines_is_there_once(address: MilvusAddress, tmp_path: Path) -> None:
    with opened_at(address, tmp_path / "here") as store, opened_at(address, tmp_path / "there") as other:
        put(store, "昔阳.txt", XIYANG)
        put(other, "昔阳.txt", XIYANG)
        put(other, "抄件.txt", XIYANG)
        assert [(r.source, r.same_as) for r in store.sources()] == [
            ("抄件.txt", None),
            ("昔阳.txt", "抄件.txt"),
        ]
        assert len(store) == len(other) == _rows(address) == 2


# What a machine mirrors


def test_a_mirror_that_is_lost_or_too_old_is_fetched_anew(
    address: MilvusAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened_at(address, tmp_path / "here") as store:
        put_all(store)
        before = (store.sources(), store.vocabulary(), store.document_frequencies(["收入"]))
    shutil.rmtree(tmp_path / "here")
    for remembered in (news.REMEMBERED, -1):
        monkeypatch.setattr(news, "REMEMBERED", remembered)
        with opened_at(address, tmp_path / "here") as store:
            assert (store.sources(), store.vocabulary(), store.document_frequencies(["收入"])) == before


def test_news_are_heard_whatever_the_order_they_come_in(
    address: MilvusAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened_at(address, tmp_path / "here") as store, opened_at(address, tmp_path / "there") as other:
        put(store, "昔阳.txt", XIYANG)
        seen = other.generation
        # A machine whose clock is behind by less than is allowed for.
        with monkeypatch.context() as late:
            late.setattr(news, "now", lambda: time.time_ns() // 1000 - 5 * news.SECOND)
            late.setattr(writer, "tick", writer.Clock())
            put(store, "岢岚.txt", KELAN)
        assert [record.source for record in other.sources()] == ["岢岚.txt", "昔阳.txt"]
        assert other.generation > seen


def test_a_text_of_many_parts_comes_back_only_when_all_are_of_one_time() -> None:
    told = Described({"metadata": os.urandom(200_000).hex()}, os.urandom(50_000))
    rows, others = described_rows(7, told, 1), described_rows(7, told, 2)
    assert len(rows) > 2
    assert all(len(row["data"]) < 65_535 for row in rows)
    assert described_of(reversed(rows)) == {7: Described({**told.row, "terms": told.terms}, told.terms)}
    assert described_of(rows[:-1]) == described_of([*rows[:-1], others[-1]]) == {}


def test_a_text_longer_than_a_message_comes_in_several(
    address: MilvusAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.store.milvus.row_text._CHUNK", 100)
    monkeypatch.setattr("rag.store.milvus.reader._PARTS", 3)
    long = "\n".join(f"{os.urandom(20).hex()}。" for _ in range(20))
    with opened_at(address, tmp_path) as store:
        put(store, "长.txt", long)
        assert store.original("长.txt").text == long
        assert len(store.passages_of("长.txt")) == 20


# Opening


def test_a_store_that_is_not_there_is_made_only_where_that_is_meant(
    address: MilvusAddress, tmp_path: Path
) -> None:
    with pytest.raises(MissingStoreError, match=address.name):
        open_milvus_store(
            address, folder=tmp_path, embedder=RecordingEmbedder(), passage_settings=SETTINGS, create=False
        )
    opened_at(address, tmp_path).close()
    delete_milvus_store(address, tmp_path)
    assert MilvusServer(address).epochs() == []


def test_settings_that_do_not_fit_are_told_and_nothing_is_rebuilt(
    address: MilvusAddress, tmp_path: Path
) -> None:
    with opened_at(address, tmp_path / "here") as store:
        put_all(store)
    with opened_at(address, tmp_path / "there", HashedBagOfWords(32)) as other:
        assert other.stale is not None
        assert "Others share it" in other.stale.en
        with pytest.raises(StoreError, match="embedding model"):
            other.dense(HashedBagOfWords(32).embed_query("煤"), 3)
        assert len(other.sources()) == len(CORPUS)


def test_a_server_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.store.milvus.server._SECONDS", 1.0)
    with pytest.raises(StoreError, match=r"milvus:http://127\.0\.0\.1:1#wenju"):
        opened_at(MilvusAddress.of("milvus:http://127.0.0.1:1"), tmp_path)


# The commands


def test_the_commands_work_on_it_as_on_a_folder(
    uri: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.index.default_store_folder", lambda: tmp_path / "machine")
    monkeypatch.setenv("RAG_STORE", f"{uri}#{next(_NAMES)}")
    file = tmp_path / "昔阳.txt"
    file.write_text(XIYANG, encoding="utf-8")
    assert [one["source"] for one in run(ingest.main, file, "--dry-run", "--json").json["added"]] == [
        str(file)
    ]
    assert run(ask.main, "昔阳县原煤产量是多少？").status == 2
    assert len(run(ingest.main, file, "--json").json["added"]) == 1
    answer = run(ask.main, "昔阳县原煤产量是多少？", "--json").json
    assert "2694.5万吨" in answer["answer"]
    assert answer["citations"][0]["quote"] in XIYANG
    assert run(ingest.main, file, "--json").json["unchanged"] == [str(file)]
    assert len(run(ingest.main, file, "--rebuild", "--json").json["added"]) == 1
    assert [one["source"] for one in run(ingest.main, "--list", "--json").json] == [str(file)]
    assert run(ingest.main, "--remove", file).status == 0
    assert run(ingest.main, "--list", "--json").json == []


def _rows(address: MilvusAddress) -> int:
    """How many passages the server has, whether they count or not."""
    server = MilvusServer(address)
    epoch = server.epoch()
    assert epoch is not None
    return server.count_passages(epoch, "id >= 0")
