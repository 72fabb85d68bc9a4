"""What a quote leaves out and its document tells: what "去年" and "全县" mean, which place and year it is of.

All of it stands beside the quoted words, never among them.
"""

from __future__ import annotations

from rag.answering.evidence import Evidence, place_told, years_told
from rag.answering.mismatch import part_of_year
from rag.text.coverage import match, searchable
from rag.text.patterns import regex
from rag.text.periods import years_named
from rag.text.places import place_names
from rag.types import Passage, Query

_RELATIVE_YEARS = (("去年", -1), ("上年", -1), ("今年", 0), ("明年", 1))
_RELATIVE_YEARS_EN = (("last year", -1), ("this year", 0), ("next year", 1))
_OWN_PLACE = regex(r"(?:全|我|本)(?P<kind>[县市区])(?![级直域])")
_LONGEST_TOPIC = 16
_TOPICS_BEFORE = 3
"""How many sentences before one may name its topic."""
_OPENING = 12
"""Characters at a sentence's beginning in which the time of it and of those after it is named."""
_MARK = regex(
    r"^\s*(?:[一二三四五六七八九十]+是|[-·•—－]+是|[（(][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十\d]+[、.．])\s*"
)


def meanings(text: str, passage: Passage) -> list[tuple[str, str]]:
    """Words of the text that mean something only in their document, each with what that is.

    ("去年", "2023年") for a document written in 2024; ("全县", "昔阳县") for one about that county.
    """
    found = []
    if (written := passage.metadata.year) is not None:
        years = [(word, f"{written + shift}年") for word, shift in _RELATIVE_YEARS]
        years += [(word, str(written + shift)) for word, shift in _RELATIVE_YEARS_EN]
        found += [(word, year) for word, year in years if word in text.lower()]
    place = place_told(passage)
    for own in _OWN_PLACE.finditer(text):
        if place and place.endswith(own["kind"]) and place[:-1] not in text:
            found.append((own[0], place))
    return list(dict.fromkeys(found))


def place_left_out(text: str, passage: Passage) -> str | None:
    """The place that a sentence is about and does not name."""
    place = place_told(passage)
    return None if place is None or place[:-1] in text or place_names(text) else place


def year_told(evidence: Evidence) -> int | None:
    """The one year a sentence is of: by its own words, else those before it, else its headings; `None` if unsure."""
    passage = evidence.hit.passage
    told_in, years = years_told(passage, evidence.index)
    if told_in is None:
        years = tuple(years_named(passage.context))
    return years[0] if len(years) == 1 else None


def part_of_year_told(evidence: Evidence, text: str) -> str | None:
    """The part of its year that the clauses `text` of a sentence are of ("first half"); `None` for the whole or any.

    By the clauses' own words, else by what the sentence or one before it opens with: "今年上半年，…".
    """
    if named := part_of_year(text):
        return named
    passage = evidence.hit.passage
    for index in range(evidence.index, -1, -1):
        start, end = passage.sentences[index]
        opening = passage.text[start:end].strip()[:_OPENING]
        if opening.startswith("全年") or "全年" in text:
            return None
        if named := part_of_year(opening):
            return named
    return part_of_year(passage.headings[-1]) if passage.headings else None


def topic_left_out(query: Query, evidence: Evidence, text: str) -> str:
    """The short heading above a sentence that holds words of the question which the sentence leaves out, or "".

    "再托管5万亩" under "一是核桃产业。" is about walnuts.
    """
    held = searchable(text)
    missing = [term for term in query.terms if term.role != "place" and not match(term, held)]
    if not missing:
        return ""
    passage = evidence.hit.passage
    before = [
        passage.text[start:end]
        for start, end in passage.sentences[max(0, evidence.index - _TOPICS_BEFORE) : evidence.index]
    ]
    for line in (*reversed(before), *reversed(passage.headings[1:])):
        topic = _MARK.sub("", line.strip()).rstrip("。：:，,；;")
        if len(topic) <= _LONGEST_TOPIC and any(match(term, searchable(topic)) == 1 for term in missing):
            return topic
    return ""
