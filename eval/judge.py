"""Verdicts: what of an answer, its citations and its hits is right. No numbers are averaged here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from eval.gold import GoldQuestion
from eval.targets import OriginalTexts, Span, Target
from rag.types import Answer, Citation

_MARKER = re.compile(r"\[\d+\]")
_NEVER_IN_AN_ANSWER = "\0"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Where the right things stand in a list of hits; ranks count from 1, `None` is "not among them".

    `sources` has one rank a source of the row, counted over distinct sources; `evidence` one rank an
    evidence string, counted over hits. Both are empty for a question that no document answers. `grades` are
    those of the sources; where it is empty, all are 1.
    """

    sources: tuple[int | None, ...]
    evidence: tuple[int | None, ...]
    grades: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is right about one result.

    `correct` is `None` where the row has no answer key. `citations` says of each citation whether it is
    right, `exact` whether its quote is what stands at its place. `reached` of the `wanted` evidence strings
    (sources, where a row has no evidence) are cited. `ms` is the time the answer took, or the search where
    the question was only searched for and not `asked`: then nothing is said of an answer.
    """

    answerable: bool
    correct: bool | None
    refused: bool
    citations: tuple[bool, ...]
    exact: tuple[bool, ...]
    reached: int
    wanted: int
    ranking: Ranking
    ms: float
    asked: bool = True


def normalise(text: str) -> str:
    """The form in which answers are compared: NFKC, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def contains_answer(text: str, question: GoldQuestion) -> bool:
    """Whether the text has one of the row's `answers`, if it gives any, and all of `must_contain_all`.

    Citation markers are no part of what is said: a "[3]" does not make the answer "3" right.
    """
    said = normalise(_MARKER.sub(_NEVER_IN_AN_ANSWER, text))
    one = not question.answers or any(normalise(answer) in said for answer in question.answers)
    return one and all(normalise(needed) in said for needed in question.must_contain_all)


def is_right_citation(citation: Citation, target: Target, texts: OriginalTexts) -> bool:
    """Whether a citation names a source of the row and overlaps its evidence, where it gives any."""
    if not target.holds_source(citation.source):
        return False
    if not target.evidence:
        return True
    span = texts.citation_span(citation)
    return any(span.overlaps(place) for places in target.evidence for place in places)


def source_ranks(spans: Iterable[Span]) -> dict[str, int]:
    """The rank of every distinct source, counted from 1 in the order they first come up."""
    ranks: dict[str, int] = {}
    for span in spans:
        ranks.setdefault(span.source, len(ranks) + 1)
    return ranks


def judge_ranking(spans: Sequence[Span], question: GoldQuestion, target: Target) -> Ranking:
    """Rank the row's sources and evidence in a list of hits, best first."""
    if not question.answerable:
        return Ranking((), ())
    ranks = source_ranks(spans)
    return Ranking(
        tuple(
            min((ranks[name] for name in names if name in ranks), default=None) for names in target.sources
        ),
        tuple(_first_overlap(spans, places) for places in target.evidence),
        target.grades,
    )


def judge_search(question: GoldQuestion, target: Target, spans: Sequence[Span], ms: float) -> Verdict:
    """What is right about a ranking of which no answer was made."""
    ranking = judge_ranking(spans, question, target)
    return Verdict(question.answerable, None, False, (), (), 0, 0, ranking, ms, asked=False)


def judge(
    question: GoldQuestion,
    target: Target,
    answer: Answer | None,
    spans: Sequence[Span],
    ms: float,
    texts: OriginalTexts,
) -> Verdict:
    """Everything that is right about one result; no answer (the system failed) is a wrong one."""
    citations = answer.citations if answer else ()
    return Verdict(
        answerable=question.answerable,
        correct=_is_correct(question, answer),
        refused=bool(answer and answer.refused),
        citations=tuple(question.answerable and is_right_citation(c, target, texts) for c in citations),
        exact=tuple(texts.is_exact(c) for c in citations),
        reached=_reached(citations, target, texts),
        wanted=len(target.evidence or target.sources) if question.answerable else 0,
        ranking=judge_ranking(spans, question, target),
        ms=ms,
    )


def _is_correct(question: GoldQuestion, answer: Answer | None) -> bool | None:
    if not question.answerable:
        return bool(answer and answer.refused)
    if not question.has_answer_key:
        return None
    return bool(answer and not answer.refused and contains_answer(answer.text, question))


def _reached(citations: Sequence[Citation], target: Target, texts: OriginalTexts) -> int:
    if not target.evidence:
        cited = {citation.source for citation in citations}
        return sum(not names.isdisjoint(cited) for names in target.sources)
    spans = [texts.citation_span(c) for c in citations if target.holds_source(c.source)]
    return sum(_first_overlap(spans, places) is not None for places in target.evidence)


def _first_overlap(spans: Sequence[Span], places: Collection[Span]) -> int | None:
    for rank, span in enumerate(spans, start=1):
        if any(span.overlaps(place) for place in places):
            return rank
    return None
