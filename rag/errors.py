"""One family of errors. Every message names the file or setting, what is wrong, and what to do.

Messages are written in both languages, Chinese first, because an error can arise before anyone knows
which language the reader wants.
"""

from __future__ import annotations

from typing import Literal

FailureCode = Literal["password", "no_text", "damaged", "unsupported", "too_large", "timeout", "unreadable"]


class WenjuError(Exception):
    """Anything the user can put right. The message is for the user; entry points print it as it is."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh = zh
        self.en = en


class ReadError(WenjuError):
    """A file that can't be taken in; `code` is the ingestion report's."""

    def __init__(self, code: FailureCode, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.code = code


class SettingsError(WenjuError):
    """A setting or an argument with a value that can't be used."""


class EmbeddingError(WenjuError):
    """The embedding model can't be loaded or does not fit the store."""


class RerankerError(WenjuError):
    """The reranker can't be loaded, or is none."""


class StoreError(WenjuError):
    """The index on disk can't be opened or written."""


class MissingStoreError(StoreError):
    """There is no index at the place named."""


class UnknownSourceError(StoreError):
    """A source that is not in the index."""


class LibraryError(WenjuError):
    """A change of the documents that can't be made as it was asked for."""


class QuestionError(WenjuError):
    """A question that can't be asked: empty, or far too long."""


class PromptError(WenjuError):
    """A prompt template that is missing, or whose variables don't match."""


class ModelError(WenjuError):
    """An answer backend that can't be built or reached."""


class HistoryError(WenjuError):
    """The file of past conversations can't be used, or a conversation is not in it."""
