"""`--show`: a document as the assistant sees it, for a person and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

import numpy as np
from rich.text import Text

from rag.original import AlignedText, Offsets
from rag.terminal.clean_pages import Piece, page_texts, pieces
from rag.terminal.printing import noted, output, said
from rag.types import Document, Json, Passage

_RULE = "─"


def document_json(document: Document, passages: Sequence[Passage]) -> Json:
    """A document in the shape of the contract."""
    return {
        "source": document.source,
        "title": document.metadata.title,
        "metadata": asdict(document.metadata),
        "pages": [{"page": page, "text": text} for page, text in page_texts(document)],
        "blocks": [
            {
                "kind": piece.block.kind,
                "level": piece.block.level,
                "page": piece.page,
                "text": document.body.text[piece.start : piece.end],
            }
            for piece in pieces(document)
        ],
        "passages": [
            {
                "number": passage.ordinal + 1,
                "context": passage.context,
                "headings": list(passage.headings),
                "text": passage.text,
            }
            for passage in passages
        ],
        "warnings": list(document.warnings),
    }


def print_document(document: Document, passages: Sequence[Passage], language: str) -> None:
    """The clean text with its headings (`#`), where pages begin, and where passages do, with their contexts."""
    console = output()

    def line(text: str, style: str = "") -> None:
        console.print(Text(text, style), soft_wrap=True)

    line(document.source, "bold")
    line(
        said(
            language,
            f"{document.metadata.title} · {document.format} · {len(passages)} 段",
            f"{len(passages)} passages",
        )
    )
    for warning in document.warnings:
        line(f"! {noted(language, warning)}", "yellow")
    begins = passage_begins(document, passages)
    page = None
    for piece in pieces(document):
        if piece.page != page:
            page = piece.page
            line(f"\n═══ {said(language, f'第 {page} 页', f'page {page}')} ═══", "bold cyan")
        for text, style in _told(document, piece, begins, language):
            line(text, style)


def _told(
    document: Document, piece: Piece, begins: Mapping[int, Passage], language: str
) -> Iterator[tuple[str, str]]:
    """(line, style) of a piece, parted where passages begin."""
    block, position = piece.block, piece.start
    if block.kind == "heading":
        sign, style = "#" * max(1, block.level) + " ", "bold"
    else:
        sign, style = {"caption": ("> ", "italic"), "row": ("| ", "")}.get(block.kind, ("", ""))
    for begin in sorted(start for start in begins if piece.start <= start < piece.end):
        if begin > position:
            yield sign + document.body.text[position:begin], style
        passage, position = begins[begin], begin
        number = said(language, f"第 {passage.ordinal + 1} 段", f"passage {passage.ordinal + 1}")
        yield f"{_RULE * 3} {number} {_RULE} {passage.context}".rstrip(f" {_RULE}"), "dim"
    yield sign + document.body.text[position : piece.end], style


def passage_begins(document: Document, passages: Sequence[Passage]) -> dict[int, Passage]:
    """Where each passage begins in the clean text of its document."""
    begins: dict[int, Passage] = {}
    after = 0
    for passage in passages:
        first = passage.text[slice(*passage.sentences[0])] if passage.sentences else passage.text
        places = passage.body.starts[: len(first)]
        found = _find(document.body, first, places, after)
        found = _find(document.body, first, places, 0) if found < 0 else found  # captions come last
        if found >= 0:
            begins[found] = passage
            after = found + len(first)
    return begins


def _find(body: AlignedText, text: str, places: Offsets, after: int) -> int:
    """Where `text`, which came from these `places` of the original, stands in `body`; -1 where it doesn't."""
    position = body.text.find(text, after)
    while position >= 0 and not np.array_equal(body.starts[position : position + len(text)], places):
        position = body.text.find(text, position + 1)
    return position
