"""Conversations are kept: whole, private, bounded, and there again after a restart; in a file or in PostgreSQL."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.errors import HistoryError, SettingsError
from rag.history import History
from rag.history import history as history_module
from rag.history.database import opened_database
from rag.history_place import HistoryPlace, PostgresAddress
from rag.settings import load_settings
from rag.types import Turn
from tests.postgres_server import postgres_server


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresAddress]:
    with postgres_server() as url:
        yield PostgresAddress.of(url)


@pytest.fixture(params=["file", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> HistoryPlace:
    """Where conversations are kept, with none there."""
    if request.param == "file":
        return tmp_path / "kept" / "history.sqlite"
    address: PostgresAddress = request.getfixturevalue("postgres")
    with opened_database(address) as database:
        database.execute("DELETE FROM conversation")
    return address


def test_a_conversation_is_there_after_a_restart(place: HistoryPlace) -> None:
    first = History(place)
    name = first.begin()
    first.keep(name, "昔阳县2023年原煤产量是多少？", "2694.5万吨。[1]", {"citations": [{"number": 1}]})
    first.keep(name, "那2024年呢？", "资料里没有。")
    again = History(place)
    assert again.turns(name) == (
        Turn("昔阳县2023年原煤产量是多少？", "2694.5万吨。[1]"),
        Turn("那2024年呢？", "资料里没有。"),
    )
    assert again.exchanges(name)[0].record == {"citations": [{"number": 1}]}
    [listed] = again.conversations()
    assert (listed.id, listed.title, listed.exchanges) == (name, "昔阳县2023年原煤产量是多少？", 2)


def test_the_conversation_that_went_on_last_is_listed_first(place: HistoryPlace) -> None:
    history = History(place)
    first, second = history.begin("一"), history.begin("二")
    history.keep(first, "问", "答")
    assert [one.id for one in history.conversations()] == [first, second]


def test_a_conversation_begun_under_a_known_id_goes_on(place: HistoryPlace) -> None:
    history = History(place)
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
    assert "内部草稿".encode() not in (tmp_path / "history.sqlite").read_bytes()


def test_a_conversation_can_be_renamed(place: HistoryPlace) -> None:
    history = History(place)
    name = history.begin()
    history.rename(name, "煤炭\n的  问题")
    assert history.conversations()[0].title == "煤炭 的 问题"


def test_nothing_can_be_kept_in_a_conversation_that_is_gone(place: HistoryPlace) -> None:
    history = History(place)
    with pytest.raises(HistoryError, match="There is no conversation"):
        history.keep("gone", "问", "答")


def test_only_so_much_is_kept(place: HistoryPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "MOST_CONVERSATIONS", 2)
    monkeypatch.setattr(history_module, "MOST_EXCHANGES", 3)
    history = History(place)
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
    path = tmp_path / "private" / "history.sqlite"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


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


def test_half_a_character_does_not_stop_the_rest(place: HistoryPlace) -> None:
    history = History(place)
    name = history.begin("\ud800")
    history.keep(name, "昔阳\udcff？", "答", {"answer": "\ud83d"})
    assert history.turns(name)[0].question == "昔阳?？"


def _keep_many(place: HistoryPlace, name: str, who: str) -> None:
    for number in range(10):
        History(place).keep(name, f"{who}{number}", "答")


def test_two_processes_lose_nothing_of_each_other(place: HistoryPlace) -> None:
    name = History(place).begin()
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_keep_many, args=(place, name, who)) for who in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    said = [turn.question for turn in History(place).turns(name)]
    assert sorted(said) == sorted(f"{who}{number}" for who in "ab" for number in range(10))


def test_what_is_thrown_away_can_be_taken_back_for_a_while(
    place: HistoryPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = History(place)
    name = history.begin("一")
    history.keep(name, "问", "答")
    assert history.throw_away(name)
    assert history.conversations() == ()
    assert history.take_back(name)
    assert history.turns(name) == (Turn("问", "答"),)
    assert history.throw_away(name)
    monkeypatch.setattr(history_module, "UNDO_SECONDS", -1.0)
    history.begin("二")
    assert not history.take_back(name)


def test_no_owner_sees_or_changes_what_is_anothers(place: HistoryPlace) -> None:
    hers, his = History(place, "她"), History(place, "他")
    name = hers.begin("她的")
    number = hers.keep(name, "问", "")
    assert not (his.conversations() or his.exchanges(name) or his.search("问"))
    assert not (his.rename(name, "他的") or his.throw_away(name) or his.forget(name) or his.cut(name, number))
    assert not (his.judge(name, number, "bad") or his.answered(name, number, "答", {}))
    with pytest.raises(HistoryError):
        his.keep(name, "问", "答")
    assert hers.numbers(name) == (number,)


def test_a_waiting_question_is_answered_once_judged_and_cut(place: HistoryPlace) -> None:
    history = History(place)
    name = history.begin()
    first, second = history.keep(name, "一", ""), history.keep(name, "二\0", "", {})
    long = {"text": "昔阳" * 1000}
    assert history.answered(name, first, "答", long)
    assert not history.answered(name, first, "又答", {})
    assert history.judge(name, first, "good")
    kept = history.exchanges(name)[0]
    assert (kept.answer, kept.record, kept.verdict) == ("答", long, "good")
    assert [found.conversation.id for found in history.search("答 一")] == [name]
    assert history.cut(name, second) == 1
    assert history.numbers(name) == (first,)


def test_a_change_that_fails_is_undone(place: HistoryPlace) -> None:
    name = History(place).begin()
    with pytest.raises(ZeroDivisionError), opened_database(place) as database:
        database.execute("DELETE FROM conversation")
        raise ZeroDivisionError
    assert [one.id for one in History(place).conversations()] == [name]


def test_tables_of_a_newer_version_are_not_touched(postgres: PostgresAddress) -> None:
    with opened_database(postgres) as database:
        database.execute("INSERT INTO form VALUES (99)")
    try:
        with pytest.raises(HistoryError, match="newer version"):
            History(PostgresAddress(f"{postgres.url}?application_name=other")).begin()
    finally:
        with opened_database(postgres) as database:
            database.execute("DELETE FROM form WHERE number = 99")


def test_a_database_that_does_not_answer_is_told_without_its_password() -> None:
    pytest.importorskip("psycopg", reason="conversations in PostgreSQL need wenju[postgres]")
    with pytest.raises(HistoryError, match="RAG_HISTORY") as told:
        History(PostgresAddress.of("postgresql://me:geheim@127.0.0.1:1/talks")).conversations()
    assert "geheim" not in str(told.value)
    assert "127.0.0.1:1/talks" in told.value.en


def test_the_setting_names_a_file_or_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_HISTORY", "talks.sqlite")
    assert load_settings().history == Path("talks.sqlite")
    monkeypatch.setenv("RAG_HISTORY", "postgresql://me:geheim@db/talks")
    kept = load_settings().history
    assert isinstance(kept, PostgresAddress)
    assert "geheim" not in f"{kept} {kept!r}"
    for wrong in ("postgresql://db", "postgresql://db:port/talks"):
        monkeypatch.setenv("RAG_HISTORY", wrong)
        with pytest.raises(SettingsError, match="postgresql://USER"):
            load_settings()
