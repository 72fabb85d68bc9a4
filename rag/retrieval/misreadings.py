"""The misread forms under which a question's words stand in scanned documents."""

from __future__ import annotations

from collections.abc import Sequence

from rag.seams import Store
from rag.text.lookalikes import misreadings
from rag.text.words import bigrams


def misread_forms(forms: Sequence[str], store: Store, *, name: bool = False) -> tuple[str, ...]:
    """Misreadings of any of the forms that the store holds, character pair by character pair."""
    candidates = {misread: bigrams(misread) for form in forms for misread in misreadings(form, name=name)}
    if not candidates:
        return ()
    known = store.document_frequencies({pair for pairs in candidates.values() for pair in pairs})
    return tuple(misread for misread, pairs in candidates.items() if all(known[pair] for pair in pairs))
