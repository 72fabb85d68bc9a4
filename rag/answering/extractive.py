"""The answer without a language model: the shortest stretches of the documents that answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.answering.confidence import ANSWER_FROM, confidence
from rag.answering.draft import Draft, Quote, Statement
from rag.answering.enumeration import enumerated_items
from rag.answering.evidence import Evidence
from rag.text.language import detect_language
from rag.types import Passage, Query, StoredPassage

_WHOLE_SENTENCES = frozenset({"why", "definition", "list", "yes_no"})
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
        items = enumerated_items(query, evidence, section)
        if items:
            return Draft(items, sure)
    return Draft((_statement(query, evidence[0]),), sure)


def _statement(query: Query, evidence: Evidence) -> Statement:
    sentence = evidence.text
    if query.kind in _WHOLE_SENTENCES:
        start, end = 0, len(sentence)
    else:
        start, end = evidence.run.start, evidence.run.end
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
