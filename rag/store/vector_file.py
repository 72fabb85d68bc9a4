"""The FAISS index on disk, kept in step with the database it is derived from."""

from __future__ import annotations

import threading
from contextlib import suppress

from rag.errors import StoreError
from rag.store.folder import StoreFolder
from rag.store.reader import StoreReader
from rag.store.vector_index import VectorIndex


class VectorFile:
    """Gives the index of the database's present generation: from memory, from the file, or made anew.

    The file of another generation (a program was killed before it saved, another one is writing, a
    backup came back) or a damaged one is not used: the vectors in the database are the truth.
    """

    def __init__(self, folder: StoreFolder, reader: StoreReader, dimensions: int) -> None:
        self._folder = folder
        self._reader = reader
        self._dimensions = dimensions
        self._lock = threading.Lock()
        self._loaded: tuple[int, VectorIndex] | None = None

    def current(self) -> VectorIndex:
        """The index to search now."""
        with self._lock:
            generation = self._reader.generation()
            if self._loaded is None or self._loaded[0] != generation:
                self._loaded = (generation, self._read(generation) or self._repair(generation))
            return self._loaded[1]

    def save(self) -> None:
        """Write the file if it isn't of the present generation; the caller holds the folder's lock."""
        with self._lock:
            generation = self._reader.generation()
            index = self._read(generation)
            if index is None:
                index = self._build()
                self._folder.write(self._folder.vectors, index.to_bytes(generation))
            self._loaded = (generation, index)

    def _read(self, generation: int) -> VectorIndex | None:
        try:
            data = self._folder.vectors.read_bytes()
        except OSError:
            return None
        return VectorIndex.from_bytes(data, generation)

    def _build(self) -> VectorIndex:
        return VectorIndex.build(*self._reader.all_vectors(self._dimensions))

    def _repair(self, generation: int) -> VectorIndex:
        index = self._build()
        # A reader may not be allowed to write, and needn't: the next writer saves the file in any case.
        with suppress(StoreError), self._folder.locked(wait=0):
            if self._reader.generation() == generation:
                self._folder.write(self._folder.vectors, index.to_bytes(generation))
        return index
