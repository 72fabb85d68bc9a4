"""The default store: SQLite for documents, passages and terms, FAISS for the search over vectors.

SQLite is the truth, vectors included. The FAISS files are derived from it and listed in it, in the transaction
that changes the vectors; one that is missing or damaged is made again.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager

import numpy as np
from numpy.typing import NDArray

from rag.original import Original
from rag.seams import Embedder, Progress
from rag.store import failures
from rag.store.approximation import Scale
from rag.store.database import Connection, connect, empty_database, keep_log, transaction
from rag.store.embedded import PassageEmbedder, kept_in
from rag.store.failures import StaleStoreError
from rag.store.folder import StoreFolder
from rag.store.identity import document_id
from rag.store.lexical_search import LexicalSearch
from rag.store.lexicon import TermWeights
from rag.store.manifest import Manifest
from rag.store.reader import StoreReader
from rag.store.segments import files_listed
from rag.store.vector_search import VectorSearch
from rag.store.writer import StoreWriter
from rag.types import Document, Passage, SourceRecord, StoredPassage
from rag.vectors import TokenVectors


class FaissStore:
    """A `Store` in a folder. Any number of threads and programs may read it; one at a time writes it.

    Made by `open_store`. Every method raises `StoreError` if a file can't be used. While `stale` is set,
    all but `sources`, `original`, `document`, `rebuilding`, `clear` and `close` raise it.
    """

    def __init__(
        self,
        folder: StoreFolder,
        manifest: Manifest,
        embedder: Embedder,
        weights: TermWeights,
        scale: Scale,
    ) -> None:
        self._folder = folder
        self.folder = folder.path
        self._manifest = manifest
        self._embedder = embedder
        self._weights = weights
        self._own = threading.local()
        self._reader = StoreReader(folder)
        self._scale = scale
        self._words = LexicalSearch(folder, self._reader, scale.postings_from)
        self._vectors = VectorSearch(folder, self._reader, manifest.dimensions, scale.probed)
        self._checked: int | None = None
        self._stale: StaleStoreError | None = None
        self._check_manifest()

    @property
    def stale(self) -> StaleStoreError | None:
        """Why the index must be built again (`clear`, then every document anew); `None` if it fits."""
        return self._stale

    @property
    def generation(self) -> int:
        """A number that grows with every change of the content, by this program or another."""
        with self._fitting() as reader:
            return reader.generation()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What this thread reads in the block is of one state, whatever is written meanwhile.

        Each call outside such a block sees what was committed last.
        """
        with self._reader.snapshot():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store for many changes; each is kept as soon as it is made. Raises `StoreError` if another has it."""
        with self._writer():
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """What is put in within the block becomes all that the store holds, at once when the block ends.

        Until then everyone, this program too, reads the store as it was; and so it stays if the block is left by
        an error or the program is killed. Afterwards the store fits the present settings. Not inside `writing`.
        """
        with self._folder.locked(), closing(connect(self._folder)) as connection:
            with failures.told(self._folder.database):
                keep_log(connection)
            with transaction(connection, self._folder.database):
                with failures.told(self._folder.database):
                    empty_database(connection, self._manifest.to_json())
                with self._writer_over(connection):
                    yield
            self._folder.write(self._folder.manifest, self._manifest.to_json().encode())
            self._sweep(connection)
        self._check_manifest()

    def replace(
        self,
        document: Document,
        sha256: str,
        passages: Sequence[Passage],
        *,
        progress: Progress | None = None,
    ) -> int:
        """Put a document in, in place of what its source held; returns how many passages were embedded.

        The document is kept under its bytes' hash and its format: sources that have both in common share it. A text
        that any passage in the store already has keeps its vectors.
        """
        with self._writer() as writer:
            return writer.replace(document, sha256, passages, progress)

    def link(self, source: str, same_as: str) -> None:
        """List another source for the document of `same_as`, in place of what it held; nothing is embedded.

        Raises `UnknownSourceError` if `same_as` is not there.
        """
        with self._writer() as writer:
            writer.link(source, same_as)

    def rename(self, source: str, to: str) -> None:
        """Call a source by another name, in place of what that held; nothing is embedded.

        Raises `UnknownSourceError` if `source` is not there.
        """
        with self._writer() as writer:
            writer.rename(source, to)

    def remove(self, sources: Collection[str]) -> tuple[str, ...]:
        """Take sources out; returns those that were there, in the order given.

        A document stays as long as it has another source.
        """
        with self._writer() as writer:
            return writer.remove(sources)

    def clear(self) -> None:
        """Take everything out and make the index fit the present settings. Not inside `writing`."""
        with self.rebuilding():
            pass

    def sources(self, among: Collection[str] | None = None) -> tuple[SourceRecord, ...]:
        """Every source by name, or of the names `among` those that are there.

        Of sources with the same document all but the first are `same_as` that one.
        """
        with self._readable() as reader:
            return reader.sources(among)

    def source_with(self, sha256: str, form: str) -> str | None:
        """The first source with these bytes read as this format; `None` if there is none."""
        with self._fitting() as reader:
            return reader.source_with(document_id(sha256, form))

    def original(self, source: str) -> Original:
        """The original text of a source; raises `UnknownSourceError`."""
        with self._readable() as reader:
            return reader.original(source)

    def document(self, source: str) -> Document:
        """A source as it was put in; raises `UnknownSourceError`."""
        with self._readable() as reader:
            return reader.document(source)

    def passages(self, ids: Iterable[int]) -> Iterator[StoredPassage]:
        """The passages of these ids, in the order asked for; an id that is gone is passed over."""
        with self._fitting() as reader:
            return iter(reader.passages(ids))

    def passages_of(self, source: str) -> tuple[StoredPassage, ...]:
        """All passages of one source in reading order; none where the source is not there."""
        with self._fitting() as reader:
            return tuple(reader.passages_of(source))

    def dense(
        self, vector: NDArray[np.float32], k: int, *, sources: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """The nearest `k` passages as (id, cosine), best first, of the given sources or of all."""
        with self._fitting() as reader:
            return self._vectors.nearest(vector, k, among=reader.numbers(sources))

    def lexical(
        self, terms: Sequence[str], k: int, *, sources: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """The best `k` passages as (id, BM25 score, higher is better) for any of the terms.

        The score is FTS5's BM25 (k1 = 1.2, b = 0.75) with its sign turned round; one in more than half of the
        passages counts almost nothing: https://www.sqlite.org/fts5.html#the_bm25_function. In a large index one that
        stands in more than a third counts nothing (`rag.store.lexicon.telling`).
        """
        with self._fitting():
            return self._words.matches(terms, k, self._weights, sources)

    def similarities(self, vector: NDArray[np.float32], ids: Sequence[int]) -> NDArray[np.float32]:
        """Cosines of the vector with these passages, shape (len(ids),); 0 for an id that is gone."""
        with self._fitting() as reader:
            return reader.similarities(vector, ids)

    def token_vectors(self, ids: Sequence[int]) -> TokenVectors:
        """The token vectors of these passages, in the order of `ids`, in four bits a number; none for one that is gone."""
        with self._fitting() as reader:
            return reader.token_vectors(ids, self._manifest.token_dimensions)

    def document_frequencies(
        self, terms: Iterable[str], *, sources: Collection[str] | None = None
    ) -> dict[str, int]:
        """In how many passages each term occurs, context or text; 0 for one that never does, or not in these sources."""
        with self._fitting():
            return self._words.document_frequencies(terms, sources)

    def vocabulary(self, beginning: str = "") -> frozenset[str]:
        """Every lexical term (search word or bigram) of the passages and their contexts that begins so."""
        with self._fitting():
            return self._words.vocabulary(beginning)

    def __len__(self) -> int:
        """The number of passages."""
        with self._fitting() as reader:
            return reader.count()

    def __bool__(self) -> bool:
        """A store is there even when it is empty."""
        return True

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()

    def __enter__(self) -> FaissStore:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _check_manifest(self) -> None:
        """Compare with the manifest in the database, and remember at which generation that was."""
        state = self._reader.state()
        if state["generation"] == self._checked:
            return
        reason = self._manifest.differences(Manifest.of(state))
        self._stale = failures.stale(self._folder.path, *reason) if reason else None
        self._checked = state["generation"]

    @contextmanager
    def _readable(self) -> Iterator[StoreReader]:
        with self._reader.snapshot():
            self._check_manifest()
            yield self._reader

    @contextmanager
    def _fitting(self) -> Iterator[StoreReader]:
        # Another program may have rebuilt the index, in its own way or in ours.
        with self._readable() as reader:
            if self._stale is not None:
                raise self._stale
            yield reader

    @contextmanager
    def _writer(self) -> Iterator[StoreWriter]:
        outer: StoreWriter | None = getattr(self._own, "writer", None)
        if outer is not None:
            yield outer
            return
        with self._fitting():
            pass
        with self._folder.locked():
            with self._fitting():
                pass
            with closing(connect(self._folder)) as connection:
                with self._writer_over(connection) as writer:
                    yield writer
                self._sweep(connection)

    @contextmanager
    def _writer_over(self, connection: Connection) -> Iterator[StoreWriter]:
        embedder = PassageEmbedder(kept_in(connection), self._embedder)
        self._own.writer = StoreWriter(connection, self._folder, embedder, self._scale)
        try:
            yield self._own.writer
        finally:
            self._own.writer = None

    def _sweep(self, connection: Connection) -> None:
        """Delete files that are no longer listed, also what a killed program left."""
        with failures.told(self._folder.database):
            self._folder.sweep(files_listed(connection))
