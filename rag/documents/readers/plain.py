"""Text and Markdown: the characters of the file themselves."""

from __future__ import annotations

from rag.documents.extract import Extract, SourceFile
from rag.documents.files.decoding import decode
from rag.original import Original


def read(file: SourceFile) -> Extract:
    """The decoded text. Raises `ReadError` ("damaged") for bytes that are no text."""
    return Extract(Original(decode(file.data, file.source)))
