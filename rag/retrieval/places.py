"""The places a question may name: those the documents are about, and any other county or city."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import rjieba

from rag.text.places import place_names
from rag.text.words import fold
from rag.types import SourceRecord

_SUFFIX = re.compile(r"(?:自治县|自治州|县|市|区|省)$")
_ASKING = re.compile(r"[哪几每某各个]")
_BARE = re.compile(r"^[㐀-鿿]{2,3}$")
_OF_A_PLACE = re.compile(r"^(?:县委|市委|县长|市长|县政府|市政府)")


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """The places the indexed documents are about, without 县, 市 and the like."""

    known: tuple[str, ...]

    @classmethod
    def of(cls, sources: Iterable[SourceRecord]) -> PlaceNames:
        """The places of these documents' metadata, longest first."""
        names = {stem_of(record.metadata.place) for record in sources if record.metadata.place}
        return cls(tuple(sorted(names, key=lambda name: (-len(name), name))))

    def named_in(self, question: str) -> tuple[str, ...]:
        """Places in a folded Chinese question, in order: known ones, and any other county or city."""
        at = {question.find(name): name for name in self.known if name in question}
        rest = question
        for name in self.known:
            rest = rest.replace(name, "　" * len(name))
        for name in place_names(rest):
            if _ASKING.search(name):
                continue
            at.setdefault(question.find(name), stem_of(name))
        for word, following in pairwise(rjieba.cut(rest)):
            if _BARE.match(word) and _OF_A_PLACE.match(following):
                at.setdefault(question.find(word), word)
        return tuple(dict.fromkeys(name for _, name in sorted(at.items())))


def stem_of(place: str) -> str:
    """A place's name without the word for what it is: 昔阳县 → 昔阳; two characters always stay."""
    stem = _SUFFIX.sub("", fold(place))
    return stem if len(stem) > 1 else fold(place)
