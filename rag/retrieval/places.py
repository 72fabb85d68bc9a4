"""The places a question may name: those the documents are about or name, and any other county or city."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

import rjieba

from rag.text.gazetteer import gazetteer
from rag.text.mentions import find_mentions
from rag.text.patterns import regex
from rag.text.places import place_names
from rag.text.words import fold
from rag.types import SourceRecord

_SUFFIX = regex(r"(?:自治县|自治州|县|市|区|省)$")
_ASKING = regex(r"[哪几每某各个]")
_BARE = regex(r"^[㐀-鿿]{2,3}$")
_OF_A_PLACE = regex(r"^(?:县委|市委|县长|市长|县政府|市政府)")
_CITY, _COUNTY = 2, 3
"""The gazetteer's ranks of prefectures and counties: a province's name is too often part of another (山西农大)."""
_BARE_BEFORE = regex(r"[县市区旗]?(?:[的和与跟及、，,？?\s\d]|比|哪|谁|$)")
"""What follows a place that is named without 县 or 市 and is no part of another name (太原理工大学)."""
_WHICH_PLACES = regex(
    r"哪(?:一?些|几个|[两二三四五六七八九]个?)[县市区地]|哪(?:一?个)?[县市区](?!长|委|政府)|(?<![全本])各个?[县市区](?![委局长级])|每个?[县市区]|"
    r"\b(?:which|what)\s+(?:\w+\s+)?(?:count(?:y|ies)|cit(?:y|ies)|districts?|places?|regions?)\b|"
    r"\b(?:each|every)\s+(?:county|city|district)\b|\b(?:all|across)\s+(?:the\s+)?(?:counties|cities|districts)\b",
    re.IGNORECASE,
)
_SEVERAL = regex(
    r"哪(?:一?些|几个|[两二三四五六七八九]个?)[县市区地]|各个?[县市区]|每个?[县市区]|最[大高多快长早小低少好]|"
    r"\b(?:most|highest|largest|biggest|fastest|lowest|smallest|fewest|slowest|longest)\b|\b(?:counties|cities|districts|places|regions)\b|\b(?:each|every)\s+(?:county|city|district)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """The places of the indexed documents, without 县, 市 and the like, longest first.

    `known` are those that documents are about; `named` other counties that they name: the rows of a table of
    many, a neighbour that is mentioned once.
    """

    known: tuple[str, ...]
    named: tuple[str, ...] = ()

    @classmethod
    def of(cls, sources: Iterable[SourceRecord]) -> PlaceNames:
        """The places of these documents' metadata."""
        described = [record.metadata for record in sources]
        known = set(map(stem_of, {one.place for one in described if one.place}))
        named = set(map(stem_of, filter(_is_county, {place for one in described for place in one.places})))
        return cls(_longest_first(known), _longest_first(named - known))

    @property
    def all(self) -> tuple[str, ...]:
        """Those known and those named."""
        return _longest_first({*self.known, *self.named})

    def named_in(self, question: str) -> tuple[str, ...]:
        """Places in a folded Chinese question, in order: known and named ones, and any other county or city."""
        rest, at = question, dict[int, str]()
        for name in self.all:
            if name in rest and (name in self.known or self._stands_alone(name, question)):
                at[rest.find(name)] = name
                rest = rest.replace(name, "　" * len(name))
        for name in place_names(rest):
            if not _ASKING.search(name):
                at.setdefault(question.find(name), stem_of(name))
        for mention in find_mentions(rest):
            if _BARE_BEFORE.match(rest, mention.end) and _is_county_or_city(mention.name):
                at.setdefault(mention.start, stem_of(mention.name))
        for word, following in pairwise(rjieba.cut(rest)):
            if _BARE.match(word) and _OF_A_PLACE.match(following):
                at.setdefault(question.find(word), word)
        return tuple(dict.fromkeys(name for _, name in sorted(at.items())))

    @staticmethod
    def _stands_alone(name: str, question: str) -> bool:
        """Whether a name that may be an everyday word or part of another is one in this question."""
        return name in rjieba.cut(question) or any(f"{name}{suffix}" in question for suffix in "县市区旗")


def asks_which_places(question: str) -> bool:
    """Whether the answer is one or some of the documents' places: "哪些县…", "which counties …"."""
    return bool(_WHICH_PLACES.search(question))


def asks_several_places(question: str) -> bool:
    """Whether it may be more than one of them, or all must be known to tell which."""
    return bool(_SEVERAL.search(question)) and asks_which_places(question)


def stem_of(place: str) -> str:
    """A place's name without the word for what it is: 昔阳县 → 昔阳; two characters always stay."""
    stem = _SUFFIX.sub("", fold(place))
    return stem if len(stem) > 1 else fold(place)


def _is_county(place: str) -> bool:
    divisions = gazetteer().full.get(place, ())
    return any(division.level >= _COUNTY for division in divisions) or (
        not divisions and place[-1:] in "县旗"
    )


def _is_county_or_city(place: str) -> bool:
    return any(division.level >= _CITY for division in gazetteer().full.get(place, ()))


def _longest_first(names: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (-len(name), name)))
