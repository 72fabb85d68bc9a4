"""Which sentences of the hits answer a question, and how sure that is.

Each sentence is judged by a few features with fixed weights; `confidence` turns the best sentence's
features into a probability. The weights were fitted on the dev half of the gold set only
(`python -m eval --split dev`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answering.clauses import Run, best_run
from rag.text.coverage import Searchable, coverage, searchable
from rag.text.periods import years_meant
from rag.text.places import place_names
from rag.types import Hit, Passage, Query, Term, Vectors

_BEFORE = 2
"""How many sentences before one may hold its subject."""
_SUBJECT_WINDOW = 12
"""Characters at a sentence's head in which its subject's place is named, if it is."""


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of one sentence as an answer, each about 0 to 1 (`place` and `year` from -1).

    `own`: the question's words the best run of its clauses holds; `near`: with its neighbours and headings; `concepts`:
    the question's concepts held by the same;
    `similarity`: its vector's cosine to the question, stretched over the candidates; `asked`: it has the
    kind of thing asked for; `rank`: its passage's score as a share of the best one's.
    """

    own: float
    near: float
    concepts: float
    similarity: float
    place: float
    year: float
    asked: float
    rank: float


_WEIGHTS = Features(own=1.7, near=3.0, concepts=0.0, similarity=0.3, place=0.8, year=1.6, asked=0.3, rank=0.6)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A sentence of a hit as an answer: `[start, end)` in the passage's clean text.

    `run` are the clauses of it that answer, counted from the sentence's start.
    """

    hit: Hit
    index: int
    start: int
    end: int
    run: Run
    features: Features
    score: float

    @property
    def text(self) -> str:
        """The sentence."""
        return self.hit.passage.text[self.start : self.end]


def find_evidence(
    query: Query,
    vector: NDArray[np.float32],
    hits: Sequence[Hit],
    sentence_vectors: Mapping[int, Vectors],
) -> tuple[Evidence, ...]:
    """The sentences of the hits that may answer, best first; `vector` is the question's, (dimensions,).

    A sentence about another place or year, or without the kind of thing asked for, is no evidence; nor is
    one that may be about any place where others are about the one asked for.
    """
    cosines = [_cosines(hit, vector, sentence_vectors) for hit in hits]
    everything = np.concatenate(cosines) if cosines else np.zeros(0)
    low, high = (float(everything.min()), float(everything.max())) if everything.size else (0.0, 0.0)
    best = max((hit.score for hit in hits), default=0.0)
    words = [term for term in query.terms if term.role != "place"]
    found = []
    for hit, row in zip(hits, cosines, strict=True):
        for index, (start, end) in enumerate(hit.passage.sentences):
            similarity = (float(row[index]) - low) / (high - low) if high > low else 0.0
            run = best_run(query, words, hit.passage.text[start:end])
            rank = hit.score / best if best > 0 else 0.0
            features = _features(query, words, hit.passage, index, run, similarity, rank)
            if not _ruled_out(features):
                found.append(Evidence(hit, index, start, end, run, features, _score(features)))
    if any(evidence.features.place > 0 for evidence in found):
        found = [evidence for evidence in found if evidence.features.place > 0]
    return tuple(sorted(found, key=lambda evidence: -evidence.score))


def _ruled_out(features: Features) -> bool:
    return features.place < 0 or features.year < 0 or features.asked == 0


def _score(features: Features) -> float:
    return float(np.dot(astuple(features), astuple(_WEIGHTS)))


def _cosines(hit: Hit, vector: NDArray[np.float32], known: Mapping[int, Vectors]) -> NDArray[np.float64]:
    vectors = known.get(hit.id)
    if vectors is None or len(vectors) != len(hit.passage.sentences):
        return np.full(len(hit.passage.sentences), hit.dense)
    return np.asarray(vectors @ vector, dtype=np.float64)


def _features(
    query: Query,
    words: Sequence[Term],
    passage: Passage,
    index: int,
    run: Run,
    similarity: float,
    rank: float,
) -> Features:
    start, end = passage.sentences[index]
    before = passage.text[passage.sentences[max(0, index - _BEFORE)][0] : end]
    around = searchable(f"{passage.context}\n{before}")
    return Features(
        own=run.coverage,
        near=coverage(words, around) if words else 0.0,
        concepts=coverage([term for term in words if term.role == "concept"], around),
        similarity=similarity,
        place=place_fit(query.places, passage, passage.text[start:end]),
        year=year_fit(query.years, passage, index),
        asked=run.asked,
        rank=rank,
    )


def place_fit(places: Sequence[Term], passage: Passage, sentence: str) -> float:
    """1 if the sentence is about a place asked for, -1 if about another, 0 if no telling."""
    if not places:
        return 0.0
    forms = [form for term in places for form in term.forms]
    if _any_in(forms, searchable(sentence)):
        return 1.0
    if place_names(sentence[:_SUBJECT_WINDOW]):
        return -1.0
    if passage.metadata.place:
        return 1.0 if _any_in(forms, searchable(passage.metadata.place)) else -1.0
    return 0.5 if _any_in(forms, searchable(passage.embedded_text)) else 0.0


def year_fit(years: Sequence[int], passage: Passage, index: int) -> float:
    """1 if the sentence is about a year asked for, -1 if about another, in between where it leaves it open.

    A sentence without a year takes it from the one before it in its passage, else from the headings, else
    from the document.
    """
    if not years:
        return 0.0
    written = passage.metadata.year
    for back in range(index, -1, -1):
        start, end = passage.sentences[back]
        meant = years_meant(passage.text[start:end], written)
        if meant:
            fits = bool(set(meant) & set(years))
            return (1.0 if fits else -1.0) if back == index else (0.7 if fits else -0.5)
    meant = years_meant(passage.context, written) or passage.metadata.years
    if not meant:
        return 0.0
    return 0.5 if set(meant) & set(years) else -1.0


def _any_in(forms: Sequence[str], text: Searchable) -> bool:
    return any(form in text.folded for form in forms)
