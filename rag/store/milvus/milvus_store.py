"""The store for more than one machine: passages, vectors, terms and documents in Milvus.

What a question is read against (sources, frequencies of terms) is mirrored on this machine (`rag.store.milvus.mirror`);
what is searched and quoted is asked of the server.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from rag.original import Original
from rag.seams import Embedder, Progress
from rag.store import failures
from rag.store.failures import StaleStoreError
from rag.store.identity import document_id
from rag.store.manifest import Manifest
from rag.store.milvus import troubles
from rag.store.milvus.document_rows import LAYOUT, manifest_row
from rag.store.milvus.mirror import Mirror
from rag.store.milvus.mirror_changes import GONE, Described, SourceChange
from rag.store.milvus.news import News, now
from rag.store.milvus.reader import MilvusReader
from rag.store.milvus.server import MilvusServer
from rag.store.milvus.writer import MilvusWriter, sweep_epochs, tick
from rag.types import Document, Passage, SourceRecord, StoredPassage
from rag.vectors import TokenVectors


class MilvusStore:
    """A `DocumentStore` in Milvus. Any number of programs on any number of machines may read and write it at once.

    Made by `open_milvus_store`. Every method raises `StoreError` if the server can't be used. While `stale` is set,
    all but `sources`, `original`, `document`, `rebuilding`, `clear` and `close` raise it.
    """

    def __init__(self, server: MilvusServer, folder: Path, manifest: Manifest, embedder: Embedder) -> None:
        self.folder = folder
        self._server = server
        self._manifest = manifest
        self._embedder = embedder
        self._mirror = Mirror(folder)
        self._news = News(server, self._mirror)
        self._own = threading.local()
        self._news.hear(latest=True)

    @property
    def stale(self) -> StaleStoreError | None:
        """Why the store must be built again; `None` if it fits."""
        with self._readable() as reader:
            return self._misfit(reader.epoch)

    @property
    def generation(self) -> int:
        """A number that grows with every change of the content, by this program or another."""
        with self._fitting():
            return self._mirror.state().generation

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What this thread reads in the block is of one state, whatever is written meanwhile."""
        with self._readable():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Many changes, each kept as soon as it is made. Others may write meanwhile."""
        with self._writer() as writer:
            yield
            writer.sweep()

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """What is put in within the block becomes all that the store holds, at once when the block ends.

        Until then the store is as it was, and so it stays if the block is left by an error, or if somebody else
        puts documents in meanwhile (`StoreError`). Not inside `writing`.
        """
        with self._readable() as reader:
            before, began = reader.epoch, now()
        epoch = str(tick())
        self._server.make_epoch(epoch, self._manifest.dimensions)
        try:
            self._own.writer, self._own.named = MilvusWriter(self._server, epoch, self._embedder), {}
            yield
            if MilvusWriter(self._server, before, self._embedder).changed_since(began):
                raise troubles.changed_meanwhile(self._server.address)
        except BaseException:
            self._server.drop_epoch(epoch)
            raise
        finally:
            self._own.writer = self._own.named = None
        self._server.put_documents(epoch, [manifest_row(self._manifest, epoch, tick())])
        self._server.show_epoch(epoch)
        self._news.hear(latest=True)
        sweep_epochs(self._server, epoch)

    def replace(
        self,
        document: Document,
        sha256: str,
        passages: Sequence[Passage],
        *,
        progress: Progress | None = None,
    ) -> int:
        """Put a document in, in place of what its source held; returns how many passages were embedded.

        The document is kept under its bytes' hash and its format: sources that have both in common share it.
        """
        with self._writer() as writer:
            fresh, change, described = writer.put(document, sha256, passages, progress)
            self._tell(change, described)
            return fresh

    def link(self, source: str, same_as: str) -> None:
        """List another source for the document of `same_as`; raises `UnknownSourceError` if that is not there."""
        with self._writer() as writer:
            self._tell(writer.name(source, self._document_of(same_as, writer)))

    def rename(self, source: str, to: str) -> None:
        """Call a source by another name, in place of what that held; raises `UnknownSourceError`."""
        with self._writer() as writer:
            number = self._document_of(source, writer)
            if source != to:
                self._tell(writer.name(to, number))
                self._tell(writer.name(source, GONE))

    def remove(self, sources: Collection[str]) -> tuple[str, ...]:
        """Take sources out; returns those that were there, in the order given."""
        with self._writer() as writer:
            return tuple(source for source in dict.fromkeys(sources) if self._forget(source, writer))

    def clear(self) -> None:
        """Take everything out and make the store fit the present settings. Not inside `writing`."""
        with self.rebuilding():
            pass

    def sources(self, among: Collection[str] | None = None) -> tuple[SourceRecord, ...]:
        """Every source by name, or of the names `among` those that are there."""
        with self._readable():
            return self._mirror.sources(among)

    def source_with(self, sha256: str, form: str) -> str | None:
        """The first source with these bytes read as this format; `None` if there is none."""
        with self._fitting():
            return self._mirror.source_with(document_id(sha256, form))

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
            return reader.nearest(vector, k, self._mirror.documents(sources))

    def lexical(
        self, terms: Sequence[str], k: int, *, sources: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """The best `k` passages as (id, score, higher is better) for any of the terms.

        The score is the sum of Milvus's BM25 over words, cut by its own jieba, and over bigrams.
        """
        with self._fitting() as reader:
            return reader.matches(terms, k, self._mirror.documents(sources))

    def similarities(self, vector: NDArray[np.float32], ids: Sequence[int]) -> NDArray[np.float32]:
        """Cosines of the vector with these passages, shape (len(ids),); 0 for an id that is gone."""
        with self._fitting() as reader:
            return reader.similarities(vector, ids)

    def token_vectors(self, ids: Sequence[int]) -> TokenVectors:
        """The token vectors of these passages, in the order of `ids`; none for one that is gone."""
        with self._fitting() as reader:
            return reader.token_vectors(ids, self._manifest.token_dimensions)

    def document_frequencies(
        self, terms: Iterable[str], *, sources: Collection[str] | None = None
    ) -> dict[str, int]:
        """In how many passages each term occurs; 0 for one that never does, or not in these sources."""
        with self._fitting():
            return self._mirror.frequencies(terms, self._mirror.documents(sources))

    def vocabulary(self, beginning: str = "") -> frozenset[str]:
        """Every lexical term (search word or bigram) of the passages and their contexts that begins so."""
        with self._fitting():
            return self._mirror.vocabulary(beginning)

    def __len__(self) -> int:
        """The number of passages."""
        with self._fitting():
            return self._mirror.count()

    def __bool__(self) -> bool:
        """A store is there even when it is empty."""
        return True

    def close(self) -> None:
        """Let go of the connection."""
        self._mirror.close()
        self._server.close()

    def __enter__(self) -> MilvusStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _readable(self) -> Iterator[MilvusReader]:
        if not self._mirror.is_pinned:
            self._news.hear()
        with self._mirror.snapshot():
            yield MilvusReader(self._server, self._mirror)

    @contextmanager
    def _fitting(self) -> Iterator[MilvusReader]:
        with self._readable() as reader:
            if stale := self._misfit(reader.epoch):
                raise stale
            yield reader

    def _misfit(self, epoch: str) -> StaleStoreError | None:
        layout, found = self._news.manifest(epoch)
        if layout > LAYOUT:
            raise troubles.newer(self._server.address, layout, LAYOUT)
        reason = troubles.OLDER if layout < LAYOUT else self._manifest.differences(found)
        return troubles.stale(self._server.address, *reason) if reason else None

    @contextmanager
    def _writer(self) -> Iterator[MilvusWriter]:
        outer: MilvusWriter | None = getattr(self._own, "writer", None)
        if outer is not None:
            yield outer
            return
        self._news.hear(latest=True)
        with self._fitting() as reader:
            epoch = reader.epoch
        self._own.writer = MilvusWriter(self._server, epoch, self._embedder)
        try:
            yield self._own.writer
        finally:
            self._own.writer = None

    @property
    def _named(self) -> dict[str, int] | None:
        """While this thread builds the store anew, what each source stands for in what it builds."""
        named: dict[str, int] | None = getattr(self._own, "named", None)
        return named

    def _tell(self, change: SourceChange, described: Described | None = None) -> None:
        """Let this machine know a change at once; what is left by it is swept after a while."""
        if self._named is not None:
            self._named[change.source] = change.document
            return
        before = self._mirror.document_of(change.source)
        told = [] if described is None else [(change.document, described)]
        self._news.told(self._mirror.state().epoch, change, told)
        if before is not None and before != change.document:
            self._own.writer.retire(before)

    def _forget(self, source: str, writer: MilvusWriter) -> bool:
        known = self._mirror.document_of(source) if self._named is None else self._named.get(source)
        if not known:
            return False
        self._tell(writer.name(source, GONE))
        return True

    def _document_of(self, source: str, writer: MilvusWriter) -> int:
        if self._named is None:
            return writer.document_of(source)
        if not self._named.get(source):
            raise failures.unknown(source)
        return self._named[source]
