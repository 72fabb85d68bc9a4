"""Documents and passages as database rows, and back, losing nothing.

Texts are UTF-8 bytes rather than SQL text, because a file name or a PDF may hold characters that are
not valid Unicode (lone surrogates), and those must come back as they were. Positions in the original
grow steadily, so their differences are stored: nearly all ones, which deflate to almost nothing.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.original import AlignedText, Offsets, Original
from rag.types import Block, Document, Metadata, Passage, SourceRecord, StoredPassage

Row = Mapping[str, Any]
"""Column name → value, as SQLite takes it."""

_STORED_OFFSET = np.dtype("<u4")
_STORED_VECTOR = np.dtype("<f4")
_STORED_SENTENCE_VECTOR = np.dtype("<f2")
_FAST = 1


def pack_text(text: str) -> bytes:
    """A text as bytes; `unpack_text` gives the same text back, lone surrogates included."""
    return text.encode("utf-8", "surrogatepass")


def unpack_text(data: bytes) -> str:
    """The text that `pack_text` packed."""
    return data.decode("utf-8", "surrogatepass")


def pack_vector(vector: NDArray[np.float32]) -> bytes:
    """A passage's vector, shape (dimensions,), 4 bytes a number."""
    return vector.astype(_STORED_VECTOR).tobytes()


def unpack_vectors(blobs: Sequence[bytes], dimensions: int) -> NDArray[np.float32]:
    """The passage vectors that `pack_vector` packed, shape (len(blobs), dimensions)."""
    return np.frombuffer(b"".join(blobs), _STORED_VECTOR).astype(np.float32).reshape(-1, dimensions)


def pack_sentence_vector(vector: NDArray[np.float32]) -> bytes:
    """A sentence's vector, shape (dimensions,), 2 bytes a number: a cosine keeps three decimals."""
    return vector.astype(_STORED_SENTENCE_VECTOR).tobytes()


def unpack_sentence_vectors(blobs: Sequence[bytes], dimensions: int) -> NDArray[np.float32]:
    """The sentence vectors that `pack_sentence_vector` packed, shape (len(blobs), dimensions)."""
    return np.frombuffer(b"".join(blobs), _STORED_SENTENCE_VECTOR).astype(np.float32).reshape(-1, dimensions)


def document_row(document: Document, sha256: str) -> dict[str, Any]:
    """The row of table `document`, without its number."""
    original = document.original
    return {
        "source": pack_text(document.source),
        "format": document.format,
        "sha256": sha256,
        "characters": len(original.text),
        "pages": len(original.page_starts) or None,
        "metadata": json.dumps(asdict(document.metadata)),
        "warnings": json.dumps(document.warnings),
        "page_starts": json.dumps(original.page_starts),
        "blocks": json.dumps([astuple(block) for block in document.blocks]),
        "original": zlib.compress(pack_text(original.text)),
        **_aligned_columns(document.body),
    }


def document_of(row: sqlite3.Row) -> Document:
    """The document that `document_row` made the row from."""
    return Document(
        source=unpack_text(row["source"]),
        format=row["format"],
        original=original_of(row),
        body=_aligned_of(row),
        blocks=tuple(Block(*fields) for fields in json.loads(row["blocks"])),
        metadata=_metadata_of(row),
        warnings=tuple(json.loads(row["warnings"])),
    )


def original_of(row: sqlite3.Row) -> Original:
    """The original text of a row of table `document`."""
    text = unpack_text(zlib.decompress(row["original"]))
    return Original(text, tuple(json.loads(row["page_starts"])))


def record_of(row: sqlite3.Row) -> SourceRecord:
    """The entry in the list of sources; the row also has `passages`, their number."""
    return SourceRecord(
        source=unpack_text(row["source"]),
        format=row["format"],
        sha256=row["sha256"],
        characters=row["characters"],
        pages=row["pages"],
        passages=row["passages"],
        metadata=_metadata_of(row),
    )


def passage_row(passage: Passage) -> dict[str, Any]:
    """The row of table `passage`, without its number, its document and its vector."""
    return {
        "ordinal": passage.ordinal,
        "headings": json.dumps(passage.headings),
        "context": pack_text(passage.context),
        "sentences": json.dumps(passage.sentences),
        "metadata": json.dumps(asdict(passage.metadata)),
        **_aligned_columns(passage.body),
    }


def stored_passage_of(row: sqlite3.Row) -> StoredPassage:
    """The passage that `passage_row` made the row from; the row also has its document's `source`."""
    passage = Passage(
        source=unpack_text(row["source"]),
        ordinal=row["ordinal"],
        body=_aligned_of(row),
        headings=tuple(json.loads(row["headings"])),
        context=unpack_text(row["context"]),
        sentences=tuple((start, end) for start, end in json.loads(row["sentences"])),
        metadata=_metadata_of(row),
    )
    return StoredPassage(row["id"], passage)


def _metadata_of(row: sqlite3.Row) -> Metadata:
    fields = json.loads(row["metadata"])
    return Metadata(**{**fields, "years": tuple(fields["years"])})


def _aligned_columns(text: AlignedText) -> dict[str, bytes]:
    return {
        "body": pack_text(text.text),
        "starts": _pack_offsets(text.starts),
        "ends": _pack_offsets(text.ends),
    }


def _aligned_of(row: sqlite3.Row) -> AlignedText:
    return AlignedText(unpack_text(row["body"]), _unpack_offsets(row["starts"]), _unpack_offsets(row["ends"]))


def _pack_offsets(offsets: Offsets) -> bytes:
    steps = np.diff(offsets, prepend=np.uint32(0)).astype(_STORED_OFFSET)
    return zlib.compress(steps.tobytes(), _FAST)


def _unpack_offsets(data: bytes) -> Offsets:
    steps = np.frombuffer(zlib.decompress(data), _STORED_OFFSET)
    return np.cumsum(steps, dtype=np.uint32)
