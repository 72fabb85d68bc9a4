"""The reading side: what counts in the mirror's present state, asked of the server."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rag.original import Original
from rag.store import failures
from rag.store.cosines import cosines
from rag.store.identity import ordinal_of, passage_id
from rag.store.milvus import troubles
from rag.store.milvus.document_rows import CONTENT, FIELDS, among, content_of
from rag.store.milvus.mirror import Mirror
from rag.store.milvus.passage_rows import asked_pairs, asked_words, token_parts
from rag.store.milvus.row_text import row_of
from rag.store.milvus.server import MilvusServer, Row
from rag.store.rows import document_of, original_of, pack_text, stored_passage_of
from rag.store.token_codes import token_bytes, unpack_tokens
from rag.store.token_sentences import unpack_sentences
from rag.types import Document, StoredPassage
from rag.vectors import TokenVectors

_SPARE = 16
"""How many more than wanted are looked at: some of what is found may not count (yet or any more)."""
_MOST = 16_384
"""More than this Milvus does not give."""
_AT_ONCE = 500
_PARTS = 200
"""Parts of a document's content fetched at once: 12 MB."""
_ROUNDING = 1e-5
"""Further apart than single precision can bring two equal scores."""

Search = Callable[[int], list[tuple[int, int, float]]]
"""Finds at most so many passages as (id, document, score)."""


class MilvusReader:
    """Answers from the epoch of one snapshot of the mirror."""

    def __init__(self, server: MilvusServer, mirror: Mirror) -> None:
        self._server = server
        self._mirror = mirror
        state = mirror.state()
        self.epoch = state.epoch
        self._newest = state.newest

    def nearest(
        self, vector: NDArray[np.float32], k: int, documents: frozenset[int] | None
    ) -> list[tuple[int, float]]:
        """The `k` nearest passages as (id, cosine), best first, then by id."""
        where = _within(documents)

        def search(limit: int) -> list[tuple[int, int, float]]:
            found = self._server.nearest(self.epoch, vector.tolist(), limit, where, since=self._newest)
            if not found:
                return []
            scores = cosines(np.array([row for *_, row in found], np.float32), vector).tolist()
            return [(*place, score) for (*place, _), score in zip(found, scores, strict=True)]

        return [] if documents == frozenset() else self._best(search, k)

    def matches(
        self, terms: Sequence[str], k: int, documents: frozenset[int] | None
    ) -> list[tuple[int, float]]:
        """The best `k` passages for any of the terms as (id, score), best first, then by id."""
        words, pairs, where = asked_words(terms), asked_pairs(terms), _within(documents)

        def search(limit: int) -> list[tuple[int, int, float]]:
            return self._server.matching(self.epoch, words, pairs, limit, where, since=self._newest)

        return self._best(search, k) if (words or pairs) and documents != frozenset() else []

    def _best(self, search: Search, k: int) -> list[tuple[int, float]]:
        """The best `k` that count of what a search finds, best first, then by id.

        More is looked at until there are enough of them, and all that might be as good as the last of them.
        """
        limit = k + _SPARE
        while k > 0:
            found = search(min(limit, _MOST))
            kept = sorted(self._counting(found), key=lambda pair: (-pair[1], pair[0]))
            worst = min((score for *_, score in found), default=0.0)
            if len(found) < limit or (len(kept) >= k and worst < kept[k - 1][1] - _ROUNDING):
                return kept[:k]
            limit *= 2
        return []

    def similarities(self, vector: NDArray[np.float32], ids: Sequence[int]) -> NDArray[np.float32]:
        """Cosines of the vector with these passages, shape (len(ids),); 0 for an id that is gone."""
        rows = self._rows(ids, ["vector"])
        if not rows:
            return np.zeros(len(ids), np.float32)
        vectors = np.array([row["vector"] for row in rows.values()], np.float32)
        found = dict(zip(rows, cosines(vectors, vector).tolist(), strict=True))
        return np.array([found.get(number, 0.0) for number in ids], np.float32)

    def token_vectors(self, ids: Sequence[int], dimensions: int) -> TokenVectors:
        """The token vectors of these passages, in the order of `ids`; none for one that is gone."""
        rows = self._rows(ids, ["tokens", "sentences"])
        parts = [token_parts(rows[number]) if number in rows else (b"", b"") for number in ids]
        codes = [code for code, _ in parts]
        starts = np.cumsum([0, *map(len, codes)], dtype=np.int64) // token_bytes(dimensions)
        sentences = unpack_sentences([sentence for _, sentence in parts])
        return TokenVectors(unpack_tokens(b"".join(codes), dimensions), starts, sentences)

    def passages(self, ids: Iterable[int]) -> list[StoredPassage]:
        """The passages of these ids, in the order asked for, without those that are gone."""
        wanted = list(ids)
        rows = self._rows(wanted, ["payload"])
        described = {
            number: self._mirror.described(number) for number in {r["document"] for r in rows.values()}
        }
        return [_passage(rows[number], described) for number in wanted if number in rows]

    def passages_of(self, source: str) -> list[StoredPassage]:
        """All passages of one source in reading order; none where the source is not there."""
        number = self._mirror.document_of(source)
        if number is None:
            return []
        count = self._mirror.passages_in([number])[number]
        return self.passages([passage_id(number, ordinal) for ordinal in range(count)])

    def original(self, source: str) -> Original:
        """The original text of a source; raises `UnknownSourceError`."""
        _, content = self._content(source)
        return original_of(_columns(content))

    def document(self, source: str) -> Document:
        """A source as it was put in; raises `UnknownSourceError`."""
        number, content = self._content(source)
        described = self._mirror.described(number)
        assert described is not None
        return document_of(_columns({**dict(described), **content, "source": pack_text(source)}))

    def _content(self, source: str) -> tuple[int, Mapping[str, Any]]:
        number = self._mirror.document_of(source)
        if number is None:
            raise failures.unknown(source)
        content = content_of(self._content_rows(number))
        if content is None:
            raise troubles.incomplete(self._server.address, source)
        return number, content

    def _content_rows(self, number: int) -> list[Row]:
        """All parts of a document's content, as many at once as a message may hold."""
        found: list[Row] = []
        while not len(found) % _PARTS:
            first = len(found)
            where = f'kind == "{CONTENT}" and document == {number} and part >= {first} and part < {first + _PARTS}'
            rows = self._server.documents(self.epoch, where, FIELDS)
            if not rows:
                break
            found += rows
        return found

    def _rows(self, ids: Iterable[int], fields: Sequence[str]) -> dict[int, Row]:
        """Those of the passages that count, with these fields."""
        wanted = [int(number) for number in dict.fromkeys(ids)]
        found: dict[int, Row] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            where = among("id", wanted[start : start + _AT_ONCE])
            rows = self._server.passages(self.epoch, where, ["id", "document", *fields], since=self._newest)
            found |= {row["id"]: row for row in rows}
        passages = self._mirror.passages_in(row["document"] for row in found.values())
        return {number: row for number, row in found.items() if _counts(number, row["document"], passages)}

    def _counting(self, found: Sequence[tuple[int, int, float]]) -> list[tuple[int, float]]:
        """Those of what was found, (id, document, score), that count, as (id, score)."""
        passages = self._mirror.passages_in(document for _, document, _ in found)
        return [(number, score) for number, document, score in found if _counts(number, document, passages)]


def _counts(number: int, document: int, passages: Mapping[int, int]) -> bool:
    """Whether a passage is one of a document that a source stands for."""
    return ordinal_of(number, document) < passages.get(document, 0)


def _within(documents: Collection[int] | None) -> str:
    return "" if documents is None else among("document", sorted(documents))


def _passage(row: Row, described: Mapping[int, sqlite3.Row | None]) -> StoredPassage:
    of_it = described[row["document"]]
    assert of_it is not None
    columns = {
        "id": row["id"],
        "described": of_it["metadata"],
        "source": of_it["source"],
        **row_of(row["payload"]),
    }
    return stored_passage_of(_columns(columns))


def _columns(row: Mapping[str, Any]) -> sqlite3.Row:
    """A mapping is asked for its columns by name as a row of SQLite is, and for nothing else."""
    return cast("sqlite3.Row", row)
