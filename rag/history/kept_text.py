"""Texts as they are kept: titles cut, records packed, words found whatever their width and case."""

from __future__ import annotations

import json
import unicodedata
import zlib
from collections.abc import Sequence

from rag.types import Json

_TITLE_CHARACTERS = 60
_PACKED_FROM = 500
"""Characters of JSON; an answer's is some 50,000, and a sixth of that when packed."""
_EXCERPT = 24
"""Characters shown on either side of what was searched for."""


def has_all(text: str, wanted: Sequence[str]) -> bool:
    """Whether a text has every one of the folded words."""
    compared = folded(text)
    return all(word in compared for word in wanted)


def excerpt(texts: Sequence[str], wanted: Sequence[str]) -> str:
    """The words around the first place of the first of the words wanted that is in one of the texts."""
    for word in wanted:
        for text in texts:
            line = " ".join(unicodedata.normalize("NFKC", text).split())
            at = line.casefold().find(word)
            if at >= 0:
                start, end = max(0, at - _EXCERPT), at + len(word) + _EXCERPT
                return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"
    return ""


def folded(text: str) -> str:
    """The text as it is compared: width and case don't count."""
    return unicodedata.normalize("NFKC", text).casefold()


def packed(record: Json, *, as_text: bool = False) -> str | bytes:
    """A record as it is kept: small as text, which is how the first form of the file had all of them, else packed.

    `as_text` is for a database that packs its texts itself.
    """
    text = json.dumps(record)
    return text if as_text or len(text) <= _PACKED_FROM else zlib.compress(text.encode())


def unpacked(record: str | bytes) -> Json:
    """The way back from `packed`. Raises `ValueError` or `zlib.error` for what is damaged."""
    read: Json = json.loads(zlib.decompress(record) if isinstance(record, bytes) else record)
    return read


def printable(text: str) -> str:
    """The text without lone surrogates, which SQLite does not take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def clean_title(title: str) -> str:
    """A title on one line, cut where it is long."""
    line = " ".join(printable(title).split())
    return line if len(line) <= _TITLE_CHARACTERS else f"{line[: _TITLE_CHARACTERS - 1]}…"
