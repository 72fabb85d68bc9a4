"""Where a store is: a folder, or a server."""

from __future__ import annotations

from pathlib import Path

from rag.store.milvus_address import SCHEME, MilvusAddress

StorePlace = Path | MilvusAddress


def store_place(given: object) -> object:
    """What a setting or an argument names: `milvus:…` is an address, any other text a folder.

    Raises `SettingsError` for an address that can't be used.
    """
    if isinstance(given, str):
        return MilvusAddress.of(given) if given.startswith(SCHEME) else Path(given)
    return given
