"""A document becomes passages."""

from rag.passages.splitting import split

__all__ = ["split"]
