"""Passages, vectors and terms on disk."""

from rag.store.approximation import Scale
from rag.store.failures import DamagedStoreError, StaleStoreError
from rag.store.faiss_store import FaissStore
from rag.store.lexicon import TermWeights
from rag.store.milvus_address import MilvusAddress
from rag.store.opening import delete_store, open_store
from rag.store.place import StorePlace, store_place

__all__ = [
    "DamagedStoreError",
    "FaissStore",
    "MilvusAddress",
    "Scale",
    "StaleStoreError",
    "StorePlace",
    "TermWeights",
    "delete_store",
    "open_store",
    "store_place",
]
