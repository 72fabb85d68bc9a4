"""A path becomes a document: readers, cleaning that keeps the way back to the original, and metadata."""

from rag.documents.discovery import Found, discover, survey
from rag.documents.formats import ARCHIVES, SUFFIXES
from rag.documents.limits import Limits
from rag.documents.reading import read, read_jsonl
from rag.documents.reading_process import Members, ReadingProcess

__all__ = [
    "ARCHIVES",
    "SUFFIXES",
    "Found",
    "Limits",
    "Members",
    "ReadingProcess",
    "discover",
    "read",
    "read_jsonl",
    "survey",
]
