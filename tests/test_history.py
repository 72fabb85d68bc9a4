"""Conversations are on disk: whole, private, bounded, and there again after a restart."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from rag.errors import HistoryError
from rag.history import History
from rag.history import history as history_module
from rag.types import Turn


def test_a_conversation_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "history.sqlite"
    first = History(path)
    name = first.begin()
    first.keep(name, "昔阳县2023年原煤产量是多少？", "2694.5万吨。[1]", {"citations": [{"number": 1}]})
    first.keep(name, "那2024年呢？", "资料里没有。")
    again = History(path)
    assert again.turns(name) == (
        Turn("昔阳县2023年原煤产量是多少？", "2694.5万吨。[1]"),
        Turn("那2024年呢？", "资料里没有。"),
    )
    assert again.exchanges(name)[0].record == {"citations": [{"number": 1}]}
    [listed] = again.conversations()
    assert (listed.id, listed.title, listed.exchanges) == (name, "昔阳县2023年原煤产量是多少？", 2)


def test_the_conversation_that_went_on_last_is_listed_first(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    first, second = history.begin("一"), history.begin("二")
    history.keep(first, "问", "答")
    assert [one.id for one in history.conversations()] == [first, second]


def test_a_conversation_begun_under_a_known_id_goes_on(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    history.keep(history.begin(id="work"), "问", "答")
    assert history.begin(id="work") == "work"
    assert history.turns("work") == (Turn("问", "答"),)


def test_what_is_forgotten_is_gone_from_the_file(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    name = history.begin()
    history.keep(name, "内部草稿里的利润是多少？", "七千万。")
    assert history.forget(name)
    assert not history.forget(name)
    assert not history.conversations()
    assert not history.exchanges(name)
    assert "内部草稿".encode() not in history.path.read_bytes()


def test_a_conversation_can_be_renamed(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    name = history.begin()
    history.rename(name, "煤炭\n的  问题")
    assert history.conversations()[0].title == "煤炭 的 问题"


def test_nothing_can_be_kept_in_a_conversation_that_is_gone(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    with pytest.raises(HistoryError, match="There is no conversation"):
        history.keep("gone", "问", "答")


def test_only_so_much_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "MOST_CONVERSATIONS", 2)
    monkeypatch.setattr(history_module, "MOST_EXCHANGES", 3)
    history = History(tmp_path / "history.sqlite")
    names = [history.begin(str(number)) for number in range(4)]
    assert {one.id for one in history.conversations()} == set(names[2:])
    for number in range(5):
        history.keep(names[3], str(number), "答")
    assert [turn.question for turn in history.turns(names[3])] == ["2", "3", "4"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        history = History(tmp_path / "private" / "history.sqlite")
        history.begin()
    finally:
        os.umask(before)
    assert stat.S_IMODE(history.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(history.path.parent.stat().st_mode) == 0o700


def test_a_file_that_is_no_history_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    path.write_text("昔阳县的报告" * 500, encoding="utf-8")
    with pytest.raises(HistoryError, match=r"RAG_HISTORY"):
        History(path).conversations()
    assert path.read_text(encoding="utf-8") == "昔阳县的报告" * 500


def test_a_newer_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(HistoryError, match="newer version"):
        History(path).begin()


def test_half_a_character_does_not_stop_the_rest(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    name = history.begin("\ud800")
    history.keep(name, "昔阳\udcff？", "答", {"answer": "\ud83d"})
    assert history.turns(name)[0].question == "昔阳?？"


def _keep_many(path: Path, name: str, who: str) -> None:
    for number in range(10):
        History(path).keep(name, f"{who}{number}", "答")


def test_two_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    name = History(path).begin()
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_keep_many, args=(path, name, who)) for who in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    said = [turn.question for turn in History(path).turns(name)]
    assert sorted(said) == sorted(f"{who}{number}" for who in "ab" for number in range(10))
