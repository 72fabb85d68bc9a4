"""Plain vectors of texts, as an embedding model gives them, kept by content from one run to the next."""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.seams import Progress
from rag.vectors import Vectors

_PASSAGE, _QUERY = "passage", "query"


class PlainEmbedder(Protocol):
    """What is asked of an embedder here; every `rag.seams.Embedder` is one."""

    @property
    def name(self) -> str:
        """What identifies the vectors."""

    @property
    def dimensions(self) -> int:
        """The length of a vector."""

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Vectors of texts to be found, shape (len(texts), dimensions), each of length 1."""

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, shape (dimensions,), of length 1."""


class PlainVectors:
    """Vectors of passages and questions by one embedder, with no method of ours on top.

    A text is embedded once: its vector is known by the SHA-256 of the text and of how it is meant. With a
    `folder`, `keep` writes what is new there, in a file of the embedder's own.
    """

    def __init__(
        self, embedder: PlainEmbedder, folder: Path | None = None, progress: Progress | None = None
    ) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._progress = progress
        digest = hashlib.sha256(embedder.name.encode()).hexdigest()[:16]
        self._file = folder / f"{digest}.npz" if folder else None
        self._known = _read(self._file, embedder.dimensions) if self._file else {}
        self._new = False

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, shape (len(texts), dimensions), each of length 1."""
        keys = [_key(_PASSAGE, text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if missing:
            vectors = self._embedder.embed_passages(list(missing.values()), progress=self._progress)
            self._known.update(zip(missing, np.asarray(vectors, dtype=np.float32), strict=True))
            self._new = True
        if not keys:
            return np.empty((0, self._embedder.dimensions), dtype=np.float32)
        return np.stack([self._known[key] for key in keys])

    def query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, shape (dimensions,), of length 1."""
        key = _key(_QUERY, text)
        if key not in self._known:
            self._known[key] = np.asarray(self._embedder.embed_query(text), dtype=np.float32)
            self._new = True
        return self._known[key]

    def keep(self) -> None:
        """Write what is new. A folder that can't be written costs the next run time, and nothing else."""
        if self._file is None or not self._new:
            return
        keys = np.array([np.frombuffer(key, dtype=np.uint8) for key in self._known])
        vectors = np.stack(list(self._known.values()))
        written = self._file.with_suffix(".new.npz")
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(written, keys=keys, vectors=vectors)
            written.replace(self._file)
            self._new = False


def _key(role: str, text: str) -> bytes:
    return hashlib.sha256(f"{role}\0{text}".encode("utf-8", "surrogatepass")).digest()


def _read(file: Path, dimensions: int) -> dict[bytes, NDArray[np.float32]]:
    """What an earlier run kept; nothing where there is no such file, or it is damaged."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            keys, vectors = kept["keys"], kept["vectors"]
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return {}
    if vectors.ndim != 2 or len(keys) != len(vectors) or vectors.shape[1] != dimensions:
        return {}
    return {key.tobytes(): vector for key, vector in zip(keys, vectors.astype(np.float32), strict=True)}
