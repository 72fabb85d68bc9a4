"""Files of any format read from bytes, and the laws that hold for every document."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from rag.documents import read
from rag.documents.extract import Extract, SourceFile
from rag.documents.formats import format_of
from rag.documents.limits import Limits
from rag.text.sentences import split_sentences
from rag.types import Document

_WORD = re.compile(r"\w")
NO_LIMITS = Limits()
NO_VALUE = "-—–－…./*"
"""What stands in cells that have no value; it is not told."""


def extracted(name: str, data: bytes, *, password: str | None = None, limits: Limits = NO_LIMITS) -> Extract:
    """What the reader of this name's ending makes of the bytes."""
    form = format_of(Path(name).suffix)
    assert form is not None
    return form.reader(name)(SourceFile(name, data, password, limits))


def read_bytes(name: str, data: bytes) -> Document:
    """The document that a file of this name with these bytes is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return read(path, name)


def told(document: Document) -> list[tuple[str, int, str]]:
    """(kind, level, text) of each block."""
    text = document.body.text
    return [(block.kind, block.level, text[block.start : block.end]) for block in document.blocks]


def texts(document: Document, kind: str) -> list[str]:
    """The texts of the blocks of a kind."""
    return [text for found, _, text in told(document) if found == kind]


def folded(text: str) -> str:
    """The text as it is compared: NFKC, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def assert_every_quote_is_exact(document: Document) -> None:
    """The law of citations: each block and each sentence is made of stretches of the pages' own text."""
    pages = dict(document.original.pages())
    for block in document.blocks:
        text = document.body.text[block.start : block.end]
        for start, end in [(0, len(text)), *split_sentences(text)]:
            spans = document.original.quote_spans(document.body, block.start + start, block.start + end)
            assert spans
            for span in spans:
                assert span.text
                assert pages[span.page][span.start : span.end] == span.text


def assert_every_cell_is_told(name: str, data: bytes) -> None:
    """The law of tables: the cells of a data row that say something stand in one sentence together."""
    extract = extracted(name, data)
    original = extract.original
    sentences = [_compared(text) for text in texts(read_bytes(name, data), "row")]
    cells = {cell.start: cell for cell in original.cells}
    for region in extract.regions or ():
        if region.kind != "row":
            continue
        contents = [_compared(original.text[start:end]) for start, end in region.spans]
        for start, end in region.spans:
            assert (cells[start].end, cells[start].header) == (end, False)
        words = [content for content in contents if _WORD.search(content)]
        assert not words or any(all(word in sentence for word in words) for sentence in sentences)


def _compared(text: str) -> str:
    """The text without quotation marks, which stand doubled in a CSV file's quoted fields."""
    return folded(text).replace('"', "")


def assert_lawful(name: str, data: bytes) -> Document:
    """Both laws; returns the document."""
    document = read_bytes(name, data)
    assert_every_quote_is_exact(document)
    assert_every_cell_is_told(name, data)
    return document


def headers_of(extract: Extract) -> Sequence[str]:
    """The texts of the header cells, in order."""
    return [extract.original.text[cell.start : cell.end] for cell in extract.original.cells if cell.header]
