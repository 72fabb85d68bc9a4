"""An index as version 1 of the files' layout kept it, with the tables that a rebuild reads."""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

from rag.original import AlignedText
from rag.store.rows import pack_offsets

_TABLES = """
    CREATE TABLE state (generation INTEGER NOT NULL);
    INSERT INTO state VALUES (7);
    CREATE TABLE document (
        id INTEGER PRIMARY KEY AUTOINCREMENT, source BLOB NOT NULL UNIQUE, format TEXT NOT NULL,
        sha256 TEXT NOT NULL, characters INTEGER NOT NULL, pages INTEGER, metadata TEXT NOT NULL,
        warnings TEXT NOT NULL, page_starts TEXT NOT NULL, blocks TEXT NOT NULL, original BLOB NOT NULL,
        body BLOB NOT NULL, starts BLOB NOT NULL, ends BLOB NOT NULL);
    CREATE TABLE passage (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL, digest BLOB NOT NULL, vector BLOB NOT NULL);
    CREATE INDEX passage_of_document ON passage (document);
    CREATE VIRTUAL TABLE term USING fts5(context, words, bigrams);
    CREATE VIRTUAL TABLE term_frequency USING fts5vocab(term, 'row');
    INSERT INTO passage VALUES (1, 1, 0, x'00', x'00');
"""
_METADATA = {
    "title": "昔阳",
    "publisher": None,
    "place": "昔阳",
    "date": None,
    "period": None,
    "year": 2024,
    "years": [2023, 2024],
}


def make_format_1(folder: Path, text: str) -> None:
    """Make an index of format 1 that holds a text as 昔阳.txt, in two pages with one paragraph."""
    body = AlignedText.identity(text)
    row = (
        "昔阳.txt".encode(),
        "txt",
        "abc",
        len(text),
        2,
        json.dumps(_METADATA),
        "[]",
        "[0, 9]",
        '[["paragraph", 0, 9, 0]]',
        zlib.compress(text.encode()),
        text.encode(),
        pack_offsets(body.starts),
        pack_offsets(body.ends),
    )
    with closing(sqlite3.connect(folder / "passages.sqlite")) as database:
        database.executescript(_TABLES)
        database.execute(f"INSERT INTO document VALUES (1, {', '.join('?' * len(row))})", row)
        database.commit()
    (folder / "vectors.faiss").write_bytes(b"of no use any more")
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "model": "x"}), encoding="utf-8")
