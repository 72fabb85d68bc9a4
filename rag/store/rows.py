"""Documents and passages as database rows, and back, losing nothing.

Texts are UTF-8 bytes rather than SQL text, because a file name or a PDF may hold characters that are
not valid Unicode (lone surrogates), and those must come back as they were. Of positions in the original
their differences are stored: nearly all ones, which deflate to almost nothing.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import asdict, astuple, fields, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from rag.original import AlignedText, Boxes, Cell, Offsets, Original
from rag.types import Block, Document, Metadata, Passage, Reason, SourceRecord, StoredPassage

_STORED_OFFSET = np.dtype("<u4")
_STORED_BOX = np.dtype("<u2")
_SIDES = 4
_FAST = 1
_PARSED = 8192
"""How many metadata are kept parsed, about 1 kB each: every question looks at some hundred passages."""


def pack_text(text: str) -> bytes:
    """A text as bytes; `unpack_text` gives the same text back, lone surrogates included."""
    return text.encode("utf-8", "surrogatepass")


def unpack_text(data: bytes) -> str:
    """The text that `pack_text` packed."""
    return data.decode("utf-8", "surrogatepass")


def document_row(document: Document, sha256: str, passages: int) -> dict[str, Any]:
    """The row of table `document`, without its number: what it is listed with."""
    return {
        "format": document.format,
        "sha256": sha256,
        "characters": len(document.original.text),
        "pages": len(document.original.page_starts) or None,
        "passages": passages,
        "metadata": json.dumps(asdict(document.metadata)),
        "warnings": json.dumps(document.warnings),
    }


def content_row(document: Document) -> dict[str, Any]:
    """The row of table `content`, without its document's number: the texts and their places."""
    original = document.original
    return {
        "page_starts": _pack_json(original.page_starts),
        "page_sizes": _pack_json(original.page_sizes),
        "seams": _pack_json(original.seams),
        "cells": _pack_json([astuple(cell) for cell in original.cells]),
        "blocks": _pack_json([astuple(block) for block in document.blocks]),
        "original": zlib.compress(pack_text(original.text)),
        **_aligned_columns(document.body),
        "boxes": None if original.boxes is None else pack_boxes(original.boxes),
    }


def document_of(row: sqlite3.Row) -> Document:
    """The document of joined rows of `source`, `document` and `content`, under that source's name."""
    source = unpack_text(row["source"])
    return Document(
        source=source,
        format=row["format"],
        original=original_of(row),
        body=_aligned_of(row),
        blocks=tuple(Block(*values) for values in _unpack_json(row["blocks"])),
        metadata=_titled(_parsed(row["metadata"]), source),
        warnings=tuple(json.loads(row["warnings"])),
    )


def original_of(row: sqlite3.Row) -> Original:
    """The original text of a row of table `content`."""
    return Original(
        text=unpack_text(zlib.decompress(row["original"])),
        page_starts=tuple(_unpack_json(row["page_starts"])),
        page_sizes=tuple((width, height) for width, height in _unpack_json(row["page_sizes"])),
        cells=tuple(Cell(*values) for values in _unpack_json(row["cells"])),
        seams=tuple(_unpack_json(row["seams"])),
        boxes=None if row["boxes"] is None else unpack_boxes(row["boxes"]),
    )


def record_of(row: sqlite3.Row) -> SourceRecord:
    """The entry in the list of sources of joined rows of `source` and `document`."""
    source, first = unpack_text(row["source"]), unpack_text(row["first"])
    return SourceRecord(
        source=source,
        format=row["format"],
        sha256=row["sha256"],
        characters=row["characters"],
        pages=row["pages"],
        passages=row["passages"],
        metadata=_titled(_parsed(row["metadata"]), source),
        same_as=None if source == first else first,
        warnings=tuple(json.loads(row["warnings"])),
    )


def passage_row(passage: Passage, document: Metadata) -> dict[str, Any]:
    """The row of table `passage`, without its numbers; of its metadata, what differs from its document's."""
    own = {
        name: value
        for name, value in asdict(replace(passage.metadata, reasons=())).items()
        if name != "reasons" and value != getattr(document, name)
    }
    return {
        "ordinal": passage.ordinal,
        "headings": json.dumps(passage.headings),
        "context": pack_text(passage.context),
        "sentences": json.dumps(passage.sentences),
        "metadata": json.dumps(own),
        **_aligned_columns(passage.body),
    }


def stored_passage_of(row: sqlite3.Row) -> StoredPassage:
    """The passage of a row of `passage` joined with its document's `described` and first `source`."""
    source = unpack_text(row["source"])
    passage = Passage(
        source=source,
        ordinal=row["ordinal"],
        body=_aligned_of(row),
        headings=tuple(json.loads(row["headings"])),
        context=unpack_text(row["context"]),
        sentences=tuple((start, end) for start, end in json.loads(row["sentences"])),
        metadata=_of_passage(row["described"], source, row["metadata"]),
    )
    return StoredPassage(row["id"], passage)


@lru_cache(_PARSED)
def _of_passage(described: str, source: str, own: str) -> Metadata:
    """The metadata of a document under this name, with what is a passage's own in their place."""
    document = replace(_titled(_parsed(described), source), reasons=())
    return replace(document, **_metadata_fields(json.loads(own)))


@lru_cache(_PARSED)
def _parsed(text: str) -> Metadata:
    return Metadata(**_metadata_fields(json.loads(text)))


def _metadata_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as `Metadata` takes them: JSON knows no tuples."""
    known = {field.name for field in fields(Metadata)}
    found = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items() if name in known}
    if "reasons" in found:
        found["reasons"] = tuple(Reason(**reason) for reason in found["reasons"])
    return found


def _titled(metadata: Metadata, source: str) -> Metadata:
    """A document that is titled by its file's name is titled by the name it has now."""
    return metadata if metadata.is_titled else replace(metadata, title=PurePosixPath(source).stem)


def _pack_json(value: object) -> bytes:
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode(), _FAST)


def _unpack_json(data: bytes | str) -> Any:  # noqa: ANN401 - JSON may be anything
    return json.loads(data if isinstance(data, str) else zlib.decompress(data))  # format 1 did not deflate it


def _aligned_columns(text: AlignedText) -> dict[str, bytes]:
    return {
        "body": pack_text(text.text),
        "starts": pack_offsets(text.starts),
        "ends": pack_offsets(text.ends),
    }


def _aligned_of(row: sqlite3.Row) -> AlignedText:
    return AlignedText(unpack_text(row["body"]), unpack_offsets(row["starts"]), unpack_offsets(row["ends"]))


def pack_offsets(offsets: Offsets) -> bytes:
    """Positions as deflated differences, modulo 2³²: at a seam they may go back."""
    steps = np.diff(offsets, prepend=np.uint32(0)).astype(_STORED_OFFSET)
    return zlib.compress(steps.tobytes(), _FAST)


def unpack_offsets(data: bytes) -> Offsets:
    """The positions that `pack_offsets` packed."""
    steps = np.frombuffer(zlib.decompress(data), _STORED_OFFSET)
    return np.cumsum(steps, dtype=np.uint32)


def pack_boxes(boxes: Boxes) -> bytes:
    """Each side's differences from character to character, modulo 2¹⁶, side by side, deflated."""
    steps = np.diff(boxes, axis=0, prepend=np.zeros((1, _SIDES), np.uint16)).astype(_STORED_BOX)
    return zlib.compress(np.ascontiguousarray(steps.T).tobytes(), _FAST)


def unpack_boxes(data: bytes) -> Boxes:
    """The boxes that `pack_boxes` packed."""
    steps = np.frombuffer(zlib.decompress(data), _STORED_BOX).reshape(_SIDES, -1)
    return np.ascontiguousarray(np.cumsum(steps, axis=1, dtype=np.uint16).T)
