"""The default store: SQLite for documents, passages and terms, FAISS for the search over vectors.

SQLite is the truth, vectors included. The FAISS file is derived from it and sealed with the database's
generation, so a file that lags (a program killed between the two) is noticed and made again.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from rag.original import Original
from rag.store import failures
from rag.store.database import connect, create_database, empty_database
from rag.store.embedded import PassageEmbedder
from rag.store.failures import StaleStoreError
from rag.store.folder import StoreFolder
from rag.store.lexicon import TermWeights
from rag.store.manifest import FORMAT, Manifest, read_manifest
from rag.store.reader import StoreReader
from rag.store.vector_file import VectorFile
from rag.store.writer import StoreWriter
from rag.types import Document, Embedder, Passage, Progress, SourceRecord, StoredPassage, Vectors

_DEFAULT_WEIGHTS = TermWeights()


class FaissStore:
    """A `Store` in a folder. Any number of threads and programs may read it; one at a time writes it.

    Made by `open_store`. Every method raises `StoreError` if a file can't be used. While `stale` is set,
    all but `sources`, `original`, `document`, `clear` and `close` raise it; if it is stale because its
    format is an old one, those three do too.
    """

    def __init__(
        self, folder: StoreFolder, manifest: Manifest, embedder: Embedder, weights: TermWeights
    ) -> None:
        self._folder = folder
        self._manifest = manifest
        self._embedder = embedder
        self._weights = weights
        self._own = threading.local()
        self._reader = StoreReader(folder)
        self._vectors = VectorFile(folder, self._reader, manifest.dimensions)
        self._check_manifest()

    @property
    def stale(self) -> StaleStoreError | None:
        """Why the index must be built again (`clear`, then every document anew); `None` if it fits."""
        return self._stale

    @property
    def generation(self) -> int:
        """A number that grows with every change of the content, by this program or another."""
        return self._fitting().generation()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store for many changes: each is kept as soon as it is made, FAISS is saved at the end.

        Raises `StoreError` if another writer doesn't finish in time or the folder is read-only.
        """
        with self._writer():
            yield

    def replace(
        self,
        document: Document,
        sha256: str,
        passages: Sequence[Passage],
        *,
        progress: Progress | None = None,
    ) -> int:
        """Put a document in, in place of what its source held; returns how many passages were embedded.

        A text that any passage in the store already has keeps its vector. So when a file moves, add it
        under the new source before removing the old one.
        """
        with self._writer() as writer:
            return writer.replace(document, sha256, passages, progress)

    def remove(self, sources: Collection[str]) -> tuple[str, ...]:
        """Take documents out; returns the sources that were there, in the order given."""
        with self._writer() as writer:
            return writer.remove(sources)

    def clear(self) -> None:
        """Take everything out and make the index fit the present settings. Not inside `writing`."""
        with self._folder.locked():
            with closing(connect(self._folder)) as connection, failures.told(self._folder.database):
                empty_database(connection)
            # Last, so that a program killed in between leaves an index that still says it is stale.
            self._folder.write(self._folder.manifest, self._manifest.to_json())
            self._check_manifest()
            self._vectors.save()

    def sources(self) -> tuple[SourceRecord, ...]:
        """Every indexed document, by source."""
        return self._readable().sources()

    def original(self, source: str) -> Original:
        """The original text of a source; raises `UnknownSourceError`."""
        return self._readable().original(source)

    def document(self, source: str) -> Document:
        """A source as it was put in; raises `UnknownSourceError`."""
        return self._readable().document(source)

    def passages(self, ids: Iterable[int]) -> Iterator[StoredPassage]:
        """The passages of these ids, in the order asked for; an id that is gone is passed over."""
        return iter(self._fitting().passages(ids))

    def passages_of(self, source: str) -> tuple[StoredPassage, ...]:
        """All passages of one source in reading order; none where the source is not there."""
        return tuple(self._fitting().passages_of(source))

    def dense(
        self, vector: NDArray[np.float32], k: int, *, sources: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """The nearest `k` passages as (id, cosine), best first, of the given sources or of all."""
        reader = self._fitting()
        among = None if sources is None else reader.ids(sources)
        return self._vectors.current().nearest(vector, k, among=among)

    def lexical(
        self, terms: Sequence[str], k: int, *, sources: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """The best `k` passages as (id, BM25 score, higher is better) for any of the terms.

        The score is FTS5's BM25 (k1 = 1.2, b = 0.75) with its sign turned round. A term that stands in
        more than half of the passages counts almost nothing: https://www.sqlite.org/fts5.html#the_bm25_function
        """
        return self._fitting().matches(terms, k, self._weights, sources)

    def similarities(self, vector: NDArray[np.float32], ids: Sequence[int]) -> NDArray[np.float32]:
        """Cosines of the vector with these passages, shape (len(ids),); 0 for an id that is gone."""
        return self._fitting().similarities(vector, ids)

    def sentence_vectors(self, ids: Sequence[int]) -> dict[int, Vectors]:
        """Vectors of the sentences of these passages, one row a sentence in `Passage.sentences`' order.

        A passage that is gone or has no sentences has no entry, nor has any in a store without them.
        """
        return self._fitting().sentence_vectors(ids, self._manifest.dimensions)

    def document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each term occurs, in their context or text; 0 for one that never does."""
        return self._fitting().document_frequencies(terms)

    def vocabulary(self) -> frozenset[str]:
        """Every lexical term (search word or bigram) of the passages and their contexts."""
        return self._fitting().vocabulary()

    def __len__(self) -> int:
        """The number of passages."""
        return self._fitting().count()

    def __bool__(self) -> bool:
        """A store is there even when it is empty."""
        return True

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()

    def __enter__(self) -> FaissStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_manifest(self) -> None:
        """Compare with the manifest on disk, and remember at which generation that was."""
        found = read_manifest(self._folder)
        if found is None:
            raise failures.damaged(self._folder.manifest)
        self._old_format = found.format < FORMAT
        reason = self._manifest.differences(found)
        self._stale = failures.stale(self._folder.path, *reason) if reason else None
        self._checked = None if self._old_format else self._reader.generation()

    def _readable(self) -> StoreReader:
        if self._stale is not None and self._old_format:
            raise self._stale
        return self._reader

    def _fitting(self) -> StoreReader:
        # Another program may have rebuilt the index, in its own way or in ours.
        if self._stale is not None or self._reader.generation() != self._checked:
            self._check_manifest()
        if self._stale is not None:
            raise self._stale
        return self._reader

    @contextmanager
    def _writer(self) -> Iterator[StoreWriter]:
        outer: StoreWriter | None = getattr(self._own, "writer", None)
        if outer is not None:
            yield outer
            return
        self._fitting()
        with self._folder.locked():
            self._fitting()
            with closing(connect(self._folder)) as connection:
                self._own.writer = self._writer_over(connection)
                try:
                    yield self._own.writer
                finally:
                    self._own.writer = None
                    self._vectors.save()

    def _writer_over(self, connection: sqlite3.Connection) -> StoreWriter:
        settings = self._manifest
        embedder = PassageEmbedder(
            connection, self._embedder, settings.sentence_vectors, settings.sentence_context
        )
        return StoreWriter(connection, self._folder.database, embedder)


def open_store(
    folder: Path,
    *,
    embedder: Embedder,
    passage_settings: Mapping[str, int],
    sentence_vectors: bool = True,
    sentence_context: bool = False,
    weights: TermWeights = _DEFAULT_WEIGHTS,
    create: bool = True,
) -> FaissStore:
    """Open the index in `folder`, or make an empty one there.

    `embedder` is asked for its name and dimensions only, until something is put in. `sentence_vectors`
    keeps a vector of every sentence as well, of the sentence alone or, with `sentence_context`, with the
    passage's context before it. An index that was built in another way opens with `stale` set.

    Raises `StoreError` if there is none and `create` is false, if the folder can't be written to make
    one, if a newer version wrote it (nothing is changed then), or if a file is damaged.
    """
    files = StoreFolder(folder)
    wanted = Manifest(
        embedder.name, embedder.dimensions, dict(passage_settings), sentence_vectors, sentence_context
    )
    if not _is_there(files):
        if not create:
            raise failures.missing(folder)
        _make(files, wanted)
    return FaissStore(files, wanted, embedder, weights)


def delete_store(folder: Path) -> None:
    """Delete the index in `folder`, damaged or not, and no other file there.

    A program that has it open goes on with what it had until it opens it again. Raises `StoreError` if
    another writer is at work or the folder is read-only.
    """
    StoreFolder(folder).delete()


def _is_there(files: StoreFolder) -> bool:
    manifest = read_manifest(files)
    if manifest is None and files.database.exists():
        raise failures.damaged(files.manifest)
    return manifest is not None and files.database.exists()


def _make(files: StoreFolder, manifest: Manifest) -> None:
    files.make()
    with files.locked():
        if not _is_there(files):
            files.write(files.manifest, manifest.to_json())
            create_database(files)
