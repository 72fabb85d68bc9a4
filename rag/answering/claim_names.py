"""The names a claim has, and whether they stand where its evidence is: people, bodies, projects, ranks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import rjieba

from rag.answering.stretches import Stretch
from rag.text.figures import han_integer
from rag.text.latin_names import latin_names, spelt_in
from rag.text.stopwords import ZH
from rag.text.synonyms import canonical
from rag.text.words import fold

_NAME_TAGS = ("nr", "ns", "nt", "nz")
_CHINESE = re.compile(r"[㐀-鿿]+")
_FUNCTION = frozenset(
    "的了是在和与及或而且也都就还又才只被把将让向从到对于由其之所者这那该此每有会能要应请曾已未不无非为以因则并等共约近超逾达较比占至"
    "个项件种名位些次年月日号度县市省区乡镇村元亿万千百十吨亩户家座人高低多少大小上下中内外前后里间各均仅更最很再先后新老全总可但若如虽即"
    "使得增升降减提加起来去出入开完成立建设用作做成说称指明系属含计余余第处条则时期末初底今昨明早晚"
)
"""Single characters that are words of the language, not parts of a name."""
_ORDINAL = re.compile(r"第(?P<zh>\d+|[一二三四五六七八九十百]+)(?![个次]?五年)|\b(?P<en>\d+)(?:st|nd|rd|th)\b(?!\s+(?:[Ff]ive|century|[A-Z][a-z]+ary|of [A-Z]))|\b[Nn]o\. ?(?P<no>\d+)")
_ORDINAL_WORDS = {
    name: n for n, name in enumerate("second third fourth fifth sixth seventh eighth ninth tenth".split(), 2)
}
_ORDINAL_WORD = re.compile(rf"\b(?P<word>{'|'.join(_ORDINAL_WORDS)})\b(?!\s+(?:half|quarter|industry|sector))", re.IGNORECASE)
_FIRST = re.compile(r"首[位个家次批套例座届]|位居第一|第一")


def strange_names(text: str, stretches: tuple[Stretch, ...]) -> tuple[str, ...]:
    """The names of a claim that stand neither in its quotes nor right before them nor in what they stand under."""
    near = "\n".join(stretch.near for stretch in stretches)
    if any(stretch.language == "zh" for stretch in stretches):
        foreign = tuple(name for name in latin_names(text) if not spelt_in(name, near))
    else:
        foreign = tuple(name for name in latin_names(text) if fold(name) not in near)
    folded = canonical(text)
    return (*foreign, *(name for name in _names(folded) if name not in near))


def strange_ordinals(text: str, stretches: tuple[Stretch, ...]) -> frozenset[int]:
    """The ranks and numbers of order that a claim has and its evidence has not."""
    there = frozenset(n for stretch in stretches for n in _ordinals(stretch.near))
    return _ordinals(canonical(text)) - there


@lru_cache(maxsize=4096)
def _ordinals(text: str) -> frozenset[int]:
    found = {1} if _FIRST.search(text) else set()
    for match in _ORDINAL.finditer(text):
        numeral = match["zh"] or match["en"] or match["no"]
        number = int(numeral) if numeral.isdigit() else han_integer(numeral)
        if number is not None:
            found.add(number)
    found.update(_ORDINAL_WORDS[match["word"].lower()] for match in _ORDINAL_WORD.finditer(text))
    return frozenset(found)


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[str, ...]:
    return tuple(name for run in _CHINESE.findall(text) for name in _names_of(run))


def _names_of(run: str) -> Iterator[str]:
    """The dictionary's proper names, and two or more characters in a row that are in no word of it."""
    loose = ""
    for word, tag in rjieba.tag(run):
        single = len(word) == 1 and word not in _FUNCTION and word not in ZH
        if loose and not single:
            yield from _of_loose(loose)
            loose = ""
        if single:
            loose += word
        elif len(word) > 1 and tag.startswith(_NAME_TAGS):
            yield word
    yield from _of_loose(loose)


def _of_loose(characters: str) -> Iterator[str]:
    if len(characters) > 1:
        yield characters
