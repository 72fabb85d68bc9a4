"""What passes between the process that wants a document and the one that reads it.

A frame is one byte that says what it is, eight that say how long, and so many bytes. Documents travel as
JSON and plain arrays: nothing received is ever executed, whatever a hostile file made of its reader.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from typing import IO, Any, Literal

import numpy as np
from numpy.typing import NDArray

from rag.errors import ReadError
from rag.original import AlignedText, Cell, Original
from rag.types import Block, Document, Json, Metadata, Reason

FrameKind = Literal[b"?", b"!", b"+", b"=", b"*", b"#", b"-"]
"""A request, "ready for one", progress, a document, an archive's members, a page's picture, an error."""

REQUEST: FrameKind = b"?"
READY: FrameKind = b"!"
PROGRESS: FrameKind = b"+"
DOCUMENT: FrameKind = b"="
MEMBERS: FrameKind = b"*"
PICTURE: FrameKind = b"#"
ERROR: FrameKind = b"-"

_HEAD = struct.Struct("<cQ")


def send(stream: IO[bytes], kind: FrameKind, payload: bytes = b"") -> None:
    """Write one frame. Raises `OSError` where nobody listens any more."""
    stream.write(_HEAD.pack(kind, len(payload)))
    stream.write(payload)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """The next frame as (kind, payload); `None` at the end, also where it comes within a frame."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, size = _HEAD.unpack(head)
    payload = stream.read(size)
    return (kind, payload) if len(payload) == size else None


def packed(value: object) -> bytes:
    """Plain data as JSON; lone surrogates, which file names and PDFs may hold, survive."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpacked(payload: bytes) -> Any:  # noqa: ANN401  whatever was packed
    """What `packed` was given, its tuples as lists."""
    return json.loads(payload.decode("utf-8", "surrogatepass"))


def packed_error(error: ReadError) -> Json:
    """An error as plain data."""
    return {"code": error.code, "zh": error.zh, "en": error.en}


def unpacked_error(data: Json) -> ReadError:
    """The error of `packed_error`."""
    return ReadError(data["code"], data["zh"], data["en"])


def packed_document(document: Document) -> bytes:
    """A document, all of it."""
    original, body = document.original, document.body
    rest = {
        "source": document.source,
        "format": document.format,
        "warnings": document.warnings,
        "metadata": asdict(document.metadata),
        "page_sizes": original.page_sizes,
        "sheets": [cell.sheet for cell in original.cells],
        "kinds": [block.kind for block in document.blocks],
    }
    arrays: dict[str, NDArray[Any]] = {
        "rest": _characters(packed(rest)),
        "text": _characters(original.text.encode("utf-8", "surrogatepass")),
        "page_starts": np.array(original.page_starts, np.int64),
        "seams": np.array(original.seams, np.int64),
        "cells": _table(original.cells, _CELL_NUMBERS),
        "body": _characters(body.text.encode("utf-8", "surrogatepass")),
        "starts": body.starts,
        "ends": body.ends,
        "blocks": _table(document.blocks, _BLOCK_NUMBERS),
    }
    if original.boxes is not None:
        arrays["boxes"] = original.boxes
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **arrays)
    return stream.getvalue()


def unpacked_document(payload: bytes) -> Document:
    """The document of `packed_document`, equal in every field."""
    with np.load(io.BytesIO(payload), allow_pickle=False) as loaded:
        arrays = dict(loaded)
    rest = unpacked(arrays["rest"].tobytes())
    cells = zip(arrays["cells"].tolist(), rest["sheets"], strict=True)
    blocks = zip(arrays["blocks"].tolist(), rest["kinds"], strict=True)
    original = Original(
        arrays["text"].tobytes().decode("utf-8", "surrogatepass"),
        tuple(arrays["page_starts"].tolist()),
        tuple((width, height) for width, height in rest["page_sizes"]),
        tuple(_cell(numbers, sheet) for numbers, sheet in cells),
        tuple(arrays["seams"].tolist()),
        arrays.get("boxes"),
    )
    body = arrays["body"].tobytes().decode("utf-8", "surrogatepass")
    return Document(
        rest["source"],
        rest["format"],
        original,
        AlignedText(body, arrays["starts"], arrays["ends"]),
        tuple(Block(kind, **dict(zip(_BLOCK_NUMBERS, numbers, strict=True))) for numbers, kind in blocks),
        _metadata(rest["metadata"]),
        tuple(rest["warnings"]),
    )


_CELL_NUMBERS = tuple(field.name for field in fields(Cell) if field.name != "sheet")
_BLOCK_NUMBERS = tuple(field.name for field in fields(Block) if field.name != "kind")


def _characters(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8)


def _table(rows: Sequence[object], names: Sequence[str]) -> NDArray[np.int64]:
    """The numbers of many small objects, shape (rows, names): JSON would take seconds for a large sheet."""
    numbers: Iterable[list[int]] = ([getattr(row, name) for name in names] for row in rows)
    return np.array(list(numbers), np.int64).reshape(len(rows), len(names))


def _cell(numbers: Sequence[int], sheet: str | None) -> Cell:
    values: Json = dict(zip(_CELL_NUMBERS, numbers, strict=True))
    return Cell(**{**values, "header": bool(values["header"]), "sheet": sheet})


def _metadata(data: Json) -> Metadata:
    values: Json = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    values["reasons"] = tuple(Reason(**reason) for reason in data["reasons"])
    return Metadata(**values)
