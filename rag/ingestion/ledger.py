"""What is kept of documents beside the index: when they were read, what failed and why, what users say of them.

It is a file of its own, because an index may be thrown away and built anew, and this may not.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import FailureCode, StoreError
from rag.ingestion.report import Failure, IngestReport
from rag.types import Json, Metadata, Reason

if TYPE_CHECKING:
    from rag.documents.facts.overrides import Overrides

LEDGER = "ledger.sqlite"
"""The file's name in the folder of an index."""
_BUSY_SECONDS = 10.0
_FORMAT = 1
_TABLES = """
CREATE TABLE read (source BLOB PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE failure (
    source BLOB PRIMARY KEY, code TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, at REAL NOT NULL,
    dismissed INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE word (
    source BLOB PRIMARY KEY, given TEXT NOT NULL, found TEXT NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE shared (source BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE begun (source BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE suggestion (
    source BLOB PRIMARY KEY, sha256 TEXT NOT NULL, questions TEXT NOT NULL) WITHOUT ROWID;
"""
_OF_DOCUMENTS = ("read", "failure", "word", "shared", "suggestion")
_ZH, _EN = "用户在资料面板里写明", "given by the user in the documents panel"


@dataclass(frozen=True, slots=True)
class KeptFailure:
    """A file that was not taken in, why, and when that was (seconds since 1970)."""

    failure: Failure
    at: float


@dataclass(frozen=True, slots=True)
class UserWords:
    """What a user says of a document: `given` as they wrote it, over what was `found`.

    `sha256` is the hash of the document without them.
    """

    given: Mapping[str, str]
    found: Metadata
    sha256: str

    @property
    def overrides(self) -> Overrides:
        """The values as `Metadata` has them."""
        from rag.documents.facts.overrides import checked

        return checked(self.given, "")[0]

    def mixed_into(self, sha256: str) -> str:
        """What a content with this hash hashes to, once this is said of it."""
        said = json.dumps(dict(self.given), sort_keys=True)
        return hashlib.sha256(f"{sha256}\0{said}\0words".encode()).hexdigest()

    @property
    def metadata(self) -> Metadata:
        """What was found, with what the user says in its place."""
        from rag.documents.facts.overrides import overridden

        return overridden(self.found, self.overrides, zh=_ZH, en=_EN)


class Ledger:
    """The file beside an index; it is made when there is something to keep.

    Every change is one transaction. Every method raises `StoreError` for a file that can't be used.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / LEDGER

    def read_at(self) -> dict[str, float]:
        """When each document was read, in seconds since 1970, as far as that is known."""
        return {_text(name): at for name, at in self._rows("SELECT source, at FROM read")}

    def failures(self) -> tuple[KeptFailure, ...]:
        """What could not be taken in and was not dismissed, the latest first."""
        rows = self._rows(
            "SELECT source, code, zh, en, at FROM failure WHERE NOT dismissed ORDER BY at DESC, source"
        )
        return tuple(KeptFailure(Failure(_text(row[0]), *row[1:4]), row[4]) for row in rows)

    def knows_failure(self, source: str) -> bool:
        """Whether a file could not be taken in, dismissed or not."""
        return any(_text(name) == source for (name,) in self._rows("SELECT source FROM failure"))

    def dismiss(self, source: str) -> None:
        """Show a failure no more, until its file fails for another reason."""
        self._do("UPDATE failure SET dismissed = 1 WHERE source = ?", (_bytes(source),))

    def fail(self, source: str, code: FailureCode, zh: str, en: str) -> None:
        """Keep a failure of something that no run came to."""
        with self._changing() as database:
            _keep_failure(database, Failure(source, code, zh, en))

    def note(self, report: IngestReport) -> None:
        """Keep what a run did; nothing is written for one that did nothing."""
        taken = [one.source for one in (*report.added, *report.updated)]
        taken += [one.source for one in report.duplicates]
        settled = [*taken, *report.unchanged]
        known = {one.failure.source for one in self.failures()}
        if not (taken or report.removed or report.failed or known & set(settled)):
            return
        with self._changing() as database:
            names = [(_bytes(source),) for source in settled]
            database.executemany("DELETE FROM failure WHERE source = ?", names)
            now = time.time()
            database.executemany(
                "INSERT OR REPLACE INTO read VALUES (?, ?)", [(_bytes(source), now) for source in taken]
            )
            for failure in report.failed:
                _keep_failure(database, failure)
            _forget(database, report.removed)

    def forget(self, sources: Iterable[str]) -> None:
        """Keep nothing of these sources any more."""
        with self._changing() as database:
            _forget(database, sources)

    def words(self) -> dict[str, UserWords]:
        """What users say of documents, by source."""
        rows = self._rows("SELECT source, given, found, sha256 FROM word")
        return {
            _text(source): UserWords(json.loads(given), _metadata(json.loads(found)), sha256)
            for source, given, found, sha256 in rows
        }

    def keep_words(self, source: str, words: UserWords) -> None:
        """Keep what a user says of a document, or forget it where they say nothing."""
        if not words.given:
            self._do("DELETE FROM word WHERE source = ?", (_bytes(source),))
            return
        values = (
            _bytes(source), json.dumps(dict(words.given)), json.dumps(asdict(words.found)), words.sha256,
        )  # fmt: skip
        self._do("INSERT OR REPLACE INTO word VALUES (?, ?, ?, ?)", values)

    def shared(self) -> frozenset[str]:
        """What its owners share with everybody."""
        return frozenset(_text(row[0]) for row in self._rows("SELECT source FROM shared"))

    def share(self, source: str, *, shared: bool) -> None:
        """Share a document with everybody, or no more."""
        change = (
            "INSERT OR IGNORE INTO shared VALUES (?)" if shared else "DELETE FROM shared WHERE source = ?"
        )
        self._do(change, (_bytes(source),))

    def begun(self) -> frozenset[str]:
        """What was being read when the program ended."""
        return frozenset(_text(row[0]) for row in self._rows("SELECT source FROM begun"))

    def begin(self, source: str) -> None:
        """The reading of a file begins: should it end the program, that is known."""
        self._do("INSERT OR IGNORE INTO begun VALUES (?)", (_bytes(source),))

    def end(self, source: str) -> None:
        """The reading of a file has ended, whatever came of it."""
        self._do("DELETE FROM begun WHERE source = ?", (_bytes(source),))

    def suggestions(self) -> dict[str, tuple[str, dict[str, list[str]]]]:
        """Questions that each document answers, by language, with the hash of the document they were made from."""
        rows = self._rows("SELECT source, sha256, questions FROM suggestion")
        return {_text(source): (sha256, json.loads(questions)) for source, sha256, questions in rows}

    def suggest(self, source: str, sha256: str, questions: Mapping[str, Sequence[str]]) -> None:
        """Keep questions that a document answers."""
        values = (_bytes(source), sha256, json.dumps(dict(questions)))
        self._do("INSERT OR REPLACE INTO suggestion VALUES (?, ?, ?)", values)

    def _do(self, change: str, values: tuple[object, ...]) -> None:
        with self._changing() as database:
            database.execute(change, values)

    def _rows(self, query: str) -> list[Any]:
        if not self.path.exists():
            return []
        with self._told(), closing(self._connected()) as database:
            return database.execute(query).fetchall() if _version(database) else []

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """The file within one transaction, which an exception undoes."""
        with self._told():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connected()) as database, database:
                database.execute("BEGIN IMMEDIATE")
                if not _version(database):
                    for statement in filter(str.strip, _TABLES.split(";")):
                        database.execute(statement)
                    database.execute(f"PRAGMA user_version = {_FORMAT}")
                yield database

    def _connected(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=_BUSY_SECONDS)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error, ValueError) as error:
            raise StoreError(
                f"资料的登记簿 {self.path} 用不了（{error}）。请检查权限和磁盘空间；文件坏了就把它移走，会另建一个。",
                f"The ledger of documents {self.path} can't be used ({error}). Check permissions and disk space; "
                "a damaged file may be moved away, a new one is then made.",
            ) from error


def _version(database: sqlite3.Connection) -> int:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > _FORMAT:
        raise ValueError("a newer version wrote it")
    return int(version)


def _keep_failure(database: sqlite3.Connection, failure: Failure) -> None:
    """A failure that was dismissed stays so as long as its reason is the same."""
    database.execute(
        "INSERT INTO failure (source, code, zh, en, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " dismissed = dismissed AND zh = excluded.zh, at = CASE zh WHEN excluded.zh THEN at ELSE excluded.at END,"
        " code = excluded.code, zh = excluded.zh, en = excluded.en",
        (
            _bytes(failure.source),
            failure.code,
            _printable(failure.zh),
            _printable(failure.en),
            time.time(),
        ),
    )


def _forget(database: sqlite3.Connection, sources: Iterable[str]) -> None:
    names = [(_bytes(source),) for source in sources]
    for table in _OF_DOCUMENTS:
        database.executemany(f"DELETE FROM {table} WHERE source = ?", names)  # noqa: S608  our own names


def _metadata(values: Json) -> Metadata:
    """Metadata as it was kept: JSON knows no tuples."""
    kept: Json = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    kept["reasons"] = tuple(Reason(**reason) for reason in kept["reasons"])
    return Metadata(**kept)


def _bytes(source: str) -> bytes:
    return source.encode("utf-8", "surrogatepass")


def _text(source: object) -> str:
    assert isinstance(source, bytes)
    return source.decode("utf-8", "surrogatepass")


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
