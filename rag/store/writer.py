"""The writing side of the store: documents put in, named and taken out, each in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rag.seams import Progress
from rag.store import failures
from rag.store.approximation import Scale, sort_into_cells
from rag.store.database import Connection, transaction
from rag.store.embedded import EmbeddedPassage, PassageEmbedder
from rag.store.folder import StoreFolder
from rag.store.identity import document_id, passage_id
from rag.store.rows import content_row, document_row, pack_text, passage_row
from rag.store.segments import read_segments, seal
from rag.store.term_files import write_term_files
from rag.types import Document, Passage

_DEFAULT = Scale()

_INSERT_TERMS = "INSERT INTO term (rowid, title, headings, words, bigrams) VALUES (?, ?, ?, ?, ?)"


class StoreWriter:
    """Changes the database over a connection of its own; its owner holds the lock.

    What goes with a source or a document is said by the database's triggers.
    """

    def __init__(
        self,
        connection: Connection,
        folder: StoreFolder,
        embedder: PassageEmbedder,
        scale: Scale = _DEFAULT,
    ) -> None:
        self._scale = scale
        self._connection = connection
        self._folder = folder
        self._path = folder.database
        self._embedder = embedder

    def replace(
        self, document: Document, sha256: str, passages: Sequence[Passage], progress: Progress | None
    ) -> int:
        """Put a document in, in place of what its source held; returns how many passages were embedded."""
        embedded, fresh = self._embedder.embed(passages, progress)
        number = document_id(sha256, document.format)
        listed = document_row(document, sha256, len(passages))
        content = content_row(document)
        rows = [passage_row(passage, document.metadata) for passage in passages]
        with self._change():
            self._name(document.source, number)
            self._connection.execute("DELETE FROM document WHERE id = ?", (number,))
            self._insert("document", {"id": number, **listed})
            self._insert("content", {"document": number, **content})
            for one, row in zip(embedded, rows, strict=True):
                self._add(number, one, row)
        return fresh

    def link(self, source: str, same_as: str) -> None:
        """List another source for the document of `same_as`; raises `UnknownSourceError` if it isn't there."""
        with self._change():
            self._name(source, self._document(same_as))

    def rename(self, source: str, to: str) -> None:
        """Call a source by another name; raises `UnknownSourceError` if it isn't there."""
        with self._change():
            number = self._document(source)
            if source != to:
                self._name(to, number)
                self._forget(source)

    def remove(self, sources: Iterable[str]) -> tuple[str, ...]:
        """Take sources out in one transaction; returns those that were there."""
        with self._change():
            return tuple(source for source in dict.fromkeys(sources) if self._forget(source))

    @contextmanager
    def _change(self) -> Iterator[None]:
        with self._sealing():
            yield
        if self._scale.is_due(self._connection):
            # By a transaction of its own: whatever stops it, the change above is made and the old files serve.
            with self._sealing():
                sort_into_cells(self._connection, self._folder, self._embedder.dimensions)

    @contextmanager
    def _sealing(self) -> Iterator[None]:
        """A transaction with the files that go with it."""
        with transaction(self._connection, self._path), failures.told(self._path):
            before = read_segments(self._connection)
            yield
            seal(self._connection, self._folder, self._embedder.dimensions)
            write_term_files(self._connection, self._folder, before, self._scale.postings_from)

    def _document(self, source: str) -> int:
        found = self._connection.execute("SELECT document FROM source WHERE name = ?", (pack_text(source),))
        row = found.fetchone()
        if row is None:
            raise failures.unknown(source)
        return int(row["document"])

    def _name(self, source: str, number: int) -> None:
        """Let a source be a name of this document, and of no other."""
        name = pack_text(source)
        self._connection.execute("DELETE FROM source WHERE name = ? AND document <> ?", (name, number))
        self._connection.execute(
            "INSERT INTO source (name, document) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, number)
        )

    def _forget(self, source: str) -> bool:
        gone = self._connection.execute("DELETE FROM source WHERE name = ?", (pack_text(source),))
        return gone.rowcount > 0

    def _add(self, document: int, embedded: EmbeddedPassage, row: dict[str, object]) -> None:
        number = passage_id(document, embedded.passage.ordinal)
        text = embedded.text
        self._insert("passage", {"id": number, "document": document, **row})
        self._insert("vector", {"passage": number, "digest": embedded.digest, "vector": text.vector})
        tokens = {"places": text.places, "sentences": embedded.sentences, "codes": text.codes}
        self._insert("token", {"passage": number, **tokens})
        self._connection.execute(_INSERT_TERMS, (number, *embedded.terms))

    def _insert(self, table: str, row: dict[str, object]) -> None:
        columns, places = ", ".join(row), ", ".join("?" * len(row))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - names of our own
        self._connection.execute(statement, tuple(row.values()))
