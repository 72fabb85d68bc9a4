"""Ablations: retrieval with one part left out, and built up part by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.assistant import Assistant
from rag.given import Stage
from rag.retrieval.fusion import WEIGHTS, Fusion
from rag.retrieval.retriever import Retriever
from rag.retrieval.switches import ALL_ON, Switches
from rag.seams import Embedder, Progress
from rag.vectors import Encoded, Vectors

EVERYTHING = "everything"
_STAGES: dict[str, tuple[Stage, ...]] = {
    "passage vectors": ("passage",),
    "late interaction, best sentence": ("sentence",),
    "late interaction, all tokens": ("tokens",),
    "late interaction": ("sentence", "tokens"),
    "BM25": ("words",),
    "coverage": ("coverage",),
    "the lexical side": ("words", "coverage"),
    "place": ("place",),
    "year": ("year",),
}
"""What the stages of the fusion are called, alone and together."""
_READ = {
    "dictionary and names": Switches(dictionary=False),
    "synonyms": Switches(synonyms=False),
    "correction of typos": Switches(typos=False),
    "splitting of questions": Switches(parts=False),
    "removal of near-duplicates": Switches(distinct=False),
}
_LADDER: tuple[tuple[str, tuple[Stage, ...]], ...] = (
    ("dense alone", ("passage",)),
    ("+ late interaction", ("sentence", "tokens")),
    ("+ BM25, in all forms of the words", ("words",)),
    ("+ coverage", ("coverage",)),
    ("+ place and year", ("place", "year")),
)
_DENSE = Switches(typos=False, synonyms=False, dictionary=False, parts=False, distinct=False)
_WORDS = Switches(parts=False, distinct=False)


@dataclass(frozen=True, slots=True)
class Ablation:
    """One row of the table: what it is called, and what is at work in it."""

    name: str
    fusion: Fusion
    switches: Switches = ALL_ON


def ablations() -> tuple[Ablation, ...]:
    """Everything; everything without one part at a time; and from passage vectors alone upward.

    Whatever is left out, passages are still put forward by their vectors, and by their words unless the lexical
    side is left out. At the top of the ladder only splitting and the removal of near-duplicates are missing.
    """
    stages = (Ablation(f"− {name}", _without(left_out)) for name, left_out in _STAGES.items())
    reading = (Ablation(f"− {name}", Fusion(), switches) for name, switches in _READ.items())
    return (Ablation(EVERYTHING, Fusion()), *stages, *reading, *_ladder())


def _without(left_out: Sequence[Stage]) -> Fusion:
    return Fusion({stage: weight for stage, weight in WEIGHTS.items() if stage not in left_out})


def _ladder() -> Iterator[Ablation]:
    weights: dict[Stage, float] = {}
    for name, stages in _LADDER:
        weights |= {stage: WEIGHTS[stage] for stage in stages if stage in WEIGHTS}
        fusion = Fusion(dict(weights))
        yield Ablation(name, fusion, _WORDS if fusion.hears_words else _DENSE)


class OnceEncoded:
    """An embedder that encodes each question once, since every ablation asks the same ones."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name = embedder.name
        self.dimensions = embedder.dimensions
        self.token_dimensions = embedder.token_dimensions
        self._remembered = lru_cache(maxsize=None)(embedder.encode_query)

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """As the embedder does."""
        return self._embedder.embed_passages(texts, progress=progress)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question."""
        return self.encode_query(text).vector

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Iterator[Encoded]:
        """As the embedder does."""
        return self._embedder.encode_passages(texts, progress=progress)

    def encode_query(self, text: str) -> Encoded:
        """A question with its vectors, made at the first time."""
        return self._remembered(text)


def ablated(assistant: Assistant, ablation: Ablation, embedder: Embedder) -> Assistant:
    """The same index, asked without what the ablation leaves out (and without a reranker)."""
    retriever = Retriever(assistant.store, embedder, ablation.fusion, ablation.switches)
    made = Assistant(assistant.store, embedder, retriever=retriever)
    made.scope = assistant.scope
    return made
