"""In which sentence of its passage each token stands, and that as bytes: runs, since neighbours stand together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.original import Offsets
from rag.types import Passage

_STORED_RUN = np.dtype([("sentence", "<i2"), ("tokens", "<u2")])
_LONGEST_RUN = np.iinfo(np.uint16).max
_OUTSIDE = -1

Sentences = NDArray[np.int16]
"""Shape (tokens,): the number of a sentence, -1 for a token in none."""


def token_places(spans: NDArray[np.int32]) -> Offsets:
    """The middle character of each token, shape (tokens,), of spans of shape (tokens, 2)."""
    places: Offsets = (spans.astype(np.int64).sum(axis=1) // 2).astype(np.uint32)
    return places


def sentences_at(places: Offsets, passage: Passage) -> Sentences:
    """The sentence at each place in the passage's embedded text; -1 in its context and between sentences."""
    if not passage.sentences:
        return np.full(len(places), _OUTSIDE, np.int16)
    own = places.astype(np.int64) - (len(passage.embedded_text) - len(passage.text))
    starts, ends = np.array(passage.sentences, np.int64).T
    last_begun = np.searchsorted(starts, own, "right") - 1
    return np.where((last_begun >= 0) & (own < ends[last_begun]), last_begun, _OUTSIDE).astype(np.int16)


def pack_sentences(sentences: Sentences) -> bytes:
    """The sentences of a passage's tokens, 4 bytes a run of tokens of one sentence."""
    changes = np.flatnonzero(np.diff(sentences)) + 1
    cuts = np.union1d(changes, np.arange(0, len(sentences), _LONGEST_RUN)).astype(np.int64)
    runs = np.empty(len(cuts), _STORED_RUN)
    runs["sentence"] = sentences[cuts]
    runs["tokens"] = np.diff(cuts, append=len(sentences))
    return runs.tobytes()


def unpack_sentences(blobs: Sequence[bytes]) -> Sentences:
    """What `pack_sentences` packed, of several passages end to end."""
    runs = np.frombuffer(b"".join(blobs), _STORED_RUN)
    return np.repeat(runs["sentence"].astype(np.int16), runs["tokens"])
