"""Token vectors as bytes: four bits a number, for late interaction, which needs their cosines only.

Each number, as a share of the largest of its vector, becomes the nearest of fifteen levels, two in a byte. The
levels are closer together near 0, where most numbers are. The scale is not kept: read back, a vector is made of
length 1 again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag.vectors import Vectors

_LARGEST = 7
"""The greatest code; the least is its negative, so 0 is exact and a vector turned round keeps its numbers."""

_BEND = 1.5
"""Levels are the codes' shares of the largest one, raised to this: 1 would space them evenly, which serves vectors
badly whose first directions hold most, as a model's do (`tests/test_store_tokens.py` compares)."""

_LEVELS = (np.arange(_LARGEST + 1) / _LARGEST) ** _BEND
_BETWEEN = ((_LEVELS[1:] + _LEVELS[:-1]) / 2).astype(np.float32)
_BITS = 4
_LOW = (1 << _BITS) - 1


def _pairs() -> NDArray[np.float64]:
    """The two numbers of each byte, of single precision, side by side in one of double: one look-up gives both."""
    byte = np.arange(256)
    codes = np.stack([byte & _LOW, byte >> _BITS], axis=1) - _LARGEST
    numbers = (np.sign(codes) * _LEVELS[np.minimum(np.abs(codes), _LARGEST)]).astype(np.float32)
    pairs: NDArray[np.float64] = numbers.view(np.float64).ravel()
    return pairs


_PAIRS = _pairs()


def token_bytes(dimensions: int) -> int:
    """How many bytes a token's vector of so many numbers takes."""
    return -(-dimensions // 2)


def pack_tokens(vectors: Vectors) -> bytes:
    """Vectors of shape (tokens, dimensions) in `token_bytes` a token; the same vectors give the same bytes."""
    sizes = np.abs(vectors)
    largest = sizes.max(axis=1, initial=0.0, keepdims=True)
    steps = np.searchsorted(_BETWEEN, sizes / _not_zero(largest))
    codes: NDArray[np.uint8] = (np.where(vectors < 0, -steps, steps) + _LARGEST).astype(np.uint8)
    if codes.shape[1] % 2:
        codes = np.pad(codes, ((0, 0), (0, 1)), constant_values=_LARGEST)
    packed: NDArray[np.uint8] = codes[:, ::2] | codes[:, 1::2] << np.uint8(_BITS)
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
