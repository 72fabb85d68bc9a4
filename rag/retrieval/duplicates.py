"""Near-duplicate passages collapse to the first of them, so that hits don't say one thing five times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rag.text.coverage import searchable
from rag.types import Hit

_SAME = 0.8
"""Jaccard similarity of search words from which two passages are one."""


def without_duplicates(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The hits in order, less those whose text says what an earlier one said."""
    kept: list[frozenset[str]] = []
    for hit in hits:
        said = searchable(hit.passage.text).words
        if not any(_jaccard(said, other) >= _SAME for other in kept):
            kept.append(said)
            yield hit


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Their similarity; 0, uncounted, where their sizes alone keep it below `_SAME`."""
    if min(len(one), len(other)) < _SAME * max(len(one), len(other)):
        return 0.0
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else float(one == other)
