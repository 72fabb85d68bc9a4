"""Passages, vectors and terms on disk."""

from rag.store.failures import DamagedStoreError, StaleStoreError
from rag.store.faiss_store import FaissStore
from rag.store.lexicon import TermWeights
from rag.store.opening import delete_store, open_store

__all__ = ["DamagedStoreError", "FaissStore", "StaleStoreError", "TermWeights", "delete_store", "open_store"]
