"""Short forms that the indexed documents define themselves, and the long ones they stand for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from rag.retrieval.mention import Mention
from rag.seams import Store
from rag.text.definitions import DEFINES, Definition, definitions
from rag.text.words import fold

_MOST = 300
"""How many passages with definitions are read; the index lists them, so no other is looked at."""
_CARRIES = 1.2


class Abbreviations:
    """What one store's documents define, learned at the first question after it changed.

    A form that is said to stand for several different things is left out: it is each document's own.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def forms(self, form: str) -> tuple[str, ...]:
        """A folded form with those that mean the same, itself first."""
        return (form, *self._same.get(form, ()))

    def added(self, text: str, found: Sequence[Mention]) -> list[Mention]:
        """The mentions of a text, those that are or make up a defined form with all that the form is called.

        A place stays what it is.
        """
        folded = fold(text)
        mentions = list(found)
        for form in self._longest_first:
            if form not in folded:
                continue
            folded = folded.replace(form, " ")
            inside = [one for one in mentions if one.role != "place" and fold(one.text) in form]
            forms = dict.fromkeys(
                (*self.forms(form), *(f for one in inside if fold(one.text) == form for f in one.forms))
            )
            carries = max((one.carries for one in inside), default=_CARRIES)
            mentions = [one for one in mentions if one not in inside]
            mentions.append(Mention(form, tuple(forms), max(carries, _CARRIES)))
        return mentions

    @cached_property
    def _same(self) -> dict[str, tuple[str, ...]]:
        ids = [number for number, _ in self._store.lexical([DEFINES], _MOST)]
        found = (one for stored in self._store.passages(ids) for one in definitions(stored.passage.text))
        return _unambiguous(found)

    @cached_property
    def _longest_first(self) -> tuple[str, ...]:
        return tuple(sorted(self._same, key=lambda form: (-len(form), form)))


def _unambiguous(found: Iterable[Definition]) -> dict[str, tuple[str, ...]]:
    """Folded form → the others; a short form keeps its long ones only where they are one, or parts of each other."""
    meant: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for one in found:
        meant[fold(one.short)][fold(one.long)] = None
    same: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for short, longs in meant.items():
        shortest = min(longs, key=len)
        if all(shortest in long for long in longs):
            same[short] = tuple(longs)
            for long in longs:
                same[long] = (*same[long], short)
    return dict(same)
