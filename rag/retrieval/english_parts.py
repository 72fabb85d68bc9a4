"""The questions an English question falls into when it asks the same of several places, years or things."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.retrieval.parts import MOST_PARTS
from rag.text.patterns import regex

_YEAR = regex(r"\b(?:19|20)\d{2}\b")
_YEARS_JOINED = regex(r"\b(?:19|20)\d{2}(?:\s*(?:,|and|or|,\s*and|versus|vs\.?|with|to)\s*(?:19|20)\d{2})+\b")
_SPAN = regex(r"\b(?:from\s+)?(?P<first>20\d{2})\s*(?:to|until|through|[-–—])\s*(?P<last>20\d{2})\b")
_OVER_YEARS = regex(
    r"\b(?:each|every|total|in all|altogether|sum|combined|year by year|cumulative)\b", re.IGNORECASE
)
_COMPARES = regex(r"\b(?:or|and|versus|vs|than|compared|with)\b", re.IGNORECASE)
_JOIN = r"(?:,?\s+(?:or|and|versus|vs\.?)\s+|\s*,\s*)"
_WHICH = regex(
    r"^(?:which|what)\b(?:\s+(?:one|of\s+(?:the\s+)?(?:two|these|them)))?\s*(?P<verb>[^:,?]*?)\s*[:,]\s*(?P<things>[^?]+)\?*$",
    re.IGNORECASE,
)
_WHICH_HAS = regex(
    r"^(?P<lead>(?:in|by|for|during)\s[^,?]{2,40}?,?\s+)?(?:which|what|who)\b(?:\s+(?:one|county|city|place|of\s+(?:the\s+)?(?:two|these|them)))?\s+"
    r"(?:has|had|have|saw|recorded|posted|reported|achieved|plans?|planned)\s+(?:a|an|the)\s+(?:higher|larger|bigger|greater|"
    r"faster|lower|smaller|slower|shorter|longer|more|highest|largest|lowest)\s+(?P<what>[^,:?]+?)(?P<when>\s+in\s+(?:19|20)\d{2})?\s*[,:]\s*"
    r"(?P<one>[^?]+?),?\s+or\s+(?P<other>[^?]+?)\?",
    re.IGNORECASE,
)
"""A comparison whose measure is named before the things: "Which county had the higher growth, A or B?"."""
_COMPARE_WITH = regex(
    r"^(?:please\s+)?compare\s+(?P<one>.+?)\s+(?:with|to|and|against)\s+(?P<other>[^?.]+)[?.]*$",
    re.IGNORECASE,
)
_GREW = regex(r"\b(?:grew|grow|grown|rose|increased|faster|quicker)\b", re.IGNORECASE)
_WHERE_OR_WHEN = regex(r"\b(?:in|of|for|at)\s+[A-Z0-9].*$")
_DANGLING = regex(r"\b(?:in|of|for|and|or)\s+(?=(?:in|of|or|and|for)\b|[?.,]|$)")
_WORD = regex(r"[A-Za-z]{3,}")
_LEADING = frozenset({"the", "that", "its", "and", "for", "county", "city", "district", "year"})
_AGAINST = r"(?:as )?compared (?:with|to)|in comparison (?:with|to)|relative to|against|than"


def en_parts(question: str, places: Mapping[str, str]) -> tuple[str, ...]:
    """The parts of an English question, up to `MOST_PARTS`; none if it asks one thing.

    `places` maps the words for places in it to their names.
    """
    parts = tuple(dict.fromkeys(_parts(" ".join(question.split()), places)))
    return parts if 1 < len(parts) <= MOST_PARTS else ()


def _parts(question: str, places: Mapping[str, str]) -> tuple[str, ...]:
    if has := _WHICH_HAS.match(question):
        shared = f"{has['when'] or ''}{' ' if has['lead'] else ''}{(has['lead'] or '').strip(' ,').lower()}"
        return tuple(
            f"What is the {has['what']} of {has[side].strip()}{shared}?" for side in ("one", "other")
        )
    if sides := _by_side(question, places):
        return sides
    if len(set(places.values())) > 1 and _COMPARES.search(question):
        return _by_place(question, places)
    if _OVER_YEARS.search(question) and (span := _SPAN.search(question)):
        years = range(int(span["first"]), int(span["last"]) + 1)
        return _exchanged(question, span.span(), tuple(f"in {year}" for year in years))
    if row := _YEARS_JOINED.search(question):
        return _exchanged(question, row.span(), tuple(_YEAR.findall(row[0])))
    return ()


def _exchanged(question: str, span: tuple[int, int], items: tuple[str, ...]) -> tuple[str, ...]:
    before = question[: span[0]]
    return tuple(
        (before + item + question[span[1] :]).replace("in in ", "in ").replace("between in ", "in ")
        for item in items
    )


def _by_side(question: str, places: Mapping[str, str]) -> tuple[str, ...]:
    """Two things that each say what is measured: "Which is higher: A's growth or B's growth target?"."""
    if compared := _COMPARE_WITH.match(question):
        sides, shared, grew = [compared["one"], compared["other"]], "", False
    elif asked := _WHICH.match(question):
        sides = re.split(_JOIN, asked["things"])
        where = _WHERE_OR_WHEN.search(asked["verb"])
        shared, grew = (where[0] if where else ""), bool(_GREW.search(asked["verb"]))
    else:
        return ()
    if len(sides) < 2 or not all(_says_more_than_places(side, places) for side in sides):
        return ()
    return tuple(_asked_of(side.strip(), shared, grew=grew) for side in sides)


def _asked_of(thing: str, shared: str, *, grew: bool) -> str:
    rest = f" {shared}" if shared else ""
    return f"How much did {thing} grow{rest}?" if grew else f"What is {thing}{rest}?"


def _says_more_than_places(side: str, places: Mapping[str, str]) -> bool:
    for word in places:
        side = side.replace(word, " ")
    return any(word.lower() not in _LEADING for word in _WORD.findall(side))


def _by_place(question: str, places: Mapping[str, str]) -> tuple[str, ...]:
    """One question a place, each without the other places and their years."""
    owners = {year.span(): places[_nearest(question, year, places)] for year in _YEAR.finditer(question)}
    parts = []
    for name in dict.fromkeys(places.values()):
        part = question
        for (start, end), owner in reversed(owners.items()):
            if owner != name and len(set(owners.values())) > 1:
                part = part[:start] + part[end:]
        part = _without(part, [word for word, other in places.items() if other != name])
        parts.append(" ".join(_DANGLING.sub("", " ".join(part.split())).split()))
    return tuple(parts)


def _nearest(question: str, year: re.Match[str], places: Mapping[str, str]) -> str:
    """The place a year goes with: the nearest one, of two as near the one before it."""

    def distance(word: str) -> tuple[int, bool]:
        start = question.find(word)
        before = start < year.start()
        return (year.start() - start - len(word) if before else start - year.end(), not before)

    return min(places, key=distance)


def _without(question: str, words: list[str]) -> str:
    """The question without these names and what joined them to the others."""
    for word in words:
        name = rf"{re.escape(word)}(?:\s+(?:County|City|District))?(?:['’]s)?"
        question = re.sub(rf"{name}\s*,?\s*\b(?:and|or|versus|vs\.?)\b", "", question)
        question = re.sub(rf"(?:,?\s*\b(?:{_AGAINST}|and|or|versus|vs\.?)\s+|,\s*)?{name}", "", question)
    return re.sub(rf"\b(?:{_AGAINST})\b", "of", question)
