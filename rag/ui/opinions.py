"""What readers think of answers on the page, kept where the API keeps it too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rag.api.feedback import GivenAnswer
from rag.api.feedback_file import FeedbackFile, Opinion
from rag.contract import Originals, answer_json
from rag.history import Verdict
from rag.ui.exchange import Exchange, turns


@dataclass(frozen=True, slots=True)
class Said:
    """A reader's verdict on an answer, "" to take it back, and what they said of it."""

    verdict: Verdict
    reason: str = ""
    expected: str = ""
    answerable: bool | None = None

    @classmethod
    def of(cls, event: gr.EventData) -> Said:
        """What the browser sent; only what it should have sent counts."""
        told: dict[str, Any] = event._data or {}
        verdict: Verdict = told["verdict"] if told.get("verdict") in ("good", "bad") else ""
        answerable = False if told.get("not_there") else None
        return cls(verdict, str(told.get("reason", "")), str(told.get("expected", "")), answerable)


class Opinions:
    """The file of opinions, as the page writes to it: one opinion of each answer, the last one given."""

    def __init__(self, file: FeedbackFile, original: Originals) -> None:
        self._file = file
        self._original = original

    def keep(
        self, owner: str, conversation: str, exchanges: Sequence[Exchange], place: int, said: Said
    ) -> None:
        """Keep an opinion of the answer at a place, from 0, or take it back. Raises `FeedbackError`."""
        exchange = exchanges[place]
        assert exchange.answer is not None
        name = f"{conversation}-{exchange.number}"
        if not said.verdict:
            self._file.withdraw(name)
            return
        kept = GivenAnswer.model_validate(answer_json(exchange.answer, self._original)).model_dump()
        opinion = Opinion(
            question=exchange.question,
            history=tuple((one.question, one.answer) for one in turns(exchanges[:place])),
            answer=kept,
            verdict=said.verdict,
            reason=said.reason,
            expected=said.expected,
            answerable=said.answerable,
            by=owner,
            id=name,
        )
        self._file.keep(opinion)
