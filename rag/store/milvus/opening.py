"""A store in Milvus is opened, made, or deleted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rag.errors import StoreError
from rag.seams import Embedder
from rag.store.manifest import Manifest
from rag.store.milvus import troubles
from rag.store.milvus.document_rows import manifest_row
from rag.store.milvus.milvus_store import MilvusStore
from rag.store.milvus.mirror import FILE
from rag.store.milvus.server import MilvusServer
from rag.store.milvus.writer import tick
from rag.store.milvus_address import MilvusAddress


def open_milvus_store(
    address: MilvusAddress,
    *,
    folder: Path,
    embedder: Embedder,
    passage_settings: Mapping[str, int],
    create: bool = True,
) -> MilvusStore:
    """Open the store at an address, or make an empty one there. `folder` is for what belongs to this machine.

    A store that was built in another way opens with `stale` set. Raises `StoreError` if there is none and `create`
    is false, if the server can't be used, or if a newer version made it.
    """
    server = MilvusServer(address)
    wanted = Manifest(embedder.name, embedder.dimensions, embedder.token_dimensions, dict(passage_settings))
    epoch = server.epoch()
    if epoch is not None:
        server.load_epoch(epoch)
    elif create:
        _make(server, wanted)
    else:
        server.close()
        raise troubles.missing(address)
    return MilvusStore(server, folder, wanted, embedder)


def delete_milvus_store(address: MilvusAddress, folder: Path) -> None:
    """Delete the store at an address for everybody, and what this machine mirrors of it."""
    server = MilvusServer(address)
    try:
        server.drop()
    finally:
        server.close()
    forget_mirror(folder)


def forget_mirror(folder: Path) -> None:
    """Delete what this machine mirrors of a store; it is fetched again when the store is opened."""
    for file in folder.glob(f"{FILE}*"):
        file.unlink(missing_ok=True)


def _make(server: MilvusServer, manifest: Manifest) -> None:
    epoch = str(tick())
    server.make_epoch(epoch, manifest.dimensions)
    server.put_documents(epoch, [manifest_row(manifest, epoch, tick())])
    try:
        server.show_epoch(epoch)
    except StoreError:
        # Somebody else was first.
        server.drop_epoch(epoch)
        if server.epoch() is None:
            raise
