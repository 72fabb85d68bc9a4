"""A value of the metadata together with how it was found."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Reason

WRITTEN, LABELLED, SHOWN, TELLING, LIKELY, GUESSED, FALLBACK = 1.0, 0.95, 0.85, 0.75, 0.6, 0.45, 0.2
"""How sure a kind of evidence is, from what the user wrote down to what is taken for want of better.

These are ranks, not measured frequencies: what `tests/test_metadata.py` counts right is told there.
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a field, and why it is believed."""

    value: str
    reason: Reason


def found(field: str, value: str, confidence: float, zh: str, en: str) -> Finding:
    """A finding of one field of the metadata."""
    return Finding(value, Reason(field, confidence, zh, en))
