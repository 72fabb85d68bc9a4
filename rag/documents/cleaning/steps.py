"""A text as its reader got it becomes clean text in blocks; every character knows where it came from."""

from __future__ import annotations

from collections.abc import Callable

from rag.documents.cleaning.characters import close_spaces, drop_invisible, fold_width, widen_punctuation
from rag.documents.cleaning.layout import lay_out
from rag.documents.cleaning.page_edges import trim_pages
from rag.documents.cleaning.paragraphs import join_paragraphs
from rag.documents.cleaning.repeats import drop_repeats
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
    blocks are known see `rag.documents.cleaning.pieces`.
    """
    aligned = trim_pages(AlignedText.identity(original.text[start:], start), original.page_starts)
    for step in STEPS:
        aligned = step(aligned)
    return lay_out(aligned)
