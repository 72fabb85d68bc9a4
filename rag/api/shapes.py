"""The JSON of docs/contracts.md as OpenAPI tells it. A test holds real answers against these, field by field."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """One object of the contract: these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class FigureShape(Shape):
    """A figure of a claim, its value in the base unit."""

    text: str
    value: float
    unit: str
    supported: bool


class ClaimShape(Shape):
    """One statement of an answer."""

    text: str
    citations: list[int]
    supported: bool
    figures: list[FigureShape]
    reason: str | None


class CellShape(Shape):
    """A cell of a table; rows and columns count from 1."""

    sheet: str | None
    table: int
    row: int
    column: int


class CitationShape(Shape):
    """An exact stretch of a source."""

    number: int
    source: str
    title: str
    page: int | None
    start: int
    end: int
    quote: str
    page_size: list[float] | None
    rectangles: list[list[float]]
    cells: list[CellShape]


class HitShape(Shape):
    """A passage that was found."""

    source: str
    page: int | None
    start: int
    end: int
    score: float
    text: str


class AnswerShape(Shape):
    """An answer."""

    question: str
    language: str
    answer: str
    refused: bool
    confidence: float
    claims: list[ClaimShape]
    citations: list[CitationShape]
    hits: list[HitShape]
    backend: str
    timings_ms: dict[str, float]
    warnings: list[str]
    resolved_question: str | None
    suggestions: list[str]


class FoundShape(Shape):
    """What a search found, the best first."""

    question: str
    hits: list[HitShape]


class ReasonShape(Shape):
    """Why a field of the metadata has its value."""

    field: str
    confidence: float
    zh: str
    en: str


class MetadataShape(Shape):
    """What is known of a document."""

    title: str
    publisher: str | None
    place: str | None
    date: str | None
    period: str | None
    year: int | None
    years: list[int]
    author: str | None
    places: list[str]
    kind: str | None
    reasons: list[ReasonShape]


class RecordShape(Shape):
    """A document in a list."""

    source: str
    format: str
    sha256: str
    characters: int
    pages: int | None
    passages: int
    metadata: MetadataShape
    same_as: str | None
    warnings: list[str]


class PageShape(Shape):
    """The clean text of a page."""

    page: int | None
    text: str


class BlockShape(Shape):
    """A piece of the clean text."""

    kind: str
    level: int
    page: int | None
    text: str


class PassageShape(Shape):
    """A passage, with the context that is embedded before it."""

    number: int
    context: str
    headings: list[str]
    text: str


class DocumentShape(Shape):
    """A document as the assistant sees it."""

    source: str
    title: str
    metadata: MetadataShape
    pages: list[PageShape]
    blocks: list[BlockShape]
    passages: list[PassageShape]
    warnings: list[str]


class TakenShape(Shape):
    """A document that is in now."""

    source: str
    title: str
    format: str
    pages: int | None
    characters: int | None
    passages: int | None
    warnings: list[str]


class DuplicateShape(Shape):
    """A file with the very bytes of another one."""

    source: str
    same_as: str


class RenamedShape(Shape):
    """A file that is known, under another name."""

    source: str
    was: str


class FailureShape(Shape):
    """A file that was not taken in, and why."""

    source: str
    code: str
    reason: str


class ReportShape(Shape):
    """What an upload or a deletion did."""

    added: list[TakenShape]
    updated: list[TakenShape]
    unchanged: list[str]
    duplicates: list[DuplicateShape]
    renamed: list[RenamedShape]
    removed: list[str]
    failed: list[FailureShape]
    passed_over: dict[str, int]
    embedded: int
    seconds: float
    dry_run: bool
    interrupted: bool
