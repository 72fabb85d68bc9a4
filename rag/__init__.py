"""Wenju 问据: ask your documents, get an answer whose every sentence shows its evidence."""

__version__ = "0.4.0"
