"""A FAISS index over vectors by number. FAISS is imported here and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.vectors import Vectors

if TYPE_CHECKING:
    import faiss

_SEAL_BYTES = 32

Numbers = NDArray[np.int64]
"""Shape (n,), numbers of vectors."""


class VectorIndex:
    """Exact search by inner product, which is the cosine because every vector has length 1.

    An index never changes once it is made, so any number of threads may search it.
    """

    def __init__(self, index: faiss.IndexIDMap) -> None:
        self._index = index

    @classmethod
    def build(cls, numbers: Sequence[int], vectors: Vectors) -> VectorIndex:
        """Index vectors of shape (len(numbers), dimensions) under these numbers."""
        import faiss

        index = faiss.IndexIDMap(faiss.IndexFlatIP(vectors.shape[1]))
        if len(numbers):
            index.add_with_ids(vectors, np.asarray(numbers, np.int64))
        return cls(index)

    @classmethod
    def from_bytes(cls, data: bytes, name: str) -> VectorIndex | None:
        """The index that `to_bytes` wrote under this name; `None` if `data` is not that."""
        import faiss

        body, seal = data[:-_SEAL_BYTES], data[-_SEAL_BYTES:]
        if seal != _seal(body, name):
            return None
        try:
            index = faiss.deserialize_index(np.frombuffer(body, np.uint8))
        except RuntimeError:  # FAISS's word for a file of a version it doesn't know
            return None
        return cls(index) if isinstance(index, faiss.IndexIDMap) else None

    def to_bytes(self, name: str) -> bytes:
        """The index in FAISS's own format, and after it a seal: a hash keyed by the name.

        The seal tells a damaged file, or another one's, from a good one; other programs that read FAISS
        files pass over it.
        """
        import faiss

        body = faiss.serialize_index(self._index).tobytes()
        return body + _seal(body, name)

    @property
    def numbers(self) -> Numbers:
        """The numbers of its vectors."""
        import faiss

        return np.asarray(faiss.vector_to_array(self._index.id_map), np.int64)

    def nearest(
        self, vector: NDArray[np.float32], k: int, *, among: Numbers | None = None, without: Numbers
    ) -> list[tuple[float, int]]:
        """The `k` nearest as (cosine to six digits, number), best first: of those `among`, or of all but `without`.

        Which of several equally near ones come is not said.
        """
        import faiss

        k = min(k, self._index.ntotal)
        if k <= 0:
            return []
        parameters = faiss.SearchParameters()
        # Each selector is kept by a name: FAISS does not own it.
        if among is not None:
            only = faiss.IDSelectorBatch(among)
            parameters.sel = only
        elif len(without):
            gone = faiss.IDSelectorBatch(without)
            left = faiss.IDSelectorNot(gone)
            parameters.sel = left
        scores, numbers = self._index.search(vector.reshape(1, -1), k, params=parameters)
        return [(float(s), int(n)) for s, n in zip(scores[0], numbers[0], strict=True) if n >= 0]


def _seal(body: bytes, name: str) -> bytes:
    return hashlib.blake2b(body, key=name.encode(), digest_size=_SEAL_BYTES).digest()
