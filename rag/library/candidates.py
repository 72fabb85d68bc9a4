"""Questions that a passage may answer: of an indicator with its figure, in the document's place and year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.text.figures import COUNTERS, find_figures
from rag.text.indicators import indicators_in
from rag.text.language import detect_language
from rag.text.periods import years_meant, years_named
from rag.text.synonyms import concepts
from rag.text.words import fold
from rag.types import Passage

_BETWEEN = re.compile(
    r"(?:达到?了?|完成|实现|为|是|约|近|超过?|共计?|累计|总计|提高至|\s|[:：]|of|was|were|reached|totall?ed)*"
)
_GROWN = re.compile(r"(?:同比)?(?:增长|增速(?:为|达)?)(?:了|约|达到?)?")
_SHARES = ("%", "百分点")
_HEADS = ("户", "人", "名", "位", "家", "个", "只")
_VAGUE = frozenset(
    """
    总投资 投资 产量 产能 先进产能 产值 年产值 年产 税收 利税 年利税 税费 就业 专利
    收入 增加值 耕地 民生支出 游客 total investment output capacity
    """.split()
)
"""What says nothing without the thing it is of."""
_STRETCH = re.compile(r"(?<![㐀-鿿])[㐀-鿿]{2,10}$")
_OF_MORE = re.compile(r"[和与及的县市区]")
_HEAD = re.compile(r"^(?:去年|今年|全年|年内|其中|同年|当年|预计|力争|全[省市县区国])+")
_LONGEST = 16
_KINDS = {"省": " Province", "市": " City", "县": " County", "区": " District"}
_SHORTEST = 2
"""A name of two characters keeps its last one: 祁县."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One question in the languages it can be asked in; `figure` is what its answer must have, of the indicator `about`."""

    about: str
    figure: str
    zh: str = ""
    en: str = ""


def candidates(passage: Passage) -> Iterator[Candidate]:
    """The questions that a passage's sentences may answer, in reading order."""
    place = passage.metadata.place
    for start, end in passage.sentences if place else ():
        sentence = passage.text[start:end]
        if place and len(fold(sentence)) == len(sentence):  # places in one are places in the other
            for name, figure, asks in _measured(sentence, place):
                for year in _years(passage, sentence):
                    yield _asked(name, figure, place, year, asks, sentence)


def _years(passage: Passage, sentence: str) -> tuple[int, ...]:
    """The years that a sentence may be about; which it is shows when one asks."""
    known = passage.metadata
    if meant := years_meant(sentence, known.year) or years_named(passage.context):
        return meant[:2]
    return (known.year - 1, known.year) if known.year else ()


def _thing(before: str, place: str) -> str:
    """What stands right before a vague name and says whose it is: 苹果 in 青石县苹果产量; empty where that is a clause."""
    stretch = _STRETCH.search(before)
    thing = _HEAD.sub("", stretch[0].removeprefix(place)) if stretch else ""
    return "" if _OF_MORE.search(thing) else thing


def _measured(sentence: str, place: str) -> Iterator[tuple[str, str, str]]:
    """(indicator, figure, how it is asked for) where a figure follows the indicator at once."""
    figures = {figure.start: figure for figure in find_figures(sentence)}
    start, named = -1, indicators_in(sentence)
    for number, one in enumerate(named):
        start = start if number and named[number - 1].end == one.start else one.start
        name = sentence[start : one.end]
        name = f"{_thing(sentence[:start], place)}{name}" if name in _VAGUE else name
        if name in _VAGUE or len(name) > _LONGEST:
            continue
        for pattern, asks in ((_BETWEEN, "是多少"), (_GROWN, "增长多少")):
            between = pattern.match(sentence, one.end)
            figure = figures.get(between.end()) if between else None
            if figure and (asks == "增长多少") == (figure.unit in _SHARES) and figure.unit not in ("", "年"):
                yield (
                    name,
                    figure.text,
                    "有多少" if figure.unit in COUNTERS or figure.unit in _HEADS else asks,
                )


def _asked(name: str, figure: str, place: str, year: int, asks: str, sentence: str) -> Candidate:
    if detect_language(sentence) != "zh":
        return Candidate(name, figure, en=f"What was the {name} of {place} in {year}?")
    english = _in_english(name, place, year) if asks == "是多少" else ""
    return Candidate(name, figure, f"{place}{year}年{name}{asks}？", english)


def _in_english(name: str, place: str, year: int) -> str:
    """The question in English, where the indicator has an English name."""
    forms = next((one.en for one in concepts() if fold(name) in one.zh and one.en[0]), ())
    if not forms:
        return ""
    from pypinyin import lazy_pinyin

    kind = _KINDS.get(place[-1], "") if len(place) > _SHORTEST else ""
    latin = "".join(lazy_pinyin(place[:-1] if kind else place)).capitalize()
    return f"What was the {forms[0]} of {latin}{kind} in {year}?"
