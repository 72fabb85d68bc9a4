"""An answer on its way: statements, each with the stretches of the hits it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Hit


@dataclass(frozen=True, slots=True, eq=False)
class Quote:
    """A stretch `[start, end)` of a hit's clean text."""

    hit: Hit
    start: int
    end: int

    @property
    def text(self) -> str:
        """The clean text of the stretch."""
        return self.hit.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One sentence of an answer; without quotes it is a claim nothing was found for.

    `before` and `after` are the assistant's own words around it, made from the document's metadata ("昔阳县：",
    "（去年指2023年）"); only `text` claims something of its own.
    """

    text: str
    quotes: tuple[Quote, ...]
    before: str = ""
    after: str = ""

    @property
    def told(self) -> str:
        """The sentence as the reader gets it."""
        return f"{self.before}{self.text}{self.after}"


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """What a backend answers, before verification. No statements: it found no answer.

    `confidence`, 0 to 1, is how sure it is that the documents answer; `missing` are the parts of the
    question that nothing was found for. `heading` is what stands above the statements, the head of a table.
    """

    statements: tuple[Statement, ...]
    confidence: float
    missing: tuple[str, ...] = ()
    heading: str = ""
