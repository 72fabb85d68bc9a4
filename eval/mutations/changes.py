"""A change of a claim, and what every rule gets to make one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from eval.mutations.claims import TrueClaim
from eval.mutations.corpus import Corpus
from rag.types import Passage

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Change:
    """A claim's words after a change. `donor` is the passage that what was put in comes from."""

    text: str
    was: str
    became: str
    donor: Passage | None = None


Rule = Callable[[TrueClaim, Corpus, random.Random], Iterable[Change]]
"""The changes a rule can make of a claim, the one to take first; none where it does not apply."""

Rules = Mapping[str, Rule]
"""Rules by the name of the kind they make, in the order of the report."""


def shuffled(things: Iterable[_T], rng: random.Random) -> list[_T]:
    """The things in an order drawn at random."""
    drawn = list(things)
    rng.shuffle(drawn)
    return drawn
