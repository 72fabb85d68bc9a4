"""Kept conversations as the page opens them: each its owner's, as they were, whatever befalls the file."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.contract import answer_json
from rag.history import History
from rag.ui.conversations import Conversations
from rag.ui.exchange import Exchange
from rag.ui.texts import TEXTS, PageLanguage
from rag.ui.thread import thread_html
from tests.command_lines import COAL, NOBODY_KNOWS

COMPARED = "岢岚2023年和左权2024年的一般公共预算收入增幅各是多少？"


@pytest.fixture
def conversations(tmp_path: Path, seed_assistant: Assistant) -> Conversations:
    return Conversations(tmp_path / "history.sqlite", seed_assistant.store.original)


def said(
    conversations: Conversations, assistant: Assistant, owner: str, *questions: str
) -> tuple[str, tuple[Exchange, ...]]:
    """A conversation that was had, its id and what the page showed of it."""
    name = ""
    exchanges: tuple[Exchange, ...] = ()
    for question in questions:
        begun = conversations.begun(owner, name, exchanges, question, "zh")
        answered = begun.exchange.grown(assistant.ask(question))
        exchanges = (*begun.earlier, conversations.answered(owner, begun.conversation, answered, "zh"))
        name = begun.conversation
    return name, exchanges


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_reopened_conversation_is_the_same_html_to_the_byte(
    conversations: Conversations, seed_assistant: Assistant, language: PageLanguage
) -> None:
    name, exchanges = said(conversations, seed_assistant, "", COAL, NOBODY_KNOWS, COMPARED)
    opened = conversations.opened("", name, language)
    assert thread_html(opened, TEXTS[language]) == thread_html(exchanges, TEXTS[language])
    assert "怎么找到的" in thread_html(opened, TEXTS["zh"]), "the inspector too"


def test_nobody_sees_or_changes_what_is_anothers(
    conversations: Conversations, seed_assistant: Assistant
) -> None:
    name, _ = said(conversations, seed_assistant, "张", COAL)
    other = conversations.of("李")
    number = conversations.of("张").numbers(name)[0]
    assert conversations.opened("李", name, "zh") == ()
    assert conversations.found("李", "") == conversations.found("李", "原煤") == ()
    assert not any(
        (other.rename(name, "我的"), other.throw_away(name), other.forget(name), other.cut(name, number))
    )
    assert not other.judge(name, number, "good")
    assert conversations.transcript("李", name, "zh") is None
    assert other.begin(id=name) == name
    assert other.conversations() == (), "a known id does not open what is another's"
    begun = conversations.begun("李", name, (), COAL, "zh")
    assert begun.conversation != name
    assert [one.title for one in conversations.of("张").conversations()] == [COAL]


def test_where_nothing_can_be_kept_the_conversation_goes_on_and_says_why(
    tmp_path: Path, seed_assistant: Assistant
) -> None:
    (tmp_path / "history.sqlite").write_text("not a database" * 100)
    broken = Conversations(tmp_path / "history.sqlite", seed_assistant.store.original)
    name, exchanges = said(broken, seed_assistant, "", COAL, NOBODY_KNOWS)
    assert name == ""
    assert len(exchanges) == 2
    assert "RAG_HISTORY" in thread_html(exchanges, TEXTS["zh"])
    assert "RAG_HISTORY" in broken.listed("", "", "", "en")


def test_what_an_earlier_version_kept_is_opened(
    tmp_path: Path, seed_assistant: Assistant, conversations: Conversations
) -> None:
    answer = seed_assistant.ask(COAL)
    with sqlite3.connect(tmp_path / "history.sqlite") as database:
        database.executescript(
            "CREATE TABLE conversation (id TEXT PRIMARY KEY, title TEXT NOT NULL, started REAL NOT NULL, updated REAL NOT NULL);"
            "CREATE TABLE exchange (number INTEGER PRIMARY KEY AUTOINCREMENT,"
            " conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,"
            " asked REAL NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, record TEXT NOT NULL);"
            "CREATE INDEX exchange_of ON exchange (conversation, number);"
            "INSERT INTO conversation VALUES ('old', '旧的', 1, 2); PRAGMA user_version = 1;"
        )
        record = json.dumps(answer_json(answer, seed_assistant.store.original))
        database.execute("INSERT INTO exchange VALUES (1, 'old', 1, ?, ?, ?)", (COAL, answer.text, record))
    [opened] = conversations.opened("", "old", "zh")
    assert opened.answer is not None
    assert opened.answer.citations == answer.citations
    assert [one.title for one in conversations.of("").conversations()] == ["旧的"]
    assert conversations.of("李").conversations() == ()


def test_a_question_that_never_got_its_answer_says_so(conversations: Conversations) -> None:
    begun = conversations.begun("", "", (), COAL, "zh")
    [opened] = conversations.opened("", begun.conversation, "zh")
    assert opened.trouble == "这个回答没有完成。"
    assert not conversations.of("").turns(begun.conversation)


def test_search_finds_words_whatever_their_width_and_case(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    coal, roads = history.begin("煤"), history.begin("ROADS")
    history.keep(
        coal, "原煤ＧＤＰ是多少？", "前面有很多很多很多很多很多很多很多很多很多很多字，Straße 100% 增长_。"
    )
    history.keep(roads, "公路", "120公里")
    assert [one.conversation.id for one in history.search("gdp strasse")] == [coal]
    assert [one.conversation.id for one in history.search("roads")] == [roads]
    assert history.search("100%")[0].excerpt.startswith("…")
    assert history.search("0_") == (), "no character stands for any other"
    assert len(history.search("  ")) == 2


def test_what_is_thrown_away_can_be_had_back_until_it_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = History(tmp_path / "history.sqlite")
    name = history.begin("内部草稿")
    history.keep(name, "问", "答")
    assert history.throw_away(name)
    assert not history.conversations()
    assert not history.exchanges(name)
    assert not history.search("内部")
    assert history.take_back(name)
    assert not history.take_back(name)
    assert history.throw_away(name)
    monkeypatch.setattr("rag.history.history.UNDO_SECONDS", -1.0)
    history.begin("别的")
    assert not history.take_back(name)
    assert "内部草稿".encode() not in (tmp_path / "history.sqlite").read_bytes()


def test_an_answer_is_filled_in_once(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    name = history.begin()
    number = history.keep(name, "问", "")
    assert history.answered(name, number, "答", {"a": 1})
    assert not history.answered(name, number, "别的", {})
    assert history.exchanges(name)[0].answer == "答"
    assert history.cut(name, number) == 1
