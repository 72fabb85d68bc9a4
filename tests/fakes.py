"""Real but tiny stand-ins for the seams, so that a test can assert exact rankings."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.seams import Progress
from rag.types import Vectors

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
        self.name = f"hashed-bag-of-words-{dimensions}"

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self.embed_query(text)
            if progress is not None:
                progress(row + 1, len(texts))
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.dimensions, dtype=np.float32)
        for feature in features(text):
            vector[1 + zlib.crc32(feature.encode()) % (self.dimensions - 1)] += 1
        if not vector.any():
            vector[_NO_WORDS] = 1
        return vector / np.float32(np.linalg.norm(vector))


def features(text: str) -> list[str]:
    """Split a text into words, numbers and character bigrams; a lone character counts as itself."""
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if len(run) == 1 or not "\u4e00" <= run[0] <= "\u9fff":
            found.append(run)
        else:
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return found
