"""A text as its reader got it becomes clean text in blocks; every character knows where it came from."""

from __future__ import annotations

from collections.abc import Callable

from rag.documents.characters import close_spaces, drop_invisible, fold_width, widen_punctuation
from rag.documents.layout import lay_out
from rag.documents.page_edges import trim_pages
from rag.documents.paragraphs import join_paragraphs
from rag.documents.repeats import drop_repeats
from rag.original import AlignedText, Original
from rag.types import Block

Step = Callable[[AlignedText], AlignedText]

STEPS: tuple[Step, ...] = (
    drop_invisible,
    fold_width,
    widen_punctuation,
    join_paragraphs,
    close_spaces,
    drop_repeats,
)
"""In this order: paragraphs are joined while the spaces that show old line ends are still there."""


def clean(original: Original, *, start: int = 0) -> tuple[AlignedText, tuple[Block, ...]]:
    """The clean text of an original from `start` on, and its blocks in reading order, one line each.

    What is before `start` (front matter) is no part of it; a text with pages is clean from its start.
    Nothing that is quoted is corrected: misspellings and misread characters stay. Taken out are repeated
    paragraphs, what is printed at page edges, and captions in the middle of a sentence. For a text whose
    blocks are known see `rag.documents.pieces`.
    """
    aligned = trim_pages(AlignedText.identity(original.text[start:], start), original.page_starts)
    for step in STEPS:
        aligned = step(aligned)
    return lay_out(aligned)
