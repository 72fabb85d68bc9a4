"""The Protocols of the seams: what an embedder, a reranker, a store and a watcher of progress must be able to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreError
from rag.original import Original
from rag.types import Document, Passage, SourceRecord, StoredPassage
from rag.vectors import Encoded, TokenVectors, Vectors


class Embedder(Protocol):
    """Texts become vectors. Any prefix the model wants is put on inside."""

    @property
    def name(self) -> str:
        """What identifies the vectors: two embedders of one name give the same vectors."""

    @property
    def dimensions(self) -> int:
        """The length of a vector."""

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Vectors of texts to be found, shape (len(texts), dimensions), each of length 1."""

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, shape (dimensions,), of length 1."""

    @property
    def token_dimensions(self) -> int:
        """The length of a token's vector."""

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Iterator[Encoded]:
        """Texts to be found, in order, each with its vector and those of its tokens from one pass of the model."""

    def encode_query(self, text: str) -> Encoded:
        """A question with its vector and those of its tokens."""


class Reranker(Protocol):
    """Reads a question and a passage together, and says how well the one answers the other."""

    @property
    def name(self) -> str:
        """What the user calls it."""

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each text answers the question, 0 to 1, shape (len(texts),)."""


class Progress(Protocol):
    """Told how far a long piece of work has come."""

    def __call__(self, done: int, total: int) -> None:
        """`done` of `total` texts are embedded."""


class Store(Protocol):
    """Documents, passages, vectors and terms, kept."""

    def reading(self) -> AbstractContextManager[None]:
        """What this thread reads in the block is of one state, whatever is written meanwhile."""

    def sources(self) -> tuple[SourceRecord, ...]:
        """Every indexed document, by source."""

    def replace(
        self,
        document: Document,
        sha256: str,
        passages: Sequence[Passage],
        *,
        progress: Progress | None = None,
    ) -> int:
        """Put a document in, in place of what its source held; returns how many passages were embedded."""

    def remove(self, sources: Collection[str]) -> tuple[str, ...]:
        """Take documents out; returns the sources that were there."""

    def original(self, source: str) -> Original:
        """The original text of a source; raises `UnknownSourceError`."""

    def passages(self, ids: Iterable[int]) -> Iterator[StoredPassage]:
        """The passages of these ids, in the order asked for; an id that is gone is passed over."""

    def dense(
        self, vector: NDArray[np.float32], k: int, *, sources: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """The nearest `k` passages as (id, cosine), best first, of the given sources or of all."""

    def lexical(
        self, terms: Sequence[str], k: int, *, sources: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """The best `k` passages as (id, BM25 score, higher is better) for any of the terms."""

    def similarities(self, vector: NDArray[np.float32], ids: Sequence[int]) -> NDArray[np.float32]:
        """Cosines of the vector with these passages, shape (len(ids),)."""

    def document_frequencies(
        self, terms: Iterable[str], *, sources: Collection[str] | None = None
    ) -> dict[str, int]:
        """In how many passages each term occurs; 0 for one that does not in these sources."""

    def passages_of(self, source: str) -> tuple[StoredPassage, ...]:
        """All passages of one source in reading order; none where the source is not there."""

    def vocabulary(self, beginning: str = "") -> Collection[str]:
        """Every lexical term (search word or bigram) of the passages that begins so."""

    def token_vectors(self, ids: Sequence[int]) -> TokenVectors:
        """The token vectors of these passages, in the order of `ids`; none for a passage that is gone."""

    @property
    def generation(self) -> int:
        """A number that grows with every change of the content."""

    def __len__(self) -> int:
        """The number of passages."""


class DocumentStore(Store, Protocol):
    """A store that documents are put into, with what may stand beside them on this machine."""

    folder: Path
    """Where on this machine belongs what is kept beside the store: uploads, the ledger."""

    @property
    def stale(self) -> StoreError | None:
        """Why the store must be built again before it is of use; `None` if it fits."""

    def writing(self) -> AbstractContextManager[None]:
        """Hold the store for many changes; each is kept as soon as it is made."""

    def rebuilding(self) -> AbstractContextManager[None]:
        """What is put in within the block becomes all that the store holds, at once when the block ends."""

    def sources(self, among: Collection[str] | None = None) -> tuple[SourceRecord, ...]:
        """Every source by name, or of the names `among` those that are there."""

    def source_with(self, sha256: str, form: str) -> str | None:
        """The first source with these bytes read as this format; `None` if there is none."""

    def document(self, source: str) -> Document:
        """A source as it was put in; raises `UnknownSourceError`."""

    def link(self, source: str, same_as: str) -> None:
        """List another source for the document of `same_as`; raises `UnknownSourceError`."""

    def rename(self, source: str, to: str) -> None:
        """Call a source by another name, in place of what that held; raises `UnknownSourceError`."""

    def clear(self) -> None:
        """Take everything out and make the store fit the present settings."""

    def close(self) -> None:
        """Let go of files and connections."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
