"""An assistant whose answers are written down beforehand, over real passages and a real ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from rag.errors import ModelError, UnknownSourceError
from rag.original import AlignedText, Original
from rag.types import Answer, Citation, Hit, Metadata, Passage, SourceRecord, Turn
from tests.fakes import HashedBagOfWords


@dataclass(frozen=True)
class Originals:
    """The originals of a few sources."""

    texts: Mapping[str, Original]

    def sources(self) -> tuple[SourceRecord, ...]:
        return tuple(
            SourceRecord(name, "txt", "", len(text.text), None, 1, Metadata())
            for name, text in self.texts.items()
        )

    def original(self, source: str) -> Original:
        try:
            return self.texts[source]
        except KeyError:
            raise UnknownSourceError(f"没有 {source}", f"no {source}") from None


@dataclass
class ScriptedAssistant:
    """Answers from `script` by question; a question without a script fails as a dead model does.

    Passages are the lines of the texts, ranked by the cosine of their hashed words.
    """

    store: Originals
    script: Mapping[str, Answer] = field(default_factory=dict)
    embedder: HashedBagOfWords = field(default_factory=HashedBagOfWords)
    heard: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)

    def passages(self) -> list[Passage]:
        return [passage for name, text in self.store.texts.items() for passage in _lines(name, text.text)]

    def ask(self, question: str, history: Sequence[Turn] = (), *, k: int = 10) -> Answer:
        self.heard.append((question, tuple(history)))
        if question not in self.script:
            raise ModelError("模型没有回答", "the model gave no answer")
        return self.script[question]

    def search(self, question: str, *, history: Sequence[Turn] = (), k: int = 10) -> list[Hit]:
        passages = self.passages()
        scores = self.embedder.embed_passages([p.text for p in passages]) @ self.embedder.embed_query(
            question
        )
        best = np.argsort(-scores, kind="stable")[:k]
        return [Hit(int(i), passages[i], float(scores[i]), float(scores[i]), 0.0, 0.0) for i in best]


def corpus(**texts: str) -> Originals:
    """Sources without pages; `a_txt="…"` is the source "a.txt"."""
    return Originals({name.replace("_", "."): Original(text) for name, text in texts.items()})


def cite(text: Original, source: str, quote: str, number: int = 1) -> Citation:
    """A citation of the first place a quote stands at, in page coordinates."""
    start = text.text.index(quote)
    place = text.page_spans(start, start + len(quote))[0]
    return Citation(number, source, "", place.page, place.start, place.end, quote)


def answer(text: str, *citations: Citation, refused: bool = False, confidence: float = 0.9) -> Answer:
    """An answer with these words and citations."""
    return Answer("", "zh", text, refused, confidence, (), citations, (), "scripted")


def _lines(source: str, text: str) -> list[Passage]:
    passages = []
    start = 0
    for ordinal, line in enumerate(text.splitlines(keepends=True)):
        body = AlignedText.identity(line.rstrip("\n"), start)
        start += len(line)
        if body.text:
            passages.append(Passage(source, ordinal, body, (), "", ((0, len(body.text)),), Metadata()))
    return passages
