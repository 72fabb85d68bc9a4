"""The answer without a language model: the shortest stretches of the documents that answer, kind by kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answering.asked_figure import asked_figures
from rag.answering.change import change_first
from rag.answering.comparison import SUM_ASKED, Row, computed, extremes, label_of, row_names, row_of, table
from rag.answering.confidence import ANSWER_FROM, confidence
from rag.answering.contradiction import correction
from rag.answering.draft import Draft, Statement
from rag.answering.enumeration import enumerated_items
from rag.answering.evidence import Evidence, place_told
from rag.answering.features import unopposed
from rag.answering.fit import holds_asked
from rag.answering.premise import direction_asked
from rag.answering.quoted_names import quoted_names
from rag.answering.rivals import rivals
from rag.answering.selection import Condition, condition, without_limit
from rag.answering.sentence_pair import continued
from rag.answering.subset import tells_of_a_part
from rag.answering.wording import worded
from rag.answering.words import words_of
from rag.text.coverage import coverage, searchable
from rag.text.patterns import regex
from rag.text.places import place_names
from rag.types import Language, Passage, Query, StoredPassage

_MOST_PLACES = 10
_TWO = 2
_HELD = 0.5
"""The share of the indicators asked about that a sentence with its neighbours must hold to tell which way they went."""
_NEARLY = 0.15
"""So much less of the question a sentence with the figure asked for may hold than the best of its place."""
_MOST_ASKED = regex(
    r"最[大高多快长早小低少好]|\b(?:most|highest|largest|biggest|fastest|lowest|smallest|fewest|slowest|longest)\b",
    re.IGNORECASE,
)
_TOLD = ("own", "near", "concepts", "focus", "place", "year", "asked")


Section = Callable[[Passage], Sequence[StoredPassage]]
"""Gives a passage's whole section."""
Part = tuple[Query, Sequence[Evidence]]


def drafted(
    query: Query,
    evidence: Sequence[Evidence],
    section: Section,
    *,
    parts: Sequence[Part] = (),
    apart: bool = False,
) -> Draft:
    """Answer a question from its evidence, or each of its `parts` from its own.

    `apart` answers for each place by itself, where all are asked for of which something is so.
    """
    if parts:
        return _of_parts(query, parts, section)
    if apart:
        return _of_any(query, _by_place(evidence), section)
    return extract(query, evidence, section)


def extract(query: Query, evidence: Sequence[Evidence], section: Section) -> Draft:
    """Answer one question from its evidence, best first; `section` gives a passage's whole section.

    A draft without statements means that the evidence is not enough. What tells of a part of the thing asked for
    alone is no evidence of it.
    """
    evidence = _of_the_thing_itself(query, evidence)
    sure = confidence(query, evidence)
    if put_right := correction(query, evidence):
        return Draft((put_right.statement,), put_right.confidence)
    if query.kind == "list" and (names := quoted_names(query, evidence, section)):
        # Just as many names as are asked for: that none stands in the best sentence says nothing against them.
        best = replace(evidence[0], features=unopposed(evidence[0].features))
        if (listed := confidence(query, [best])) >= ANSWER_FROM:
            return Draft(names, listed)
    if sure < ANSWER_FROM:
        return Draft((), sure)
    if query.kind == "list" and (items := enumerated_items(query, evidence, section)):
        return Draft(items, sure)
    found = rivals(query, evidence)
    rows = [row for one in found if (row := row_of(query, one, label_of(one)))]
    if len(rows) == len(found) > 1:
        heading, lines = table(rows, query.language)
        return Draft(lines, sure, heading=heading)
    return Draft((worded(query, evidence[0], continued(query, evidence)),), sure)


def _of_the_thing_itself(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence without what tells of a part of the thing alone; a change is told by what has both its ends.

    Whether something rose or fell is told by what holds the indicators asked about, and by nothing else.
    """
    whole = [one for one in evidence if not tells_of_a_part(query, one.text[one.run.start : one.run.end])]
    if query.kind == "yes_no" and direction_asked(query):
        whole = [one for one in whole if one.features.concepts >= _HELD]
    return change_first(query, whole)


def named(statement: Statement) -> Statement:
    """The statement with the place it is about in front, where it stands beside others and names none."""
    place = place_told(statement.quotes[0].hit.passage)
    if place is None or place[:-1] in statement.told or place_names(statement.text):
        return statement
    return replace(statement, before=f"{place}{': ' if statement.before else '：'}{statement.before}")


def _of_parts(query: Query, parts: Sequence[Part], section: Section) -> Draft:
    """One draft of those of a question's parts; all of them must be answered, or there is no answer.

    Where each has one figure of the same kind, they stand in a table with what is computed of them.
    """
    parts = [(part, _of_the_thing_itself(part, found)) for part, found in parts]
    drafts = [extract(part, found, section) for part, found in parts]
    sure = min(draft.confidence for draft in drafts)
    unanswered = [part.text for (part, _), draft in zip(parts, drafts, strict=True) if not draft.statements]
    if unanswered:
        return Draft((), sure, tuple(unanswered))
    rows = [
        row_of(part, found[0], label)
        for (part, found), label in zip(parts, row_names([part for part, _ in parts]), strict=True)
    ]
    if tabled := _tabled(query, rows, sure):
        return tabled
    return Draft(tuple(named(statement) for draft in drafts for statement in draft.statements), sure)


def _tabled(query: Query, rows: Sequence[Row | None], sure: float) -> Draft | None:
    """The rows as a table with what is computed of them; `None` if they are not all of one unit."""
    whole = [row for row in rows if row is not None]
    if len(whole) < len(rows) or len({row.figure.unit for row in whole}) > 1:
        return None
    if len({row.statement.text for row in whole}) < len(whole):
        return None  # two parts found the same words: they say nothing of either alone
    heading, lines = table(whole, query.language)
    result = computed(whole, query.language, summed=bool(SUM_ASKED.search(query.text)))
    return Draft((*lines, *result), sure, heading=heading)


def _of_any(query: Query, groups: Sequence[Sequence[Evidence]], section: Section) -> Draft:
    """One draft of what any place has, each statement once.

    Where figures are compared with a limit or with one another, they stand in a table, the largest first: only
    those that satisfy the limit, or all with the largest and the smallest named.
    """
    limit = condition(query)
    ranks = bool(limit or (_MOST_ASKED.search(query.text) and query.units))
    asked = without_limit(query) if limit else replace(query, kind="figure") if ranks else query
    judged = [_judged(asked, _with_figure(asked, group) if ranks else group) for group in groups]
    drafts = []
    for group in judged:
        found = [_as_sure(one, judged[0][0]) for one in group] if ranks else group
        drafts.append((found, extract(asked, found, section)))
    answered = [(found, draft) for found, draft in drafts if draft.statements]
    sure = max((draft.confidence for _, draft in drafts), default=0.0)
    rows = [row for found, _ in answered if (row := row_of(asked, found[0], label_of(found[0])))]
    if ranks and rows and (tabled := _ranked(query, limit, rows)):
        lines, heading = tabled
        missing = _others(groups, rows, query.language)
        return Draft(lines, sure, heading=f"{missing}{heading}")
    said = {s.text: named(s) for _, draft in answered for s in draft.statements}
    return Draft(tuple(said.values()), sure)


def _ranked(
    query: Query, limit: Condition | None, rows: Sequence[Row]
) -> tuple[tuple[Statement, ...], str] | None:
    """The lines of a table of the rows and its head, the largest first; `None` where they can't be ranked."""
    ranked = sorted(rows, key=lambda row: -row.figure.value)
    if limit:
        let_in = [row for row in ranked if limit.lets_in(row.figure)]
        heading, lines = table(let_in or ranked, query.language)
        return lines, heading if let_in else f"{words_of(query.language).none_of_these}\n{heading}"
    if len(ranked) < _TWO or len({row.figure.unit for row in ranked}) > 1:
        return None
    heading, lines = table(ranked, query.language)
    return (*lines, *extremes(ranked, query.language)), heading


def _with_figure(asked: Query, found: Sequence[Evidence]) -> Sequence[Evidence]:
    """The evidence of one place, what holds the figure asked for before what only speaks of the thing."""
    words = [term for term in asked.terms if term.role != "place"]
    held = [coverage(words, searchable(one.text)) for one in found]
    least = max(held) - _NEARLY
    holding = [
        one for one, own in zip(found, held, strict=True) if own >= least and asked_figures(asked, one.text)
    ]
    return [*holding, *(one for one in found if one not in holding)]


def _others(groups: Sequence[Sequence[Evidence]], rows: Sequence[Row], language: Language) -> str:
    """Which of the places looked at have no figure in the table."""
    shown = {row.label for row in rows}
    places = dict.fromkeys(label_of(group[0]) for group in groups)
    missing = [place for place in places if place not in shown]
    return f"{words_of(language).no_figure_of(missing)}\n" if missing else ""


def _judged(asked: Query, found: Sequence[Evidence]) -> list[Evidence]:
    """The evidence by the share it holds of what is asked, a limit set aside: no document holds the limit."""
    words = [term for term in asked.terms if term.role != "place"]
    judged = []
    for one in found:
        own = coverage(words, searchable(one.text[one.run.start : one.run.end]))
        features = replace(
            one.features,
            own=max(own, one.features.own),
            near=max(own, one.features.near),
            focus=max(own, one.features.focus),
            asked=max(holds_asked(asked, one.text), one.features.asked),
        )
        judged.append(replace(one, features=features))
    return judged


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
    return replace(
        one,
        features=replace(
            own, similarity=first.similarity, likeness=max(own.likeness, first.likeness), rank=first.rank
        ),
    )
