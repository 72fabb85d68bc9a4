"""Places a question names, and the questions it falls into when it names several to compare."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import rjieba

from rag.text.periods import years_named
from rag.text.words import fold
from rag.types import SourceRecord

_SUFFIX = re.compile(r"(?:自治县|自治州|县|市|区|省)$")
_SUFFIXED = re.compile(r"^[㐀-鿿]{2,3}(?:县|市|省)$")
_NOT_PLACES = frozenset(
    {"全县", "全市", "全省", "各县", "城市", "本市", "本县", "外省", "该县", "我县", "我市", "县", "市"}
)
_JOIN = r"\s*(?:和|与|跟|同|及|以及|、|，|,|比|对比|相比|还是|and|versus|vs\.?|or)\s*"
_YEAR = r"(?:(?:19|20)?\d{2}\s*年)"


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
        """Places in a folded Chinese question, in order: known ones, and any other county, city or region."""
        at = {question.find(name): name for name in self.known if name in question}
        rest = question
        for name in self.known:
            rest = rest.replace(name, "　" * len(name))
        for word, tag in rjieba.tag(rest):
            if word in _NOT_PLACES or len(word) < 2:
                continue
            if tag == "ns" or _SUFFIXED.match(word):
                at.setdefault(question.find(word), stem_of(word))
        return tuple(dict.fromkeys(name for _, name in sorted(at.items()) if name))

    def parts(self, question: str, language: str) -> tuple[str, ...]:
        """One question a place or a year when several stand side by side in it; else nothing.

        "岢岚2023年和左权2024年的收入增幅" asks two things, each with its own place and year.
        """
        if language != "zh":
            return ()
        folded = fold(question)
        return self._place_parts(folded) or _year_parts(folded)

    def _place_parts(self, question: str) -> tuple[str, ...]:
        names = [name for name in self.known if name in question]
        if len(names) < 2:
            return ()
        one = rf"{_YEAR}?\s*(?:{'|'.join(map(re.escape, names))})(?:县|市|区)?\s*{_YEAR}?"
        row = re.search(rf"{one}(?:{_JOIN}{one})+", question)
        if not row:
            return ()
        items = re.findall(one, row[0])
        return tuple(question[: row.start()] + item + question[row.end() :] for item in items)


def _year_parts(question: str) -> tuple[str, ...]:
    row = re.search(rf"{_YEAR}(?:{_JOIN}{_YEAR})+", question)
    if not row or len(years_named(question)) < 2:
        return ()
    items = re.findall(_YEAR, row[0])
    return tuple(question[: row.start()] + item + question[row.end() :] for item in items)


def stem_of(place: str) -> str:
    """A place's name without the word for what it is: 昔阳县 → 昔阳; two characters always stay."""
    stem = _SUFFIX.sub("", fold(place))
    return stem if len(stem) > 1 else fold(place)
