"""A store of made passages, grown by the store's own writer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from eval.speed.made_passages import PASSAGES, MadeDocument, made_documents
from eval.speed.sentence_pool import SentencePool
from rag.index import PASSAGE_SETTINGS
from rag.seams import Embedder, Progress
from rag.store import FaissStore, open_store
from rag.store.database import connect
from rag.store.embedded import EmbeddedPassage, PassageEmbedder, kept_in
from rag.store.folder import StoreFolder
from rag.store.writer import StoreWriter
from rag.types import Passage


@dataclass(frozen=True, slots=True)
class _Made(PassageEmbedder):
    """Gives the passages of a made document what they were made with, in place of asking a model."""

    passages: Sequence[EmbeddedPassage]

    def embed(
        self,
        passages: Sequence[Passage],  # noqa: ARG002 - those it has
        progress: Progress | None,  # noqa: ARG002 - nothing takes long
    ) -> tuple[list[EmbeddedPassage], int]:
        return list(self.passages), 0


def opened(folder: Path, embedder: Embedder) -> FaissStore:
    """The store in a folder, made where there is none, as the assistant opens it."""
    return open_store(folder, embedder=embedder, passage_settings=PASSAGE_SETTINGS)


def put(folder: Path, embedder: Embedder, documents: Iterable[MadeDocument]) -> None:
    """Put made documents into the store of a folder, each by a transaction of its own."""
    files = StoreFolder(folder)
    with files.locked(), closing(connect(files)) as connection:
        for made in documents:
            writer = StoreWriter(connection, files, _Made(kept_in(connection), embedder, made.passages))
            passages = [one.passage for one in made.passages]
            writer.replace(made.document, made.sha256, passages, None)


def grow(
    folder: Path,
    embedder: Embedder,
    pool: SentencePool,
    size: int,
    told: Callable[[int], bool] = lambda _: True,
) -> int:
    """Let the store hold `size` passages; returns how many it holds. It stops early where `told` says so."""
    with opened(folder, embedder) as store:
        held = len(store)
    for number in range(held // PASSAGES, size // PASSAGES, 10):
        put(folder, embedder, made_documents(pool, number, min(number + 10, size // PASSAGES)))
        held = min(number + 10, size // PASSAGES) * PASSAGES
        if not told(held):
            break
    return held
