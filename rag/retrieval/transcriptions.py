"""Transcriptions that stand in the documents as a whole, of those that their pairs of characters allow."""

from __future__ import annotations

from collections.abc import Sequence

from rag.seams import Store
from rag.text.words import bigrams, fold

_LOOKED_AT = 6
"""How many passages are read to see whether a transcription stands in one."""
_MOST = 3


def standing(candidates: Sequence[str], store: Store) -> tuple[str, ...]:
    """The candidates that a passage holds, in their order; of two of which one holds the other, the longer."""
    pairs = dict.fromkeys(
        pair for candidate in candidates if len(candidate) > 2 for pair in bigrams(candidate)
    )
    ids = [number for number, _ in store.lexical(tuple(pairs), _LOOKED_AT)] if pairs else []
    texts = [stored.passage.embedded_text for stored in store.passages(ids)]
    folded = fold("\n".join(texts))
    found = [candidate for candidate in candidates if len(candidate) == 2 or candidate in folded]
    whole = [one for one in found if not any(one != other and one in other for other in found)]
    return tuple(whole[:_MOST])
