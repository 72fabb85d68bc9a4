"""A path becomes a document: readers, cleaning that keeps the way back to the original, and metadata.

Each name is imported when it is first used: to see that no file has changed, nothing is needed that reads one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.documents.files.archives import Members
    from rag.documents.files.corpus import Row, read_rows
    from rag.documents.files.discovery import SIDECAR, Found, discover, survey
    from rag.documents.formats import ARCHIVES, CORPUS, SUFFIXES, holds_files
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

_HOMES = {
    "files.archives": ("Members",),
    "files.corpus": ("Row", "read_rows"),
    "files.discovery": ("SIDECAR", "Found", "discover", "survey"),
    "formats": ("ARCHIVES", "CORPUS", "SUFFIXES", "holds_files"),
    "limits": ("Limits",),
    "process.reading_process": ("ReadingProcess",),
    "reading": ("read",),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"rag.documents.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
