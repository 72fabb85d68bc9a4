"""A document's clean text page by page, block by block, as `--show` gives it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.types import Block, Document


@dataclass(frozen=True, slots=True)
class Piece:
    """A block, or as much of it as stands on one page: the clean stretch `[start, end)`.

    `page` counts from 1 and is `None` in a format without pages.
    """

    block: Block
    page: int | None
    start: int
    end: int


def pieces(document: Document) -> tuple[Piece, ...]:
    """The blocks in reading order, cut where they run over a page's end."""
    return tuple(piece for block in document.blocks for piece in _cut(document, block))


def page_texts(document: Document) -> list[tuple[int | None, str]]:
    """(page, clean text) of every page, those without any text too; a block a line."""
    lines: dict[int | None, list[str]] = {page: [] for page, _ in document.original.pages()}
    for piece in pieces(document):
        lines[piece.page].append(document.body.text[piece.start : piece.end])
    return [(page, "\n".join(texts)) for page, texts in lines.items()]


def _cut(document: Document, block: Block) -> Iterator[Piece]:
    if not document.original.page_starts:
        yield Piece(block, None, block.start, block.end)
        return
    starts = document.body.starts[block.start : block.end]
    if block.kind == "row":
        # A row's headers stand further up, perhaps on another page: what is its own comes last.
        starts = np.repeat(starts.max(keepdims=True), len(starts))
    pages: NDArray[np.intp] = np.searchsorted(
        np.asarray(document.original.page_starts, np.uint32), starts, side="right"
    )
    breaks = [0, *(np.flatnonzero(np.diff(pages)) + 1).tolist(), len(pages)]
    for first, stop in pairwise(breaks):
        yield Piece(block, int(pages[first]), block.start + first, block.start + stop)
