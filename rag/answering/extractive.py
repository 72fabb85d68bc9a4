"""The answer without a language model: the shortest stretches of the documents that answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answering.clauses import Run
from rag.answering.confidence import ANSWER_FROM, confidence
from rag.answering.draft import Draft, Quote, Statement
from rag.answering.enumeration import enumerated_items
from rag.answering.evidence import Evidence, place_told
from rag.answering.fit import fitting_figures
from rag.text.language import detect_language
from rag.text.places import place_names
from rag.text.sentences import split_clauses
from rag.types import Passage, Query, StoredPassage

_WHOLE_SENTENCES = frozenset({"why", "definition", "list", "yes_no"})
_SHORT_KINDS = frozenset({"figure", "date"})
_LONGEST = 140
"""Characters of a sentence that are given whole when it is not certain which clauses answer."""
_MOST_PLACES = 10
_TOLD = ("own", "near", "concepts", "focus", "place", "year", "asked")
_ROW_NAME = re.compile(r"[^：:。；]{2,30}(?:：|: )(?=\S)")
_RELATIVE = (("去年", -1), ("上年", -1), ("今年", 0), ("明年", 1))


Section = Callable[[Passage], Sequence[StoredPassage]]
"""Gives a passage's whole section."""


def extract(query: Query, evidence: Sequence[Evidence], section: Section) -> Draft:
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
    return _worded(query, quote, _name(sentence, start) + sentence[start:end].strip().rstrip("，,；;：:、"))


def _name(sentence: str, start: int) -> str:
    """What a row of a table is about ("清溪县2023年："), where the clauses given from `start` on leave it out."""
    name = _ROW_NAME.match(sentence)
    return name.group() if name and name.end() <= start else ""


def drafted(
    query: Query,
    evidence: Sequence[Evidence],
    section: Section,
    *,
    parts: Sequence[tuple[Query, Sequence[Evidence]]] = (),
    apart: bool = False,
) -> Draft:
    """Answer a question from its evidence, or each of its `parts` from its own.

    `apart` answers for each place by itself, where all are asked for of which something is so.
    """
    if parts:
        return _of_parts([(part.text, extract(part, found, section)) for part, found in parts])
    if apart:
        return _of_any([extract(query, found, section) for found in _by_place(evidence)])
    return extract(query, evidence, section)


def _of_parts(drafts: Sequence[tuple[str, Draft]]) -> Draft:
    """One draft of those of a question's parts; all of them must be answered, or there is no answer."""
    sure = min(draft.confidence for _, draft in drafts)
    if missing := tuple(question for question, draft in drafts if not draft.statements):
        return Draft((), sure, missing)
    return Draft(tuple(named(statement) for _, draft in drafts for statement in draft.statements), sure)


def _of_any(drafts: Sequence[Draft]) -> Draft:
    """One draft of what any of these say, each statement once; without any there is none."""
    sure = max((draft.confidence for draft in drafts), default=0.0)
    said = {statement.text: named(statement) for draft in drafts for statement in draft.statements}
    return Draft(tuple(said.values()), sure)


def _by_place(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """The evidence about each place of each document, in the same order, of `_MOST_PLACES` at most.

    What says of its place all that the best evidence says of its own is as sure as that, however alike the
    rows of a table look to a vector.
    """
    rows: dict[tuple[str, str | None], list[Evidence]] = {}
    for one in evidence:
        passage = one.hit.passage
        rows.setdefault((passage.source, place_told(passage, one.text)), []).append(
            _as_sure(one, evidence[0])
        )
    return list(rows.values())[:_MOST_PLACES]


def _as_sure(one: Evidence, best: Evidence) -> Evidence:
    own, first = one.features, best.features
    if any(getattr(own, name) < getattr(first, name) for name in _TOLD):
        return one
    return replace(one, features=replace(own, similarity=first.similarity, rank=first.rank))


def named(statement: Statement) -> Statement:
    """The statement with the place it is about in front, where it stands beside others and names none."""
    place = place_told(statement.quotes[0].hit.passage)
    if place is None or place[:-1] in statement.told or place_names(statement.text):
        return statement
    return replace(statement, before=f"{place}{': ' if statement.before else '：'}{statement.before}")


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


def _worded(query: Query, quote: Quote, text: str) -> Statement:
    """The words of the source, with what "去年" means there behind, in the question's language."""
    if query.language == "zh":
        bare = text.rstrip("。")
        end = "" if bare[-1:] in "！？”…" else "。"
        return Statement(bare, (quote,), after=f"{_years_added(bare, quote.hit.passage)}{end}")
    if detect_language(text) == query.language:
        return Statement(text, (quote,))
    bare = text.rstrip("。")
    return Statement(bare, (quote,), "The source says: “", f"”{_years_explained(bare, quote.hit.passage)}")


def _years_explained(text: str, passage: Passage) -> str:
    written = passage.metadata.year
    if written is None:
        return ""
    meant = [f"{word} = {written + shift}" for word, shift in _RELATIVE if word in text]
    return f" ({', '.join(meant)})" if meant else ""


def _years_added(text: str, passage: Passage) -> str:
    written = passage.metadata.year
    if written is None:
        return ""
    meant = [f"{word}指{written + shift}年" for word, shift in _RELATIVE if word in text]
    return f"（{'，'.join(meant)}）" if meant else ""
