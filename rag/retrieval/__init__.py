"""A question becomes hits."""

from rag.retrieval.retriever import Found, Retriever

__all__ = ["Found", "Retriever"]
