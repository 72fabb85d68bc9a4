"""A quote as evidence: its pieces, and what they leave to the passage they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rag.answering.draft import Quote
from rag.answering.evidence import place_told
from rag.answering.pieces import Piece, pieces_of, places_in, subject_words, tidy
from rag.text.language import detect_language
from rag.text.patterns import regex
from rag.text.period_mentions import year_mentions, year_parts
from rag.text.periods import plan_years, years_meant
from rag.text.places import full_path
from rag.text.synonyms import canonical
from rag.text.words import fold
from rag.types import Language, Passage

_OPENING = regex(r"(?:^|[。！？；\n])\s*$")
_PLANS = regex(r"(?:目标|任务|安排|打算|部署|计划|思路)(?:和\w{2,6})?$|重点工作")
"""A heading over what is to be done."""
_NEAR = 200
"""Characters before a quote that may hold its subject: about two sentences."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The pieces of one quote, and what its passage says around it.

    `within` is the text in which names stand: the quote and what it stands under; `near` has what is right
    before it as well.
    `years` has, by the number of a sentence, the years of pieces that name none; `pool` are all years it may be told of.
    """

    text: str
    folded: str
    language: Language
    written: int | None
    pieces: tuple[Piece, ...]
    near: str
    within: str
    near_words: frozenset[str]
    context_words: frozenset[str]
    years: Mapping[int, frozenset[int]]
    pool: frozenset[int]
    parts: frozenset[str]
    place: str | None
    under_plans: bool

    def years_of(self, piece: Piece) -> frozenset[int]:
        """The years a piece is told of: its own, else those its sentence takes over."""
        return piece.years or self.years[piece.sentence]


def stretch_of(quote: Quote) -> Stretch:
    """A quote as evidence; the last few thousand are remembered."""
    return _stretch(quote.hit.passage, quote.start, quote.end)


@lru_cache(maxsize=1024)
def _stretch(passage: Passage, start: int, end: int) -> Stretch:
    written = passage.metadata.year
    text = tidy(passage.text[start:end])
    before = tidy(passage.text[max(0, start - _NEAR) : start])
    context = tidy("\n".join((passage.context, *passage.headings)))
    pieces = pieces_of(text, written)
    metadata, told = passage.metadata, place_told(passage)
    path = full_path(told, metadata.places) if told else None
    known = (metadata.title, metadata.place, metadata.publisher, metadata.author, path)
    retold = (piece.text for piece in pieces if piece.text not in text)
    under = "\n".join((text, context, *retold, *(one for one in known if one)))
    within, near = _both_ways(under), _both_ways(f"{under}\n{before}")
    return Stretch(
        text=text,
        folded=fold(text),
        language=detect_language(text),
        written=written,
        pieces=pieces,
        near=near,
        within=within,
        near_words=frozenset(subject_words(near)),
        context_words=frozenset(subject_words(context)),
        years=_years(pieces, passage, start),
        pool=_pool(passage, end),
        parts=year_parts(before) or year_parts(context),
        place=next((name for name, _ in places_in(told)), told[:-1]) if told else None,
        under_plans=any(_PLANS.search(tidy(heading)) for heading in passage.headings[-1:]),
    )


def _both_ways(text: str) -> str:
    """The folded text as it is, and with the first form of every concept; 著 as 着, which no table tells apart."""
    return f"{fold(text)}\n{canonical(text)}".replace("著", "着")


def _years(pieces: tuple[Piece, ...], passage: Passage, start: int) -> dict[int, frozenset[int]]:
    """The years each sentence takes over: from the one before it that begins with them, else what it stands under."""
    written = passage.metadata.year
    context = frozenset(years_meant(passage.context, written)) | frozenset(plan_years(passage.context))
    said = tidy(passage.text[:start])
    before = [one for one in year_mentions(said, written) if not one.base]
    current = before[-1].years if before else frozenset()
    if not (before and _OPENING.search(said[: before[-1].start])):
        current |= context
    current = current or frozenset(passage.metadata.years)
    found: dict[int, frozenset[int]] = {}
    for piece in pieces:
        found.setdefault(piece.sentence, current)
        if piece.years:
            current = piece.years
    return found


def _pool(passage: Passage, end: int) -> frozenset[int]:
    """Years that the passage names up to the quote's end, or stands under."""
    around = f"{passage.context}\n{tidy(passage.text[:end])}"
    named = (year for one in year_mentions(around, passage.metadata.year) for year in one.years)
    return frozenset({*named, *years_meant(around, passage.metadata.year)})
