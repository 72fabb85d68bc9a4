"""The facade: documents in, questions answered. Chooses the concrete parts."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answering.answerer import extractive_answer
from rag.answering.findings import Findings
from rag.index import open_index, store_place_for
from rag.ingestion import UPLOADS, IngestReport, Ledger, Opening, Told
from rag.inquiry import Asked, Inquiry
from rag.remembered import Remembered
from rag.resources import seed_folder
from rag.retrieval import Retriever
from rag.seams import DocumentStore, Embedder, Reranker
from rag.store import MilvusAddress, StorePlace
from rag.types import Answer, Hit, Passage, SourceRecord, Turn, UnsupportedClaims

if TYPE_CHECKING:
    from rag.answering.chat_model import ChatBackend
    from rag.answering.growing_answer import Certain
    from rag.documents import Found as FoundFiles
    from rag.ingestion import Within

EXTRACTIVE = "extractive"
SEED_SOURCES = "seeds/"
"""What the sources of the starting corpus begin with."""

_REMEMBERED = 256
"""How many questions' findings are kept for whoever asks the same."""


class Assistant:
    """Answers questions from one store."""

    def __init__(
        self,
        store: DocumentStore,
        embedder: Embedder,
        model: ChatBackend | None = None,
        *,
        reranker: Reranker | None = None,
        retriever: Retriever | None = None,
        unsupported: UnsupportedClaims = "drop",
    ) -> None:
        self.store = store
        self.embedder = embedder
        self.model = model
        self.reranker = reranker
        self.unsupported = unsupported
        self.report = IngestReport()
        """What the last `add` did."""
        self.scope: frozenset[str] | None = None
        """The sources that questions are limited to where a question names none itself."""
        self.ledger = Ledger(store.folder)
        self._found: Remembered[Findings] = Remembered(_REMEMBERED)
        self._retriever = retriever or Retriever(store, embedder)

    def add(
        self,
        paths: Sequence[Path],
        *,
        mirror: bool = False,
        within: Within = "",
        opening: Opening | None = None,
        told: Told | None = None,
        anew: bool = False,
    ) -> IngestReport:
        """Take files and folders in; `mirror` also removes what is not among them, `anew` whatever was there.

        Only sources that are `within` (begin with it, or satisfy it) are removed by `mirror`.
        `opening` has passwords and limits, `told` hears how far it has come.
        """
        from rag.ingestion import take_in

        found = find_files(paths)
        opening = replace(opening or Opening(), ledger=self.ledger)
        self.report = take_in(
            self.store, found, mirror=mirror, within=within, opening=opening, told=told, anew=anew
        )
        return self.report

    def remove(self, sources: Collection[str]) -> tuple[str, ...]:
        """Take documents out; returns the sources that were there."""
        removed = self.store.remove(sources)
        self.ledger.note(IngestReport(removed=list(removed)))
        return removed

    def passages(self) -> list[Passage]:
        """Every passage that may be asked about, source by source."""
        sources = [record.source for record in self.store.sources()]
        asked = [source for source in sources if self.scope is None or source in self.scope]
        return [s.passage for source in asked for s in self.store.passages_of(source)]

    def search(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        k: int = 10,
        sources: Collection[str] | None = None,
        seen: frozenset[str] | None = None,
    ) -> list[Hit]:
        """The best `k` passages for a question; see `stream`. Raises `QuestionError` for one that can't be asked."""
        with self.store.reading():
            inquiry = self._inquiry(sources, seen=seen)
            return inquiry.hits(inquiry.asked(question, history), k)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        k: int = 10,
        sources: Collection[str] | None = None,
        model: ChatBackend | None = None,
    ) -> Answer:
        """Answer a question. Raises `QuestionError` for one that can't be asked."""
        *_, answer = self.stream(question, history, k=k, sources=sources, model=model)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        k: int = 10,
        sources: Collection[str] | None = None,
        model: ChatBackend | None = None,
        extractive: bool = False,
        certain: Certain | None = None,
        seen: frozenset[str] | None = None,
    ) -> Iterator[str | Answer]:
        """Answer a question piece by piece: text as it comes, then the whole, verified `Answer`.

        It is answered from `sources`; of documents that are not `seen` (`None`: all are) whoever asks is to learn
        nothing, not even how a word is spelt. `extractive` leaves the language model out.
        `certain` hears of a model's claims as they are checked.
        """
        began = time.perf_counter()
        model = None if extractive else model or self.model
        inquiry = self._inquiry(sources, model, seen)
        asked = inquiry.asked(question, history)
        with self.store.reading():
            findings = self._findings(inquiry, asked, k)
            retrieved = time.perf_counter()
            if model is None or not findings.draft.statements:
                pieces: Iterator[str | Answer] = iter([extractive_answer(findings, self.store.original)])
            else:
                # A model takes its time: what it may cite is kept as it was when the question was asked.
                originals = {source: self.store.original(source) for source in findings.sources}
                from rag.answering.model_answer import model_answer

                pieces = model_answer(findings, model, originals.__getitem__, certain)
        for piece in pieces:
            if isinstance(piece, Answer):
                ended = time.perf_counter()
                spent = {"retrieve": retrieved - began, "answer": ended - retrieved, "total": ended - began}
                timings = {stage: 1000 * seconds for stage, seconds in spent.items()}
                yield replace(
                    piece, timings_ms=timings, query=findings.asked, resolved_question=findings.resolved
                )
            else:
                yield piece

    def findings(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        k: int = 10,
        sources: Collection[str] | None = None,
    ) -> Findings:
        """What an answer would be made from. Raises `QuestionError` for a question that can't be asked."""
        with self.store.reading():
            inquiry = self._inquiry(sources)
            return self._findings(inquiry, inquiry.asked(question, history), k)

    def _findings(self, inquiry: Inquiry, asked: Asked, k: int) -> Findings:
        """Of a question that was just asked of the same documents, what was found then."""
        resolved, within = asked.resolved, inquiry.sources
        key = (
            self.store.generation,
            *(None if within is None else frozenset(within), inquiry.seen),
            *(asked.question, resolved.question, resolved.background, resolved.told),
            *(resolved.doubtful, resolved.beyond, asked.parts, k),
        )
        found = self._found.value(key, lambda: inquiry.findings(asked, k))
        return replace(found, history=asked.history)

    def _inquiry(
        self,
        sources: Collection[str] | None,
        model: ChatBackend | None = None,
        seen: frozenset[str] | None = None,
    ) -> Inquiry:
        within, marks = self.scope if sources is None else sources, self.unsupported == "mark"
        return Inquiry(self.store, self._retriever, self.reranker, within, model, marks, seen)


def find_files(paths: Sequence[Path]) -> FoundFiles:
    """What the paths stand for; files of the seed corpus are called `seeds/NAME` everywhere."""
    from rag.documents import survey

    seeds, found = seed_folder(), survey(paths)
    if seeds in paths:
        inside = {file: file.relative_to(seeds) for _, file in found.files if file.is_relative_to(seeds)}
        found.files = [
            (f"{SEED_SOURCES}{inside[file].as_posix()}" if file in inside else source, file)
            for source, file in found.files
        ]
    return found


def open_chat(llm: str, timeout: float = 60.0, window: int | None = None) -> ChatBackend | None:
    """The chat model of a spec; none for "extractive". Raises `ModelError` for a spec that can't be used."""
    if llm == EXTRACTIVE:
        return None
    from rag.answering.chat_model import open_chat_model

    return open_chat_model(llm, timeout=timeout, window=window)


def open_judge(reranker: str | None) -> Reranker | None:
    """The reranker of a folder or hub name; none without one. Raises `RerankerError` for a folder that is not there."""
    if reranker is None:
        return None
    from rag.retrieval.cross_encoder import open_reranker

    return open_reranker(reranker)


def _not_uploaded(record: SourceRecord) -> bool:
    return not record.source.startswith(UPLOADS)


def open_assistant(
    docs: Sequence[Path] = (),
    store: StorePlace | None = None,
    llm: str = EXTRACTIVE,
    *,
    embedding_model: str | None = None,
    reranker: str | None = None,
    timeout: float = 60.0,
    window: int | None = None,
    unsupported: UnsupportedClaims = "drop",
    opening: Opening | None = None,
    told: Told | None = None,
) -> Assistant:
    """An assistant over `docs`, with the index built or brought up to date; its `report` says what that did.

    With neither `docs` nor `store` it answers from the seed corpus (and what was put beside it); with a
    store alone, from what is in it; with both, from `docs` alone, and the rest of the store stays.
    `reranker` is a cross-encoder's folder or hub name; it is loaded at the first question. `timeout` (seconds) and
    `window` (tokens) are the language model's.
    """
    model, judge = open_chat(llm, timeout, window), open_judge(reranker)
    place = store_place_for(docs, store)
    refilled = bool(docs) or store is None
    opened, embedder = open_index(place, embedding_model, create=refilled)
    if opened.stale:
        if isinstance(place, MilvusAddress):
            raise opened.stale  # others use it, with settings that may be the right ones
        from rag.ingestion import refit

        refit(opened, told=told)
    assistant = Assistant(opened, embedder, model, reranker=judge, unsupported=unsupported)
    if not docs and store is None:
        assistant.add([seed_folder()], mirror=True, within=SEED_SOURCES, opening=opening, told=told)
    elif docs:
        assistant.add(list(docs), mirror=store is None, within=_not_uploaded, opening=opening, told=told)
        assistant.scope = None if store is None else frozenset(assistant.report.sources)
    return assistant
