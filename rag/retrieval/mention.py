"""A mention: one thing a question speaks of, before it is weighed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a question and the `forms` they may take in a text; `carries` is how much they say of themselves.

    How rare the forms are in the documents is not in it: `rag.retrieval.query` adds that.
    """

    text: str
    forms: tuple[str, ...]
    carries: float
    role: Literal["word", "concept", "place"] = "word"
