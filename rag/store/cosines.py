"""Vectors as bytes, and the one arithmetic that gives every cosine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.vectors import Vectors

_STORED_VECTOR = np.dtype("<f4")


def pack_vector(vector: NDArray[np.float32]) -> bytes:
    """A passage's vector, shape (dimensions,), 4 bytes a number."""
    return vector.astype(_STORED_VECTOR).tobytes()


def unpack_vectors(blobs: Sequence[bytes], dimensions: int) -> Vectors:
    """The passage vectors that `pack_vector` packed, shape (len(blobs), dimensions)."""
    return np.frombuffer(b"".join(blobs), _STORED_VECTOR).astype(np.float32).reshape(-1, dimensions)


def cosines(vectors: Vectors, vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """The cosine of each row with `vector`, shape (len(vectors),).

    Matrix libraries, FAISS among them, round the last digit differently with the number of rows. Summed row
    by row in double precision a cosine is the same wherever its vector lies, so equal texts tie.
    """
    products = vectors.astype(np.float64) * vector.astype(np.float64)
    found: NDArray[np.float32] = products.sum(axis=1).astype(np.float32)
    return found
