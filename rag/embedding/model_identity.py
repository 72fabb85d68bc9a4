"""The name of a sentence-transformers model's vectors, which says when an index made with it no longer fits."""

from __future__ import annotations

import hashlib
from pathlib import Path

from rag.embedding.exported_model import ExportedModel
from rag.embedding.prefixes import Prefixes
from rag.hub import is_hub_name

_MODEL_FILES = {".json", ".txt", ".model", ".safetensors", ".bin"}
"""What a model is made of; pictures, read-mes and the hub's bookkeeping are not."""

_OTHER_EXPORTS = {"onnx", "openvino"}
"""Folders in which hub models keep the same weights in other forms."""


def model_identity(model: str, prefixes: Prefixes, export: ExportedModel | None = None) -> str:
    """Make a name that changes when the weights, the tokenizer, the configuration or the prefixes do.

    An `export` of the model's own precision gives the library's vectors, and so has the model's name; one of fewer
    bytes, a quantised one, counts as another model.
    """
    folder = Path(model).expanduser()
    digest = hashlib.sha256(repr(prefixes).encode())
    if folder.is_dir():
        for file in _model_files(folder):
            digest.update(file.relative_to(folder).as_posix().encode())
            with file.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
        model = folder.resolve().name
    else:
        snapshot = _snapshot(model)
        digest.update(snapshot.name.encode() if snapshot else b"")
    if export is not None and not export.whole:
        with export.graph.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return f"sentence-transformers:{model}@{digest.hexdigest()[:16]}"


def _model_files(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.rglob("*")
        if file.suffix in _MODEL_FILES and not _OTHER_EXPORTS & set(file.relative_to(folder).parts)
    )


def model_folder(model: str) -> Path | None:
    """The folder that a model's files lie in: the one named, or where a hub model is cached; `None` if nowhere."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    return _snapshot(model) if is_hub_name(model) else None


def _snapshot(model: str) -> Path | None:
    """Where the commit of a hub model that this machine holds lies; its name is the commit's."""
    try:
        from huggingface_hub import try_to_load_from_cache
    except ImportError:
        return None
    for repository in (model, f"sentence-transformers/{model}"):
        for file in ("config.json", "modules.json"):
            cached = try_to_load_from_cache(repository, file) if repository.count("/") == 1 else None
            if isinstance(cached, str):
                return Path(cached).parent
    return None
