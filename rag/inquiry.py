"""What finds the material of an answer: the question made whole, its hits, their evidence, else a near miss."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.answering.draft import Draft
from rag.answering.evidence import Evidence, find_evidence
from rag.answering.extractive import drafted
from rag.answering.findings import Findings
from rag.answering.hostile import honest_first
from rag.answering.near_miss import NearMiss, near_miss, without_limits
from rag.answering.said import beyond, unsaid
from rag.conversation import Resolved, checked_question, resolve
from rag.original import AlignedText
from rag.retrieval import Found, Retriever, Searched, lead_ins, likeness, may_ask_several, search_several
from rag.retrieval.reranking import RERANKED, reranked
from rag.seams import Reranker, Store
from rag.text.language import detect_language
from rag.types import Hit, Passage, StoredPassage, Turn

if TYPE_CHECKING:
    from rag.answering.chat_model import ChatBackend

_SECTION_DEPTH = 2
"""A list may run on under its items' own headings: its section is the title and the heading below it."""
_NEW_TOPIC_FROM = 0.75
"""How sure an answer must be that takes a short question for the beginning of a new topic."""
_EVIDENCE_HITS = 16
"""How many hits are read sentence by sentence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in its conversation, as it was asked and as it stands alone.

    `parts` are the questions that a model made of it, where it asks several things and the rules see none.
    """

    question: str
    history: tuple[Turn, ...]
    resolved: Resolved
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Inquiry:
    """Looks for what answers a question: where to look, and who helps.

    `sources` limits it to documents (`None`: all), `model` makes questions whole where one is there, `marks` is
    for claims that nothing supports (see `Findings`); `seen` are the documents that whoever asks may know of, where
    these are not all. Whoever calls holds the store's reading lock, but for `asked`.
    """

    store: Store
    retriever: Retriever
    reranker: Reranker | None = None
    sources: Collection[str] | None = None
    model: ChatBackend | None = None
    marks: bool = False
    seen: frozenset[str] | None = None

    def asked(self, question: str, history: Sequence[Turn]) -> Asked:
        """The question made to stand alone. Raises `QuestionError` for one that can't be asked.

        By rule, or by the model where its words can be trusted; which may take its time.
        """
        resolved = self._resolved(question, history)
        return Asked(question, tuple(history), resolved, self._parts_by_model(resolved.full))

    def hits(self, asked: Asked, k: int) -> list[Hit]:
        """The best `k` passages."""
        return list(self._searched(asked.resolved, k).hits[:k])

    def findings(self, asked: Asked, k: int) -> Findings:
        """The findings, with `k` hits; a question that only its brevity makes a follow-up is also taken by itself.

        By itself it is about something new: where the documents surely answer it so, and not as a follow-up.
        """
        findings = self._findings(asked, k)
        if asked.resolved.doubtful and not findings.draft.statements:
            alone = self._findings(replace(asked, resolved=Resolved(asked.resolved.question)), k)
            if alone.draft.statements and alone.draft.confidence >= _NEW_TOPIC_FROM:
                return alone
        return findings

    def _findings(self, asked: Asked, k: int) -> Findings:
        resolved = asked.resolved
        searched = self._searched(resolved, max(k, _EVIDENCE_HITS), asked.parts)
        leads = lead_ins(self.store, searched.hits)
        evidence = beyond(resolved.beyond, self._evidence(replace(searched.whole, hits=searched.hits), leads))
        query = searched.whole.query
        parts = [(one.query, self._evidence(one, leads)) for one in searched.parts if query.parts]
        draft = drafted(query, evidence, self._section, parts=parts, apart=searched.several_places)
        draft = unsaid(resolved.beyond, draft)
        return Findings(
            asked.question,
            query,
            searched.hits[:k],
            evidence,
            draft,
            asked.history,
            self.marks,
            leads,
            resolved.full if resolved.follows else "",
            None if draft.statements else self._near_miss(searched, draft, leads),
        )

    def _near_miss(
        self, searched: Searched, draft: Draft, leads: Mapping[int, AlignedText]
    ) -> NearMiss | None:
        """What is there instead, of the whole question or of the first part that nothing answers."""
        missing = next((one for one in searched.parts if one.query.text in draft.missing), None)
        found = missing or replace(searched.whole, hits=searched.hits)
        evidence = self._evidence(replace(found, query=without_limits(found.query)), leads)
        return near_miss(found.query, found.hits, evidence, self._places())

    def _places(self) -> frozenset[str]:
        """The places that the documents looked in are about, by their full names."""
        within = self.sources
        looked_in = (one for one in self.store.sources() if within is None or one.source in within)
        return frozenset(one.metadata.place for one in looked_in if one.metadata.place)

    def _resolved(self, question: str, history: Sequence[Turn]) -> Resolved:
        resolved = resolve(checked_question(question), history, self.retriever.places(self.seen))
        if self.model is None or not resolved.follows:
            return resolved
        from rag.answering.rewriting import rewritten

        whole = rewritten(question, history, detect_language(question), self.model)
        return Resolved(whole, told=whole, beyond=resolved.beyond) if whole else resolved

    def _parts_by_model(self, question: str) -> tuple[str, ...]:
        if self.model is None or not may_ask_several(question, self.retriever.places(self.seen)):
            return ()
        from rag.answering.sub_questions import sub_questions

        return sub_questions(question, detect_language(question), self.model)

    def _searched(self, resolved: Resolved, k: int, parts: Sequence[str] = ()) -> Searched:
        def find(question: str, depth: int) -> Found:
            return self._found(Resolved(question, resolved.background), depth)

        return search_several(find, resolved.question, k, parts)

    def _found(self, resolved: Resolved, k: int) -> Found:
        found = self.retriever.search(
            resolved.question,
            max(k, RERANKED) if self.reranker else k,
            background=resolved.background,
            sources=self.sources,
            seen=self.seen,
        )
        if self.reranker is None:
            return found
        question = f"{resolved.background} {resolved.question}".strip()
        return replace(found, hits=tuple(reranked(question, found.hits, self.reranker)[:k]))

    def _evidence(self, found: Found, leads: Mapping[int, AlignedText]) -> tuple[Evidence, ...]:
        hits = found.hits[:_EVIDENCE_HITS]
        tokens = self.store.token_vectors([hit.id for hit in hits])
        likenesses = likeness(found.question.tokens, tokens).sentences
        return honest_first(find_evidence(found.query, hits, likenesses, leads))

    def _section(self, passage: Passage) -> list[StoredPassage]:
        """All passages of the section that this one stands in."""
        path = passage.headings[:_SECTION_DEPTH]
        return [s for s in self.store.passages_of(passage.source) if s.passage.headings[: len(path)] == path]
