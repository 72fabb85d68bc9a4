"""A question becomes hits."""

from rag.retrieval.neighbours import lead_ins
from rag.retrieval.retriever import Found, Retriever
from rag.retrieval.several import Searched, search_several

__all__ = ["Found", "Retriever", "Searched", "lead_ins", "search_several"]
