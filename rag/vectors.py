"""Vectors of texts, and of their tokens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Shape (n, dimensions), each row of length 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """What a model makes of one text in one pass.

    `vector` is of all of it, shape (dimensions,); `tokens` are of its tokens in context, shape
    (tokens, token dimensions), for late interaction; both of length 1. `spans` say where in the text each token
    stands, shape (tokens, 2).
    """

    vector: NDArray[np.float32]
    tokens: Vectors
    spans: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class TokenVectors:
    """The token vectors of some passages end to end: those of passage i are `starts[i]` to `starts[i + 1]`.

    `vectors` has shape (tokens, token dimensions), `starts` (passages + 1,); `sentences` tells, shape (tokens,),
    in which sentence of its passage a token stands, -1 for what stands before the passage.
    """

    vectors: Vectors
    starts: NDArray[np.int64]
    sentences: NDArray[np.int16]
