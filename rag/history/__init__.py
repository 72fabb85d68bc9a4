"""Conversations that last: what was asked and answered survives a restart, in one private file or in PostgreSQL."""

from rag.history.conversation import Conversation, Found, PastExchange, Verdict
from rag.history.history import History

__all__ = [
    "Conversation",
    "Found",
    "History",
    "PastExchange",
    "Verdict",
]
