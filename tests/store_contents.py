"""All that an index holds, told so that two that hold the same tell the same, whatever files they keep it in."""

from __future__ import annotations

import dataclasses
import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from rag.seams import DocumentStore
from rag.text.words import bigrams, words
from tests.fakes import HashedBagOfWords

_TERMS = "CREATE VIRTUAL TABLE temp.instance USING fts5vocab(main, term, instance)"
_TABLES = {
    "source": "SELECT name, document FROM source ORDER BY name",
    "document": "SELECT * FROM document ORDER BY id",
    "content": "SELECT * FROM content ORDER BY document",
    "passage": "SELECT * FROM passage ORDER BY id",
    "vector": "SELECT passage, digest, vector FROM vector ORDER BY passage",
    "token": "SELECT * FROM token ORDER BY passage",
    "term": "SELECT term, doc, col, offset FROM instance ORDER BY term, doc, col, offset",
}
"""What counts, by table: not the numbers that vectors got, nor which file they are in."""

_TITLE_WHEN_PUT_IN = ("metadata",)
"""Holds a title made of the file's name that a document came in with; it is read as the name it has now."""

Told = dict[str, Any]


def tell(store: DocumentStore, folder: Path) -> Told:
    """Everything in the store's database, where it has one in this folder, and what the store itself gives of it."""
    kept = tables(folder) if folder.is_dir() else {}
    return {**kept, "read": _read(store)}


def tables(folder: Path) -> Told:
    """Every row that counts of the database in a folder, as a hash a row."""
    with closing(sqlite3.connect(folder / "passages.sqlite")) as database:
        database.row_factory = sqlite3.Row
        database.execute(_TERMS)
        return {name: [_row(row) for row in database.execute(query)] for name, query in _TABLES.items()}


def answers(store: DocumentStore, questions: Iterable[str], dimensions: int = 64) -> list[object]:
    """What the store finds by meaning and by term, ids and scores to the last digit."""
    embedder = HashedBagOfWords(dimensions)
    found: list[object] = []
    for question in questions:
        vector = embedder.embed_query(question)
        terms = [*words(question), *bigrams(question)]
        for k in (1, 3, 99):
            found += [store.dense(vector, k), store.lexical(terms, k)]
    return found


def _row(row: sqlite3.Row) -> tuple[object, ...]:
    return tuple(
        hashlib.sha256(value).hexdigest() if isinstance(value, bytes) and len(value) > 64 else value
        for name, value in zip(row.keys(), row, strict=True)
        if name not in _TITLE_WHEN_PUT_IN
    )


def _read(store: DocumentStore) -> list[object]:
    read: list[object] = [len(store), sorted(store.vocabulary())]
    for record in store.sources():
        stored = store.passages_of(record.source)
        document = store.document(record.source)
        tokens = store.token_vectors([one.id for one in stored])
        read.append(
            [
                dataclasses.asdict(record),
                (document.source, document.original, document.body.text, document.blocks, document.metadata),
                [(one.id, _plain(one.passage)) for one in stored],
                [part.tolist() for part in (tokens.vectors, tokens.starts, tokens.sentences)],
            ]
        )
    return read


def _plain(passage: Any) -> list[object]:
    values = [getattr(passage, field.name) for field in dataclasses.fields(passage) if field.name != "body"]
    return [*values, passage.body.text, passage.body.starts.tolist(), passage.body.ends.tolist()]
