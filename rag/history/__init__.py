"""Conversations on disk: what was asked and answered survives a restart, in one private SQLite file."""

from rag.history.history import Conversation, Found, History, PastExchange, Verdict

__all__ = ["Conversation", "Found", "History", "PastExchange", "Verdict"]
