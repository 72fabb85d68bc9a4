"""Baselines: dense search alone, and what someone would build from a tutorial, on the same texts and questions.

LangChain is imported here alone, and only when baselines are asked for. Each retriever runs with its
defaults; only `k` is raised, so that ranks can be read off. `bm25` splits at white space, as
`BM25Retriever` does by default: a Chinese question is then one long "word" that occurs nowhere, all scores
are 0 and the order is arbitrary. The `-words` variants give the same retriever our Chinese-aware words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.dense import dense_ranker
from eval.gold import GoldQuestion
from eval.judge import Ranking, judge_ranking
from eval.plain_vectors import PlainVectors
from eval.targets import OriginalTexts, Span, passage_span
from eval.trial import RANKED_HITS
from rag.text.words import words
from rag.types import Passage

if TYPE_CHECKING:
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_core.retrievers import BaseRetriever

CHUNK_SIZE = 500
CHUNK_OVERLAP = 50
OUR_PASSAGES = "-our-passages"
OTHER_MODEL = "-st"
"""What the names of baselines with another sentence-transformers model end in."""

DENSE = "dense"
_LEXICAL = ("bm25", "bm25-words")

DESCRIPTIONS = {
    DENSE: "plain vectors of the assistant's passages by its own model, cosine, nothing else",
    "langchain-faiss": "LangChain FAISS vector store, top-k",
    "bm25": "LangChain BM25Retriever, words split at white space (its default)",
    "langchain-ensemble": "LangChain EnsembleRetriever of langchain-faiss and bm25, equal weights",
    "bm25-words": "BM25Retriever with the assistant's Chinese-aware search words",
    "ensemble-words": "EnsembleRetriever of langchain-faiss and bm25-words, equal weights",
}
"""The retrievers. All but the first run over tutorial chunks and, with `-our-passages`, over the assistant's
passages; with `-st` in their names, those that have vectors run with another model too."""


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
    vectors: PlainVectors,
    others: PlainVectors | None = None,
) -> tuple[Baseline, ...]:
    """All baselines, ready to rank; embeds every chunk, by another model too where its vectors are given."""
    chunks = {"": tutorial_chunks(texts), OUR_PASSAGES: our_chunks(passages)}
    built = {DENSE: dense_ranker(passages, vectors)}
    for ending, cut in chunks.items():
        built |= {name + ending: rank for name, rank in _rankers(cut, vectors).items()}
    if others is not None:
        built[DENSE + OTHER_MODEL] = dense_ranker(passages, others)
        for ending, cut in chunks.items():
            rankers = _rankers(cut, others).items()
            built |= {name + OTHER_MODEL + ending: rank for name, rank in rankers if name not in _LEXICAL}
    return tuple(Baseline(name, rank) for name, rank in built.items())


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
        span = passage_span(passage)
        place = {"source": span.source, "start": span.start, "end": span.end}
        chunks.append(Document(passage.embedded_text, metadata=place))
    return chunks


def _rankers(chunks: list[Document], vectors: PlainVectors) -> dict[str, Callable[[str], list[Span]]]:
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS

    store = FAISS.from_documents(chunks, _embeddings(vectors))
    faiss = store.as_retriever(search_kwargs={"k": RANKED_HITS})
    bm25 = BM25Retriever.from_documents(chunks, k=RANKED_HITS)
    bm25_words = BM25Retriever.from_documents(chunks, k=RANKED_HITS, preprocess_func=words)
    retrievers: dict[str, BaseRetriever] = {
        "langchain-faiss": faiss,
        "bm25": bm25,
        "langchain-ensemble": EnsembleRetriever(retrievers=[faiss, bm25], weights=[0.5, 0.5]),
        "bm25-words": bm25_words,
        "ensemble-words": EnsembleRetriever(retrievers=[faiss, bm25_words], weights=[0.5, 0.5]),
    }
    return {name: _ranker(retriever) for name, retriever in retrievers.items()}


def _embeddings(vectors: PlainVectors) -> Embeddings:
    """Plain vectors as LangChain's interface."""
    from langchain_core.embeddings import Embeddings

    class _Adapter(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            rows: list[list[float]] = vectors.passages(texts).tolist()
            return rows

        def embed_query(self, text: str) -> list[float]:
            return [float(x) for x in vectors.query(text)]

    return _Adapter()


def _ranker(retriever: BaseRetriever) -> Callable[[str], list[Span]]:
    def rank(question: str) -> list[Span]:
        places = (document.metadata for document in retriever.invoke(question)[:RANKED_HITS])
        return [Span(place["source"], place["start"], place["end"]) for place in places]

    return rank
