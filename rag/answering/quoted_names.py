"""A row of things that a text calls by quoted names, one after another: 实施“甲”工程 … 实施“乙”工程."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.answering.draft import Quote, Statement
from rag.answering.enumeration import count_asked
from rag.answering.evidence import Evidence
from rag.text.patterns import regex
from rag.text.sentences import split_clauses
from rag.types import Hit, Passage, Query, StoredPassage

_COUNTED = regex(r"(?:[二两三四五六七八九十]+|\d{1,2})(?:大|项|个|件|条|类|座|种)[”\"]?(?P<noun>[㐀-鿿]{2})")
_NAME = r"[“\"‘「](?P<name>[^”\"’」，。；]{2,12})[”\"’」]"
_IS_A_NUMBER = regex(r"[二两三四五六七八九十\d]+(?:大|项|个|件|条|类|座|种)")
_GAP = 2
"""Sentences so far apart belong to different rows."""
_SECTIONS = 4
"""So many sections are looked at."""


def quoted_names(
    query: Query, evidence: Sequence[Evidence], section: Callable[[Passage], Sequence[StoredPassage]]
) -> tuple[Statement, ...]:
    """The clauses that name just as many things as are asked for ("哪六个工程"), in order; else nothing."""
    count = count_asked(query.text)
    nouns = list(dict.fromkeys(_COUNTED.findall(query.text)))
    if count is None or not nouns:
        return ()
    once = {(one.hit.passage.source, one.hit.passage.headings[:2]): one.hit for one in reversed(evidence)}
    for hit in list(reversed(once.values()))[:_SECTIONS]:
        for noun in nouns:
            for row in _rows(_named(hit, section(hit.passage), noun)):
                if len(row) == count:
                    return tuple({(one.text, one.quotes[0].start): one for one in row}.values())
    return ()


def _named(hit: Hit, section: Sequence[StoredPassage], noun: str) -> list[tuple[int, Statement]]:
    """The clause in which each quoted name first stands before the noun, with the number of its sentence."""
    pattern = re.compile(rf"{_NAME}{noun}")
    found: dict[str, tuple[int, Statement]] = {}
    sentences = [(stored, span) for stored in section for span in stored.passage.sentences]
    for number, (stored, (start, end)) in enumerate(sentences):
        own = Hit(stored.id, stored.passage, hit.score, hit.dense, hit.lexical, hit.coverage)
        text = stored.passage.text[start:end]
        for a, b in split_clauses(text):
            words = text[a:b].strip().rstrip("，,；;。：:、")
            told = Statement(words, (Quote(own, start, end),), after="。")
            for name in pattern.finditer(text[a:b]):
                if not _IS_A_NUMBER.search(name["name"]):
                    found.setdefault(name["name"], (number, told))
    return list(found.values())


def _rows(named: Sequence[tuple[int, Statement]]) -> list[list[Statement]]:
    """The names in rows: a sentence without one ends a row."""
    rows: list[list[Statement]] = []
    last = -_GAP
    for number, told in named:
        if not rows or number - last >= _GAP:
            rows.append([])
        rows[-1].append(told)
        last = number
    return rows
