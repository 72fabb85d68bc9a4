"""Which sentences of the hits answer a question, and how sure that is.

Each sentence is judged by a few features with fixed weights; `confidence` turns the best sentence's
features into a probability. The weights were chosen without the gold set's test half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answering.clauses import Run, best_run
from rag.answering.features import Features, Standing, Told, features_of
from rag.answering.mismatch import governing_years
from rag.original import AlignedText
from rag.text.coverage import Searchable, searchable
from rag.text.patterns import regex
from rag.text.periods import years_meant
from rag.text.places import place_names
from rag.types import Hit, Passage, Query, Term

_BEFORE = 2
"""How many sentences before one may hold its subject."""
_OFFICE_OF = regex(r"[“\"]?[㐀-鿿]{2,3}?(?<![全该各我本])[县市](?=委|长|政府|人民政府|县委|领导)")
_AFTER = 12
_SUBJECT_WINDOW = 12
"""Characters at a sentence's head in which its subject's place is named, if it is."""


_AGAINST = -2.0
_WEIGHTS = Features(
    own=1.7,
    near=3.0,
    concepts=0.0,
    focus=0.0,
    plan=_AGAINST,
    similarity=0.3,
    place=0.8,
    year=1.6,
    asked=0.3,
    rank=0.6,
    measure=_AGAINST,
    mentioned=_AGAINST,
)


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
    hits: Sequence[Hit],
    sentences: Sequence[NDArray[np.float64]],
    lead_ins: Mapping[int, AlignedText] | None = None,
) -> tuple[Evidence, ...]:
    """The sentences of the hits that may answer, best first.

    `sentences` has a row a hit: how like the question its sentences are, from the first on; a sentence beyond
    its end counts as the least of all. `lead_ins` has, by hit id, what stands before a hit that is cut off from its subject.

    A sentence about another place or year, or without the kind of thing asked for, is no evidence; nor is
    one that may be about any place where others are about the one asked for.
    """
    everything = np.concatenate(sentences) if sentences else np.zeros(0)
    low, high = (float(everything.min()), float(everything.max())) if everything.size else (0.0, 0.0)
    best = max((hit.score for hit in hits), default=0.0)
    words = [term for term in query.terms if term.role != "place"]
    found = []
    leads = {number: lead.text for number, lead in (lead_ins or {}).items()}
    for hit, row in zip(hits, sentences, strict=True):
        for index, (start, end) in enumerate(hit.passage.sentences):
            like = float(row[index]) if index < len(row) else low
            similarity = (like - low) / (high - low) if high > low else 0.0
            run = best_run(query, words, hit.passage.text[start:end])
            text = hit.passage.text[start:end]
            before = _before(hit.passage, index, leads.get(hit.id, ""))
            after, opening = hit.passage.text[end : end + _AFTER], row_opening(hit.passage, index)
            told = Told(text, hit.passage.context, before, after, opening)
            standing = Standing(
                similarity=similarity,
                likeness=like,
                rank=hit.score / best if best > 0 else 0.0,
                place=place_fit(query.places, hit.passage, text, words),
                year=year_fit(governing_years(query), hit.passage, index),
            )
            features = features_of(query, words, told, run, standing)
            if not _ruled_out(features):
                found.append(Evidence(hit, index, start, end, run, features, _score(features)))
    if any(evidence.features.place > 0 for evidence in found):
        found = [evidence for evidence in found if evidence.features.place > 0]
    return tuple(sorted(found, key=lambda evidence: -evidence.score))


def _ruled_out(features: Features) -> bool:
    return features.place < 0 or features.year < 0 or features.asked == 0


def _score(features: Features) -> float:
    return float(np.dot(astuple(features), astuple(_WEIGHTS)))


def _before(passage: Passage, index: int, lead: str) -> str:
    """What a sentence may take its subject from: the two before it, at a passage's beginning its lead-in.

    Of members of one row, parted by semicolons, each has a subject of its own: they share only the row's
    opening words.
    """
    first, opening = _row_begin(passage, index), row_opening(passage, index)
    row = [_text_of(passage, i) for i in range(max(0, first - _BEFORE), first)]
    return "\n".join([*([lead] if first < _BEFORE else []), *row, opening])


def row_opening(passage: Passage, index: int) -> str:
    """The words that open the row of which a sentence is a later member; empty for any other sentence."""
    first = _row_begin(passage, index)
    return _text_of(passage, first).partition("，")[0] if first < index else ""


def _row_begin(passage: Passage, index: int) -> int:
    while index > 0 and _text_of(passage, index - 1).endswith(("；", ";")):
        index -= 1
    return index


def _text_of(passage: Passage, index: int) -> str:
    start, end = passage.sentences[index]
    return passage.text[start:end].strip()


def place_fit(places: Sequence[Term], passage: Passage, sentence: str, others: Sequence[Term] = ()) -> float:
    """1 if the sentence is about a place asked for, -1 if about another, 0 if no telling.

    A place that `others`, the rest of the question, name is asked for as well: the head of one county in the
    report of its city.
    """
    if not places:
        return 0.0
    forms = [form for term in places for form in term.forms]
    if _any_in(forms, searchable(sentence)):
        return 1.0
    named = place_names(sentence[:_SUBJECT_WINDOW])
    if any(name[:2] in form for name in named for term in others for form in term.forms):
        return 1.0
    if named or _OFFICE_OF.match(sentence):
        return -1.0
    if place := place_told(passage):
        return 1.0 if _any_in(forms, searchable(place)) else -1.0
    return 0.5 if _any_in(forms, searchable(passage.embedded_text)) else 0.0


def place_told(passage: Passage, sentence: str = "") -> str | None:
    """The place that a sentence is about: the one at its head, else its section's, else its document's."""
    for text in (sentence[:_SUBJECT_WINDOW], *reversed(passage.headings[1:])):
        if names := place_names(text):
            return next(iter(names))
    return passage.metadata.place


def year_fit(years: Sequence[int], passage: Passage, index: int) -> float:
    """1 if the sentence is about a year asked for, -1 if about another, in between where it leaves it open."""
    told_in, told = years_told(passage, index)
    if not years or not told:
        return 0.0
    fits = bool(set(told) & set(years))
    if told_in is None:
        return 0.5 if fits else -1.0
    return (1.0 if fits else -1.0) if told_in == index else (0.7 if fits else -0.5)


def years_told(passage: Passage, index: int) -> tuple[int | None, tuple[int, ...]]:
    """The years that a sentence is about, and the index of the sentence that tells them.

    It is the sentence itself, else the nearest before it in its passage; `None` where only the headings or the
    document tell.
    """
    written = passage.metadata.year
    for back in range(index, -1, -1):
        start, end = passage.sentences[back]
        if years := years_meant(passage.text[start:end], written):
            return back, tuple(years)
    return None, tuple(years_meant(passage.context, written) or passage.metadata.years)


def _any_in(forms: Sequence[str], text: Searchable) -> bool:
    return any(form in text.folded for form in forms)
