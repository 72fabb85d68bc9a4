"""Which sources a name that a user writes stands for."""

from __future__ import annotations

from pathlib import Path

from rag.documents.files.discovery import source_of
from rag.seams import DocumentStore


def meant(store: DocumentStore, name: str) -> list[str]:
    """The source of this name, else that of the file at this path: `./a.txt` was taken in as `a.txt`."""
    for source in (name, source_of(Path(name))):
        if store.sources([source]):
            return [source]
    return []


def below(store: DocumentStore, name: str) -> list[str]:
    """What came from the folder, archive or message of this name."""
    beginning = f"{source_of(Path(name)).rstrip('/')}/"
    return [record.source for record in store.sources() if record.source.startswith(beginning)]
