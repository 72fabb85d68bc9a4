"""Texts become vectors."""

from rag.embedding.embedder import open_embedder

__all__ = ["open_embedder"]
