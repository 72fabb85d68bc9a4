"""The answer without a language model: the shortest stretches of the documents that answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answering.clauses import Run
from rag.answering.confidence import ANSWER_FROM, confidence
from rag.answering.draft import Draft, Quote, Statement
from rag.answering.enumeration import enumerated_items
from rag.answering.evidence import Evidence
from rag.answering.fit import fitting_figures
from rag.text.language import detect_language
from rag.text.sentences import split_clauses
from rag.types import Passage, Query, StoredPassage

_WHOLE_SENTENCES = frozenset({"why", "definition", "list", "yes_no"})
_SHORT_KINDS = frozenset({"figure", "date"})
_LONGEST = 140
"""Characters of a sentence that are given whole when it is not certain which clauses answer."""
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
    start, end = _told(query, evidence.run, sentence)
    quote = Quote(evidence.hit, evidence.start, evidence.end)
    return Statement(_worded(query, evidence.hit.passage, sentence[start:end]), (quote,))


def named(statement: Statement) -> Statement:
    """The statement with its document's place in front, where it stands beside others and names none."""
    passage = statement.quotes[0].hit.passage
    place = passage.metadata.place
    if place is None or place.removesuffix("县").removesuffix("市") in statement.text:
        return statement
    return replace(statement, text=f"{place}：{statement.text}")


def _told(query: Query, run: Run, sentence: str) -> tuple[int, int]:
    """How much of the sentence is given: the clauses alone where they hold the one thing that can be meant.

    Where the sentence holds several figures or dates that may be the one asked for, or the question asks
    for something that can't be told from its form, the reader gets all of it.
    """
    if query.kind in _SHORT_KINDS and query.units:
        inside = fitting_figures(query, sentence[run.start : run.end])
        if inside and len(inside) == len(fitting_figures(query, sentence)):
            return run.start, run.end
    if len(sentence) <= _LONGEST or query.kind in _WHOLE_SENTENCES:
        return 0, len(sentence)
    return _widened(run, sentence)


def _widened(run: Run, sentence: str) -> tuple[int, int]:
    """The run with the clauses around it, as long as that is not too much to read."""
    start, end = run.start, run.end
    clauses = split_clauses(sentence)
    after = [b for _, b in clauses if b > end]
    before = [a for a, _ in reversed(clauses) if a < start]
    while after or before:
        if after and after[0] - start <= _LONGEST:
            end = after.pop(0)
        elif before and end - before[0] <= _LONGEST:
            start = before.pop(0)
        else:
            break
    return start, end


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
