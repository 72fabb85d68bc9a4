"""Token vectors as bytes: four bits a number, for late interaction, which needs their cosines only.

Each vector is scaled by its own largest number to whole numbers from -7 to 7, two in a byte. The scale is not
kept: read back, a vector is made of length 1 again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag.types import Vectors

_LARGEST = 7
"""The greatest code; the least is its negative, so 0 is exact and a vector turned round keeps its numbers."""

_BITS = 4
_LOW = (1 << _BITS) - 1


def _pairs() -> NDArray[np.float64]:
    """The two numbers of each byte, of single precision, side by side in one of double: one look-up gives both."""
    byte = np.arange(256)
    pairs = np.stack([byte & _LOW, byte >> _BITS], axis=1).astype(np.float32) - np.float32(_LARGEST)
    return pairs.view(np.float64).ravel()


_PAIRS = _pairs()


def token_bytes(dimensions: int) -> int:
    """How many bytes a token's vector of so many numbers takes."""
    return -(-dimensions // 2)


def pack_tokens(vectors: Vectors) -> bytes:
    """Vectors of shape (tokens, dimensions) in `token_bytes` a token; the same vectors give the same bytes."""
    largest = np.abs(vectors).max(axis=1, initial=0.0, keepdims=True)
    codes = (np.rint(vectors / _not_zero(largest) * _LARGEST) + _LARGEST).astype(np.uint8)
    if codes.shape[1] % 2:
        codes = np.pad(codes, ((0, 0), (0, 1)), constant_values=_LARGEST)
    packed: NDArray[np.uint8] = codes[:, ::2] | codes[:, 1::2] << _BITS
    return packed.tobytes()


def unpack_tokens(data: bytes, dimensions: int) -> Vectors:
    """The vectors that `pack_tokens` packed, shape (tokens, dimensions), each of length 1 but for those that were 0.

    Packed vectors may be joined: `data` may be that of several calls, end to end.
    """
    numbers = _PAIRS.take(np.frombuffer(data, np.uint8)).view(np.float32)
    vectors = numbers.reshape(-1, 2 * token_bytes(dimensions))
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    vectors /= _not_zero(lengths)[:, None]
    return vectors[:, :dimensions]


def _not_zero(divisors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(divisors > 0, divisors, np.float32(1))
