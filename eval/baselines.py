"""Baselines: what someone would build from a tutorial, run over the same texts and questions.

LangChain is imported here alone, and only when baselines are asked for. Each retriever runs with its
defaults; only `k` is raised, so that ranks can be read off. `bm25` splits at white space, as
`BM25Retriever` does by default: a Chinese question is then one long "word" that occurs nowhere, all scores
are 0 and the order is arbitrary. The `-words` variants give the same retriever our Chinese-aware words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from eval.gold import GoldQuestion
from eval.judge import Ranking, judge_ranking
from eval.targets import OriginalTexts, Span
from eval.trial import RANKED_HITS
from rag.seams import Embedder, Progress
from rag.text.words import words
from rag.types import Passage

if TYPE_CHECKING:
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_core.retrievers import BaseRetriever

CHUNK_SIZE = 500
CHUNK_OVERLAP = 50
OUR_PASSAGES = "-our-passages"

DESCRIPTIONS = {
    "langchain-faiss": "LangChain FAISS vector store, top-k",
    "bm25": "LangChain BM25Retriever, words split at white space (its default)",
    "langchain-ensemble": "LangChain EnsembleRetriever of langchain-faiss and bm25, equal weights",
    "bm25-words": "BM25Retriever with the assistant's Chinese-aware search words",
    "ensemble-words": "EnsembleRetriever of langchain-faiss and bm25-words, equal weights",
}
"""The retrievers; each runs over tutorial chunks and, with `-our-passages`, over the assistant's passages."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A retriever with a name; `rank` gives the places of its hits for a question, best first."""

    name: str
    rank: Callable[[str], list[Span]]

    def rankings(self, questions: Sequence[GoldQuestion], texts: OriginalTexts) -> Iterator[Ranking]:
        """One ranking a question. Only the question itself is given: a tutorial pipeline has no history."""
        for question in questions:
            spans = self.rank(question.question) if question.answerable else []
            yield judge_ranking(spans, question, texts.target(question))


def build_baselines(
    texts: OriginalTexts,
    passages: Sequence[Passage],
    embedder: Embedder,
    progress: Progress | None = None,
) -> tuple[Baseline, ...]:
    """All baselines over both kinds of chunks, ready to rank; embeds every chunk."""
    embeddings = _embeddings(embedder, progress)
    over_tutorial = _retrievers(tutorial_chunks(texts), embeddings)
    over_ours = _retrievers(our_chunks(passages), embeddings)
    return (
        *(Baseline(name, _ranker(retriever)) for name, retriever in over_tutorial.items()),
        *(Baseline(name + OUR_PASSAGES, _ranker(retriever)) for name, retriever in over_ours.items()),
    )


def tutorial_chunks(texts: OriginalTexts) -> list[Document]:
    """The raw text of every source, cut by LangChain's recursive splitter at 500 characters, overlap 50."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_SIZE, chunk_overlap=CHUNK_OVERLAP, add_start_index=True
    )
    whole = [Document(texts.original(name).text, metadata={"source": name}) for name in texts.names]
    chunks = splitter.split_documents(whole)
    for chunk in chunks:
        # The splitter says -1 where it can't find its chunk again; such a chunk overlaps no evidence.
        start = chunk.metadata.pop("start_index")
        chunk.metadata.update(start=start, end=start + len(chunk.page_content) if start >= 0 else start)
    return chunks


def our_chunks(passages: Sequence[Passage]) -> list[Document]:
    """The assistant's passages as it embeds them, place and headings in front."""
    from langchain_core.documents import Document

    chunks = []
    for passage in passages:
        start, end = passage.body.original_span(0, len(passage.text))
        place = {"source": passage.source, "start": start, "end": end}
        chunks.append(Document(passage.embedded_text, metadata=place))
    return chunks


def _retrievers(chunks: list[Document], embeddings: Embeddings) -> dict[str, BaseRetriever]:
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS

    store = FAISS.from_documents(chunks, embeddings)
    faiss = store.as_retriever(search_kwargs={"k": RANKED_HITS})
    bm25 = BM25Retriever.from_documents(chunks, k=RANKED_HITS)
    bm25_words = BM25Retriever.from_documents(chunks, k=RANKED_HITS, preprocess_func=words)
    return {
        "langchain-faiss": faiss,
        "bm25": bm25,
        "langchain-ensemble": EnsembleRetriever(retrievers=[faiss, bm25], weights=[0.5, 0.5]),
        "bm25-words": bm25_words,
        "ensemble-words": EnsembleRetriever(retrievers=[faiss, bm25_words], weights=[0.5, 0.5]),
    }


def _embeddings(embedder: Embedder, progress: Progress | None) -> Embeddings:
    """Our embedder as LangChain's interface."""
    from langchain_core.embeddings import Embeddings

    # Six of the ten retrievers embed the same question; how long they take is not measured.
    query = cache(embedder.embed_query)

    class _Adapter(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            rows: list[list[float]] = embedder.embed_passages(texts, progress=progress).tolist()
            return rows

        def embed_query(self, text: str) -> list[float]:
            return [float(x) for x in query(text)]

    return _Adapter()


def _ranker(retriever: BaseRetriever) -> Callable[[str], list[Span]]:
    def rank(question: str) -> list[Span]:
        places = (document.metadata for document in retriever.invoke(question)[:RANKED_HITS])
        return [Span(place["source"], place["start"], place["end"]) for place in places]

    return rank
