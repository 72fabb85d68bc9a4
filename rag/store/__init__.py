"""Passages, vectors and terms on disk."""

from rag.store.failures import StaleStoreError
from rag.store.faiss_store import FaissStore, delete_store, open_store
from rag.store.lexicon import TermWeights

__all__ = ["FaissStore", "StaleStoreError", "TermWeights", "delete_store", "open_store"]
