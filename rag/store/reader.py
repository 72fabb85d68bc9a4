"""The reading side of the store: what the database holds, for any number of threads."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from rag.original import Original
from rag.store import failures
from rag.store.database import connect
from rag.store.folder import StoreFolder
from rag.store.lexicon import TermWeights, any_of, stored_form
from rag.store.rows import (
    document_of,
    original_of,
    pack_text,
    record_of,
    stored_passage_of,
    unpack_sentence_vectors,
    unpack_vectors,
)
from rag.types import Document, SourceRecord, StoredPassage, Vectors

_SOURCES = """
    SELECT source, format, sha256, characters, pages, metadata,
           (SELECT count(*) FROM passage WHERE passage.document = document.id) AS passages
    FROM document ORDER BY source"""
_PASSAGES = """
    SELECT passage.id, document.source, passage.ordinal, passage.headings, passage.context,
           passage.sentences, passage.metadata, passage.body, passage.starts, passage.ends
    FROM json_each(?) AS wanted JOIN passage ON passage.id = wanted.value
    JOIN document ON document.id = passage.document ORDER BY wanted.key"""
_IN_READING_ORDER = """
    SELECT passage.id FROM passage JOIN document ON document.id = passage.document
    WHERE document.source = ? ORDER BY passage.ordinal, passage.id"""
_IDS = "SELECT id FROM passage WHERE document IN (SELECT value FROM json_each(?))"
_MATCHES = "SELECT rowid AS id, -bm25(term, ?, ?, ?) AS score FROM term WHERE term MATCH ?"
_AMONG = f" AND rowid IN ({_IDS})"
_BEST_FIRST = " ORDER BY score DESC, rowid LIMIT ?"
_VECTORS = "SELECT id, vector FROM passage WHERE id IN (SELECT value FROM json_each(?))"
_SENTENCES = """
    SELECT passage, vector FROM sentence WHERE passage IN (SELECT value FROM json_each(?))
    ORDER BY passage, ordinal"""


class StoreReader:
    """Answers from the database over one connection, which its threads take in turn.

    Every method sees what was committed last, by this program or another, and raises `StoreError` if
    the database can't be read.
    """

    def __init__(self, folder: StoreFolder) -> None:
        self._path = folder.database
        self._lock = threading.Lock()
        self._connection = connect(folder)

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._connection.close()

    def generation(self) -> int:
        """A number that grows with every commit."""
        return int(self._rows("SELECT generation FROM state")[0]["generation"])

    def count(self) -> int:
        """The number of passages."""
        return int(self._rows("SELECT count(*) AS passages FROM passage")[0]["passages"])

    def sources(self) -> tuple[SourceRecord, ...]:
        """Every indexed document, by source."""
        with failures.told(self._path):
            return tuple(map(record_of, self._rows(_SOURCES)))

    def original(self, source: str) -> Original:
        """The original text of a source; raises `UnknownSourceError`."""
        row = self._document_row("SELECT original, page_starts FROM document WHERE source = ?", source)
        with failures.told(self._path):
            return original_of(row)

    def document(self, source: str) -> Document:
        """A source as it was put in; raises `UnknownSourceError`."""
        row = self._document_row("SELECT * FROM document WHERE source = ?", source)
        with failures.told(self._path):
            return document_of(row)

    def passages(self, ids: Iterable[int]) -> list[StoredPassage]:
        """The passages of these ids, in the order asked for, without those that are gone."""
        rows = self._rows(_PASSAGES, _json(ids))
        with failures.told(self._path):
            return [stored_passage_of(row) for row in rows]

    def passages_of(self, source: str) -> list[StoredPassage]:
        """All passages of one source in reading order; none where the source is not there."""
        return self.passages(row["id"] for row in self._rows(_IN_READING_ORDER, pack_text(source)))

    def ids(self, sources: Collection[str]) -> list[int]:
        """The ids of all passages of these sources."""
        return [row["id"] for row in self._rows(_IDS, self._document_ids(sources))]

    def matches(
        self, terms: Sequence[str], k: int, weights: TermWeights, sources: Collection[str] | None
    ) -> list[tuple[int, float]]:
        """The best `k` passages for any of the terms as (id, BM25 score), best first, then by id."""
        query = any_of(terms)
        if not query or k <= 0:
            return []
        values = (weights.context, weights.words, weights.bigrams, query)
        if sources is None:
            rows = self._rows(_MATCHES + _BEST_FIRST, *values, k)
        else:
            rows = self._rows(_MATCHES + _AMONG + _BEST_FIRST, *values, self._document_ids(sources), k)
        return [(row["id"], row["score"]) for row in rows]

    def document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each term occurs; 0 for one that never does."""
        query = "SELECT doc FROM term_frequency WHERE term = ?"
        found = {term: self._rows(query, stored_form(term)) for term in terms}
        return {term: rows[0]["doc"] if rows else 0 for term, rows in found.items()}

    def vocabulary(self) -> frozenset[str]:
        """Every term of the passages and their contexts."""
        return frozenset(row["term"] for row in self._rows("SELECT term FROM term_frequency"))

    def all_vectors(self, dimensions: int) -> tuple[list[int], Vectors]:
        """The ids of all passages, ascending, and their vectors, shape (len(ids), dimensions)."""
        rows = self._rows("SELECT id, vector FROM passage ORDER BY id")
        return [row["id"] for row in rows], unpack_vectors([row["vector"] for row in rows], dimensions)

    def similarities(self, vector: NDArray[np.float32], ids: Sequence[int]) -> NDArray[np.float32]:
        """Cosines of the vector with these passages, shape (len(ids),); 0 for an id that is gone."""
        rows = self._rows(_VECTORS, _json(ids))
        vectors = unpack_vectors([row["vector"] for row in rows], len(vector))
        cosines = dict(zip([row["id"] for row in rows], vectors @ vector, strict=True))
        return np.array([cosines.get(number, 0.0) for number in ids], np.float32)

    def sentence_vectors(self, ids: Iterable[int], dimensions: int) -> dict[int, Vectors]:
        """Passage id → vectors of its sentences, shape (sentences, dimensions), where there are any."""
        groups = groupby(self._rows(_SENTENCES, _json(ids)), key=lambda row: int(row["passage"]))
        return {
            number: unpack_sentence_vectors([row["vector"] for row in rows], dimensions)
            for number, rows in groups
        }

    def _document_row(self, query: str, source: str) -> sqlite3.Row:
        rows = self._rows(query, pack_text(source))
        if not rows:
            raise failures.unknown(source)
        return rows[0]

    def _document_ids(self, sources: Collection[str]) -> str:
        query = "SELECT id FROM document WHERE source = ?"
        return json.dumps(
            [row["id"] for source in set(sources) for row in self._rows(query, pack_text(source))]
        )

    def _rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self._lock, failures.told(self._path):
            return self._connection.execute(query, values).fetchall()


def _json(ids: Iterable[int]) -> str:
    return json.dumps([int(number) for number in ids])
