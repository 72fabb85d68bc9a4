"""The file that a document was read from: whether it is still there, and still the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rag.errors import ReadError
from rag.ingestion.incoming import Opening, hash_of
from rag.resources import seed_folder
from rag.types import SourceRecord

FileState = Literal["there", "changed", "gone"]
"""As it was when it was read; there, with other bytes; not found (or not to be opened)."""


@dataclass(frozen=True, slots=True)
class FileBehind:
    """Where a document's file is. There is a `path` only where its bytes are those that were read."""

    state: FileState
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Files:
    """Where the files of sources are: below the folder of the first beginning that fits, else at the path they name.

    A source is whatever path its file was given by, so a path relative to another folder than the program's is not
    found again, nor is what came out of an archive.
    """

    folders: Mapping[str, Path] = field(default_factory=lambda: {"seeds/": seed_folder()})
    opening: Opening = field(default_factory=Opening)
    """Remembers hashes: a file is read again only when its size or times have changed."""

    def behind(self, record: SourceRecord) -> FileBehind:
        """The file of a document, by its own name or the name its equal is kept under."""
        found: FileState = "gone"
        for source in filter(None, (record.source, record.same_as)):
            path = self._path(source)
            try:
                same = path.is_file() and self._hash(path, source) == record.sha256
            except (ReadError, OSError, ValueError):  # no permission, or no path at all
                continue
            if same:
                return FileBehind("there", path)
            if path.is_file():
                found = "changed"
        return FileBehind(found)

    def _hash(self, path: Path, source: str) -> str:
        own, words = hash_of(path, source, self.opening), self.opening.words().get(source)
        return words.mixed_into(own) if words else own

    def _path(self, source: str) -> Path:
        for beginning, folder in self.folders.items():
            if source.startswith(beginning):
                return folder / source.removeprefix(beginning)
        return Path(source)
