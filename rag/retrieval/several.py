"""A question that needs more than one passage: its parts searched apart, and no document let fill the list alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag.retrieval.parts import zh_parts
from rag.retrieval.places import asks_several_places, asks_which_places
from rag.retrieval.retriever import Found
from rag.text.patterns import regex
from rag.types import Hit

Find = Callable[[str, int], Found]
"""Searches for a question: the best so many passages."""

_SOUNDS_MANIFOLD = regex(
    r"各|分别|相比|对比|比较|以及|同时|还有|又.*又|哪个更|谁更|差别|区别|异同|[？?].*[？?]|"
    r"\b(?:compare|versus|vs|respectively|both|difference|differ|than|as well as)\b",
    re.IGNORECASE,
)
_POOL = 60
"""How many passages are looked at for one of every document."""
_FLOOR = 0.5
"""A document has its turn only with passages that score at least this share of the best one."""


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """What a question found: as a `whole`, by its `parts` if it has any, and both put in one order.

    `several_places` says that it asks for all places of which something is so.
    """

    whole: Found
    parts: tuple[Found, ...]
    hits: tuple[Hit, ...]
    several_places: bool


def may_ask_several(question: str, places: Sequence[str]) -> bool:
    """Whether a question sounds as if it asked several things, though the rules find no parts of it."""
    return bool(_SOUNDS_MANIFOLD.search(question)) and not zh_parts(question, places)


def search_several(find: Find, question: str, k: int, parts: Sequence[str] = ()) -> Searched:
    """Search for a question, at least `k` deep; `parts` are searched for where the rules find none.

    What asks which places ("哪些县…") is answered by documents side by side: their passages take turns.
    """
    spread = asks_which_places(question)
    whole = find(question, max(k, _POOL) if spread else k)
    found = tuple(find(part, k) for part in whole.query.parts or parts)
    rest = over_documents(whole.hits) if spread else whole.hits
    hits = interleaved([one.hits for one in found], rest)
    return Searched(whole, found, hits, asks_several_places(question))


def interleaved(lists: Sequence[Sequence[Hit]], rest: Iterable[Hit] = ()) -> tuple[Hit, ...]:
    """The best of each list in turn, then what else there is; every passage once."""
    depth = max(map(len, lists), default=0)
    turns = [hit for rank in range(depth) for hits in lists for hit in hits[rank : rank + 1]]
    once: dict[int, Hit] = {}
    for hit in [*turns, *rest]:
        once.setdefault(hit.id, hit)
    return tuple(once.values())


def over_documents(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits with documents in turn, each by its best, as far as they score `_FLOOR` of the best; then the rest."""
    best = max((hit.score for hit in hits), default=0.0)
    rows: dict[str, list[Hit]] = {}
    for hit in hits:
        if hit.score >= _FLOOR * best > 0:
            rows.setdefault(hit.passage.source, []).append(hit)
    return interleaved(list(rows.values()), hits)
