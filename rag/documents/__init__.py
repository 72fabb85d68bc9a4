"""A path becomes a document: readers, cleaning that keeps the way back to the original, and metadata."""

from rag.documents.files.archives import Members, holds_files
from rag.documents.files.corpus import CORPUS, Row, read_rows
from rag.documents.files.discovery import SIDECAR, Found, discover, survey
from rag.documents.formats import ARCHIVES, SUFFIXES
from rag.documents.limits import Limits
from rag.documents.process.reading_process import ReadingProcess
from rag.documents.reading import read

__all__ = [
    "ARCHIVES",
    "CORPUS",
    "SIDECAR",
    "SUFFIXES",
    "Found",
    "Limits",
    "Members",
    "ReadingProcess",
    "Row",
    "discover",
    "holds_files",
    "read",
    "read_rows",
    "survey",
]
