"""Where the index is, and with what it is made: opened, made anew, thrown away."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from rag.embedding import open_embedder
from rag.resources import default_store_folder
from rag.seams import DocumentStore, Embedder
from rag.store import DamagedStoreError, MilvusAddress, StorePlace, delete_store, open_store

PASSAGE_SETTINGS = {"target": 240, "limit": 320, "version": 4}
"""What passages are cut by; an index cut otherwise is rebuilt. The version counts changes of the rules."""


def store_place_for(docs: Sequence[Path], store: StorePlace | None) -> StorePlace:
    """The place named, else the default folder; documents named with `--docs` get a folder of their own."""
    if store is not None:
        return store
    if not docs:
        return default_store_folder()
    digest = hashlib.sha256("\0".join(sorted(str(path.resolve()) for path in docs)).encode()).hexdigest()[:12]
    return default_store_folder() / f"docs-{digest}"


def store_folder_for(docs: Sequence[Path], store: StorePlace | None) -> Path:
    """The folder of the index; of one on a server, where this machine keeps what belongs to it alone."""
    place = store_place_for(docs, store)
    return default_store_folder() / f"milvus-{place.digest}" if isinstance(place, MilvusAddress) else place


def open_index(
    store: StorePlace, embedding_model: str | None = None, *, create: bool = True, rebuild: bool = False
) -> tuple[DocumentStore, Embedder]:
    """Open the index at a place, or create it; with `rebuild` a damaged one is thrown away and made anew.

    Raises `StoreError` if there is none and `create` is false.
    """
    embedder = open_embedder(embedding_model)

    def opened() -> DocumentStore:
        if not isinstance(store, MilvusAddress):
            return open_store(store, embedder=embedder, passage_settings=PASSAGE_SETTINGS, create=create)
        from rag.store.milvus import open_milvus_store

        folder = store_folder_for([], store)
        return open_milvus_store(
            store, folder=folder, embedder=embedder, passage_settings=PASSAGE_SETTINGS, create=create
        )

    try:
        return opened(), embedder
    except DamagedStoreError:
        if not rebuild:
            raise
        delete_index(store)  # there is nothing in it that could be kept
        return opened(), embedder


def delete_index(store: StorePlace) -> None:
    """Throw the index at a place away; of one on a server only what is damaged, which is this machine's copy."""
    if not isinstance(store, MilvusAddress):
        delete_store(store)
        return
    from rag.store.milvus import forget_mirror

    forget_mirror(store_folder_for([], store))
