"""The writing side of the store: documents put in and taken out, each in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from rag.store import failures
from rag.store.database import transaction
from rag.store.embedded import EmbeddedPassage, PassageEmbedder
from rag.store.lexicon import term_columns
from rag.store.rows import document_row, pack_text, passage_row
from rag.types import Document, Passage, Progress

_INSERT_DOCUMENT = """
    INSERT INTO document (source, format, sha256, characters, pages, metadata, warnings, page_starts,
                          blocks, original, body, starts, ends)
    VALUES (:source, :format, :sha256, :characters, :pages, :metadata, :warnings, :page_starts,
            :blocks, :original, :body, :starts, :ends)"""
_INSERT_PASSAGE = """
    INSERT INTO passage (document, ordinal, headings, context, sentences, metadata, body, starts, ends,
                         digest, vector)
    VALUES (:document, :ordinal, :headings, :context, :sentences, :metadata, :body, :starts, :ends,
            :digest, :vector)"""
_INSERT_SENTENCE = "INSERT INTO sentence (passage, ordinal, digest, vector) VALUES (?, ?, ?, ?)"
_INSERT_TERMS = "INSERT INTO term (rowid, context, words, bigrams) VALUES (?, ?, ?, ?)"
_DELETE_TERMS = "DELETE FROM term WHERE rowid IN (SELECT id FROM passage WHERE document = ?)"


class StoreWriter:
    """Changes the database at `path` over a connection of its own; its owner holds the lock."""

    def __init__(self, connection: sqlite3.Connection, path: Path, embedder: PassageEmbedder) -> None:
        self._connection = connection
        self._path = path
        self._embedder = embedder

    def replace(
        self, document: Document, sha256: str, passages: Sequence[Passage], progress: Progress | None
    ) -> int:
        """Put a document in, in place of what its source held; returns how many passages were embedded."""
        embedded, fresh = self._embedder.embed(passages, progress)
        row = document_row(document, sha256)
        terms = [term_columns(passage) for passage in passages]
        with failures.told(self._path), transaction(self._connection):
            self._delete(document.source)
            number = self._insert(_INSERT_DOCUMENT, row)
            for passage, columns in zip(embedded, terms, strict=True):
                self._add(number, passage, columns)
        return fresh

    def remove(self, sources: Iterable[str]) -> tuple[str, ...]:
        """Take documents out in one transaction; returns the sources that were there."""
        with failures.told(self._path), transaction(self._connection):
            return tuple(source for source in dict.fromkeys(sources) if self._delete(source))

    def _delete(self, source: str) -> bool:
        found = self._connection.execute("SELECT id FROM document WHERE source = ?", (pack_text(source),))
        row = found.fetchone()
        if row is None:
            return False
        self._connection.execute(_DELETE_TERMS, (row["id"],))
        self._connection.execute("DELETE FROM document WHERE id = ?", (row["id"],))
        return True

    def _add(self, document: int, embedded: EmbeddedPassage, terms: tuple[str, str, str]) -> None:
        digest, vector = embedded.whole
        row = {**passage_row(embedded.passage), "document": document, "digest": digest, "vector": vector}
        number = self._insert(_INSERT_PASSAGE, row)
        self._connection.executemany(
            _INSERT_SENTENCE,
            [(number, ordinal, *sentence) for ordinal, sentence in enumerate(embedded.sentences)],
        )
        self._connection.execute(_INSERT_TERMS, (number, *terms))

    def _insert(self, statement: str, row: dict[str, object]) -> int:
        number = self._connection.execute(statement, row).lastrowid
        assert number is not None
        return number
