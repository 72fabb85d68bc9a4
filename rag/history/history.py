"""The conversations of one owner: begun, gone on with, found again, renamed and thrown away."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from rag.errors import HistoryError
from rag.history.conversation import Conversation, Found, PastExchange, Verdict
from rag.history.database import opened_database
from rag.history.kept_text import clean_title, excerpt, folded, has_all, packed, printable, unpacked
from rag.types import Json, Turn

MOST_CONVERSATIONS = 500
"""Of one owner; the oldest beyond these are forgotten."""
MOST_EXCHANGES = 200
"""Of one conversation; its oldest beyond these are forgotten."""
UNDO_SECONDS = 600.0
"""How long a conversation that was thrown away can be had back, if it is not forgotten before."""


class History:
    """The conversations of one owner in a file, which is made when the first one is kept; "" is the local user.

    Every change is one transaction: whoever reads, in this process or another, sees it whole or not at all. The
    file can be read by its user alone. No owner sees or changes what is another's. Every method raises
    `HistoryError` for a file that can't be used.
    """

    def __init__(self, path: Path, owner: str = "") -> None:
        self.path = path
        self.owner = owner

    def conversations(self) -> tuple[Conversation, ...]:
        """All conversations, the one that went on last first."""
        with opened_database(self.path, changing=False) as database:
            rows = database.execute(
                "SELECT id, title, started, updated, (SELECT COUNT(*) FROM exchange WHERE conversation = id)"
                " FROM conversation WHERE owner = ? AND deleted IS NULL ORDER BY updated DESC, rowid DESC",
                (self.owner,),
            )
            return tuple(Conversation(*row) for row in rows)

    def conversation(self, id: str) -> Conversation | None:  # noqa: A002  what it is called everywhere
        """The conversation of an id."""
        return next((one for one in self.conversations() if one.id == id), None)

    def search(self, words: str) -> tuple[Found, ...]:
        """The conversations that have every one of the words in their title, questions or answers; all for none.

        Width and case don't count.
        """
        wanted = [folded(word) for word in words.split()]
        with opened_database(self.path, changing=False) as database:
            rows = database.execute(
                "SELECT conversation, question, answer FROM exchange JOIN conversation ON id = conversation"
                " WHERE owner = ? AND deleted IS NULL ORDER BY number",
                (self.owner,),
            )
            said: dict[str, list[str]] = {}
            for conversation, question, answer in rows:
                said.setdefault(conversation, []).extend((question, answer))
        return tuple(
            Found(one, excerpt(said.get(one.id, ()), wanted))
            for one in self.conversations()
            if has_all(" ".join((one.title, *said.get(one.id, ()))), wanted)
        )

    def exchanges(self, conversation: str) -> tuple[PastExchange, ...]:
        """What was said in a conversation, in order; nothing where there is none of that id."""
        with opened_database(self.path, changing=False) as database:
            rows = database.execute(
                "SELECT question, answer, asked, record, number, verdict FROM exchange"
                " JOIN conversation ON id = conversation"
                " WHERE id = ? AND owner = ? AND deleted IS NULL ORDER BY number",
                (conversation, self.owner),
            )
            return tuple(
                PastExchange(question, answer, asked, unpacked(record), number, verdict)
                for question, answer, asked, record, number, verdict in rows
            )

    def numbers(self, conversation: str) -> tuple[int, ...]:
        """The numbers of its exchanges, in order."""
        with opened_database(self.path, changing=False) as database:
            rows = database.execute(
                "SELECT number FROM exchange JOIN conversation ON id = conversation"
                " WHERE id = ? AND owner = ? AND deleted IS NULL ORDER BY number",
                (conversation, self.owner),
            )
            return tuple(number for (number,) in rows)

    def turns(self, conversation: str) -> tuple[Turn, ...]:
        """The answered part of it, as the assistant wants it."""
        return tuple(Turn(one.question, one.answer) for one in self.exchanges(conversation) if one.answer)

    def begin(self, title: str = "", id: str | None = None) -> str:  # noqa: A002  what it is called everywhere
        """A new conversation, or the one that has this id already; returns its id."""
        name = id or uuid.uuid4().hex
        now = time.time()
        with self._changing() as database:
            database.execute(
                "DELETE FROM conversation WHERE id = ? AND owner = ? AND deleted IS NOT NULL",
                (name, self.owner),
            )
            database.execute(
                "INSERT OR IGNORE INTO conversation (id, title, started, updated, owner) VALUES (?, ?, ?, ?, ?)",
                (name, clean_title(title), now, now, self.owner),
            )
            database.execute(
                "DELETE FROM conversation WHERE owner = ? AND id NOT IN"
                " (SELECT id FROM conversation WHERE owner = ? ORDER BY updated DESC, rowid DESC LIMIT ?)",
                (self.owner, self.owner, MOST_CONVERSATIONS),
            )
        return name

    def keep(self, conversation: str, question: str, answer: str, record: Json | None = None) -> int:
        """Add an exchange and return its number; the first question names a conversation that has no title.

        An empty answer may be filled in later, by `answered`. Raises `HistoryError` for a conversation that is not there.
        """
        now = time.time()
        with self._changing() as database:
            self._touch(database, conversation, question)
            number = database.execute(
                "INSERT INTO exchange (conversation, asked, question, answer, record) VALUES (?, ?, ?, ?, ?)",
                (conversation, now, *map(printable, (question, answer)), packed(record or {})),
            ).lastrowid
            database.execute(
                "DELETE FROM exchange WHERE conversation = ? AND number NOT IN"
                " (SELECT number FROM exchange WHERE conversation = ? ORDER BY number DESC LIMIT ?)",
                (conversation, conversation, MOST_EXCHANGES),
            )
        assert number is not None
        return number

    def answered(self, conversation: str, number: int, answer: str, record: Json) -> bool:
        """Fill in what became of a question; returns whether it was still waiting for that."""
        with self._changing() as database:
            changed = database.execute(
                "UPDATE exchange SET answer = ?, record = ? WHERE number = ? AND record = ? AND answer = ''"
                " AND conversation IN (SELECT id FROM conversation WHERE id = ? AND owner = ?)",
                (printable(answer), packed(record), number, packed({}), conversation, self.owner),
            )
            return bool(changed.rowcount)

    def judge(self, conversation: str, number: int, verdict: Verdict) -> bool:
        """Keep what the reader thinks of an answer; returns whether it is there."""
        with self._changing() as database:
            changed = database.execute(
                "UPDATE exchange SET verdict = ? WHERE number = ?"
                " AND conversation IN (SELECT id FROM conversation WHERE id = ? AND owner = ?)",
                (verdict, number, conversation, self.owner),
            )
            return bool(changed.rowcount)

    def cut(self, conversation: str, number: int) -> int:
        """Drop an exchange and all that follow it; returns how many there were."""
        with self._changing() as database:
            dropped = database.execute(
                "DELETE FROM exchange WHERE number >= ?"
                " AND conversation IN (SELECT id FROM conversation WHERE id = ? AND owner = ?)",
                (number, conversation, self.owner),
            )
            return dropped.rowcount

    def rename(self, conversation: str, title: str) -> bool:
        """Give a conversation another title, unless that is empty; returns whether it has it."""
        return bool(clean_title(title)) and self._set("title = ?", clean_title(title), conversation)

    def throw_away(self, conversation: str) -> bool:
        """Delete a conversation so that `take_back` still has it for a while; returns whether it was there."""
        return self._set("deleted = ?", time.time(), conversation)

    def take_back(self, conversation: str) -> bool:
        """Undo `throw_away`; returns whether it was in time."""
        return self._set("deleted = ?", None, conversation, was="NOT NULL")

    def forget(self, conversation: str) -> bool:
        """Delete a conversation with all that was said in it, for good; returns whether it was there."""
        with self._changing() as database:
            gone = database.execute(
                "DELETE FROM conversation WHERE id = ? AND owner = ?", (conversation, self.owner)
            )
            return bool(gone.rowcount)

    def _set(
        self,
        column: str,
        value: float | str | None,
        conversation: str,
        *,
        was: Literal["NULL", "NOT NULL"] = "NULL",
    ) -> bool:
        with self._changing() as database:
            changed = database.execute(
                f"UPDATE conversation SET {column} WHERE id = ? AND owner = ? AND deleted IS {was}",  # noqa: S608  words of this file
                (value, conversation, self.owner),
            )
            return bool(changed.rowcount)

    def _touch(self, database: sqlite3.Connection, conversation: str, question: str) -> None:
        changed = database.execute(
            "UPDATE conversation SET updated = ?, title = CASE title WHEN '' THEN ? ELSE title END"
            " WHERE id = ? AND owner = ? AND deleted IS NULL",
            (time.time(), clean_title(question), conversation, self.owner),
        )
        if not changed.rowcount:
            raise HistoryError(
                f"没有编号为 {conversation} 的对话，它可能已被删除。请新开一个对话。",
                f"There is no conversation {conversation}; it may have been deleted. Begin a new one.",
            )

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """The database to change; what was thrown away long ago is forgotten by the way."""
        with opened_database(self.path) as database:
            database.execute("DELETE FROM conversation WHERE deleted < ?", (time.time() - UNDO_SECONDS,))
            yield database
