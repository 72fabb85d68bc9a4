"""Which words each family of models gets before its texts."""

from __future__ import annotations

import pytest

from rag.embedding.prefixes import Prefixes, prefixes_for


@pytest.mark.parametrize(
    "model",
    [
        "intfloat/multilingual-e5-small",
        "intfloat/e5-large-v2",
        "/models/multilingual-e5-base",
        r"C:\e5-small",
    ],
)
def test_e5_reads_query_and_passage(model: str) -> None:
    assert prefixes_for(model, {}) == Prefixes("query: ", "passage: ")


def test_a_snapshot_folder_is_known_by_the_model_it_belongs_to() -> None:
    folder = (
        "/cache/models--intfloat--multilingual-e5-small/snapshots/614241f622f53c4eeff9890bdc4f31cfecc418b3"
    )
    assert prefixes_for(folder, {}).query == "query: "


def test_the_folder_itself_counts_before_those_it_lies_in() -> None:
    assert prefixes_for("/home/e5-tests/bge-m3-zh", {}).query.startswith("为这个句子")
    assert prefixes_for("/home/recipe5/model", {}) == Prefixes()


def test_bge_gets_an_instruction_before_questions_only() -> None:
    chinese = prefixes_for("BAAI/bge-small-zh-v1.5", {})
    assert chinese == Prefixes(query="为这个句子生成表示以用于检索相关文章：")
    english = prefixes_for("BAAI/bge-base-en-v1.5", {})
    assert english == Prefixes(query="Represent this sentence for searching relevant passages: ")


def test_an_instructed_e5_is_told_its_task() -> None:
    prefixes = prefixes_for("intfloat/multilingual-e5-large-instruct", {})
    assert prefixes.query.startswith("Instruct: ")
    assert prefixes.query.endswith("Query: ")
    assert prefixes.passage == ""


@pytest.mark.parametrize(
    "model", ["BAAI/bge-m3", "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"]
)
def test_other_models_get_nothing(model: str) -> None:
    assert prefixes_for(model, {}) == Prefixes()


def test_the_models_own_prompts_win() -> None:
    own = {"query": "问：", "document": "文："}
    assert prefixes_for("intfloat/multilingual-e5-small", own) == Prefixes("问：", "文：")


def test_empty_prompts_say_nothing() -> None:
    assert prefixes_for("intfloat/e5-small", {"query": "", "document": ""}).passage == "passage: "
