"""Targets: where, in the indexed originals, the evidence of a gold question stands.

Everything here speaks original coordinates (`Original.text`, all pages in one string); a citation's page
coordinates are brought into them by `OriginalTexts.citation_span`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from eval.gold import GoldQuestion
from rag.original import Original
from rag.types import Citation, Hit, Passage, SourceRecord


class Originals(Protocol):
    """What the evaluation reads of a store."""

    def sources(self) -> tuple[SourceRecord, ...]:
        """Every indexed document."""

    def original(self, source: str) -> Original:
        """The original text of a source."""


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `[start, end)` of a source's original text."""

    source: str
    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether at least one character is in both."""
        return self.source == other.source and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Target:
    """What a question's hits and citations should reach.

    `sources` has, for each source of the row, the indexed sources it names (several when a bare file name
    stands in several folders; none when it is not indexed); two that name the same document are one.
    `evidence` has, for each evidence string, every place it stands. `problems` says in words what of the row
    was not found in the corpus. `grades` are those of the sources; where it is empty, all are 1.
    """

    sources: tuple[frozenset[str], ...]
    evidence: tuple[tuple[Span, ...], ...]
    problems: tuple[str, ...] = ()
    grades: tuple[int, ...] = ()

    def holds_source(self, source: str) -> bool:
        """Whether the source is one the row names."""
        return any(source in names for names in self.sources)


@dataclass(slots=True)
class OriginalTexts:
    """The originals of a store, each read once, and where evidence stands in them.

    `aliases` names the source that a document's passages have where another source has the very same bytes.
    """

    store: Originals
    aliases: Mapping[str, str] = field(default_factory=dict)
    _texts: dict[str, Original] = field(default_factory=dict)
    _squeezed: dict[str, _Squeezed] = field(default_factory=dict)
    _names: tuple[str, ...] | None = None
    _known: frozenset[str] = frozenset()
    _targets: dict[GoldQuestion, Target] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Every indexed document, by the source its passages have."""
        if self._names is None:
            self._names = tuple(one.source for one in self.store.sources() if one.same_as is None)
        return self._names

    def original(self, source: str) -> Original:
        """The original of a source; raises `rag.errors.UnknownSourceError`."""
        if source not in self._texts:
            self._texts[source] = self.store.original(source)
        return self._texts[source]

    def target(self, question: GoldQuestion) -> Target:
        """Where a question's sources and evidence stand; what is nowhere becomes a problem in words."""
        if question not in self._targets:
            self._targets[question] = self._found(question)
        return self._targets[question]

    def _found(self, question: GoldQuestion) -> Target:
        sources = tuple(self._named(name) for name in question.sources)
        everywhere = sorted({name for names in sources for name in names})
        evidence = tuple(
            tuple(span for source in everywhere for span in self._places(source, text))
            for text in question.evidence
        )
        lost = (
            *(f"source not in the corpus: {name}" for name in _unmatched(question.sources, sources)),
            *(f"evidence not in its sources: {text}" for text in _unmatched(question.evidence, evidence)),
        )
        merged = _merged(sources, question.grades or (1,) * len(sources))
        grades = tuple(grade for _, grade in merged) if question.grades else ()
        return Target(tuple(names for names, _ in merged), evidence, lost, grades)

    def citation_span(self, citation: Citation) -> Span:
        """A citation's place in original coordinates."""
        base = 0
        if citation.page is not None:
            base = self.original(citation.source).page_starts[citation.page - 1]
        return Span(citation.source, base + citation.start, base + citation.end)

    def is_exact(self, citation: Citation) -> bool:
        """Whether the quote is, character for character, what stands at its place."""
        span = self.citation_span(citation)
        return self.original(citation.source).text[span.start : span.end] == citation.quote

    def _named(self, name: str) -> frozenset[str]:
        """The indexed sources a gold row means: the very name, or a path that ends in it."""
        if not self._known:
            self._known = frozenset((*self.names, *self.aliases))
        meant = (
            {name} if name in self._known else {source for source in self._known if _same_file(source, name)}
        )
        return frozenset(self.aliases.get(source, source) for source in meant)

    def _places(self, source: str, text: str) -> Iterator[Span]:
        """Every occurrence as it is; failing that, every one that differs in white space and width alone."""
        exact = [Span(source, i, i + len(text)) for i in _occurrences(self.original(source).text, text)]
        if exact:
            yield from exact
            return
        if source not in self._squeezed:
            self._squeezed[source] = _Squeezed.of(self.original(source).text)
        for start, end in self._squeezed[source].places(text):
            yield Span(source, start, end)


def _merged(
    sources: Sequence[frozenset[str]], grades: Sequence[int]
) -> tuple[tuple[frozenset[str], int], ...]:
    """The sources with their grades; of two that name the same document the better grade counts."""
    best: dict[frozenset[str] | int, tuple[frozenset[str], int]] = {}
    for number, (names, grade) in enumerate(zip(sources, grades, strict=True)):
        key = names or number
        best[key] = (names, max(grade, best[key][1] if key in best else grade))
    return tuple(best.values())


def hit_span(hit: Hit) -> Span:
    """A hit's place in original coordinates."""
    return passage_span(hit.passage)


def passage_span(passage: Passage) -> Span:
    """A passage's place in original coordinates."""
    return Span(passage.source, *passage.body.original_span(0, len(passage.text)))


def _same_file(source: str, name: str) -> bool:
    source, name = source.replace("\\", "/"), name.replace("\\", "/")
    return source.endswith("/" + name) or name.endswith("/" + source)


def _unmatched(wanted: Iterable[str], found: Iterable[Collection[object]]) -> Iterator[str]:
    return (name for name, places in zip(wanted, found, strict=True) if not places)


def _occurrences(text: str, piece: str) -> Iterator[int]:
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + 1)


@dataclass(frozen=True, slots=True)
class _Squeezed:
    """A text after NFKC without white space, and the place in the original of each character left."""

    text: str
    places_of: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> _Squeezed:
        characters: list[str] = []
        places: list[int] = []
        for index, character in enumerate(text):
            for folded in unicodedata.normalize("NFKC", character):
                if not folded.isspace():
                    characters.append(folded)
                    places.append(index)
        return cls("".join(characters), tuple(places))

    def places(self, piece: str) -> Iterator[tuple[int, int]]:
        squeezed = _Squeezed.of(piece).text
        if not squeezed:
            return
        for at in _occurrences(self.text, squeezed):
            yield self.places_of[at], self.places_of[at + len(squeezed) - 1] + 1
