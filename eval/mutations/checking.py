"""What the product's verification says of a claim: the same two calls that a model's answer goes through."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.grounding import ground
from rag.answering.verification import verify
from rag.types import Hit


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a claim was found to be supported, by which stretches, and the milliseconds that took."""

    supported: bool
    quotes: tuple[str, ...]
    ms: float


def check(text: str, cited: Sequence[Hit], evidence: Sequence[Hit]) -> Checked:
    """Ground a claim that cites these hits, with the others at hand, and verify it."""
    began = time.perf_counter()
    verdict = verify(ground(text, cited, evidence))
    ms = 1000 * (time.perf_counter() - began)
    return Checked(verdict.supported, tuple(quote.text for quote in verdict.quotes), ms)
