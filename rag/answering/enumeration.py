"""Lists that a text counts out (一是 … 二是 …, （一）…, 1. …), gathered whole over several passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag.answering.draft import Quote, Statement
from rag.answering.evidence import Evidence
from rag.text.coverage import coverage, searchable
from rag.text.figures import han_integer
from rag.text.patterns import regex
from rag.text.sentences import split_sentences
from rag.text.words import fold
from rag.types import Hit, Passage, Query, StoredPassage

_ITEM = regex(
    r"^\s*(?:[一二三四五六七八九十]+是|[-·•—－]{1,2}是|[（(][一二三四五六七八九十\d]+[)）]|第[一二三四五六七八九十]+[，、,]"
    r"|[一二三四五六七八九十]+、|\d+[.、．)]\s*(?!\d)|——|[-*•·]\s)"
)
_COUNT_ASKED = regex(r"([二两三四五六七八九十]+|\d{1,2})(?:大|项|个|件|条|方面|类)")
_COUNT_ASKED_EN = regex(r"\b(two|three|four|five|six|seven|eight|nine|ten)\b(?: [\w-]+){0,3} \w+s\b")
_NUMERALS_EN = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_FEWEST = 3
_MOST = 15
_SECTIONS = 6
"""So many sections are looked at."""
_LONGEST_ITEM = 60
_ABOUT = 0.34
"""A section's list is the answer if its headings and lead-in hold this share of the question."""


def enumerated_items(
    query: Query, evidence: Sequence[Evidence], section: Callable[[Passage], Sequence[StoredPassage]]
) -> tuple[Statement, ...]:
    """The items of the first section among the evidence that counts out what is asked for, in order."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for one in evidence:
        passage = one.hit.passage
        if (passage.source, passage.headings) not in seen and len(seen) < _SECTIONS:
            seen.add((passage.source, passage.headings))
            if items := _section_items(query, evidence[0], one.hit, section(passage)):
                return items
    return ()


def _section_items(
    query: Query, best: Evidence, hit: Hit, section: Sequence[StoredPassage]
) -> tuple[Statement, ...]:
    """The items of the list a section counts out, in order; none if the question is about something else.

    It is about the list if the headings and the lead-in hold more of it than the best sentence does, or if
    it asks for just so many items.
    """
    found = [(s, span) for s in section for span in _items(s)]
    if len(found) < _FEWEST or len(found) > _MOST:
        return ()
    asked = [term for term in query.terms if term.role != "place"]
    about = coverage(asked, searchable("\n".join([*hit.passage.headings[1:], _lead_in(section)])))
    counted = count_asked(query.text)
    if counted and counted != len(found):
        return ()
    if about < _ABOUT or (not counted and about <= best.features.own):
        return ()
    return tuple(_item_statement(hit, stored, span) for stored, span in found)


def count_asked(question: str) -> int | None:
    """How many things a question asks for ("哪六个工程", "which three industries"); `None` if it doesn't say."""
    text = fold(question)
    if found := _COUNT_ASKED_EN.search(text):
        return _NUMERALS_EN.index(found[1]) + 2
    counted = _COUNT_ASKED.search(text)
    if not counted:
        return None
    return int(counted[1]) if counted[1].isdigit() else han_integer(counted[1])


def _items(stored: StoredPassage) -> Iterator[tuple[int, int]]:
    text = stored.passage.text
    for start, end in stored.passage.sentences:
        if _ITEM.match(text[start:end]):
            yield start, end


def _lead_in(section: Sequence[StoredPassage]) -> str:
    """What stands before the first item."""
    for stored in section:
        items = list(_items(stored))
        if items:
            return stored.passage.text[: items[0][0]]
    return ""


def _item_statement(hit: Hit, stored: StoredPassage, span: tuple[int, int]) -> Statement:
    start, end = span
    text = stored.passage.text[start:end]
    head = text
    if len(text) > _LONGEST_ITEM:
        first = split_sentences(text)[0]
        head = text[slice(*first)]
    own = Hit(stored.id, stored.passage, hit.score, hit.dense, hit.lexical, hit.coverage)
    return Statement(head.strip(), (Quote(own, start, end),))
