"""The store in a LangChain chain."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda, RunnablePassthrough

from rag.api.retriever import WenjuRetriever
from rag.assistant import Assistant
from rag.errors import QuestionError
from tests.api_server import awaited
from tests.command_lines import COAL


@pytest.fixture
def retriever(seed_assistant: Assistant) -> WenjuRetriever:
    return WenjuRetriever(assistant=seed_assistant, k=4)


def test_documents_are_the_hits_of_a_search(retriever: WenjuRetriever, seed_assistant: Assistant) -> None:
    documents = retriever.invoke(COAL)
    hits = seed_assistant.search(COAL, k=4)
    assert isinstance(retriever, BaseRetriever)
    assert [one.page_content for one in documents] == [hit.passage.text for hit in hits]
    assert [one.metadata["score"] for one in documents] == [hit.score for hit in hits]
    assert len({one.id for one in documents}) == 4


def test_every_document_knows_its_exact_place(retriever: WenjuRetriever, seed_assistant: Assistant) -> None:
    for document in retriever.invoke("岢岚县2023年一般公共预算收入"):
        at = document.metadata
        page = dict(seed_assistant.store.original(at["source"]).pages())[at["page"]]
        assert page[at["start"] : at["end"]] == at["quote"] != ""


def test_sources_limit_the_search(seed_assistant: Assistant) -> None:
    (source, *_) = [one.source for one in seed_assistant.store.sources()]
    retriever = WenjuRetriever(assistant=seed_assistant, sources=(source,))
    assert {one.metadata["source"] for one in retriever.invoke(COAL)} == {source}


def test_it_drops_into_a_chain(retriever: WenjuRetriever) -> None:
    def joined(documents: list[Document]) -> str:
        return "\n".join(f"[{n}] {one.page_content}" for n, one in enumerate(documents, start=1))

    prompt = ChatPromptTemplate.from_template("{evidence}\n\n问：{question}")
    heard: list[Any] = []

    def model(said: Any) -> str:
        heard.append(said)
        return "2694.5万吨[1]"

    chain: Any = (
        {"evidence": retriever | joined, "question": RunnablePassthrough()} | prompt | RunnableLambda(model)
    )
    assert chain.invoke(COAL) == "2694.5万吨[1]"
    assert "2694.5万吨" in heard[0].to_string() and COAL in heard[0].to_string()
    assert len(retriever.batch([COAL, "左权县"])) == 2


async def _asked(retriever: WenjuRetriever) -> list[Document]:
    return await retriever.ainvoke(COAL)


def test_it_can_be_awaited(retriever: WenjuRetriever) -> None:
    assert "2694.5" in "".join(one.page_content for one in awaited(_asked(retriever)))


def test_a_question_that_cannot_be_asked_is_an_error(retriever: WenjuRetriever) -> None:
    with pytest.raises(QuestionError):
        retriever.invoke("  ")
