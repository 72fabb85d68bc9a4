"""The SQLite file: its tables, how it is opened, how it is changed.

It keeps a rollback journal rather than a write-ahead log, so that it can be read in a folder that can't
be written; readers wait for a commit, never for the embedding before it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rag.store import failures
from rag.store.folder import StoreFolder
from rag.store.lexicon import CREATE_TERM_TABLE

_BUSY_SECONDS = 10.0

_MICROSECONDS = "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"

# The generation grows with every commit, and is the clock's time where that is later: so it still grows
# when an index is deleted and built again, and two copies that part ways don't reach the same one.
_NEXT_GENERATION = f"UPDATE state SET generation = max(generation + 1, {_MICROSECONDS})"  # noqa: S608 - constants

# Newest first: a table that is read through another goes before it.
_TABLE_NAMES = (
    "SELECT name FROM sqlite_master WHERE sql LIKE ? AND name NOT LIKE 'sqlite_%' ORDER BY rowid DESC"
)

_TABLES = (
    "CREATE TABLE state (generation INTEGER NOT NULL)",
    "INSERT INTO state VALUES (0)",
    """CREATE TABLE document (
        id INTEGER PRIMARY KEY AUTOINCREMENT, source BLOB NOT NULL UNIQUE, format TEXT NOT NULL,
        sha256 TEXT NOT NULL, characters INTEGER NOT NULL, pages INTEGER, metadata TEXT NOT NULL,
        warnings TEXT NOT NULL, page_starts TEXT NOT NULL, blocks TEXT NOT NULL, original BLOB NOT NULL,
        body BLOB NOT NULL, starts BLOB NOT NULL, ends BLOB NOT NULL)""",
    # AUTOINCREMENT: the id of a passage that is gone is never given to another.
    """CREATE TABLE passage (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL, headings TEXT NOT NULL, context BLOB NOT NULL, sentences TEXT NOT NULL,
        metadata TEXT NOT NULL, body BLOB NOT NULL, starts BLOB NOT NULL, ends BLOB NOT NULL,
        digest BLOB NOT NULL, vector BLOB NOT NULL)""",
    "CREATE INDEX passage_of_document ON passage (document)",
    "CREATE INDEX passage_of_digest ON passage (digest)",
    """CREATE TABLE sentence (
        passage INTEGER NOT NULL REFERENCES passage (id) ON DELETE CASCADE, ordinal INTEGER NOT NULL,
        digest BLOB NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (passage, ordinal)) WITHOUT ROWID""",
    "CREATE INDEX sentence_of_digest ON sentence (digest)",
    CREATE_TERM_TABLE,
    "CREATE VIRTUAL TABLE term_frequency USING fts5vocab(term, 'row')",
)


def connect(folder: StoreFolder) -> sqlite3.Connection:
    """Open the database of an index; where the file or folder is read-only, for reading.

    Raises `StoreError` if it isn't there or isn't a database.
    """
    with failures.told(folder.database):
        if not folder.database.exists():
            raise failures.damaged(folder.database)
        return _connect(folder.database, "rw")


def create_database(folder: StoreFolder) -> None:
    """Make an empty database, whole or not at all; the caller holds the lock."""
    part = folder.part(folder.database)
    with failures.told(folder.database):
        part.unlink(missing_ok=True)
        with closing(_connect(part, "rwc")) as connection, transaction(connection):
            _make_tables(connection)
        part.replace(folder.database)


def empty_database(connection: sqlite3.Connection) -> None:
    """Take everything out, whatever format it was in; other readers see the old state or the new one."""
    with transaction(connection):
        # Virtual tables first: they drop the tables that they keep themselves in.
        for kind in ("CREATE VIRTUAL TABLE%", "CREATE TABLE%"):
            found = connection.execute(_TABLE_NAMES, (kind,))
            for (name,) in found.fetchall():
                quoted = name.replace('"', '""')
                connection.execute(f'DROP TABLE IF EXISTS "{quoted}"')
        _make_tables(connection)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Changes that all happen or none; the generation grows with them."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute(_NEXT_GENERATION)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _make_tables(connection: sqlite3.Connection) -> None:
    for statement in _TABLES:
        connection.execute(statement)
