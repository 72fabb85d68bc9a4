"""The store as a LangChain retriever: it drops into anyone's chain, and each document knows its exact place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from rag.contract import hit_span

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun

    from rag.original import Original
    from rag.types import Hit


class WenjuRetriever(BaseRetriever):
    """Passages of an assistant's store, the best first.

    `page_content` is the clean text. Of the original, `metadata` has the `quote` with its `source`, `page`, `start`
    and `end` (see docs/contracts.md: `original[start:end] == quote`), the `score` and what it is made of, and what is
    known of the document. `assistant` is a `rag.assistant.Assistant`; `sources` limits the search to some documents.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Any
    k: int = Field(default=10, ge=1, le=100)
    sources: tuple[str, ...] | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002  LangChain's signature
    ) -> list[Document]:
        store = self.assistant.store
        with store.reading():
            hits = self.assistant.search(query, k=self.k, sources=self.sources)
            return [_document(hit, store.original(hit.passage.source)) for hit in hits]


def _document(hit: Hit, original: Original) -> Document:
    passage = hit.passage
    span = hit_span(hit, lambda _: original)
    place = f"{passage.source}#{span.page or ''}:{span.start}-{span.end}"
    return Document(
        id=place,
        page_content=passage.text,
        metadata={
            "source": passage.source,
            "title": passage.metadata.title,
            "page": span.page,
            "start": span.start,
            "end": span.end,
            "quote": span.text,
            "score": hit.score,
            "dense": hit.dense,
            "lexical": hit.lexical,
            "coverage": hit.coverage,
            "headings": list(passage.headings),
            "place": passage.metadata.place,
            "year": passage.metadata.year,
            "date": passage.metadata.date,
        },
    )
