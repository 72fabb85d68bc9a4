"""Trials: every gold question put to the assistant, with what came back and what is right about it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.gold import GoldQuestion
from eval.judge import Verdict, judge, judge_search
from eval.plain_vectors import PlainEmbedder
from eval.targets import Originals, OriginalTexts, Span, Target, hit_span
from rag.types import Answer, Hit, Passage, Turn

ANSWER_HITS = 10
"""How many hits an answer is made from."""

RANKED_HITS = 100
"""How deep a ranking is looked at."""


class Assistant(Protocol):
    """What is asked of the system under test; `rag.assistant.Assistant` is one."""

    @property
    def store(self) -> Originals:
        """Where the originals are."""

    @property
    def embedder(self) -> PlainEmbedder:
        """What turns text into vectors; the baselines use the same one."""

    def passages(self) -> Sequence[Passage]:
        """Every passage of the index."""

    def ask(self, question: str, history: Sequence[Turn] = (), *, k: int = ANSWER_HITS) -> Answer:
        """Answer a question."""

    def search(self, question: str, *, history: Sequence[Turn] = (), k: int = ANSWER_HITS) -> Sequence[Hit]:
        """Rank passages for a question, best first."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One question, what came back, and the verdict. `errors` are what went wrong, in words."""

    question: GoldQuestion
    target: Target
    answer: Answer | None
    spans: tuple[Span, ...]
    verdict: Verdict
    errors: tuple[str, ...] = ()


def run_trials(
    assistant: Assistant,
    questions: Sequence[GoldQuestion],
    texts: OriginalTexts,
    *,
    retrieval_only: bool = False,
    depth: int = RANKED_HITS,
) -> Iterator[Trial]:
    """Ask the questions in order, one trial each; with `retrieval_only` only search for them.

    Rankings are looked at `depth` passages deep.
    A question on which the assistant fails is a wrong one, with the error kept; the run goes on.
    """
    for question in questions:
        yield (_search if retrieval_only else _ask)(assistant, question, texts, depth)


def _search(assistant: Assistant, question: GoldQuestion, texts: OriginalTexts, depth: int) -> Trial:
    target = texts.target(question)
    errors: tuple[str, ...] = ()
    found: Sequence[Hit] = ()
    started = time.perf_counter()
    try:
        found = assistant.search(question.question, history=question.history, k=depth)
    except Exception as error:  # noqa: BLE001 - whatever fails in the system under test is a result to report
        errors = (_in_words("search", error),)
    ms = (time.perf_counter() - started) * 1000
    spans = _ranked((), found)
    return Trial(question, target, None, spans, judge_search(question, target, spans, ms), errors)


def _ask(assistant: Assistant, question: GoldQuestion, texts: OriginalTexts, depth: int) -> Trial:
    target = texts.target(question)
    errors: list[str] = []
    spans: tuple[Span, ...] = ()
    answer: Answer | None = None
    started = time.perf_counter()
    try:
        answer = assistant.ask(question.question, question.history, k=ANSWER_HITS)
    except Exception as error:  # noqa: BLE001 - whatever fails in the system under test is a result to report
        errors.append(_in_words("ask", error))
    ms = (time.perf_counter() - started) * 1000
    try:
        found = assistant.search(question.question, history=question.history, k=depth)
        spans = _ranked(answer.hits if answer else (), found)
    except Exception as error:  # noqa: BLE001 - as above
        errors.append(_in_words("search", error))
    try:
        verdict = judge(question, target, answer, spans, ms, texts)
    except Exception as error:  # noqa: BLE001 - a citation of a source or page that does not exist
        errors.append(_in_words("citations", error))
        answer = None
        verdict = judge(question, target, answer, spans, ms, texts)
    return Trial(question, target, answer, spans, verdict, tuple(errors))


def _ranked(shown: Sequence[Hit], found: Sequence[Hit]) -> tuple[Span, ...]:
    """The hits an answer shows, as the reader sees them, then what a deeper search adds to them."""
    once = {hit.id: hit for hit in (*shown, *found)}
    return tuple(map(hit_span, once.values()))[:RANKED_HITS]


def _in_words(stage: str, error: Exception) -> str:
    return f"{stage}: {type(error).__name__}: {error}"
