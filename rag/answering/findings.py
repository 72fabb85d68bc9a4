"""All that is known of a question when its answer is worded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.answering.draft import Draft
from rag.answering.evidence import Evidence
from rag.answering.near_miss import NearMiss
from rag.original import AlignedText
from rag.types import Hit, Query, Turn


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """All that is known when an answer is worded.

    `evidence` is of the whole question, best first; `draft` is what extraction made of it. `lead_ins` has, by
    hit id, what stands before a hit that is cut off from its subject. `marks` keeps claims that nothing
    supports in the answer, struck out; without it they are left out of it. `resolved` is a follow-up's whole
    question, else empty; `near_miss` what the documents have instead of an answer.
    """

    question: str
    asked: Query
    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    draft: Draft
    history: tuple[Turn, ...] = ()
    marks: bool = False
    lead_ins: Mapping[int, AlignedText] = field(default_factory=dict)
    resolved: str = ""
    near_miss: NearMiss | None = None

    @property
    def sources(self) -> frozenset[str]:
        """The documents that an answer may cite."""
        quotes = (quote.hit for statement in self.draft.statements for quote in statement.quotes)
        hits = (*self.hits, *(one.hit for one in self.evidence), *quotes)
        return frozenset(hit.passage.source for hit in hits)
