"""The FAISS index over the passages' vectors. FAISS is imported here and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.types import Vectors

if TYPE_CHECKING:
    import faiss

_SEAL_BYTES = 32


class VectorIndex:
    """Exact search by inner product, which is the cosine because every vector has length 1.

    An index never changes once it is made, so any number of threads may search it.
    """

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, ids: Sequence[int], vectors: Vectors) -> VectorIndex:
        """Index vectors of shape (len(ids), dimensions) under these ids."""
        import faiss

        index = faiss.IndexIDMap(faiss.IndexFlatIP(vectors.shape[1]))
        if len(ids):
            index.add_with_ids(vectors, np.asarray(ids, np.int64))
        return cls(index)

    @classmethod
    def from_bytes(cls, data: bytes, generation: int) -> VectorIndex | None:
        """The index that `to_bytes` wrote for this generation; `None` if `data` is not that."""
        import faiss

        body, seal = data[:-_SEAL_BYTES], data[-_SEAL_BYTES:]
        if seal != _seal(body, generation):
            return None
        try:
            return cls(faiss.deserialize_index(np.frombuffer(body, np.uint8)))
        except RuntimeError:  # FAISS's word for a file of a version it doesn't know
            return None

    def to_bytes(self, generation: int) -> bytes:
        """The index in FAISS's own format, and after it a seal: a hash keyed by the generation.

        The seal tells a file that lags behind the database, or is damaged, from a good one; other
        programs that read FAISS files pass over it.
        """
        import faiss

        body = faiss.serialize_index(self._index).tobytes()
        return body + _seal(body, generation)

    def nearest(
        self, vector: NDArray[np.float32], k: int, *, among: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The `k` nearest of the passages `among`, or of all, as (id, cosine); best first, then by id."""
        import faiss

        k = min(k, self._index.ntotal)
        if k <= 0:
            return []
        parameters = faiss.SearchParameters()
        if among is not None:
            selector = faiss.IDSelectorBatch(np.asarray(among, np.int64))
            parameters.sel = selector
        scores, ids = self._index.search(vector.reshape(1, -1), k, params=parameters)
        found = [(int(id_), float(score)) for id_, score in zip(ids[0], scores[0], strict=True) if id_ >= 0]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _seal(body: bytes, generation: int) -> bytes:
    return hashlib.blake2b(body, key=str(generation).encode(), digest_size=_SEAL_BYTES).digest()
