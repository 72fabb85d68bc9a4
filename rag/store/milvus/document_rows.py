"""Rows of what is known of documents: sources, documents' descriptions and contents, what is to be swept, the manifest.

A source's row is what makes a document's passages count: it is written when all of them are there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from rag.store.manifest import FORMAT, Manifest
from rag.store.milvus.mirror_changes import Described, SourceChange
from rag.store.milvus.row_text import chunks, row_of, text_of, unchunked
from rag.store.rows import content_row, document_row, pack_text, unpack_text
from rag.types import Document

Row = dict[str, Any]

LAYOUT = 1
"""The version of the collections' fields and of the terms in them."""
SOURCE, DESCRIBED, CONTENT, RETIRED, MANIFEST = "source", "described", "content", "retired", "manifest"
FIELDS = ("key", "kind", "document", "changed", "part", "data")


def source_row(change: SourceChange) -> Row:
    """What a source stands for, and since when."""
    name = pack_text(change.source)
    key = f"{SOURCE}:{hashlib.sha256(name).hexdigest()}"
    return _row(key, SOURCE, change.document, change.changed, 0, base64.b64encode(name).decode("ascii"))


def change_of(row: Row) -> SourceChange:
    """The way back from `source_row`."""
    return SourceChange(unpack_text(base64.b64decode(row["data"])), row["document"], row["changed"])


def described_rows(number: int, described: Described, now: int) -> list[Row]:
    """What is listed of a document, with its terms."""
    packed = text_of({**described.row, "terms": described.terms}).encode()
    return _parts(DESCRIBED, number, now, zlib.compress(packed))


def described_of(rows: Iterable[Row]) -> dict[int, Described]:
    """The way back from `described_rows`, of several documents."""
    found = {number: row_of(zlib.decompress(data).decode()) for number, data in _joined(rows).items()}
    return {number: Described(row, row["terms"]) for number, row in found.items()}


def described(document: Document, sha256: str, passages: int, terms: bytes) -> Described:
    """What is listed of a document with so many passages."""
    return Described(document_row(document, sha256, passages), terms)


def content_rows(number: int, document: Document, now: int) -> list[Row]:
    """A document's texts and their places, in parts that fit."""
    return _parts(CONTENT, number, now, zlib.compress(text_of(content_row(document)).encode()))


def content_of(rows: Iterable[Row]) -> Mapping[str, Any] | None:
    """The row of table `content`; `None` if there is none, or a part of it is missing."""
    joined = list(_joined(rows).values())
    return row_of(zlib.decompress(joined[0]).decode()) if joined else None


def retired_row(number: int, now: int) -> Row:
    """Since now a document may be one that no source stands for."""
    return _row(f"{RETIRED}:{number}", RETIRED, number, now, 0, "")


def manifest_row(manifest: Manifest, epoch: str, now: int) -> Row:
    """What an epoch was built with."""
    told = {"layout": LAYOUT, "epoch": epoch, **asdict(manifest)}
    return _row(MANIFEST, MANIFEST, 0, now, 0, json.dumps(told, ensure_ascii=False))


def manifest_of(row: Row) -> tuple[str, int, Manifest]:
    """The epoch that tells of itself, its layout, and what it was built with, as if in today's format of files."""
    told = json.loads(row["data"])
    names = ("model", "dimensions", "token_dimensions", "passages")
    return told["epoch"], told["layout"], Manifest(**{name: told[name] for name in names}, format=FORMAT)


def among(field: str, values: Collection[int]) -> str:
    """A filter: the field has one of these numbers."""
    return f"{field} in {json.dumps([int(value) for value in values])}"


def _parts(kind: str, number: int, now: int, data: bytes) -> list[Row]:
    texts = chunks(data)
    # Each part tells how many there are: whoever reads while they are replaced must not join old and new.
    return [
        _row(f"{kind}:{number}:{part}", kind, number, now, part, f"{len(texts)} {text}")
        for part, text in enumerate(texts)
    ]


def _joined(rows: Iterable[Row]) -> dict[int, bytes]:
    """The data of each document whose parts are all there and were written together."""
    parts: defaultdict[int, dict[int, Row]] = defaultdict(dict)
    for row in rows:
        parts[row["document"]][row["part"]] = row
    return {number: data for number, found in parts.items() if (data := _whole(found)) is not None}


def _whole(parts: Mapping[int, Row]) -> bytes | None:
    if 0 not in parts:
        return None
    count = int(parts[0]["data"].partition(" ")[0])
    wanted = [parts.get(part) for part in range(count)]
    if any(row is None or row["changed"] != parts[0]["changed"] for row in wanted):
        return None
    return unchunked([row["data"].partition(" ")[2] for row in wanted if row is not None])


def _row(key: str, kind: str, document: int, changed: int, part: int, data: str) -> Row:
    return {
        "key": key,
        "kind": kind,
        "document": document,
        "changed": changed,
        "part": part,
        "data": data,
    }
