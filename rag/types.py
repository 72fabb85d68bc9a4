"""The nouns of the project, all frozen, and the Protocols of its seams. Texts and places: `rag.original`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rag.given import Given
from rag.original import AlignedText, Cell, Original, Rectangle

Language = str
"""An ISO 639-1 code such as "zh" or "en"."""


FILE_NAME_CONFIDENCE = 0.3
"""How sure a title is that was made of the file's name."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a field of the metadata has its value, and how sure that is (0 to 1)."""

    field: str
    confidence: float
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document as a whole; `None` or empty where nothing says it.

    `year` is the year its words "今年" / "this year" mean, `years` all years it reports on or plans for.
    `place` is the one it is about, `places` all that it names, most often first. `kind` is the type of document
    in its own words ("政府工作报告"). `reasons` has one entry a field that has a value.
    """

    title: str = ""
    publisher: str | None = None
    place: str | None = None
    date: str | None = None
    period: str | None = None
    year: int | None = None
    years: tuple[int, ...] = ()
    author: str | None = None
    places: tuple[str, ...] = ()
    kind: str | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def is_titled(self) -> bool:
        """Whether the title is the document's own, not made of its file's name, which may change."""
        return not any(
            reason.field == "title" and reason.confidence <= FILE_NAME_CONFIDENCE for reason in self.reasons
        )


BlockKind = Literal["heading", "paragraph", "item", "caption", "row"]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document's clean text: `[start, end)` in clean coordinates.

    `level` is the depth of a heading (1 is the title); 0 for anything else.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One source, read and cleaned. Blocks stand in reading order and do not overlap."""

    source: str
    format: str
    original: Original
    body: AlignedText
    blocks: tuple[Block, ...]
    metadata: Metadata
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """A run of whole sentences of one document.

    `context` (place, period, title and heading path) is put before `body` when it is embedded, never
    when it is quoted. `sentences` are the clean spans of its sentences, counted from the passage's start.
    """

    source: str
    ordinal: int
    body: AlignedText
    headings: tuple[str, ...]
    context: str
    sentences: tuple[tuple[int, int], ...]
    metadata: Metadata

    @property
    def text(self) -> str:
        """The clean text of the passage."""
        return self.body.text

    @property
    def embedded_text(self) -> str:
        """What the embedding model reads."""
        return f"{self.context}\n{self.body.text}" if self.context else self.body.text


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One indexed document as the store lists it."""

    source: str
    format: str
    sha256: str
    characters: int
    pages: int | None
    passages: int
    metadata: Metadata
    same_as: str | None = None
    """The source that has the same bytes and is listed first; both are kept once."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class StoredPassage:
    """A passage with its number in the store: the id that vectors and terms refer to."""

    id: int
    passage: Passage


QuestionKind = Literal[
    "figure", "date", "person", "organisation", "place", "list", "yes_no", "why", "definition", "fact"
]


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a question speaks of: any of its folded `forms` in a text is a match.

    `role` tells places and the concepts of the synonym table from other words; `weight` is how much it says (inverse document frequency
    times how much its part of speech carries).
    """

    text: str
    forms: tuple[str, ...]
    weight: float
    role: Literal["word", "concept", "place"] = "word"


@dataclass(frozen=True, slots=True)
class Query:
    """A question as retrieval and answering understand it.

    `years` are the years it names, `units` what a wanted figure may measure ("元", "%"; see
    `rag.text.figures.dimension_of`; empty for anything), `lexical_terms` the search words and bigrams of all its terms' forms.
    `focus` are the words for what it wants to know ("票价"), as against what it is about.
    `parts` are the questions it falls into when it asks for several things at once.
    """

    text: str
    language: Language
    kind: QuestionKind
    terms: tuple[Term, ...]
    years: tuple[int, ...]
    units: tuple[str, ...]
    lexical_terms: tuple[str, ...]
    focus: tuple[Term, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[Term, ...]:
        """The places it names."""
        return tuple(term for term in self.terms if term.role == "place")


UnsupportedClaims = Literal["drop", "mark"]
"""What becomes of a claim that nothing supports: left out, or shown struck out."""


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A passage that retrieval put forward, and what each stage gave it.

    `dense` is the cosine of its vector, `lexical` its BM25 score, `coverage` the share of the question it covers.
    """

    id: int
    passage: Passage
    score: float
    dense: float
    lexical: float
    coverage: float
    given: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its value in the base unit ("2694.5万吨" is 26945000.0 吨).

    `start` and `end` are its place in the text it was read from.
    """

    text: str
    value: float
    unit: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class CheckedFigure:
    """A figure of an answer, and whether the passage it cites holds it."""

    figure: Figure
    supported: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an answer; `citations` are numbers from 1, none for one that for some `reason` is unsupported."""

    text: str
    citations: tuple[int, ...]
    supported: bool
    figures: tuple[CheckedFigure, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact stretch of a source, in page coordinates: `page_text[start:end] == quote`.

    `rectangles` are what to mark on the page's picture, `cells` the table cells it holds.
    """

    number: int
    source: str
    title: str
    page: int | None
    start: int
    end: int
    quote: str
    rectangles: tuple[Rectangle, ...] = ()
    page_size: tuple[float, float] | None = None
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a question got. A refusal has no citations; its hits are what was closest.

    `query` is how the question was understood, `resolved_question` the whole question of a follow-up, else empty.
    `suggestions` are questions that may be answered instead of a refused one. `removed` are the claims that were left
    out because nothing supports them; `prompt` is what a language model was sent, as (role, text).
    """

    question: str
    language: Language
    text: str
    refused: bool
    confidence: float
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    backend: str
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    query: Query | None = None
    resolved_question: str = ""
    suggestions: tuple[str, ...] = ()
    removed: tuple[Claim, ...] = ()
    prompt: tuple[tuple[str, str], ...] = ()


Json = dict[str, Any]
