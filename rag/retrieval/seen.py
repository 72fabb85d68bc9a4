"""A store as one reader sees it: what is only in others' documents is not there, whatever a question is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, cast

from rag.seams import Store
from rag.types import SourceRecord


def seen_store(store: Store, sources: frozenset[str]) -> Store:
    """The store with the documents of these sources alone, as far as questions are read against it.

    Its table of all terms is the whole store's, for want of another that is quick to make: what is taken from there
    has to have a frequency as well.
    """
    return cast("Store", _SeenStore(store, sources))


class _SeenStore:
    """Answers what `rag.retrieval.query` asks; all else is the store's."""

    def __init__(self, store: Store, among: frozenset[str]) -> None:
        self._store = store
        self._among = among
        self._known: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever a store has
        return getattr(self._store, name)

    def __len__(self) -> int:
        return len(self._store)

    def sources(self) -> tuple[SourceRecord, ...]:
        """The documents that are seen."""
        return tuple(record for record in self._store.sources() if record.source in self._among)

    def lexical(
        self, terms: list[str], k: int, *, sources: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """The best passages of what is seen."""
        return self._store.lexical(terms, k, sources=self._among if sources is None else sources)

    def document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each term occurs; 0 for one that is not seen anywhere."""
        wanted = list(terms)
        if missing := [term for term in wanted if term not in self._known]:
            self._known |= self._store.document_frequencies(missing, sources=self._among)
        return {term: self._known[term] for term in wanted}

    def vocabulary(self, beginning: str = "") -> Collection[str]:
        """Every term that begins so, of what is seen; of all the store for no beginning."""
        terms = self._store.vocabulary(beginning)
        if not beginning:
            return terms
        return frozenset(term for term, count in self.document_frequencies(terms).items() if count)
