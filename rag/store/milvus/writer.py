"""The writing side: documents put in, named and taken out, by any number of programs at once.

Numbers are made of content, so whoever puts the same document in writes the same rows. Passages come first; then one
row, the source's, makes them count, all at once. What no source stands for any more is swept after a while, so that
whoever is reading it meanwhile still finds it whole.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from rag.seams import Embedder, Progress
from rag.store import failures
from rag.store.embedded import PackedText, PassageEmbedder
from rag.store.identity import document_id, passage_id
from rag.store.milvus import news, troubles
from rag.store.milvus.document_rows import (
    CONTENT,
    DESCRIBED,
    FIELDS,
    RETIRED,
    SOURCE,
    among,
    change_of,
    content_rows,
    described,
    described_rows,
    retired_row,
    source_row,
)
from rag.store.milvus.mirror_changes import GONE, Described, SourceChange, counted, pack_terms
from rag.store.milvus.passage_rows import kept_text, passage_rows, terms_of
from rag.store.milvus.server import MilvusServer
from rag.types import Document, Passage

GRACE = 600 * news.SECOND
"""For so long, in microseconds, what no source stands for is left for those who are reading it."""
_DIGESTS = 200


class Clock:
    """Tells the time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def __call__(self) -> int:
        """Microseconds since 1970, never the same twice in this program."""
        with self._lock:
            self._last = max(news.now(), self._last + 1)
            return self._last


tick = Clock()


class MilvusWriter:
    """Changes one epoch."""

    def __init__(self, server: MilvusServer, epoch: str, embedder: Embedder) -> None:
        self._server = server
        self._epoch = epoch
        self._embedder = PassageEmbedder(self._kept, embedder)

    def put(
        self, document: Document, sha256: str, passages: Sequence[Passage], progress: Progress | None
    ) -> tuple[int, SourceChange, Described]:
        """Put a document in; returns how many passages were embedded, and what became of its source."""
        embedded, fresh = self._embedder.embed(passages, progress)
        number = document_id(sha256, document.format)
        began = tick()
        # Known from the first, so that it is swept should this program end half-way.
        self._server.put_documents(self._epoch, [retired_row(number, began)])
        self._server.put_passages(self._epoch, passage_rows(number, document, embedded, began))
        terms = pack_terms(counted(terms_of(one) for one in embedded))
        told = described(document, sha256, len(passages), terms)
        rows = [*content_rows(number, document, began), *described_rows(number, told, began)]
        self._server.put_documents(self._epoch, rows)
        self._check_all_there(document.source, number, len(passages))
        change = self.name(document.source, number)
        self._server.delete_documents(self._epoch, f'key == "{retired_row(number, began)["key"]}"')
        return fresh, change, told

    def name(self, source: str, number: int) -> SourceChange:
        """Let a source stand for a document, or for nothing (`GONE`), from now on."""
        change = SourceChange(source, number, tick())
        self._server.put_documents(self._epoch, [source_row(change)])
        return change

    def document_of(self, source: str) -> int:
        """The document that a source stands for at this moment; raises `UnknownSourceError`."""
        key = source_row(SourceChange(source, GONE, 0))["key"]
        rows = self._server.documents(self._epoch, f'key == "{key}"', FIELDS)
        if not rows or change_of(rows[0]).document == GONE:
            raise failures.unknown(source)
        return change_of(rows[0]).document

    def retire(self, number: int) -> None:
        """Let a document be swept after a while, unless a source stands for it then."""
        self._server.put_documents(self._epoch, [retired_row(number, tick())])

    def sweep(self) -> None:
        """Delete what no source has stood for in a while."""
        until = news.now() - GRACE
        rows = self._server.documents(
            self._epoch, f'kind == "{RETIRED}" and changed < {until}', ["document", "changed"]
        )
        for row in rows:
            self._sweep(row["document"], until)
        forgotten = news.now() - news.REMEMBERED
        self._server.delete_documents(
            self._epoch, f'kind == "{SOURCE}" and document == {GONE} and changed < {forgotten}'
        )

    def changed_since(self, time: int) -> bool:
        """Whether any source changed since then."""
        where = f'kind == "{SOURCE}" and changed >= {time}'
        return bool(self._server.documents(self._epoch, where, ["key"]))

    def _sweep(self, number: int, until: int) -> None:
        of_it = f"document == {number}"
        if not self._server.documents(self._epoch, f'kind == "{SOURCE}" and {of_it}', ["key"]):
            # Rows that somebody is putting in again at this moment are newer.
            self._server.delete_passages(self._epoch, f"{of_it} and written < {until}")
            for kind in (CONTENT, DESCRIBED):
                self._server.delete_documents(
                    self._epoch, f'kind == "{kind}" and {of_it} and changed < {until}'
                )
        self._server.delete_documents(self._epoch, f'kind == "{RETIRED}" and {of_it} and changed < {until}')

    def _check_all_there(self, source: str, number: int, passages: int) -> None:
        """Raise `StoreError` unless everybody finds all passages; those that the document has no more go."""
        own = [passage_id(number, ordinal) for ordinal in range(passages)]
        self._server.delete_passages(self._epoch, f"document == {number} and not ({among('id', own)})")
        found = self._server.count_passages(self._epoch, f"document == {number}")
        if found < passages:
            raise troubles.unreachable(self._server.address, f"{source}: {found} / {passages}")

    def _kept(self, digests: Iterable[bytes]) -> dict[bytes, PackedText]:
        wanted = list(digests)
        found: dict[bytes, PackedText] = {}
        for start in range(0, len(wanted), _DIGESTS):
            some = ", ".join(f'"{digest.hex()}"' for digest in wanted[start : start + _DIGESTS])
            rows = self._server.passages(
                self._epoch, f"digest in [{some}]", ["digest", "vector", "places", "tokens"]
            )
            found |= {bytes.fromhex(row["digest"]): kept_text(row) for row in rows}
        return found


def sweep_epochs(server: MilvusServer, current: str) -> None:
    """Delete what was built by programs that ended half-way, and what was there before, once nobody reads it."""
    for epoch in server.epochs():
        if epoch < current and news.now() - int(epoch) > GRACE:
            server.drop_epoch(epoch)
