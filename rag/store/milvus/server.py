"""Milvus as the store needs it: two collections an epoch, and an alias that names the epoch that counts.

The one module that knows pymilvus. Passages are in one collection with their vectors and terms; what is known of
documents is in the other, as rows of text. An epoch is all that was put in since the store was built anew.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.store.milvus import troubles
from rag.store.milvus.schemas import PAIRS, WORDS, document_schema, passage_schema
from rag.store.milvus_address import MilvusAddress

if TYPE_CHECKING:
    from pymilvus import AnnSearchRequest, CollectionSchema, MilvusClient

Row = dict[str, Any]

_PAGE = 16_384
"""Rows that Milvus gives at once at most."""
_BATCH = 64
"""Passages sent at once: some 2 MB, of the 64 MB that a message may have."""
_SECONDS = 60.0
_GRPC = {"grpc.keepalive_time_ms": 300_000}
"""A server hangs up on clients that ask whether it is there as often as pymilvus does (10 s): gRPC allows 5 minutes."""
_LOGGERS = ("pymilvus", "pymilvus.decorators", "jieba")
"""What they log on standard error is told in our errors, or of no use."""
_PASSAGES, _DOCUMENTS = "passages", "documents"


class MilvusServer:
    """The collections of one store. Every method raises `StoreError` where the server can't be used."""

    def __init__(self, address: MilvusAddress) -> None:
        try:
            import pymilvus  # noqa: F401  whether it is there
        except ImportError as error:
            raise troubles.not_installed() from error
        if address.is_local:
            Path(address.uri).parent.mkdir(parents=True, exist_ok=True)
        for logger in _LOGGERS:
            logging.getLogger(logger).addFilter(_silent)
        self.address = address
        self._client: MilvusClient = self._connected(address)

    def _connected(self, address: MilvusAddress) -> MilvusClient:
        from pymilvus import MilvusClient
        from pymilvus.exceptions import MilvusException

        with self._told():
            try:
                return MilvusClient(
                    address.uri,
                    token=address.token,
                    db_name=address.database,
                    timeout=_SECONDS,
                    grpc_options=_GRPC,
                )
            except MilvusException as error:
                if address.is_local:
                    raise troubles.not_opened(address, error.message) from error
                raise

    def close(self) -> None:
        """Let go of the connection."""
        with self._told():
            self._client.close()

    def epoch(self) -> str | None:
        """The epoch that counts; `None` where no store was ever made."""
        with self._told():
            if self.address.name not in self._aliases():
                return None
            told = self._client.describe_alias(self.address.name)
            return str(told["collection_name"]).removeprefix(self._name(_DOCUMENTS, ""))

    def load_epoch(self, epoch: str) -> None:
        """Have an epoch ready to be asked, where whoever runs the server let go of it; else nothing is done."""
        with self._told():
            for part in (_DOCUMENTS, _PASSAGES):
                self._client.load_collection(self._name(part, epoch))

    def make_epoch(self, epoch: str, dimensions: int) -> None:
        """Make an epoch's collections, empty; nobody sees them yet."""
        with self._told():
            indexes = self._client.prepare_index_params()
            indexes.add_index("none", index_type="FLAT", metric_type="L2")
            self._make(self._name(_DOCUMENTS, epoch), document_schema(), indexes)
            indexes = self._client.prepare_index_params()
            exact = "FLAT" if self.address.is_local else "AUTOINDEX"
            indexes.add_index("vector", index_type=exact, metric_type="IP")
            for field in (WORDS, PAIRS):
                indexes.add_index(field, index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
            if not self.address.is_local:
                indexes.add_index("document", index_type="INVERTED")
                indexes.add_index("digest", index_type="INVERTED")
            self._make(
                self._name(_PASSAGES, epoch), passage_schema(dimensions, lite=self.address.is_local), indexes
            )

    def show_epoch(self, epoch: str) -> None:
        """Let an epoch be the one that counts, for everybody at once."""
        with self._told():
            name = self._name(_DOCUMENTS, epoch)
            if self.address.name in self._aliases():
                self._client.alter_alias(name, self.address.name)
            else:
                self._client.create_alias(name, self.address.name)

    def drop_epoch(self, epoch: str) -> None:
        """Delete an epoch's collections."""
        with self._told():
            for part in (_DOCUMENTS, _PASSAGES):
                self._client.drop_collection(self._name(part, epoch))

    def drop(self) -> None:
        """Delete the store with all its epochs."""
        with self._told():
            if self.address.name in self._aliases():
                self._client.drop_alias(self.address.name)
        for epoch in self.epochs():
            self.drop_epoch(epoch)

    def epochs(self) -> list[str]:
        """Every epoch whose collections are there, also one that does not count (yet or any more)."""
        prefix = self._name(_DOCUMENTS, "")
        with self._told():
            names = self._client.list_collections()
        return sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix))

    def put_passages(self, epoch: str, rows: Iterable[Row]) -> None:
        """Put passages in, in place of those of the same numbers."""
        self._upsert(self._name(_PASSAGES, epoch), rows)

    def put_documents(self, epoch: str, rows: Iterable[Row]) -> None:
        """Put rows of what is known of documents in, in place of those of the same keys."""
        self._upsert(self._name(_DOCUMENTS, epoch), ({"none": [0.0, 0.0], **row} for row in rows))

    def passages(self, epoch: str, where: str, fields: Sequence[str], *, since: int = 0) -> list[Row]:
        """The passages of a filter, with these fields. They are at least as new as `since` (microseconds)."""
        return self._query(self._name(_PASSAGES, epoch), where, fields, since)

    def documents(self, epoch: str, where: str, fields: Sequence[str]) -> list[Row]:
        """The rows of a filter of what is known of documents, as they are now."""
        return self._query(self._name(_DOCUMENTS, epoch), where, fields, None)

    def news(self, where: str, fields: Sequence[str]) -> list[Row]:
        """The rows of a filter in the epoch that counts; somewhat late, and so without waiting."""
        return self._query(self.address.name, where, fields, 0)

    def count_passages(self, epoch: str, where: str) -> int:
        """How many passages of a filter anybody who asks finds from now on."""
        return int(
            self._query(self._name(_PASSAGES, epoch), where, ["count(*)"], None, limit=None)[0]["count(*)"]
        )

    def delete_passages(self, epoch: str, where: str) -> None:
        """Delete the passages of a filter."""
        self._delete(self._name(_PASSAGES, epoch), where)

    def delete_documents(self, epoch: str, where: str) -> None:
        """Delete the rows of a filter of what is known of documents."""
        self._delete(self._name(_DOCUMENTS, epoch), where)

    def nearest(
        self, epoch: str, vector: Sequence[float], k: int, where: str, *, since: int
    ) -> list[tuple[int, int, list[float]]]:
        """The `k` nearest passages of a filter as (id, document, vector)."""
        with self._told():
            found = self._client.search(
                self._name(_PASSAGES, epoch),
                [list(vector)],
                filter=where,
                limit=k,
                anns_field="vector",
                search_params={"metric_type": "IP"},
                output_fields=["document", "vector"],
                **_as_new_as(since),
            )
        return [(int(hit["id"]), int(hit["entity"]["document"]), hit["entity"]["vector"]) for hit in found[0]]

    def matching(
        self, epoch: str, words: str, pairs: str, k: int, where: str, *, since: int
    ) -> list[tuple[int, int, float]]:
        """The best `k` passages of a filter by words and coded pairs, as (id, document, the sum of both BM25 scores)."""
        from pymilvus import WeightedRanker

        asked = [(field, text) for field, text in ((WORDS, words), (PAIRS, pairs)) if text]
        requests = [self._request(field, text, k, where) for field, text in asked]
        with self._told():
            found = self._client.hybrid_search(
                self._name(_PASSAGES, epoch),
                requests,
                WeightedRanker(*[1.0] * len(requests), norm_score=False),
                limit=k,
                output_fields=["document"],
                **_as_new_as(since),
            )
        return [(int(hit["id"]), int(hit["entity"]["document"]), float(hit["distance"])) for hit in found[0]]

    def _request(self, field: str, text: str, k: int, where: str) -> AnnSearchRequest:
        from pymilvus import AnnSearchRequest

        return AnnSearchRequest([text], field, {"metric_type": "BM25"}, k, expr=where)

    def _query(
        self, collection: str, where: str, fields: Sequence[str], since: int | None, limit: int | None = _PAGE
    ) -> list[Row]:
        """Rows of a filter, however many; `since` as `None` is now."""
        limited = {} if limit is None else {"limit": limit}
        consistency = {"consistency_level": "Strong"} if since is None else _as_new_as(since)
        with self._told():
            rows: list[Row] = list(
                self._client.query(
                    collection,
                    where,
                    output_fields=list(fields),
                    **limited,
                    **consistency,
                )
            )
            return rows if len(rows) < _PAGE else list(self._all(collection, where, fields, consistency))

    def _all(
        self, collection: str, where: str, fields: Sequence[str], consistency: Mapping[str, Any]
    ) -> Iterator[Row]:
        pages = self._client.query_iterator(
            collection, batch_size=_PAGE // 4, filter=where, output_fields=list(fields), **consistency
        )
        try:
            while page := pages.next():
                yield from page
        finally:
            pages.close()

    def _upsert(self, collection: str, rows: Iterable[Row]) -> None:
        coming = iter(rows)
        with self._told():
            while batch := list(islice(coming, _BATCH)):
                self._client.upsert(collection, batch)

    def _delete(self, collection: str, where: str) -> None:
        with self._told():
            self._client.delete(collection, filter=where)

    def _aliases(self) -> list[str]:
        return list(self._client.list_aliases("").get("aliases", []))

    def _name(self, part: str, epoch: str) -> str:
        return f"{self.address.name}_{part}_{epoch}"

    def _make(self, name: str, schema: CollectionSchema, indexes: Any) -> None:  # noqa: ANN401  pymilvus's own list
        self._client.create_collection(name, schema=schema, consistency_level="Bounded")
        # There is nothing to be indexed yet, so nothing to wait for.
        self._client.create_index(name, indexes, sync=False)
        self._client.load_collection(name)

    @contextmanager
    def _told(self) -> Iterator[None]:
        from pymilvus.exceptions import MilvusException

        try:
            yield
        except (MilvusException, OSError) as error:
            reason = getattr(error, "message", None) or error
            raise troubles.unreachable(self.address, reason) from error


def _silent(_record: logging.LogRecord) -> bool:
    return False


def _as_new_as(since: int) -> dict[str, Any]:
    """What makes Milvus wait until it has all that was written up to a time (microseconds since 1970), and no longer.

    A timestamp of Milvus has the milliseconds in front and a counter of 18 bits behind.
    """
    return {"consistency_level": "Customized", "guarantee_timestamp": max(since // 1000 << 18, 1)}
