"""The questions a question falls into when it asks the same of several places, years or things.

"岢岚2023年和左权2024年的收入增幅各是多少" asks two things, each with a place and a year of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.text.periods import years_named
from rag.text.places import place_names

_JOIN = r"\s*(?:和|与|跟|同|及|以及|、|，|,|比|对比|相比|还是)\s*"
_PLAN = r"[“\"]?十[二三四五六]五[”\"]?(?:规划)?(?:期间|时期|末|初)?"
_YEAR = rf"(?:(?:(?:19|20)?\d{{2}}\s*年(?:度|末|底)?|{_PLAN})(?:全年|上半年|下半年)?)"
_PLAIN_YEAR = re.compile(r"(?:19|20)\d{2}年")
_WHOLE = r"(?:全[县市省年])?"
_ROW = re.compile(rf"{_YEAR}(?:{_JOIN}{_YEAR})+")
_COMPARES = re.compile(r"各是|各为|各有|各达|各多少|分别|哪个|谁|相比|差多少|差多大|相差")
_TWO_THINGS = re.compile(
    rf"^(?P<one>[^，,？?]+?){_JOIN}(?P<other>[^，,？?]+?)(?P<ask>的[^的，,]{{2,12}}?(?:各|分别).*|[，,].*(?:哪个|谁|相差|差多).*|(?:各|分别).*)$"
)
_WHICH_MORE = re.compile(
    r"^[，,]\s*(?:哪个|谁)(?:的|更)?(?P<what>[㐀-鿿A-Za-z]{2,8}?)(?:更)?[大高多快长早小低少]"
)
_TWO_FIGURES = re.compile(
    r"(?P<one>\d[\d.]*[万亿%]?)\s*(?P<unit1>[㐀-鿿]{0,3}?)(?:还是|或者?)(?P<other>\d[\d.]*[万亿%]?)"
)
_ASKS_NOTHING = re.compile(
    r"^[，,的]?(?:各自?|分别)?(?:是|为|有|达到?)?(?:多少|几何|什么)?[，,]?(?:哪个|谁|相差|差).{0,6}[?？]?$"
)
_EN_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_EN_COMPARES = re.compile(r"\b(?:or|and|versus|vs|than|compared|with)\b", re.IGNORECASE)


def zh_parts(question: str, places: Sequence[str]) -> tuple[str, ...]:
    """The parts of a Chinese question; none if it asks one thing. `places` are known names."""
    if figures := _TWO_FIGURES.search(question):
        return _exchanged(question, figures.span(), (figures["one"], figures["other"]))
    if named := _by_place(question, places):
        return named
    if len(years_named(question)) + len(re.findall(_PLAN, question)) > 1 and (row := _ROW.search(question)):
        return _exchanged(question, row.span(), re.findall(_YEAR, row[0]))
    if not _COMPARES.search(question):
        return ()
    return _by_thing(question, places) or _by_year(question)


def en_parts(question: str, places: Mapping[str, str]) -> tuple[str, ...]:
    """The parts of an English question that names several places; `places` maps its words to names.

    Each part leaves out the other places and the years that stand nearer to them.
    """
    if len(set(places.values())) < 2 or not _EN_COMPARES.search(question):
        return ()
    at = {word: question.find(word) for word in places}
    years = {year.start(): year for year in _EN_YEAR.finditer(question)}
    nearest = {start: min((abs(place - start), word) for word, place in at.items())[1] for start in years}
    parts = []
    for name in dict.fromkeys(places.values()):
        part = question
        for start in sorted(years, reverse=True):
            if places[nearest[start]] != name:
                part = part[:start] + part[years[start].end() :]
        for other, other_name in places.items():
            if other_name != name:
                part = re.sub(rf"{re.escape(other)}(?:['’]s)?", "", part)
        parts.append(" ".join(part.split()))
    return tuple(dict.fromkeys(parts))


def _by_place(question: str, places: Sequence[str]) -> tuple[str, ...]:
    if sum(name in question for name in places) < 2:
        return ()
    names = "|".join(map(re.escape, places))
    one = rf"{_YEAR}?\s*(?:{names})(?:县|市|区)?{_WHOLE}\s*{_YEAR}?{_WHOLE}"
    row = re.search(rf"{one}(?:的)?(?:{_JOIN}{one})+", question)
    if row:
        return _exchanged(question, row.span(), re.findall(one, row[0]))
    return _by_thing(question, places)


def _exchanged(question: str, span: tuple[int, int], items: Sequence[str]) -> tuple[str, ...]:
    return tuple(question[: span[0]] + item + question[span[1] :] for item in items)


def _by_year(question: str) -> tuple[str, ...]:
    """One question a year where the years stand apart, each without the others."""
    years = list(dict.fromkeys(_PLAIN_YEAR.findall(question)))
    if len(years) < 2:
        return ()
    others = {year: [other for other in years if other != year] for year in years}
    return tuple(re.sub(rf"(?:和|与|比|跟)?(?:{'|'.join(others[year])})", "", question) for year in years)


def _by_thing(question: str, places: Sequence[str]) -> tuple[str, ...]:
    """Two things side by side; the second takes over the first one's place and year if it has none."""
    found = _TWO_THINGS.match(question)
    if not found:
        return ()
    one, other, ask = found["one"], found["other"], found["ask"]
    if more := _WHICH_MORE.match(ask):
        ask = f"的{more['what']}是多少？"
    elif _ASKS_NOTHING.match(ask):
        ask = "是多少？"
    place = next((name for name in places if name in one), "")
    year = re.search(_YEAR, one)
    if place and not any(name in other for name in places) and not place_names(other):
        other = place + (year[0] if year and not re.search(_YEAR, other) else "") + other
    return (one + ask, other + ask)
