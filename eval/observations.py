"""Observations: what the evidence looked like for each question, and whether the documents really answer it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from eval.gold import GoldQuestion
from eval.judge import normalise
from eval.question_sets import QuestionSet
from eval.targets import OriginalTexts
from rag.answering.confidence import evidence_group, signals
from rag.answering.evidence import Evidence
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.assistant import Assistant

_HASHED = 10_000


@dataclass(frozen=True, slots=True)
class Observation:
    """One question with the signals of its evidence; without any evidence it has none, and no `group`.

    `right`: the best sentence stands in a passage that holds the answer.
    """

    id: str
    set: str
    group: str | None
    answerable: bool
    right: bool
    confidence: float
    signals: dict[str, float]


def observe(one: QuestionSet, settings: Settings, every: int = 1) -> Iterator[Observation]:
    """Every n-th question of a set, of those that ask one thing, in its order. Raises `WenjuError`.

    Of a set with `left_out`, that share of the documents is taken out of the corpus, chosen by the hash of their
    ids; a question about one of them is then unanswerable, unless what is left holds its answer: such a question
    is passed over.
    """
    questions = one.session.questions()
    gone = {
        source for question in questions for source in question.sources if _is_left_out(source, one.left_out)
    }
    session = replace(one.session, without=frozenset(gone))
    assistant, texts = session.opened(questions, settings)
    for question in questions[::every]:
        answerable = question.answerable and gone.isdisjoint(question.sources)
        found = _observed(assistant, texts, replace(question, answerable=answerable), one.name)
        if found is not None and (answerable or not (question.answerable and found.right)):
            yield found


def _is_left_out(source: str, share: float) -> bool:
    digest = hashlib.sha256(source.encode()).digest()
    return int.from_bytes(digest[:8], "big") % _HASHED < share * _HASHED


def _observed(
    assistant: Assistant, texts: OriginalTexts, question: GoldQuestion, name: str
) -> Observation | None:
    findings = assistant.findings(question.question, question.history)
    if findings.asked.parts:
        return None
    evidence = findings.evidence
    return Observation(
        id=question.id,
        set=name,
        group=evidence_group(findings.asked, evidence) if evidence else None,
        answerable=question.answerable,
        right=bool(evidence) and _is_right(evidence, question, texts),
        confidence=findings.draft.confidence,
        signals=signals(evidence) if evidence else {},
    )


def _is_right(evidence: Sequence[Evidence], question: GoldQuestion, texts: OriginalTexts) -> bool:
    """Whether the best sentence is of the right source, in a passage with the answer; any passage where a text was left out."""
    passage = evidence[0].hit.passage
    wanted = (*question.answers, *question.must_contain_all)
    said = normalise(passage.text)
    holds = not wanted or any(normalise(answer) in said for answer in wanted)
    return holds and (not question.answerable or texts.target(question).holds_source(passage.source))
