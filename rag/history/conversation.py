"""A conversation as the history has it, and what was said in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rag.types import Json

Verdict = Literal["", "good", "bad"]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation as a list shows it; times are seconds since 1970."""

    id: str
    title: str
    started: float
    updated: float
    exchanges: int


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation that has what was searched for, and the words around it; empty where only the title has it."""

    conversation: Conversation
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class PastExchange:
    """A question with its answer's text; `record` is all that is kept of the answer, or empty.

    `number` is its name in the file. An exchange that has no answer yet, or never got one, has an empty `answer`.
    """

    question: str
    answer: str
    asked: float
    record: Json = field(default_factory=dict)
    number: int = 0
    verdict: Verdict = ""
