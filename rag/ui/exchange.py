"""What the page remembers of a conversation, and what its right side shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.history import Verdict
from rag.types import Answer, Citation, Hit, Turn


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """A question and how far its answer has come: text so far, then the answer, or why there is none.

    `checked` is an answer of what is certain so far; it stands for the first `covered` characters of the text.
    `number` is its name in the history, 0 where it is not kept; `unkept` says why it is not. `verdict` is what the
    reader thinks of the answer.
    """

    question: str
    streamed: str = ""
    answer: Answer | None = None
    trouble: str = ""
    checked: Answer | None = None
    covered: int = 0
    number: int = 0
    unkept: str = ""
    verdict: Verdict = ""

    @property
    def pending(self) -> bool:
        """Whether the answer is still on its way."""
        return self.answer is None and not self.trouble

    def grown(self, piece: str | Answer) -> Exchange:
        """The exchange with more text, or with the answer that ends it."""
        if isinstance(piece, Answer):
            return replace(self, answer=piece)
        return replace(self, streamed=self.streamed + piece)

    def certain(self, checked: Answer, covered: int) -> Exchange:
        """The exchange with more of its text checked."""
        return replace(self, checked=checked, covered=covered)

    def judged(self, verdict: Verdict) -> Exchange:
        """The exchange with what the reader thinks of its answer."""
        return replace(self, verdict=verdict)

    def failed(self, trouble: str) -> Exchange:
        """The exchange, ended without an answer; `trouble` is for the reader."""
        return replace(self, trouble=trouble)


def place_after(exchanges: Sequence[Exchange]) -> Place:
    """What the right side shows after the newest answer: its first source, or the library where it has none."""
    answer = exchanges[-1].answer if exchanges else None
    if answer is None or not answer.citations:
        return Place()
    return Place("citation", exchange=len(exchanges) - 1, number=1)


def turns(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """The answered part of a conversation, as the assistant wants it."""
    return tuple(Turn(one.question, one.answer.text) for one in exchanges if one.answer)


@dataclass(frozen=True, slots=True)
class Place:
    """What the right side shows: a document, at a citation or a hit of an answer, or as a whole.

    `number` counts from 1, `exchange` from 0. Its text form travels through the browser and back.
    """

    kind: str = "library"
    source: str = ""
    exchange: int = 0
    number: int = 0

    def __str__(self) -> str:
        if self.kind == "library":
            return "library"
        if self.kind == "source":
            return f"source/{self.source}"
        return f"{self.kind}/{self.exchange}/{self.number}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """The place a text form means; the library for anything else."""
        kind, _, rest = text.partition("/")
        exchange, _, number = rest.partition("/")
        if kind == "source" and rest:
            return cls("source", rest)
        if kind in ("citation", "hit") and exchange.isdecimal() and number.isdecimal():
            return cls(kind, "", int(exchange), int(number))
        return cls()


def cited(place: Place, exchanges: Sequence[Exchange]) -> Citation | None:
    """The citation a place means, if there is one."""
    answer = _answer(place, exchanges)
    if place.kind != "citation" or answer is None:
        return None
    return next((one for one in answer.citations if one.number == place.number), None)


def hit_of(place: Place, exchanges: Sequence[Exchange]) -> Hit | None:
    """The hit a place means, if there is one."""
    answer = _answer(place, exchanges)
    if place.kind != "hit" or answer is None or not 1 <= place.number <= len(answer.hits):
        return None
    return answer.hits[place.number - 1]


def fellow_citations(place: Place, exchanges: Sequence[Exchange]) -> tuple[Citation, ...]:
    """All citations of the answer a place belongs to."""
    answer = _answer(place, exchanges)
    return answer.citations if answer is not None and place.kind == "citation" else ()


def _answer(place: Place, exchanges: Sequence[Exchange]) -> Answer | None:
    if not 0 <= place.exchange < len(exchanges):
        return None
    return exchanges[place.exchange].answer or exchanges[place.exchange].checked
