"""The answer without a language model: the shortest stretches of the documents that answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.answering.clauses import sufficient_clauses
from rag.answering.confidence import ANSWER_FROM, confidence
from rag.answering.draft import Draft, Quote, Statement
from rag.answering.enumeration import enumerated_items
from rag.answering.evidence import Evidence
from rag.text.coverage import match, searchable
from rag.text.language import detect_language
from rag.types import Passage, Query, StoredPassage

_WHOLE_SENTENCES = frozenset({"why", "definition", "list", "yes_no"})
_SECOND = 0.9
"""A second sentence joins when its score is this share of the first's and it adds words of the question."""
_ADDS = 0.15
_RELATIVE = (("去年", -1), ("上年", -1), ("今年", 0), ("明年", 1))


def extract(
    query: Query, evidence: Sequence[Evidence], section: Callable[[Passage], Sequence[StoredPassage]]
) -> Draft:
    """Answer one question from its evidence, best first; `section` gives a passage's whole section.

    A draft without statements means that the evidence is not enough.
    """
    sure = confidence(query, evidence)
    if sure < ANSWER_FROM:
        return Draft((), sure)
    if query.kind == "list":
        items = enumerated_items(query, evidence[0], section(evidence[0].hit.passage))
        if items:
            return Draft(items, sure)
    return Draft(tuple(_statement(query, one) for one in _chosen(query, evidence)), sure)


def _chosen(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence, and a second one if it covers what the first leaves open."""
    first = evidence[0]
    missing = [t for t in query.terms if t.role == "word" and match(t, searchable(first.text)) < 1]
    total = sum(t.weight for t in query.terms) or 1.0
    for other in evidence[1:4]:
        added = sum(t.weight for t in missing if match(t, searchable(other.text)) == 1) / total
        if other.score >= _SECOND * first.score and added >= _ADDS:
            return [first, other]
    return [first]


def _statement(query: Query, evidence: Evidence) -> Statement:
    sentence = evidence.text
    if query.kind in _WHOLE_SENTENCES:
        start, end = 0, len(sentence)
    else:
        start, end = sufficient_clauses(query, sentence)
    quote = Quote(evidence.hit, evidence.start, evidence.end)
    return Statement(_worded(query, evidence.hit.passage, sentence[start:end]), (quote,))


def _worded(query: Query, passage: Passage, clause: str) -> str:
    """The words of the source, with what "去年" means there added behind in brackets."""
    text = clause.strip().rstrip("，,；;：:、")
    if query.language == "zh":
        return f"{text.rstrip('。')}{_years_added(text, passage)}。" if text[-1:] not in "！？”…" else text
    if detect_language(text) == query.language:
        return text
    return f"The source says: “{text.rstrip('。')}”"


def _years_added(text: str, passage: Passage) -> str:
    written = passage.metadata.year
    if written is None:
        return ""
    meant = [f"{word}指{written + shift}年" for word, shift in _RELATIVE if word in text]
    return f"（{'，'.join(meant)}）" if meant else ""
