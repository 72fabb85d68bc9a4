"""Who hears how far a run of ingestion has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.seams import Progress

Announce = Callable[[str, int, int], None]
"""Told (source, its number from 1, how many in all) before each document is taken in."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears how far a run has come: of documents, of one's pages, of one's texts to embed."""

    announce: Announce | None = None
    pages: Progress | None = None
    embedded: Progress | None = None
