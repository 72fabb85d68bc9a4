"""A path becomes a document: readers, cleaning that keeps the way back to the original, and metadata."""

from rag.documents.discovery import discover
from rag.documents.formats import SUFFIXES
from rag.documents.reading import read, read_jsonl

__all__ = ["SUFFIXES", "discover", "read", "read_jsonl"]
