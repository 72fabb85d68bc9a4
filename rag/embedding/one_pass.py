"""What every embedder here has in common: a text's vector is part of what one pass of its model gives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.vectors import Encoded, Vectors

if TYPE_CHECKING:
    from rag.seams import Progress


class OnePassEmbedder(ABC):
    """The half of an `Embedder` that gives vectors alone, made of the half that encodes."""

    dimensions: int

    @abstractmethod
    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Iterator[Encoded]:
        """Texts to be found, in order, each with its vector and those of its tokens from one pass."""

    @abstractmethod
    def encode_query(self, text: str) -> Encoded:
        """A question with its vector and those of its tokens."""

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return the vectors of texts to be found, shape (len(texts), dimensions), each of length 1."""
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for row, encoded in enumerate(self.encode_passages(texts, progress=progress)):
            vectors[row] = encoded.vector
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a question, shape (dimensions,), of length 1."""
        return self.encode_query(text).vector
