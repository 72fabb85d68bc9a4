"""A text of a public collection, on its way to become a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CollectionText:
    """One text, known by its id. `place` says in words where it was read."""

    id: str
    title: str
    text: str
    place: str
