"""A question becomes hits."""

from rag.retrieval.late_interaction import likeness
from rag.retrieval.neighbours import lead_ins
from rag.retrieval.retriever import Found, Retriever
from rag.retrieval.several import Searched, may_ask_several, search_several

__all__ = ["Found", "Retriever", "Searched", "lead_ins", "likeness", "may_ask_several", "search_several"]
