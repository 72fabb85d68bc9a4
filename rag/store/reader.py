"""The reading side of the store: what the database holds, for any number of threads."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple

import numpy as np
from numpy.typing import NDArray

from rag.original import Original
from rag.store import failures, queries
from rag.store.cosines import cosines, unpack_vectors
from rag.store.database import Connection, connect
from rag.store.flat_vectors import FlatVectors
from rag.store.folder import StoreFolder
from rag.store.lexicon import TermWeights, any_of, stored_form, telling
from rag.store.older import show_as_today
from rag.store.postings import Postings
from rag.store.rows import document_of, original_of, pack_text, record_of, stored_passage_of, unpack_text
from rag.store.segments import GREATEST, Segment, index_of, read_segments, read_vectors
from rag.store.term_files import read_postings
from rag.store.token_codes import token_bytes, unpack_tokens
from rag.store.token_sentences import unpack_sentences
from rag.store.vector_index import Numbers, VectorIndex
from rag.types import Document, SourceRecord, StoredPassage
from rag.vectors import TokenVectors

_LAST_CHARACTER = "\U0010ffff"
_MOST_KNOWN = 50_000
"""So many terms' frequencies are kept in memory: some 5 MB."""


class StoreReader:
    """Answers from the database; each thread that asks at the same time has a connection of its own.

    Every method sees what was committed last, by this program or another, unless it is called within
    `snapshot`. Raises `StoreError` if the database can't be read.
    """

    def __init__(self, folder: StoreFolder) -> None:
        self._folder = folder
        self._path = folder.database
        self._own = threading.local()
        self._idle: deque[Connection] = deque()
        self._closed = False
        self._frequencies: tuple[int, dict[str, int]] = (-1, {})
        self._records: dict[tuple[object, ...], SourceRecord] = {}
        self._named: tuple[int, dict[str, int]] = (-1, {})

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """What this thread reads in the block is of one state, that of the first thing it reads."""
        outer: Connection | None = getattr(self._own, "connection", None)
        if outer is not None:
            yield outer
            return
        connection = self._borrowed()
        try:
            connection.execute("BEGIN")
            self._own.connection = connection
            yield connection
        finally:
            self._own.connection = None
            self._give_back(connection)

    def close(self) -> None:
        """Let go of the database."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def state(self) -> sqlite3.Row:
        """The row of table `state`: the generation, which grows with every commit, and the manifest."""
        return self._rows("SELECT * FROM state")[0]

    def generation(self) -> int:
        """A number that grows with every commit."""
        return int(self.state()["generation"])

    def count(self) -> int:
        """The number of passages."""
        return int(self._rows(queries.COUNT)[0]["passages"])

    def sources(self, among: Collection[str] | None = None) -> tuple[SourceRecord, ...]:
        """Every source by name, or of these names those that are there."""
        with self.snapshot(), failures.told(self._path):
            if among is None:
                return self._all_sources()
            found = (self._rows(queries.SOURCE, pack_text(source)) for source in sorted(set(among)))
            return tuple(record_of(row) for rows in found for row in rows)

    def _all_sources(self) -> tuple[SourceRecord, ...]:
        """Every source; those that are as they were when they were last asked for are not read anew."""
        known = self._records
        rows = [(tuple(row), row) for row in self._rows(queries.SOURCES)]
        self._records = {key: known.get(key) or record_of(row) for key, row in rows}
        return tuple(self._records.values())

    def source_with(self, document: int) -> str | None:
        """The first source of the document of this number; `None` if there is none."""
        name = self._rows(queries.FIRST_SOURCE, document)[0]["first"]
        return None if name is None else unpack_text(name)

    def original(self, source: str) -> Original:
        """The original text of a source; raises `UnknownSourceError`."""
        row = self._source_row(queries.ORIGINAL, source)
        with failures.told(self._path):
            return original_of(row)

    def document(self, source: str) -> Document:
        """A source as it was put in; raises `UnknownSourceError`."""
        row = self._source_row(queries.DOCUMENT, source)
        with failures.told(self._path):
            return document_of(row)

    def passages(self, ids: Iterable[int]) -> list[StoredPassage]:
        """The passages of these ids, in the order asked for, without those that are gone."""
        return self._stored(self._rows(queries.PASSAGES, _json(ids)))

    def passages_of(self, source: str) -> list[StoredPassage]:
        """All passages of one source in reading order; none where the source is not there."""
        return self._stored(self._rows(queries.PASSAGES_OF_SOURCE, pack_text(source)))

    def matches(
        self, terms: Sequence[str], k: int, weights: TermWeights, sources: Collection[str] | None
    ) -> list[tuple[int, float]]:
        """The best `k` passages for any of the terms as (id, BM25 score), best first, then by id."""
        if k <= 0 or not any_of(terms):
            return []
        with self.snapshot():
            among = self._documents(sources)
            if among is None:
                telling_terms = telling(terms, self.document_frequencies(terms), self.count())
                rows = self._rows(queries.MATCHES, *astuple(weights), any_of(telling_terms), k)
            else:  # Only passages of these sources are scored, so no term costs much.
                rows = self._rows(queries.MATCHES_AMONG, *astuple(weights), any_of(terms), among, k)
        return [(row["id"], row["score"]) for row in rows]

    def document_frequencies(
        self, terms: Iterable[str], sources: Collection[str] | None = None
    ) -> dict[str, int]:
        """In how many passages each term occurs; 0 for one that never does, or not in these sources."""
        with self.snapshot():
            if (among := self._documents(sources)) is not None:
                found = self.document_frequencies(terms)
                return {term: n and self._occurs(term, among) * n for term, n in found.items()}
            known = self._known_frequencies()
            for term in (terms := list(terms)):
                if term not in known:
                    rows = self._rows(queries.FREQUENCY, stored_form(term))
                    known[term] = rows[0]["doc"] if rows else 0
            return {term: known[term] for term in terms}

    def _occurs(self, term: str, among: str) -> bool:
        return bool(self._rows(queries.OCCURS_AMONG, any_of([term]), among))

    def vocabulary(self, beginning: str = "") -> frozenset[str]:
        """Every term of the passages and their contexts, or those with this beginning."""
        (row,) = self._rows(queries.TERMS, start := stored_form(beginning), f"{start}{_LAST_CHARACTER}")
        return frozenset(row["terms"].split(" ")) if row["terms"] else frozenset()

    def similarities(self, vector: NDArray[np.float32], ids: Sequence[int]) -> NDArray[np.float32]:
        """Cosines of the vector with these passages, shape (len(ids),); 0 for an id that is gone."""
        found = dict(self._scored(queries.VECTORS_OF_PASSAGES, ids, vector))
        return np.array([found.get(number, 0.0) for number in ids], np.float32)

    def token_vectors(self, ids: Sequence[int], dimensions: int) -> TokenVectors:
        """The token vectors of these passages, in the order of `ids`; none for one that is gone."""
        stored = {row["passage"]: row for row in self._rows(queries.TOKENS, _json(ids))}
        rows = [stored.get(number) for number in ids]
        codes = [b"" if row is None else row["codes"] for row in rows]
        sentences = unpack_sentences([b"" if row is None else row["sentences"] for row in rows])
        starts = np.cumsum([0, *map(len, codes)], dtype=np.int64) // token_bytes(dimensions)
        return TokenVectors(unpack_tokens(b"".join(codes), dimensions), starts, sentences)

    def numbers(self, sources: Collection[str] | None) -> Numbers | None:
        """The numbers of the vectors of all passages of these sources; `None` if these are all there are."""
        with self.snapshot():
            if (among := self._documents(sources)) is None:
                return None
            rows = self._rows(queries.NUMBERS_OF_DOCUMENTS, among)
        return np.array([row["number"] for row in rows], np.int64)

    def scored(self, numbers: Iterable[int], vector: NDArray[np.float32]) -> list[tuple[int, float]]:
        """The passages with the vectors of these numbers as (id, cosine)."""
        return self._scored(queries.VECTORS, numbers, vector)

    def segments(self) -> list[Segment]:
        """The FAISS files there are."""
        with self.snapshot() as connection, failures.told(self._path):
            return read_segments(connection)

    def dead(self, segment: Segment) -> Numbers:
        """The numbers in a segment's file whose vectors are gone."""
        rows = self._rows(queries.DEAD, segment.first, segment.last)
        return np.array([row["number"] for row in rows], np.int64)

    def segment_index(self, segment: Segment, dimensions: int) -> VectorIndex:
        """An index of the vectors of a segment that are there."""
        with self.snapshot() as connection, failures.told(self._path):
            return index_of(connection, self._folder, segment, dimensions)

    def tail(self, first: int, dimensions: int) -> FlatVectors:
        """The vectors numbered `first` and on, which are in no file yet."""
        with self.snapshot() as connection, failures.told(self._path):
            numbers, vectors = read_vectors(connection, first, None, dimensions)
            return FlatVectors(np.asarray(numbers, np.int64), vectors)

    def tail_postings(self, first: int) -> Postings:
        """The postings of the passages whose vectors are numbered `first` and on."""
        with self.snapshot() as connection, failures.told(self._path):
            return read_postings(connection, first, GREATEST)

    def _known_frequencies(self) -> dict[str, int]:
        """Frequencies of the present state that were looked up before, to be added to."""
        generation, known = self._frequencies
        if generation != self.generation() or len(known) > _MOST_KNOWN:
            self._frequencies = generation, known = self.generation(), {}
        return known

    def _stored(self, rows: Iterable[sqlite3.Row]) -> list[StoredPassage]:
        with failures.told(self._path):
            return [stored_passage_of(row) for row in rows]

    def _scored(
        self, query: str, numbers: Iterable[int], vector: NDArray[np.float32]
    ) -> list[tuple[int, float]]:
        rows = self._rows(query, _json(numbers))
        vectors = unpack_vectors([row["vector"] for row in rows], len(vector))
        return list(zip((row["passage"] for row in rows), cosines(vectors, vector).tolist(), strict=True))

    def _source_row(self, query: str, source: str) -> sqlite3.Row:
        rows = self._rows(query, pack_text(source))
        if not rows:
            raise failures.unknown(source)
        return rows[0]

    def _documents(self, sources: Collection[str] | None) -> str | None:
        """The documents of these sources, as JSON; `None` if they are all there are, or none were named."""
        if sources is None:
            return None
        known = self._known_documents()
        found = {known[source] for source in sources if source in known}
        return None if len(found) == len(set(known.values())) else _json(sorted(found))

    def _known_documents(self) -> dict[str, int]:
        """The document of each source in the present state. Thousands of them are too many to ask for each time."""
        generation, known = self._named
        if generation != self.generation():
            rows = self._rows(queries.DOCUMENTS_OF_SOURCES)
            known = {unpack_text(row["name"]): row["document"] for row in rows}
            self._named = self.generation(), known
        return known

    def _rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self.snapshot() as connection, failures.told(self._path):
            return connection.execute(query, values).fetchall()

    def _borrowed(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            connection = connect(self._folder)
            with failures.told(self._path):
                show_as_today(connection)
            return connection

    def _give_back(self, connection: Connection) -> None:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if self._closed or not connection.lasting:
            connection.close()
        else:
            self._idle.append(connection)


def _json(numbers: Iterable[int]) -> str:
    return json.dumps([int(number) for number in numbers])
