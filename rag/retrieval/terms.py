"""The search words and character bigrams of one store, looked up as they are needed.

Reading all of them takes a second at some hundred thousand passages; most questions ask after a few dozen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol


class Lexicon(Protocol):
    """What is asked of a store here; `rag.seams.Store` has it."""

    def document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each term occurs."""

    def vocabulary(self, beginning: str = "") -> Collection[str]:
        """Every lexical term of the passages that begins so."""


class Terms:
    """The terms of one state of a store; what was looked up is remembered."""

    def __init__(self, store: Lexicon) -> None:
        self._store = store
        self._known: dict[str, bool] = {}
        self._beginning: dict[str, frozenset[str]] = {}

    def __contains__(self, term: str) -> bool:
        """Whether any passage has the term."""
        known = self._known.get(term)
        if known is None:
            known = self._known[term] = self._store.document_frequencies((term,))[term] > 0
        return known

    def occurs(self, word: str) -> bool:
        """Whether the documents may hold a Chinese word: it is a term, or all of its bigrams are."""
        if word in self:
            return True
        return len(word) > 2 and all(word[i : i + 2] in self for i in range(len(word) - 1))

    def beginning(self, start: str) -> frozenset[str]:
        """The terms that begin so."""
        found = self._beginning.get(start)
        if found is None:
            found = self._beginning[start] = frozenset(self._store.vocabulary(start))
        return found
