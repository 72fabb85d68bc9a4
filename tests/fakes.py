"""Real but tiny stand-ins for the seams, so that a test can assert exact rankings."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.seams import Progress
from rag.vectors import Encoded, Vectors

_RUN = re.compile(r"[a-z]+|\d+(?:\.\d+)?|[\u4e00-\u9fff]+")
_NO_WORDS = 0
"""The dimension that stands for a text in which there is nothing to count."""


class HashedBagOfWords:
    """Embeds a text as its counted features: Latin words, whole numbers, Chinese character bigrams.

    The cosine of two texts grows with the features they share, whatever their order. A stable hash
    (CRC-32) makes vectors equal in every process.
    """

    def __init__(self, dimensions: int = 512) -> None:
        self.dimensions = dimensions
        self.token_dimensions = dimensions
        self.name = f"hashed-bag-of-words-{dimensions}"

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, encoded in enumerate(HashedBagOfWords.encode_passages(self, texts, progress=progress)):
            vectors[row] = encoded.vector
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return self.encode_query(text).vector

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Iterator[Encoded]:
        for row, text in enumerate(texts):
            yield self.encode_query(text)
            if progress is not None:
                progress(row + 1, len(texts))

    def encode_query(self, text: str) -> Encoded:
        """Each feature is a token with a dimension of its own; a text without any has no tokens."""
        found = placed_features(text)
        places = [1 + zlib.crc32(feature.encode()) % (self.dimensions - 1) for feature, _ in found]
        tokens = np.zeros((len(found), self.dimensions), dtype=np.float32)
        tokens[np.arange(len(found)), places] = 1
        vector = tokens.sum(axis=0)
        if not found:
            vector[_NO_WORDS] = 1
        spans = np.array([span for _, span in found], np.int32).reshape(-1, 2)
        return Encoded(vector / np.float32(np.linalg.norm(vector)), tokens, spans)


def features(text: str) -> list[str]:
    """Split a text into words, numbers and character bigrams; a lone character counts as itself."""
    return [feature for feature, _ in placed_features(text)]


def placed_features(text: str) -> list[tuple[str, tuple[int, int]]]:
    """The features of a text, each with the span of the text it stands at."""
    folded = [(unicodedata.normalize("NFKC", character).lower(), at) for at, character in enumerate(text)]
    places = [at for piece, at in folded for _ in piece]
    found: list[tuple[str, tuple[int, int]]] = []
    for match in _RUN.finditer("".join(piece for piece, _ in folded)):
        run, start = match.group(), match.start()
        length = len(run) if len(run) == 1 or not "\u4e00" <= run[0] <= "\u9fff" else 2
        for i in range(len(run) - length + 1):
            first, last = places[start + i], places[start + i + length - 1]
            found.append((run[i : i + length], (first, last + 1)))
    return found
