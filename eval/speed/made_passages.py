"""Made documents, as many as are wanted, that search like real ones: sentences of real texts put together anew.

A passage is a run of neighbouring sentences of the pool and one from elsewhere, with other figures in them. Its
vector is the mean of its sentences' vectors with noise, of length 1; its token vectors are theirs. The same number
gives the same document on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.speed.sentence_pool import SentencePool, Variant
from rag.original import AlignedText, Original
from rag.store.cosines import pack_vector
from rag.store.embedded import EmbeddedPassage, PackedText
from rag.store.lexicon import term_columns
from rag.store.rows import pack_offsets
from rag.store.token_sentences import pack_sentences, sentences_at
from rag.text.gazetteer import gazetteer
from rag.types import Block, Document, Metadata, Passage
from rag.vectors import Vectors

PASSAGES = 100
"""Passages of a made document."""
_CHARACTERS = 150
"""A run of neighbours goes on to so many characters; the sentence from elsewhere comes on top."""
_NOISE = 0.2
"""The length of the noise, as a share of the vector's: the cosine to the vector without it is 0.98."""
_YEARS = (2001, 2026)
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True, eq=False)
class MadeDocument:
    """A document with its hash and its passages, embedded."""

    document: Document
    sha256: str
    passages: tuple[EmbeddedPassage, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """What a passage is made of: sentences by number, each as one of its variants, and the passage's vector."""

    numbers: list[int]
    sentences: list[Variant]
    vector: NDArray[np.float32]

    @property
    def text(self) -> str:
        return "".join(one.text for one in self.sentences)

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        return _end_to_end([one.text for one in self.sentences])


def made_documents(
    pool: SentencePool, first: int, last: int, passages: int = PASSAGES
) -> Iterator[MadeDocument]:
    """The documents numbered from `first` to before `last`, of so many passages each."""
    places = sorted(place for place in gazetteer().full if place.endswith("县"))
    for number in range(first, last):
        yield _document(pool, number, passages, places[number * 7 % len(places)])


def made_vectors(pool: SentencePool, number: int, passages: int = PASSAGES) -> Vectors:
    """The vectors of a made document's passages, shape (passages, dimensions)."""
    return np.stack([one.vector for one in _passages(pool, number, passages)])


def _passages(pool: SentencePool, number: int, passages: int) -> list[_Drawn]:
    chance = np.random.default_rng((7, number, passages))
    noise = chance.standard_normal((passages, pool.vectors.shape[1]), np.float32)
    noise *= _NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
    return [_drawn(pool, chance, row) for row in noise]


def _drawn(pool: SentencePool, chance: np.random.Generator, noise: NDArray[np.float32]) -> _Drawn:
    at, elsewhere, variant = chance.integers(len(pool), size=3).tolist()
    numbers, length = [], 0
    while length < _CHARACTERS and at < len(pool):
        numbers.append(at)
        length += len(pool.variants[at][0].text)
        at += 1
    numbers.append(elsewhere)
    sentences = [pool.variants[one][(variant + one) % len(pool.variants[one])] for one in numbers]
    vector = pool.vectors[numbers].mean(axis=0)
    vector = vector / np.linalg.norm(vector) + noise
    return _Drawn(numbers, sentences, vector / np.linalg.norm(vector))


def _document(pool: SentencePool, number: int, passages: int, place: str) -> MadeDocument:
    source, year = f"made/{number}.txt", _YEARS[0] + number % (_YEARS[1] - _YEARS[0])
    metadata = Metadata(f"{place}{year}年工作报告", place=place, year=year, years=(year,), places=(place,))
    drawn = _passages(pool, number, passages)
    lines = _end_to_end([f"{one.text}\n" for one in drawn])
    body = AlignedText.identity("\n".join(one.text for one in drawn))
    document = Document(
        source,
        "txt",
        Original(body.text),
        body,
        tuple(Block("paragraph", start, end - 1) for start, end in lines),
        metadata,
    )
    context = f"{place} {year}年 {metadata.title}"
    bodies = [
        Passage(source, ordinal, body.slice(start, end - 1), (), context, one.spans, metadata)
        for ordinal, (one, (start, end)) in enumerate(zip(drawn, lines, strict=True))
    ]
    titles, headings, *_ = term_columns(bodies[0])
    made = [
        _embedded(passage, pool, one, (titles, headings)) for passage, one in zip(bodies, drawn, strict=True)
    ]
    return MadeDocument(document, hashlib.sha256(body.text.encode()).hexdigest(), tuple(made))


def _embedded(passage: Passage, pool: SentencePool, drawn: _Drawn, heads: tuple[str, str]) -> EmbeddedPassage:
    before, places, codes = len(passage.context) + 1, [], []
    for (start, _), sentence in zip(passage.sentences, drawn.numbers, strict=True):
        within, packed = pool.tokens(sentence)
        places.append(within + np.uint32(before + start))
        codes.append(packed)
    middles = np.concatenate(places)
    text = PackedText(pack_vector(drawn.vector), pack_offsets(middles), b"".join(codes))
    digest = hashlib.blake2b(passage.embedded_text.encode(), digest_size=_DIGEST_BYTES).digest()
    words = " ".join(one.words for one in drawn.sentences)
    bigrams = " ".join(one.bigrams for one in drawn.sentences)
    sentences = pack_sentences(sentences_at(middles, passage))
    return EmbeddedPassage(passage, digest, text, sentences, (*heads, words, bigrams))


def _end_to_end(texts: Sequence[str]) -> tuple[tuple[int, int], ...]:
    ends = np.cumsum([len(one) for one in texts]).tolist()
    return tuple(zip([0, *ends[:-1]], ends, strict=True))
