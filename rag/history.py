"""Conversations on disk: what was asked and answered survives a restart, in one private SQLite file."""

from __future__ import annotations

import json
import os
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.errors import HistoryError
from rag.types import Json, Turn

MOST_CONVERSATIONS = 500
"""The oldest beyond these are forgotten."""
MOST_EXCHANGES = 200
"""Of one conversation; its oldest beyond these are forgotten."""
_TITLE_CHARACTERS = 60
_BUSY_SECONDS = 10.0
_PRIVATE, _PRIVATE_FOLDER = 0o600, 0o700
_FORMAT = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS conversation (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, started REAL NOT NULL, updated REAL NOT NULL);
CREATE TABLE IF NOT EXISTS exchange (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    asked REAL NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS exchange_of ON exchange (conversation, number);
"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation as a list shows it; times are seconds since 1970."""

    id: str
    title: str
    started: float
    updated: float
    exchanges: int


@dataclass(frozen=True, slots=True)
class PastExchange:
    """A question with its answer's text; `record` is all of the answer in the contract's JSON, or empty."""

    question: str
    answer: str
    asked: float
    record: Json


class History:
    """The conversations of one file, which is made when the first one is kept.

    Every change is one transaction: whoever reads, in this process or another, sees it whole or not at all. The
    file can be read by its owner alone. Every method raises `HistoryError` for a file that can't be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def conversations(self) -> tuple[Conversation, ...]:
        """All conversations, the one that went on last first."""
        with self._opened() as database:
            rows = database.execute(
                "SELECT id, title, started, updated, (SELECT COUNT(*) FROM exchange WHERE conversation = id)"
                " FROM conversation ORDER BY updated DESC, rowid DESC"
            )
            return tuple(Conversation(*row) for row in rows)

    def exchanges(self, conversation: str) -> tuple[PastExchange, ...]:
        """What was said in a conversation, in order; nothing where there is none of that id."""
        with self._opened() as database:
            rows = database.execute(
                "SELECT question, answer, asked, record FROM exchange WHERE conversation = ? ORDER BY number",
                (conversation,),
            )
            return tuple(
                PastExchange(question, answer, asked, json.loads(record))
                for question, answer, asked, record in rows
            )

    def turns(self, conversation: str) -> tuple[Turn, ...]:
        """The same as the assistant wants it."""
        return tuple(Turn(one.question, one.answer) for one in self.exchanges(conversation))

    def begin(self, title: str = "", id: str | None = None) -> str:  # noqa: A002  what it is called everywhere
        """A new conversation, or the one that has this id already; returns its id."""
        name = id or uuid.uuid4().hex
        now = time.time()
        with self._opened() as database:
            database.execute(
                "INSERT OR IGNORE INTO conversation VALUES (?, ?, ?, ?)", (name, _clean(title), now, now)
            )
            database.execute(
                "DELETE FROM conversation WHERE id NOT IN"
                " (SELECT id FROM conversation ORDER BY updated DESC, rowid DESC LIMIT ?)",
                (MOST_CONVERSATIONS,),
            )
        return name

    def keep(self, conversation: str, question: str, answer: str, record: Json | None = None) -> None:
        """Add an exchange; the first question names a conversation that has no title.

        Raises `HistoryError` for a conversation that is not there.
        """
        now = time.time()
        with self._opened() as database:
            changed = database.execute(
                "UPDATE conversation SET updated = ?, title = CASE title WHEN '' THEN ? ELSE title END"
                " WHERE id = ?",
                (now, _clean(question), conversation),
            )
            if not changed.rowcount:
                raise HistoryError(
                    f"没有编号为 {conversation} 的对话，它可能已被删除。请新开一个对话。",
                    f"There is no conversation {conversation}; it may have been deleted. Begin a new one.",
                )
            database.execute(
                "INSERT INTO exchange (conversation, asked, question, answer, record) VALUES (?, ?, ?, ?, ?)",
                (conversation, now, *map(_printable, (question, answer)), json.dumps(record or {})),
            )
            database.execute(
                "DELETE FROM exchange WHERE conversation = ? AND number NOT IN"
                " (SELECT number FROM exchange WHERE conversation = ? ORDER BY number DESC LIMIT ?)",
                (conversation, conversation, MOST_EXCHANGES),
            )

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title."""
        with self._opened() as database:
            database.execute("UPDATE conversation SET title = ? WHERE id = ?", (_clean(title), conversation))

    def forget(self, conversation: str) -> bool:
        """Delete a conversation with all that was said in it; returns whether it was there."""
        with self._opened() as database:
            return bool(database.execute("DELETE FROM conversation WHERE id = ?", (conversation,)).rowcount)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The database within one transaction, which an exception undoes."""
        try:
            self._make_private()
            with closing(sqlite3.connect(self.path, timeout=_BUSY_SECONDS)) as database, database:
                database.execute("PRAGMA foreign_keys = ON")
                # What is deleted is overwritten: a conversation that was thrown away can't be read from the file.
                database.execute("PRAGMA secure_delete = ON")
                self._set_up(database)
                database.execute("BEGIN IMMEDIATE")
                yield database
        except (OSError, sqlite3.Error, ValueError) as error:
            raise HistoryError(
                f"对话记录 {self.path} 用不了（{error}）。请检查权限和磁盘空间，或用 RAG_HISTORY 换一个位置；"
                "文件坏了就把它移走，会另建一个。",
                f"The conversations in {self.path} can't be used ({error}). Check permissions and disk space, or name "
                "another place with RAG_HISTORY; a damaged file may be moved away, a new one is then made.",
            ) from error

    def _make_private(self) -> None:
        self.path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, _PRIVATE))

    def _set_up(self, database: sqlite3.Connection) -> None:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > _FORMAT:
            raise HistoryError(
                f"对话记录 {self.path} 是更新版本的程序写的。请升级本程序，或用 RAG_HISTORY 换一个位置。",
                f"A newer version wrote the conversations in {self.path}. Upgrade, or name another place with RAG_HISTORY.",
            )
        if version < _FORMAT:
            database.executescript(f"{_TABLES} PRAGMA user_version = {_FORMAT};")


def _printable(text: str) -> str:
    """The text without lone surrogates, which SQLite does not take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _clean(title: str) -> str:
    line = " ".join(_printable(title).split())
    return line if len(line) <= _TITLE_CHARACTERS else f"{line[: _TITLE_CHARACTERS - 1]}…"
