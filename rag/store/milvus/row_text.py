"""Rows of the SQLite store as texts, which is all that a field of Milvus holds besides numbers and vectors."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

_BYTES = "base64"
_CHUNK = 60_000
"""Characters of a text that one field holds; Milvus takes 65,535 bytes."""


def text_of(row: Mapping[str, Any]) -> str:
    """A row as JSON; its bytes are told as such."""
    return json.dumps({name: _told(value) for name, value in row.items()}, separators=(",", ":"))


def row_of(text: str) -> dict[str, Any]:
    """The row that `text_of` told."""
    return {name: _untold(value) for name, value in json.loads(text).items()}


def chunks(data: bytes) -> list[str]:
    """Bytes as texts that fit a field each; none for no bytes."""
    text = base64.b64encode(data).decode("ascii")
    return [text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK)]


def unchunked(texts: Sequence[str]) -> bytes:
    """The bytes that `chunks` cut."""
    return base64.b64decode("".join(texts))


def _told(value: object) -> object:
    return {_BYTES: base64.b64encode(value).decode("ascii")} if isinstance(value, bytes) else value


def _untold(value: object) -> object:
    return base64.b64decode(value[_BYTES]) if isinstance(value, dict) else value
