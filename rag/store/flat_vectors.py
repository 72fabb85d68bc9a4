"""A few thousand vectors compared one by one, from the database or from an exact FAISS file read without FAISS.

To load FAISS takes longer than to search so few, and one question on the command line needs no more.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.store.sealed import unsealed
from rag.store.vector_index import ROUNDING, Numbers, Selection
from rag.vectors import Vectors

_MOST = 8192
"""Vectors; a search of more is FAISS's."""
_HEADER = struct.Struct("<4siqqq?i")
"""What FAISS writes of every index: its kind, dimensions, how many vectors, two numbers of no meaning, whether it is
trained, and its metric (faiss/impl/index_write.cpp)."""
_COUNT = struct.Struct("<q")
_NUMBERED, _FLAT, _INNER_PRODUCT = b"IxMp", b"IxFI", 0


class FlatVectors:
    """Exact search by inner product, which is the cosine because every vector has length 1."""

    tolerance = ROUNDING
    """How far a cosine that `nearest` gives may be off."""
    celled = False

    def __init__(self, numbers: Numbers, vectors: Vectors) -> None:
        self.numbers = numbers
        self._vectors = vectors

    @classmethod
    def read(cls, path: Path, name: str) -> FlatVectors | None:
        """The vectors of a sealed FAISS file; `None` if it is not that, or holds too many.

        Raises `OSError` where there is none.
        """
        with path.open("rb") as file:
            head = file.read(_HEADER.size)
            body = unsealed(head + file.read(), name) if _is_small(head) else None
        return None if body is None else _parsed(body)

    def __len__(self) -> int:
        return len(self.numbers)

    def nearest(
        self,
        vector: NDArray[np.float32],
        k: int,
        *,
        among: Selection | None = None,
        probed: float = 1.0,  # noqa: ARG002  what an index in cells takes
    ) -> list[tuple[float, int]]:
        """The `k` nearest as (cosine, number), best first, of all or of those `among`; all of them are `probed`.

        Which of several equally near ones come is not said.
        """
        kept = np.arange(len(self)) if among is None else np.flatnonzero(among.has(self.numbers))
        cosines = self._vectors[kept] @ vector
        best = np.argsort(-cosines, kind="stable")[:k]
        return list(zip(cosines[best].tolist(), self.numbers[kept[best]].tolist(), strict=True))


def _is_small(head: bytes) -> bool:
    if len(head) < _HEADER.size:
        return False
    kind, _, count, *_ = _HEADER.unpack(head)
    return bool(kind == _NUMBERED and count <= _MOST)


def _parsed(body: memoryview) -> FlatVectors | None:
    """The vectors and their numbers; `None` where the file is not laid out to the byte as an exact index is."""
    try:
        _, dimensions, count, *_ = _HEADER.unpack_from(body)
        inner = _HEADER.unpack_from(body, _HEADER.size)
        at = 2 * _HEADER.size
        (values,) = _COUNT.unpack_from(body, at)
        vectors_at = at + _COUNT.size
        numbers_at = vectors_at + 4 * dimensions * count
        (numbers,) = _COUNT.unpack_from(body, numbers_at)
    except struct.error:
        return None
    told = (inner[0], inner[1], inner[2], inner[-1], values, numbers, len(body))
    end = numbers_at + _COUNT.size + 8 * count
    if told != (_FLAT, dimensions, count, _INNER_PRODUCT, dimensions * count, count, end):
        return None
    # Copies: in the file they stand at odd places.
    vectors = np.frombuffer(body, "<f4", dimensions * count, vectors_at).reshape(count, dimensions).copy()
    return FlatVectors(np.frombuffer(body, "<i8", count, numbers_at + _COUNT.size).copy(), vectors)
