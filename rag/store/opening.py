"""An index is opened, made, or deleted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rag.seams import Embedder
from rag.store import failures
from rag.store.approximation import Scale
from rag.store.database import create_database
from rag.store.faiss_store import FaissStore
from rag.store.folder import StoreFolder
from rag.store.lexicon import TermWeights
from rag.store.manifest import Manifest, refuse_newer

_DEFAULT_WEIGHTS = TermWeights()
_DEFAULT_SCALE = Scale()


def open_store(
    folder: Path,
    *,
    embedder: Embedder,
    passage_settings: Mapping[str, int],
    weights: TermWeights = _DEFAULT_WEIGHTS,
    scale: Scale = _DEFAULT_SCALE,
    create: bool = True,
) -> FaissStore:
    """Open the index in `folder`, or make an empty one there.

    `scale` says from how many vectors on the store works as a large one does.
    `embedder` is asked for its name and dimensions only, until something is put in. An index that was
    built in another way opens with `stale` set.

    Raises `StoreError` if there is none and `create` is false, if the folder can't be written to make
    one, if a newer version wrote it (nothing is changed then), or if a file is damaged.
    """
    files = StoreFolder(folder)
    wanted = Manifest(embedder.name, embedder.dimensions, embedder.token_dimensions, dict(passage_settings))
    refuse_newer(files)
    if not files.database.exists():
        if not create:
            raise failures.missing(folder)
        _make(files, wanted)
    return FaissStore(files, wanted, embedder, weights, scale)


def delete_store(folder: Path) -> None:
    """Delete the index in `folder`, damaged or not, and no other file there.

    A program that has it open goes on with what it had until it opens it again. Raises `StoreError` if
    another writer is at work or the folder is read-only.
    """
    StoreFolder(folder).delete()


def _make(files: StoreFolder, manifest: Manifest) -> None:
    files.make()
    with files.locked():
        if not files.database.exists():
            files.write(files.manifest, manifest.to_json().encode())
            create_database(files, manifest.to_json())
