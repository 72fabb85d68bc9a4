"""Sentence-transformers models that have an ONNX export, run without torch."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.embedding.exported_model import ExportedModel, exported_model
from rag.embedding.model_identity import model_folder, model_identity
from rag.embedding.one_pass import OnePassEmbedder
from rag.embedding.onnx_session import UnusableGraphError, open_graph
from rag.embedding.prefixes import Prefixes, prefixes_for
from rag.embedding.readable import readable
from rag.embedding.spread import encoded_in_order
from rag.embedding.token_space import unit
from rag.vectors import Encoded

if TYPE_CHECKING:
    from tokenizers import Encoding

    from rag.seams import Progress


def open_export(model: str) -> OnnxEmbedder | None:
    """The ONNX export of a model, a folder or a hub name, where this machine holds one and no faster way to run it."""
    folder = model_folder(model)
    export = exported_model(folder) if folder and not _has_a_gpu() else None
    if export is None:
        return None
    prefixes = prefixes_for(model, export.prompts)
    try:
        return OnnxEmbedder(export, model_identity(model, prefixes, export), prefixes)
    except UnusableGraphError:
        return None


def _has_a_gpu() -> bool:
    """Whether torch may find one: asking torch itself would take seconds."""
    apple = sys.platform == "darwin" and platform.machine() == "arm64"
    return apple or which("nvidia-smi") is not None or Path("/dev/kfd").exists()


class OnnxEmbedder(OnePassEmbedder):
    """The ONNX export of a sentence-transformers model: the same vectors as through the library, on CPUs faster.

    Texts are run one by one, one on each core, so none is padded. A text longer than the model takes is cut.

    Raises `UnusableGraphError` when ONNX Runtime is missing or can't open the graph.
    """

    def __init__(self, model: ExportedModel, name: str, prefixes: Prefixes) -> None:
        self.name = name
        self._model = model
        self._prefixes = prefixes
        self._session = open_graph(model.graph)
        self._tokenizer = model.tokenizer()
        question = self.encode_query("")
        self.dimensions = len(question.vector)
        self.token_dimensions = question.tokens.shape[1]

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Iterator[Encoded]:
        """Texts to be found, in order, each with its vector and those of its tokens from one pass."""
        return encoded_in_order(self._passages, texts, batch=1, progress=progress)

    def encode_query(self, text: str) -> Encoded:
        """A question with its vector and those of its tokens."""
        return self._encoded(text, self._prefixes.query)

    def _passages(self, texts: Sequence[str]) -> list[Encoded]:
        return [self._encoded(text, self._prefixes.passage) for text in texts]

    def _encoded(self, text: str, prefix: str) -> Encoded:
        read = self._tokenizer.encode(prefix + readable(text))
        (states, *_) = self._session.run(self._inputs(read))
        pooled = states[0].mean(axis=0) if self._model.pooling == "mean" else states[0, 0]
        spans = np.asarray(read.offsets, dtype=np.int32).reshape(-1, 2) - np.int32(len(prefix))
        inside = (spans[:, 1] > spans[:, 0]) & (spans[:, 0] >= 0)
        return Encoded(unit(pooled), unit(states[0][inside]), spans[inside])

    def _inputs(self, read: Encoding) -> Mapping[str, NDArray[Any]]:
        given = {
            "input_ids": read.ids,
            "attention_mask": read.attention_mask,
            "token_type_ids": read.type_ids,
        }
        return {
            name: np.asarray([values], dtype=np.int64)
            for name, values in given.items()
            if name in self._session.inputs
        }
