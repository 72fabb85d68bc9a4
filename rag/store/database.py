"""The SQLite file: its tables, how it is opened, how it is changed.

It keeps a write-ahead log: readers go on with the state they began with while a writer works, and never
wait. What must go together when something is taken out is said by triggers, once, whoever takes it out.
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

_OUTERMOST = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_NESTED = ("SAVEPOINT change", "RELEASE change", ("ROLLBACK TO change", "RELEASE change"))
"""How a transaction begins, ends, and is undone."""

_MICROSECONDS = "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"

# The generation grows with every commit, and is the clock's time where that is later: so it still grows
# when an index is deleted and built again, and two copies that part ways don't reach the same one.
_NEXT_GENERATION = f"UPDATE state SET generation = max(generation + 1, {_MICROSECONDS})"  # noqa: S608 - constants

# Newest first: a table that is read through another goes before it.
_TABLE_NAMES = (
    "SELECT name FROM sqlite_master WHERE sql LIKE ? AND name NOT LIKE 'sqlite_%' ORDER BY rowid DESC"
)

_TABLES = (
    "CREATE TABLE state (generation INTEGER NOT NULL, manifest TEXT NOT NULL)",
    # What is listed of a document; its number is made of its content (`rag.store.identity`).
    """CREATE TABLE document (
        id INTEGER PRIMARY KEY, format TEXT NOT NULL, sha256 TEXT NOT NULL, characters INTEGER NOT NULL,
        pages INTEGER, passages INTEGER NOT NULL, metadata TEXT NOT NULL, warnings TEXT NOT NULL)""",
    # The boxes last: a row's columns are read up to the last one asked for.
    """CREATE TABLE content (
        document INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
        page_starts BLOB NOT NULL, page_sizes BLOB NOT NULL, seams BLOB NOT NULL, cells BLOB NOT NULL,
        blocks BLOB NOT NULL, original BLOB NOT NULL, body BLOB NOT NULL, starts BLOB NOT NULL,
        ends BLOB NOT NULL, boxes BLOB)""",
    # The names of a document. It may be put in anew under the names it has, so it is looked for at the end.
    """CREATE TABLE source (
        name BLOB PRIMARY KEY, document INTEGER NOT NULL REFERENCES document (id) DEFERRABLE INITIALLY DEFERRED
        ) WITHOUT ROWID""",
    "CREATE INDEX source_of_document ON source (document, name)",
    """CREATE TRIGGER document_goes_with_its_last_name AFTER DELETE ON source
        WHEN NOT EXISTS (SELECT 1 FROM source WHERE document = old.document)
        BEGIN DELETE FROM document WHERE id = old.document; END""",
    """CREATE TABLE passage (
        id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL, headings TEXT NOT NULL, context BLOB NOT NULL, sentences TEXT NOT NULL,
        metadata TEXT NOT NULL, body BLOB NOT NULL, starts BLOB NOT NULL, ends BLOB NOT NULL)""",
    "CREATE INDEX passage_of_document ON passage (document, ordinal)",
    # AUTOINCREMENT: numbers grow and are never given again, so a FAISS file of numbers is never wrong about one.
    """CREATE TABLE vector (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        passage INTEGER NOT NULL UNIQUE REFERENCES passage (id) ON DELETE CASCADE,
        digest BLOB NOT NULL, vector BLOB NOT NULL)""",
    "CREATE INDEX vector_of_digest ON vector (digest)",
    # The tokens of the text whose digest is in `vector`; `places` are in that text, `sentences` the passage's.
    """CREATE TABLE token (
        passage INTEGER PRIMARY KEY REFERENCES passage (id) ON DELETE CASCADE,
        places BLOB NOT NULL, sentences BLOB NOT NULL, codes BLOB NOT NULL)""",
    # The FAISS files (`rag.store.segments`), and the numbers in them that are no more.
    """CREATE TABLE segment (
        name TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, size INTEGER NOT NULL,
        dead INTEGER NOT NULL DEFAULT 0)""",
    "CREATE TABLE dead (number INTEGER PRIMARY KEY)",
    """CREATE TRIGGER vector_is_dead_in_its_segment AFTER DELETE ON vector BEGIN
        INSERT INTO dead SELECT old.number FROM segment WHERE old.number BETWEEN first AND last;
        UPDATE segment SET dead = dead + 1 WHERE old.number BETWEEN first AND last; END""",
    CREATE_TERM_TABLE,
    "CREATE VIRTUAL TABLE term_frequency USING fts5vocab(term, 'row')",
    "CREATE TRIGGER terms_go_with_their_passage AFTER DELETE ON passage BEGIN DELETE FROM term WHERE rowid = old.id; END",
)


class Connection(sqlite3.Connection):
    """A connection; `lasting` is false where it can't see what others change after it was opened."""

    lasting = True


def connect(folder: StoreFolder) -> Connection:
    """Open the database of an index, for reading only where it may not be written.

    Raises `StoreError` if it isn't there or isn't a database.
    """
    with failures.told(folder.database):
        if not folder.database.exists():
            raise failures.damaged(folder.database)
        try:
            return _opened(folder.database, "mode=rw")
        except sqlite3.OperationalError:
            if any(file.exists() and file.stat().st_size for file in folder.journals(folder.database)):
                raise
        # A log can't be kept in a folder that may not be written, and none is there: the file is all there is.
        connection = _opened(folder.database, "mode=ro&immutable=1")
        connection.lasting = False
        return connection


def create_database(folder: StoreFolder, manifest: str) -> None:
    """Make an empty database, whole or not at all; the caller holds the lock and there is none."""
    part = folder.part(folder.database)
    with failures.told(folder.database):
        folder.discard(part)
        folder.discard(folder.database)
        with closing(_opened(part, "mode=rwc")) as connection:
            keep_log(connection)
            with transaction(connection, folder.database):
                make_tables(connection, manifest)
        part.replace(folder.database)


def keep_log(connection: Connection) -> None:
    """Keep a write-ahead log from now on, also in a file of a format that had none."""
    connection.execute("PRAGMA journal_mode = WAL")


def empty_database(connection: Connection, manifest: str) -> None:
    """Take everything out, whatever format it was in, within the caller's transaction."""
    # Virtual tables first: they drop the tables that they keep themselves in.
    for kind in ("CREATE VIRTUAL TABLE%", "CREATE TABLE%"):
        for (name,) in connection.execute(_TABLE_NAMES, (kind,)).fetchall():
            quoted = name.replace('"', '""')
            connection.execute(f'DROP TABLE IF EXISTS "{quoted}"')
    make_tables(connection, manifest)


def make_tables(connection: Connection, manifest: str) -> None:
    """Make the tables of an empty index."""
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("INSERT INTO state VALUES (0, ?)", (manifest,))


@contextmanager
def transaction(connection: Connection, path: Path) -> Iterator[None]:
    """Changes that all happen or none; the generation grows with them. May stand in another one.

    Raises `StoreError` about the file `path` if it can't begin or end.
    """
    begin, end, undo = _NESTED if connection.in_transaction else _OUTERMOST
    with failures.told(path):
        connection.execute(begin)
    try:
        yield
        with failures.told(path):
            connection.execute(_NEXT_GENERATION)
            connection.execute(end)
    except BaseException:
        if connection.in_transaction:
            for statement in undo:
                connection.execute(statement)
        raise


def _opened(path: Path, options: str) -> Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        factory=Connection,
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
