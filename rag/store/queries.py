"""What is asked of the database, by name."""

# ruff: noqa: S608 - the statements are put together of constants alone

from __future__ import annotations

_FIRST = "(SELECT min(name) FROM source AS alias WHERE alias.document = document.id)"
"""A document is called by the first of its names."""

_LISTED = f"""
    SELECT source.name AS source, {_FIRST} AS first, format, sha256, characters, pages, passages,
           metadata, warnings
    FROM source JOIN document ON document.id = source.document"""
_CONTENT = """
    FROM source JOIN document ON document.id = source.document
    JOIN content ON content.document = document.id WHERE source.name = ?"""

SOURCES = f"{_LISTED} ORDER BY source.name"
SOURCE = f"{_LISTED} WHERE source.name = ?"
FIRST_SOURCE = "SELECT min(name) AS first FROM source WHERE document = ?"
DOCUMENTS_OF_SOURCES = "SELECT name, document FROM source"
DOCUMENT = f"SELECT source.name AS source, document.*, content.* {_CONTENT}"
ORIGINAL = f"SELECT page_starts, page_sizes, seams, cells, original, boxes {_CONTENT}"
# To count the rows of a million passages takes a tenth of a second.
COUNT = "SELECT coalesce(sum(passages), 0) AS passages FROM document"

_PASSAGE = f"""
    SELECT passage.*, document.metadata AS described, {_FIRST} AS source
    FROM passage JOIN document ON document.id = passage.document"""
PASSAGES = f"""
    SELECT stored.* FROM json_each(?) AS wanted JOIN ({_PASSAGE}) AS stored ON stored.id = wanted.value
    ORDER BY wanted.key"""
PASSAGES_OF_SOURCE = (
    f"{_PASSAGE} WHERE document = (SELECT document FROM source WHERE name = ?) ORDER BY ordinal"
)
TOKENS = "SELECT passage, sentences, codes FROM token WHERE passage IN (SELECT value FROM json_each(?))"

_MATCHES = "SELECT rowid AS id, -bm25(term, ?, ?, ?, ?) AS score FROM term WHERE term MATCH ?"
_BEST_FIRST = "ORDER BY score DESC, rowid LIMIT ?"
_OF_DOCUMENTS = "SELECT id FROM passage WHERE document IN (SELECT value FROM json_each(?))"
MATCHES = f"{_MATCHES} {_BEST_FIRST}"
# The plus keeps FTS5 from beginning the whole search anew for each passage of the list.
MATCHES_AMONG = f"{_MATCHES} AND +rowid IN ({_OF_DOCUMENTS}) {_BEST_FIRST}"
# One long text is read in less time than as many rows; no term holds a space.
TERMS = "SELECT group_concat(term, ' ') AS terms FROM term_frequency WHERE term >= ? AND term < ?"
OCCURS_AMONG = f"SELECT 1 FROM term WHERE term MATCH ? AND +rowid IN ({_OF_DOCUMENTS}) LIMIT 1"
FREQUENCY = "SELECT doc FROM term_frequency WHERE term = ?"

NUMBERS_OF_DOCUMENTS = f"SELECT number FROM vector WHERE passage IN ({_OF_DOCUMENTS})"
VECTORS = "SELECT passage, vector FROM vector WHERE number IN (SELECT value FROM json_each(?))"
VECTORS_OF_PASSAGES = "SELECT passage, vector FROM vector WHERE passage IN (SELECT value FROM json_each(?))"
DEAD = "SELECT number FROM dead WHERE number BETWEEN ? AND ?"
