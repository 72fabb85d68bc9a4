"""Where a store is: a folder, or a server."""

from __future__ import annotations

from pathlib import Path

from rag.store.milvus_address import SCHEME, MilvusAddress

StorePlace = Path | MilvusAddress


def store_place(named: str) -> StorePlace:
    """What a setting names: `milvus:…` is an address, what is no other address a folder.

    Raises `SettingsError` for an address that can't be used.
    """
    return MilvusAddress.of(named) if named.startswith(SCHEME) or "://" in named else Path(named)
