"""Lists that a text counts out (一是 … 二是 …, （一）…, 1. …), gathered whole over several passages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answering.draft import Quote, Statement
from rag.answering.evidence import Evidence
from rag.text.coverage import coverage, searchable
from rag.text.sentences import split_sentences
from rag.types import Hit, Query, StoredPassage

_ITEM = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+是|[-·•—－]{1,2}是|[（(][一二三四五六七八九十\d]+[)）]|第[一二三四五六七八九十]+[，、,]"
    r"|[一二三四五六七八九十]+、|\d+[.、．)]\s*(?!\d)|——|[-*•·]\s)"
)
_FEWEST = 3
_MOST = 15
_LONGEST_ITEM = 60
_ABOUT = 0.34
"""A section's list is the answer if its headings and lead-in hold this share of the question."""


def enumerated_items(query: Query, best: Evidence, section: Sequence[StoredPassage]) -> tuple[Statement, ...]:
    """The items of the list in the best sentence's section, in order; none where it has no list of its own."""
    found = [(s, span) for s in section for span in _items(s)]
    if len(found) < _FEWEST or len(found) > _MOST:
        return ()
    asked = [term for term in query.terms if term.role == "word"]
    heading = searchable("\n".join([best.hit.passage.context, _lead_in(section)]))
    if coverage(asked, heading) < _ABOUT:
        return ()
    return tuple(_item_statement(best.hit, stored, span) for stored, span in found)


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
