"""Where conversations are kept is opened: by default a file, private to its user, brought up to the newest form."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from rag.errors import HistoryError
from rag.history.statements import Database
from rag.history_place import HistoryPlace

_BUSY_SECONDS = 10.0
_PRIVATE, _PRIVATE_FOLDER = 0o600, 0o700
_FORMS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE IF NOT EXISTS conversation ("
        " id TEXT PRIMARY KEY, title TEXT NOT NULL, started REAL NOT NULL, updated REAL NOT NULL)",
        "CREATE TABLE IF NOT EXISTS exchange ("
        " number INTEGER PRIMARY KEY AUTOINCREMENT,"
        " conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,"
        " asked REAL NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, record TEXT NOT NULL)",
        "CREATE INDEX IF NOT EXISTS exchange_of ON exchange (conversation, number)",
    ),
    (
        "ALTER TABLE conversation ADD COLUMN owner TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE conversation ADD COLUMN deleted REAL",
        "ALTER TABLE exchange ADD COLUMN verdict TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX conversation_of ON conversation (owner, updated)",
    ),
)
"""What leads from each form of the file to the next; a file's `user_version` counts the forms it went through."""


def opened_database(place: HistoryPlace, *, changing: bool = True) -> AbstractContextManager[Database]:
    """The database, made if there is none, within one transaction that an exception undoes.

    Without `changing` others may write meanwhile, and what is read is still of one moment. Raises `HistoryError` for
    a place that can't be used.
    """
    if isinstance(place, Path):
        return _opened_file(place, changing=changing)
    from rag.history.postgres import opened_postgres

    return opened_postgres(place, changing=changing)


@contextmanager
def _opened_file(path: Path, *, changing: bool) -> Iterator[Database]:
    try:
        _make_private(path)
        with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS)) as database:
            database.execute("PRAGMA foreign_keys = ON")
            # What is deleted is overwritten: a conversation that was thrown away can't be read from the file.
            database.execute("PRAGMA secure_delete = ON")
            _bring_up_to_date(path, database)
            with database:
                database.execute("BEGIN IMMEDIATE" if changing else "BEGIN")
                yield database
    except (OSError, sqlite3.Error, zlib.error, ValueError) as error:
        raise HistoryError(
            f"对话记录 {path} 用不了（{error}）。请检查权限和磁盘空间，或用 RAG_HISTORY 换一个位置；"
            "文件坏了就把它移走，会另建一个。",
            f"The conversations in {path} can't be used ({error}). Check permissions and disk space, or name "
            "another place with RAG_HISTORY; a damaged file may be moved away, a new one is then made.",
        ) from error


def _make_private(path: Path) -> None:
    path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE))


def _bring_up_to_date(path: Path, database: sqlite3.Connection) -> None:
    if _form(path, database) == len(_FORMS):
        return
    with database:
        database.execute("BEGIN IMMEDIATE")
        # Another process may have been here in the meantime.
        for steps in _FORMS[_form(path, database) :]:
            for step in steps:
                database.execute(step)
        database.execute(f"PRAGMA user_version = {len(_FORMS)}")


def _form(path: Path, database: sqlite3.Connection) -> int:
    (form,) = database.execute("PRAGMA user_version").fetchone()
    if form > len(_FORMS):
        raise HistoryError(
            f"对话记录 {path} 是更新版本的程序写的。请升级本程序，或用 RAG_HISTORY 换一个位置。",
            f"A newer version wrote the conversations in {path}. Upgrade, or name another place with RAG_HISTORY.",
        )
    return int(form)
