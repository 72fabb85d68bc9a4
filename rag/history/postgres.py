"""Conversations in PostgreSQL: for several machines that show the same ones. Through SQLAlchemy, with its pool.

The tables are those of the file, in a schema of their own; `rowid`, which SQLite has by itself, is a column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from rag.errors import HistoryError
from rag.history.statements import Rows
from rag.history_place import PostgresAddress

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_SCHEMA = "wenju"
_LOCK = 0x77656E6A75
"""The number of the lock that writers hold, one after the other as in a file."""
_CONNECT_SECONDS = 10
_CONNECTIONS = 20
_FORMS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE conversation ("
        " rowid BIGINT GENERATED ALWAYS AS IDENTITY, id TEXT PRIMARY KEY, title TEXT NOT NULL,"
        " started DOUBLE PRECISION NOT NULL, updated DOUBLE PRECISION NOT NULL,"
        " owner TEXT NOT NULL DEFAULT '', deleted DOUBLE PRECISION)",
        "CREATE TABLE exchange ("
        " number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
        " conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,"
        " asked DOUBLE PRECISION NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, record TEXT NOT NULL,"
        " verdict TEXT NOT NULL DEFAULT '')",
        "CREATE INDEX exchange_of ON exchange (conversation, number)",
        "CREATE INDEX conversation_of ON conversation (owner, updated)",
    ),
)
"""What leads from each form of the tables to the next; table `form` counts those gone through."""


class _Session:
    """A connection within a transaction, asked as SQLite's is."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Mapping[str, object] | None = None, /) -> Rows:
        """Carry a statement out. Texts lose the character NUL, which PostgreSQL does not take."""
        from sqlalchemy import text

        given = {name: _storable(value) for name, value in (values or {}).items()}
        return self._connection.execute(text(statement), given)


@contextmanager
def opened_postgres(address: PostgresAddress, *, changing: bool) -> Iterator[_Session]:
    """The database within one transaction that an exception undoes; raises `HistoryError` where it can't be used.

    Without `changing` others may write meanwhile, and what is read is still of one moment.
    """
    try:
        from sqlalchemy.exc import SQLAlchemyError

        engine = _engine(address)
    except ImportError as error:
        raise HistoryError(
            "对话要存到 PostgreSQL，但没有装它的客户端。请运行 pip install 'wenju[postgres]'。",
            "Conversations are kept in PostgreSQL, whose client is not installed. Run pip install 'wenju[postgres]'.",
        ) from error
    try:
        with engine.connect() as connection:
            if not changing:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                session = _Session(connection)
                session.execute(f"SET LOCAL search_path TO {_SCHEMA}")
                if changing:
                    _lock(session)
                yield session
    except SQLAlchemyError as error:
        raise _unusable(address, error) from error


@cache
def _engine(address: PostgresAddress) -> Engine:
    """The connections of this process, with the tables as they are to be."""
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url

    engine = create_engine(
        make_url(address.url).set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        max_overflow=_CONNECTIONS,
        connect_args={"connect_timeout": _CONNECT_SECONDS},
    )
    _bring_up_to_date(address, engine)
    return engine


def _bring_up_to_date(address: PostgresAddress, engine: Engine) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with engine.begin() as connection:
            session = _Session(connection)
            _lock(session)
            session.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
            session.execute(f"SET LOCAL search_path TO {_SCHEMA}")
            session.execute("CREATE TABLE IF NOT EXISTS form (number INTEGER NOT NULL)")
            row = session.execute("SELECT coalesce(max(number), 0) FROM form").fetchone()
            if row[0] > len(_FORMS):
                raise HistoryError(
                    f"{address} 里的对话记录是更新版本的程序写的。请升级本程序，或用 RAG_HISTORY 换一个位置。",
                    f"A newer version wrote the conversations in {address}. Upgrade, or name another place with "
                    "RAG_HISTORY.",
                )
            for number, steps in enumerate(_FORMS[row[0] :], start=row[0] + 1):
                for step in steps:
                    session.execute(step)
                session.execute("INSERT INTO form VALUES (:number)", {"number": number})
    except SQLAlchemyError as error:
        engine.dispose()
        raise _unusable(address, error) from error


def _lock(session: _Session) -> None:
    """Wait for other writers; the lock goes with the transaction."""
    session.execute("SELECT pg_advisory_xact_lock(:lock)", {"lock": _LOCK})


def _storable(value: object) -> object:
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def _unusable(address: PostgresAddress, error: Exception) -> HistoryError:
    reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return HistoryError(
        f"对话数据库 {address} 用不了（{reason}）。请检查 RAG_HISTORY、账号和数据库是否在运行。",
        f"The conversations in {address} can't be used ({reason}). Check RAG_HISTORY, the account and that the "
        "database is running.",
    )
