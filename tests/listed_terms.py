"""Terms without a store: a list, asked as a store is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable


class ListedTerms:
    """Terms of which each stands in one passage."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = frozenset(terms)

    def document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        return {term: int(term in self._terms) for term in terms}

    def vocabulary(self, beginning: str = "") -> Collection[str]:
        return {term for term in self._terms if term.startswith(beginning)}
