"""The corpus as the benchmark draws from it: sentences with their place, their years and their amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from eval.gold import GoldQuestion
from eval.mutations.amounts import Amount, amounts_in
from eval.mutations.names import Name, names_of
from eval.targets import Span
from rag.text.places import place_names
from rag.types import Passage

_YEAR = re.compile(r"(?<!\d)20\d{2}(?=年)")
_HAN = re.compile(r"[㐀-鿿]+")
_LEVELS = "县市区旗"


@dataclass(frozen=True, eq=False)
class Sentence:
    """The sentence at `[start, end)` of a passage's clean text."""

    passage: Passage
    start: int
    end: int

    @cached_property
    def text(self) -> str:
        """Its clean text."""
        return self.passage.text[self.start : self.end]

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """The amounts it states."""
        return amounts_in(self.text)

    @cached_property
    def years(self) -> frozenset[int]:
        """The years it names in digits."""
        return frozenset(int(year) for year in _YEAR.findall(self.text))

    @property
    def place(self) -> str | None:
        """The county or city its document is about."""
        return self.passage.metadata.place

    @cached_property
    def names_places(self) -> bool:
        """Whether it names a county or city itself."""
        here = self.place
        return bool(place_names(self.text)) or (here is not None and short_name(here) in self.text)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where its characters `[start, end)` stand in the original."""
        return self.passage.body.original_span(self.start + start, self.start + end)


@dataclass(frozen=True, eq=False)
class Corpus:
    """All sentences of an index, in order, and the gold questions that are asked of it."""

    sentences: tuple[Sentence, ...]
    questions: tuple[GoldQuestion, ...] = ()

    @classmethod
    def of(cls, passages: Iterable[Passage], questions: Iterable[GoldQuestion] = ()) -> Corpus:
        """The sentences of these passages."""
        sentences = tuple(Sentence(p, start, end) for p in passages for start, end in p.sentences)
        return cls(sentences, tuple(questions))

    @cached_property
    def by_source(self) -> Mapping[str, Sequence[Sentence]]:
        """The sentences of each document."""
        grouped: dict[str, list[Sentence]] = {}
        for sentence in self.sentences:
            grouped.setdefault(sentence.passage.source, []).append(sentence)
        return grouped

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The clean text of each document, a sentence a line."""
        return {
            source: "\n".join(one.text for one in sentences) for source, sentences in self.by_source.items()
        }

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Counties and cities of the corpus: what its documents are about first, then what they name."""
        about = [one.place for one in self.sentences if one.place]
        named = [name for one in self.sentences for name in one.passage.metadata.places]
        return tuple(name for name in dict.fromkeys([*about, *named]) if name[-1] in _LEVELS)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Persons, organisations, places and works that it names."""
        return names_of(self.texts.values(), self.questions)

    def sentence_at(self, span: Span) -> Sentence | None:
        """The sentence that holds most of a stretch of an original; `None` if none touches it."""
        near = [(_shared(one, span), one) for one in self.by_source.get(span.source, ())]
        most, best = max(near, key=lambda pair: pair[0], default=(0, None))
        return best if most else None


def short_name(place: str) -> str:
    """A county or city as it is said without its suffix; a name of two characters keeps it ("祁县")."""
    return place[:-1] if len(place) > 2 else place


def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighbouring Chinese characters of a text."""
    return frozenset(run[i : i + 2] for run in _HAN.findall(text) for i in range(len(run) - 1))


def likeness(one: str, other: str) -> float:
    """The share of the first text's pairs of characters that the other has too, 0 to 1."""
    pairs = bigrams(one)
    return len(pairs & bigrams(other)) / len(pairs) if pairs else 0.0


def _shared(sentence: Sentence, span: Span) -> int:
    start, end = sentence.original_span(0, len(sentence.text))
    return max(0, min(end, span.end) - max(start, span.start))
