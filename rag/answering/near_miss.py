"""A refusal that says what is there: another year, another place, the subject without what was asked of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from rag.answering.confidence import ANSWER_FROM, confidence
from rag.answering.evidence import Evidence, place_fit, place_told, year_fit, years_told
from rag.answering.mismatch import governing_years
from rag.text.coverage import match, searchable
from rag.text.patterns import regex
from rag.types import Hit, Language, Query, Term

_MOST = 4
"""Years or places that are named at most."""
_LOOKED_AT = 5
_HELD, _HELD_NEARLY = 0.9, 0.75
_YEAR = regex(r"(?:19|20)\d{2}")
_SUBJECT_SHARE = 0.4
"""Of the question's weight, so much at least must be there for its subject to be."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """What the documents have instead: `told` says it, `suggestions` are questions that may be answered."""

    told: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    """The phrases of one language."""

    years: str
    places: str
    no_place: str
    unsaid: str
    plan: str
    kinds: Mapping[str, str]
    joined: str


_ZH = _Words(
    years="有{has}的数据，没有{lacks}的。",
    places="有{has}的，没有{lacks}的。",
    no_place="资料里没有{lacks}的内容。资料说的是：{has}。",
    unsaid="资料提到了{has}，但没有说到{lacks}。",
    plan="资料里只有计划或目标，没有实际的结果：“{has}”。",
    kinds={
        "nameless": "名字",
        "undated": "是什么时候",
        "unplaced": "在什么地方",
        "unlisted": "具体是哪些",
        "mentioned": "具体指什么",
    },
    joined="、",
)
_EN = _Words(
    years="The documents have this for {has}, not for {lacks}.",
    places="The documents have this for {has}, not for {lacks}.",
    no_place="The documents say nothing of {lacks}. They are about {has}.",
    unsaid="The documents mention {has}, but do not tell {lacks}.",
    plan="The documents tell a plan or a target, not a result: “{has}”.",
    kinds={
        "nameless": "who it is",
        "undated": "when",
        "unplaced": "where",
        "unlisted": "which ones",
        "mentioned": "what it means",
    },
    joined=", ",
)


def near_miss(
    query: Query, hits: Sequence[Hit], found: Sequence[Evidence], known: Collection[str]
) -> NearMiss | None:
    """What is there instead of the answer; `None` where nothing can be told.

    `found` is the evidence for the same question when neither its years nor its places rule anything out (see
    `without_limits`), best first; `known` are the places that the documents are about. Only what the
    confidence holds for an answer is said to be there.
    """
    words = _ZH if query.language == "zh" else _EN
    query = replace(query, years=governing_years(query))
    if stranger := _strange_place(query, hits, known):
        return NearMiss(
            words.no_place.format(lacks=stranger.text, has=words.joined.join(sorted(known)[:_MOST]))
        )
    sure = [one for one in found if _answers(query, one)]
    return (
        _only_planned(query, found, words)
        or _other_year(query, sure, words)
        or _other_place(query, sure, words)
        or _without_kind(query, found, words)
        or _unsaid(query, found, words)
    )


def without_limits(query: Query) -> Query:
    """The same question of any year and any place."""
    return replace(query, years=(), terms=tuple(term for term in query.terms if term.role != "place"))


def _strange_place(query: Query, hits: Sequence[Hit], known: Collection[str]) -> Term | None:
    """A place of the question that nothing found names."""
    texts = searchable("\n".join((*known, *(hit.passage.embedded_text for hit in hits))))
    return next((place for place in query.places if known and not match(place, texts)), None)


def _answers(query: Query, one: Evidence) -> bool:
    return confidence(without_limits(query), [one]) >= ANSWER_FROM


def _only_planned(query: Query, found: Sequence[Evidence], words: _Words) -> NearMiss | None:
    """A plan, where what has come about is asked for and all else fits."""
    for one in found[:_LOOKED_AT]:
        holds = one.features.plan and one.features.own >= _HELD_NEARLY
        fits = holds and _placed(query, one) >= 0 and _dated(query, one) >= 0
        if fits and _answers(query, replace(one, features=replace(one.features, plan=0.0))):
            return NearMiss(words.plan.format(has=one.text[one.run.start : one.run.end].strip("，。；,;. ")))
    return None


def _without_kind(query: Query, found: Sequence[Evidence], words: _Words) -> NearMiss | None:
    """All that is asked about is there, and the kind of thing asked for is not: no name, no time, no list."""
    if not found or found[0].features.near < _HELD_NEARLY:
        return None
    around = searchable(found[0].hit.passage.embedded_text)
    if any(match(term, around) == 0 for term in _terms(query)):
        return None
    signs = asdict(found[0].features)
    lacks = next((told for sign, told in words.kinds.items() if signs[sign]), None)
    has = [f"“{term.text}”" for term in sorted(_terms(query), key=lambda term: -term.weight)[:2]]
    return NearMiss(words.unsaid.format(has=words.joined.join(has), lacks=lacks)) if lacks and has else None


def _terms(query: Query) -> list[Term]:
    return [term for term in query.terms if term.role != "place"]


def _other_year(query: Query, sure: Sequence[Evidence], words: _Words) -> NearMiss | None:
    if not query.years:
        return None
    of_place = [one for one in sure if not query.places or _placed(query, one) > 0]
    if any(_dated(query, one) > 0 for one in of_place):
        return None
    years = sorted(
        {year for one in of_place for year in years_told(one.hit.passage, one.index)[1]} - set(query.years)
    )[-_MOST:]
    if not years:
        return None
    suggestions = [_with_year(query, year) for year in reversed(years)]
    return NearMiss(
        words.years.format(
            has=_years_told(years, query.language), lacks=_years_told(query.years, query.language)
        ),
        tuple(one for one in suggestions if one),
    )


def _other_place(query: Query, sure: Sequence[Evidence], words: _Words) -> NearMiss | None:
    if not query.places or any(_placed(query, one) > 0 for one in sure):
        return None
    in_year = [one for one in sure if not query.years or _dated(query, one) > 0]
    places = list(dict.fromkeys(place for one in in_year if (place := place_told(one.hit.passage, one.text))))
    if not places:
        return None
    asked = query.places[0].text
    # A question keeps its own suffix: 左权县 stands where 昔阳 stood, and 左权 where 昔阳县 did.
    suggestions = [
        query.text.replace(
            asked, place[:-1] if re.search(rf"{re.escape(asked)}[县市区旗]", query.text) else place
        )
        for place in places[:_MOST]
        if query.language == "zh" and asked in query.text
    ]
    told = words.joined.join(places[:_MOST])
    return NearMiss(
        words.places.format(has=told, lacks=words.joined.join(term.text for term in query.places)),
        tuple(suggestions),
    )


def _unsaid(query: Query, found: Sequence[Evidence], words: _Words) -> NearMiss | None:
    """The subject is there, and what is asked of it is not."""
    terms = _terms(query)
    total = sum(term.weight for term in terms)
    if not found or not total:
        return None
    around = searchable(found[0].hit.passage.embedded_text)
    has = [term for term in terms if match(term, around) >= _HELD]
    lacks = [term for term in terms if match(term, around) == 0]
    if not lacks or sum(term.weight for term in has) < _SUBJECT_SHARE * total:
        return None
    quoted = [f"“{term.text}”" for term in sorted(has, key=lambda term: -term.weight)[:2]]
    missing = [f"“{term.text}”" for term in sorted(lacks, key=lambda term: -term.weight)[:2]]
    return NearMiss(words.unsaid.format(has=words.joined.join(quoted), lacks=words.joined.join(missing)))


def _placed(query: Query, one: Evidence) -> float:
    return place_fit(query.places, one.hit.passage, one.text)


def _dated(query: Query, one: Evidence) -> float:
    return year_fit(query.years, one.hit.passage, one.index)


def _with_year(query: Query, year: int) -> str:
    """The question asked of another year; empty where it names none in digits, or several."""
    named = set(_YEAR.findall(query.text))
    return _YEAR.sub(str(year), query.text) if len(named) == 1 else ""


def _years_told(years: Sequence[int], language: Language) -> str:
    return "、".join(f"{year}年" for year in years) if language == "zh" else ", ".join(map(str, years))
