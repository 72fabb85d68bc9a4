"""What numbers documents and passages have: made of their content, so that any way to the same content ends alike."""

from __future__ import annotations

import hashlib

_POSITIVE = (1 << 63) - 1
"""SQLite's whole numbers have 63 bits and a sign."""


def document_id(sha256: str, form: str) -> int:
    """The number of a document with these bytes, read as this format: 63 bits of a hash."""
    digest = hashlib.blake2b(f"{sha256}\0{form}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) & _POSITIVE


def passage_id(document: int, ordinal: int) -> int:
    """The number of a document's passage. A document's passages lie together.

    Among d documents of n passages the chance that two numbers meet is about d² n / 2⁶³: one in nine million
    for a hundred thousand documents of a hundred passages.
    """
    return (document + ordinal) & _POSITIVE


def ordinal_of(passage: int, document: int) -> int:
    """The way back from `passage_id`: which of the document's passages has this number."""
    return (passage - document) & _POSITIVE
