"""The conversations of one owner: begun, gone on with, found again, renamed and thrown away."""

from __future__ import annotations

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
from rag.history.statements import Database
from rag.history_place import HistoryPlace
from rag.types import Json, Turn

MOST_CONVERSATIONS = 500
"""Of one owner; the oldest beyond these are forgotten."""
MOST_EXCHANGES = 200
"""Of one conversation; its oldest beyond these are forgotten."""
UNDO_SECONDS = 600.0
"""How long a conversation that was thrown away can be had back, if it is not forgotten before."""


class History:
    """The conversations of one owner in a file, which is made when the first one is kept; "" is the local user.

    Or in a PostgreSQL database. Every change is one transaction: whoever reads, in this process or another, sees it
    whole or not at all. The file can be read by its user alone. No owner sees or changes what is another's. Every
    method raises `HistoryError` for a place that can't be used.
    """

    def __init__(self, path: HistoryPlace, owner: str = "") -> None:
        self.path = path
        self.owner = owner

    def conversations(self) -> tuple[Conversation, ...]:
        """All conversations, the one that went on last first."""
        with opened_database(self.path, changing=False) as database:
            rows = database.execute(
                "SELECT id, title, started, updated, (SELECT COUNT(*) FROM exchange WHERE conversation = id)"
                " FROM conversation WHERE owner = :owner AND deleted IS NULL ORDER BY updated DESC, rowid DESC",
                {"owner": self.owner},
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
                " WHERE owner = :owner AND deleted IS NULL ORDER BY number",
                {"owner": self.owner},
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
                " WHERE id = :id AND owner = :owner AND deleted IS NULL ORDER BY number",
                {"id": conversation, "owner": self.owner},
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
                " WHERE id = :id AND owner = :owner AND deleted IS NULL ORDER BY number",
                {"id": conversation, "owner": self.owner},
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
                "DELETE FROM conversation WHERE id = :id AND owner = :owner AND deleted IS NOT NULL",
                {"id": name, "owner": self.owner},
            )
            database.execute(
                "INSERT INTO conversation (id, title, started, updated, owner)"
                " VALUES (:id, :title, :now, :now, :owner) ON CONFLICT DO NOTHING",
                {"id": name, "title": clean_title(title), "now": now, "owner": self.owner},
            )
            database.execute(
                "DELETE FROM conversation WHERE owner = :owner AND id NOT IN"
                " (SELECT id FROM conversation WHERE owner = :owner ORDER BY updated DESC, rowid DESC LIMIT :most)",
                {"owner": self.owner, "most": MOST_CONVERSATIONS},
            )
        return name

    def keep(self, conversation: str, question: str, answer: str, record: Json | None = None) -> int:
        """Add an exchange and return its number; the first question names a conversation that has no title.

        An empty answer may be filled in later, by `answered`. Raises `HistoryError` for a conversation that is not there.
        """
        now = time.time()
        with self._changing() as database:
            self._touch(database, conversation, question)
            (number,) = database.execute(
                "INSERT INTO exchange (conversation, asked, question, answer, record)"
                " VALUES (:id, :now, :question, :answer, :record) RETURNING number",
                {
                    "id": conversation,
                    "now": now,
                    "question": printable(question),
                    "answer": printable(answer),
                    "record": self._packed(record or {}),
                },
            ).fetchone()
            database.execute(
                "DELETE FROM exchange WHERE conversation = :id AND number NOT IN"
                " (SELECT number FROM exchange WHERE conversation = :id ORDER BY number DESC LIMIT :most)",
                {"id": conversation, "most": MOST_EXCHANGES},
            )
        return int(number)

    def answered(self, conversation: str, number: int, answer: str, record: Json) -> bool:
        """Fill in what became of a question; returns whether it was still waiting for that."""
        with self._changing() as database:
            changed = database.execute(
                "UPDATE exchange SET answer = :answer, record = :record"
                " WHERE number = :number AND record = :none AND answer = ''"
                " AND conversation IN (SELECT id FROM conversation WHERE id = :id AND owner = :owner)",
                {
                    "answer": printable(answer),
                    "record": self._packed(record),
                    "number": number,
                    "none": self._packed({}),
                    "id": conversation,
                    "owner": self.owner,
                },
            )
            return bool(changed.rowcount)

    def judge(self, conversation: str, number: int, verdict: Verdict) -> bool:
        """Keep what the reader thinks of an answer; returns whether it is there."""
        with self._changing() as database:
            changed = database.execute(
                "UPDATE exchange SET verdict = :verdict WHERE number = :number"
                " AND conversation IN (SELECT id FROM conversation WHERE id = :id AND owner = :owner)",
                {"verdict": verdict, "number": number, "id": conversation, "owner": self.owner},
            )
            return bool(changed.rowcount)

    def cut(self, conversation: str, number: int) -> int:
        """Drop an exchange and all that follow it; returns how many there were."""
        with self._changing() as database:
            dropped = database.execute(
                "DELETE FROM exchange WHERE number >= :number"
                " AND conversation IN (SELECT id FROM conversation WHERE id = :id AND owner = :owner)",
                {"number": number, "id": conversation, "owner": self.owner},
            )
            return dropped.rowcount

    def rename(self, conversation: str, title: str) -> bool:
        """Give a conversation another title, unless that is empty; returns whether it has it."""
        return bool(clean_title(title)) and self._set("title = :value", clean_title(title), conversation)

    def throw_away(self, conversation: str) -> bool:
        """Delete a conversation so that `take_back` still has it for a while; returns whether it was there."""
        return self._set("deleted = :value", time.time(), conversation)

    def take_back(self, conversation: str) -> bool:
        """Undo `throw_away`; returns whether it was in time."""
        return self._set("deleted = :value", None, conversation, was="NOT NULL")

    def forget(self, conversation: str) -> bool:
        """Delete a conversation with all that was said in it, for good; returns whether it was there."""
        with self._changing() as database:
            gone = database.execute(
                "DELETE FROM conversation WHERE id = :id AND owner = :owner",
                {"id": conversation, "owner": self.owner},
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
                f"UPDATE conversation SET {column} WHERE id = :id AND owner = :owner AND deleted IS {was}",  # noqa: S608  words of this file
                {"value": value, "id": conversation, "owner": self.owner},
            )
            return bool(changed.rowcount)

    def _touch(self, database: Database, conversation: str, question: str) -> None:
        changed = database.execute(
            "UPDATE conversation SET updated = :now, title = CASE title WHEN '' THEN :title ELSE title END"
            " WHERE id = :id AND owner = :owner AND deleted IS NULL",
            {
                "now": time.time(),
                "title": clean_title(question),
                "id": conversation,
                "owner": self.owner,
            },
        )
        if not changed.rowcount:
            raise HistoryError(
                f"没有编号为 {conversation} 的对话，它可能已被删除。请新开一个对话。",
                f"There is no conversation {conversation}; it may have been deleted. Begin a new one.",
            )

    def _packed(self, record: Json) -> str | bytes:
        return packed(record, as_text=not isinstance(self.path, Path))

    @contextmanager
    def _changing(self) -> Iterator[Database]:
        """The database to change; what was thrown away long ago is forgotten by the way."""
        with opened_database(self.path) as database:
            database.execute(
                "DELETE FROM conversation WHERE deleted < :before", {"before": time.time() - UNDO_SECONDS}
            )
            yield database
