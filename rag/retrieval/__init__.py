"""A question becomes hits."""

from rag.retrieval.retriever import Found, Retriever
from rag.retrieval.several import Searched, search_several

__all__ = ["Found", "Retriever", "Searched", "search_several"]
