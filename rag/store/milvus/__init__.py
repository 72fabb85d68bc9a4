"""The store for more than one machine. Imported where one is asked for, since its client takes its time."""

from rag.store.milvus.milvus_store import MilvusStore
from rag.store.milvus.opening import delete_milvus_store, forget_mirror, open_milvus_store

__all__ = ["MilvusStore", "delete_milvus_store", "forget_mirror", "open_milvus_store"]
