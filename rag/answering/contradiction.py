"""What a question takes for granted and the documents tell otherwise: a grade, a rank, an office-holder, up or down.

Such a question has no answer as it is asked ("why did it fall?"), and is answered by the sentence that puts it right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answering.confidence import ANSWER_FROM, confidence
from rag.answering.draft import Statement
from rag.answering.evidence import Evidence
from rag.answering.features import unopposed
from rag.answering.fit import ROLES, SURNAMES
from rag.answering.premise import direction_asked, other_direction, tells_direction
from rag.answering.wording import worded
from rag.answering.words import words_of
from rag.text.coverage import coverage, match, searchable
from rag.text.figures import han_integer
from rag.text.patterns import regex
from rag.types import Query, Term

_GRADE = regex(r"(?P<number>\d+)(?P<of>[A-Z]{1,2})(?![A-Za-z0-9])")
_RANK = regex(r"(?:第(?P<number>[一二三四五六七八九十\d]+)|(?P<first>首))(?P<of>[家座位名所])")
_NAME = rf"(?P<name>[{SURNAMES}][㐀-鿿]{{1,2}}?)"
_HOLDER = regex(rf"(?P<of>{ROLES})[：:\s]*{_NAME}(?=[对在说是的为于就向把将有和与、，。？?：:\s]|表示|$)")
_LOOKED_AT = 8
"""So many sentences are asked whether they tell otherwise."""
_BEFORE = 2
"""How many sentences before one may hold its subject."""
_ABOUT = 0.6
"""The share of the rest of the question that such a sentence must hold, with what stands around it."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """A thing a question takes for granted: its words, and who tells the same or something else of its kind."""

    said: str
    same: Callable[[str], bool]
    other: Callable[[str], bool]
    about: tuple[Term, ...] = ()
    """The terms that a sentence itself must hold to be about the same, where these are enough."""


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """A statement that puts a question's premise right, and how sure it is that it is about the question."""

    statement: Statement
    confidence: float


def correction(query: Query, evidence: Sequence[Evidence]) -> Correction | None:
    """What puts a premise of the question right; `None` where nothing does, or a sentence shares the premise."""
    for supposed in _supposed(query):
        rest = _without(query, supposed)
        judged = [_judged(rest, one) for one in evidence[:_LOOKED_AT]]
        about = [one for one in judged if one.features.near >= _ABOUT and _holds(one, supposed.about)]
        if any(supposed.same(one.text) for one in about):
            continue
        against = next((one for one in about if supposed.other(one.text)), None)
        if against is None or (sure := confidence(rest, [against])) < ANSWER_FROM:
            continue
        return Correction(_told(query, rest, against, supposed.said), sure)
    return None


def _supposed(query: Query) -> Iterator[Supposed]:
    for grade in _GRADE.finditer(query.text.upper()):
        yield _numbered(grade[0], _GRADE, grade["of"], int(grade["number"]))
    for rank in _RANK.finditer(query.text):
        if (number := _rank(rank)) is not None:
            yield _numbered(rank[0], _RANK, rank["of"], number)
    if query.kind != "person":
        for holder in _HOLDER.finditer(query.text):
            yield _held(query, holder)
    if (asked := direction_asked(query)) and query.kind not in ("figure", "yes_no"):
        yield Supposed(
            asked, lambda text: tells_direction(query, text), lambda text: bool(other_direction(query, text))
        )


def _numbered(said: str, pattern: re.Pattern[str], of: str, number: int) -> Supposed:
    def numbers(text: str) -> set[int | None]:
        return {_rank(found) for found in pattern.finditer(text) if found["of"] == of}

    return Supposed(said, lambda text: number in numbers(text), lambda text: bool(numbers(text) - {number}))


def _rank(found: re.Match[str]) -> int | None:
    if found.groupdict().get("first"):
        return 1
    return int(found["number"]) if found["number"].isdigit() else han_integer(found["number"])


def _held(query: Query, holder: re.Match[str]) -> Supposed:
    """Who is called the holder of an office; what stands before the office says of what."""
    before = query.text[: holder.start()]
    about = tuple(term for term in query.terms if term.text in before + holder["of"])

    def holders(text: str) -> set[str]:
        return {found["name"] for found in _HOLDER.finditer(text) if found["of"] == holder["of"]}

    name = holder["name"]
    return Supposed(name, lambda text: name in text, lambda text: bool(holders(text)), about)


def _without(query: Query, supposed: Supposed) -> Query:
    """The question without what it takes for granted: only the rest of it can be told."""
    folded = supposed.said.lower()
    rest = tuple(term for term in query.terms if term.text not in folded and folded not in term.text)
    kept = supposed.about or rest
    return replace(query, terms=kept, kind="fact", units=(), focus=())


def _judged(rest: Query, one: Evidence) -> Evidence:
    words = [term for term in rest.terms if term.role != "place"]
    passage = one.hit.passage
    begin = passage.sentences[max(0, one.index - _BEFORE)][0]
    near = coverage(words, searchable(f"{passage.context}\n{passage.text[begin : one.end]}"))
    own = coverage(words, searchable(one.text))
    held = replace(unopposed(one.features), own=own, near=near, focus=1.0, focus_own=1.0, gap=0.0, asked=0.7)
    return replace(one, features=held)


def _holds(one: Evidence, about: Sequence[Term]) -> bool:
    held = searchable(one.text)
    return all(match(term, held) for term in about)


def _told(query: Query, rest: Query, against: Evidence, said: str) -> Statement:
    if direction_asked(query) == said:
        return worded(replace(query, kind="fact", units=()), against)
    statement = worded(rest, against)
    return replace(statement, before=words_of(query.language).not_so(said) + statement.before)
