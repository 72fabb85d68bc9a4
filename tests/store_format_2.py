"""An index as version 2 of the files' layout kept it, with the tables that a rebuild reads or must take out."""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

from rag.original import AlignedText
from rag.store.rows import pack_offsets

_TABLES = """
    CREATE TABLE state (generation INTEGER NOT NULL, manifest TEXT NOT NULL);
    CREATE TABLE document (
        id INTEGER PRIMARY KEY, format TEXT NOT NULL, sha256 TEXT NOT NULL, characters INTEGER NOT NULL,
        pages INTEGER, passages INTEGER NOT NULL, metadata TEXT NOT NULL, warnings TEXT NOT NULL);
    CREATE TABLE content (
        document INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
        page_starts BLOB NOT NULL, page_sizes BLOB NOT NULL, seams BLOB NOT NULL, cells BLOB NOT NULL,
        blocks BLOB NOT NULL, original BLOB NOT NULL, body BLOB NOT NULL, starts BLOB NOT NULL,
        ends BLOB NOT NULL, boxes BLOB);
    CREATE TABLE source (
        name BLOB PRIMARY KEY, document INTEGER NOT NULL REFERENCES document (id) DEFERRABLE INITIALLY DEFERRED
        ) WITHOUT ROWID;
    CREATE TABLE passage (
        id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE);
    CREATE TABLE sentence (
        passage INTEGER NOT NULL REFERENCES passage (id) ON DELETE CASCADE, ordinal INTEGER NOT NULL,
        digest BLOB NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (passage, ordinal)) WITHOUT ROWID;
    CREATE INDEX sentence_of_digest ON sentence (digest);
    CREATE TABLE segment (
        name TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, size INTEGER NOT NULL,
        dead INTEGER NOT NULL DEFAULT 0);
    CREATE VIRTUAL TABLE term USING fts5(context, words, bigrams);
    CREATE VIRTUAL TABLE term_frequency USING fts5vocab(term, 'row');
"""
_NUMBER = 5
_MANIFEST = {
    "model": "hashed-bag-of-words-64",
    "dimensions": 64,
    "passages": {"characters": 250},
    "sentence_vectors": True,
    "sentence_context": False,
    "format": 2,
}


def make_format_2(folder: Path, text: str) -> None:
    """Make an index of format 2 that holds a text as 昔阳.txt, in two pages with one paragraph."""
    body = AlignedText.identity(text)
    places = (pack_offsets(body.starts), pack_offsets(body.ends))
    nothing = _deflated([])
    lists = (_deflated([0, 9]), nothing, nothing, nothing, _deflated([["paragraph", 0, 9, 0]]))
    texts = (zlib.compress(text.encode()), text.encode())
    listed = ("txt", "abc", len(text), 2, 1, json.dumps({"title": "昔阳", "years": [2023, 2024]}), "[]")
    with closing(sqlite3.connect(folder / "passages.sqlite")) as database:
        database.executescript(_TABLES)
        for table, row in {
            "state": (7, json.dumps(_MANIFEST)),
            "document": (_NUMBER, *listed),
            "content": (_NUMBER, *lists, *texts, *places, None),
            "source": ("昔阳.txt".encode(), _NUMBER),
            "passage": (_NUMBER, _NUMBER),
            "sentence": (_NUMBER, 0, b"\0", b"\0"),
        }.items():
            database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        database.commit()
    (folder / "manifest.json").write_text(json.dumps(_MANIFEST), encoding="utf-8")


def _deflated(value: object) -> bytes:
    return zlib.compress(json.dumps(value).encode(), 1)
