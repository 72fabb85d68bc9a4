"""The fields of the two collections that a store has in Milvus."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pymilvus import CollectionSchema

_TEXT = 65_535
"""Bytes that a text field of Milvus holds at most."""
_KEY = 128
_TOKEN_CHUNKS = 64
WORDS, PAIRS = "words_bm25", "pairs_bm25"
"""The fields that Milvus makes for its BM25."""
# Its own new words (hmm) are needed: without them a figure is cut at its point. A space is no word.
_JIEBA = {
    "tokenizer": {"type": "jieba", "dict": ["_default_"], "mode": "search", "hmm": True},
    "filter": ["lowercase", {"type": "stop", "stop_words": [" "]}],
}
_JIEBA_LITE = {"tokenizer": {"type": "jieba", "mode": "search"}}
_CODED = {"tokenizer": "standard", "filter": ["lowercase"]}


def document_schema() -> CollectionSchema:
    """The fields of what is known of documents (`rag.store.milvus.document_rows`)."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.VARCHAR, max_length=_KEY, is_primary=True)
    schema.add_field("kind", DataType.VARCHAR, max_length=_KEY)
    for number in ("document", "changed", "part"):
        schema.add_field(number, DataType.INT64)
    schema.add_field("data", DataType.VARCHAR, max_length=_TEXT)
    # A collection has to have a vector.
    schema.add_field("none", DataType.FLOAT_VECTOR, dim=2)
    return schema


def passage_schema(dimensions: int, *, lite: bool) -> CollectionSchema:
    """The fields of passages (`rag.store.milvus.passage_rows`), and what Milvus makes of their texts itself."""
    from pymilvus import DataType, Function, FunctionType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    for number in ("document", "written"):
        schema.add_field(number, DataType.INT64)
    schema.add_field("digest", DataType.VARCHAR, max_length=_KEY)
    for text in ("payload", "places", "sentences"):
        schema.add_field(text, DataType.VARCHAR, max_length=_TEXT)
    schema.add_field(
        "tokens",
        DataType.ARRAY,
        element_type=DataType.VARCHAR,
        max_capacity=_TOKEN_CHUNKS,
        max_length=_TEXT,
    )
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimensions)
    jieba = _JIEBA_LITE if lite else _JIEBA
    for field, analyzer, found in (("words", jieba, WORDS), ("pairs", _CODED, PAIRS)):
        schema.add_field(
            field, DataType.VARCHAR, max_length=_TEXT, enable_analyzer=True, analyzer_params=analyzer
        )
        schema.add_field(found, DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(Function(found, FunctionType.BM25, [field], [found]))
    return schema
