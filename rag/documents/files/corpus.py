"""A corpus file: a document a line, known by its id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.documents.extract import Extract
from rag.documents.files.decoding import decode
from rag.documents.formats import CORPUS
from rag.documents.limits import Limits
from rag.documents.reading import bytes_of, document_of, no_text
from rag.errors import ReadError
from rag.original import Original
from rag.types import Document

_NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a corpus file, not cleaned yet. `place` is "FILE:LINE"."""

    source: str
    title: str
    text: str
    place: str

    def document(self) -> Document:
        """The document: its source is the id, its original text is "text". Raises `ReadError` ("no_text")."""
        if not self.text.strip():
            raise no_text(f"{self.place} ({self.source})")
        return document_of(self.source, CORPUS, Extract(Original(self.text)), self.title)


def read_rows(path: Path, limits: Limits = _NO_LIMITS) -> Iterator[Row | tuple[str, ReadError]]:
    """The lines of a corpus file: JSON objects with "id", "text" and, if wanted, "title".

    A line that is no such object gives ("FILE:LINE", why), and the next ones follow. Raises `ReadError`
    where the file itself can't be read, or is too large.
    """
    data = bytes_of(path, path.as_posix(), limits)
    for number, line in enumerate(decode(data, path.as_posix()).split("\n"), 1):
        if line.strip():
            yield _row(path, number, line)


def _row(path: Path, number: int, line: str) -> Row | tuple[str, ReadError]:
    place = f"{path.as_posix()}:{number}"
    try:
        row = json.loads(line)
        source, text, title = row["id"], row["text"], row.get("title") or ""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return place, _broken(path, number)
    if not all(isinstance(value, str) for value in (source, text, title)) or not source:
        return place, _broken(path, number)
    return Row(source, title, text, place)


def _broken(path: Path, number: int) -> ReadError:
    return ReadError(
        "damaged",
        f"{path.as_posix()} 第 {number} 行不是语料的一行。每行应是一个 JSON 对象，带 id 和 text（可带 title），都是字符串。",
        f"{path.as_posix()}, line {number}, is no row of a corpus: each line must be a JSON object with the "
        "strings id and text, and title if wanted.",
    )
