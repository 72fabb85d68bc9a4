"""The pieces of a Unigram vocabulary: all of them, or only those that stand in a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_HEAD = 8


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Pieces by token id: piece n is `text[offsets[n]:offsets[n + 1]]` in UTF-8, its log probability `scores[n]`."""

    text: bytes
    offsets: NDArray[np.uint32]
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, token: int) -> tuple[str, float]:
        return self._piece(token).decode(), float(self.scores[token])

    def pieces(self) -> list[tuple[str, float]]:
        """Return every piece with its log probability, in the order of their ids."""
        texts = (self.text[start:end].decode() for start, end in pairwise(self.offsets.tolist()))
        return list(zip(texts, self.scores.tolist(), strict=True))

    def within(self, words: Iterable[str]) -> list[int]:
        """Return the ids of the pieces that stand anywhere in these words, in ascending order."""
        parts = {
            word[start:end].encode()
            for word in words
            for start in range(len(word))
            for end in range(start + 1, min(len(word), start + self._longest) + 1)
        }
        heads, tokens = self._by_head
        wanted = np.fromiter((_head(part) for part in parts), "<u8", len(parts))
        first, last = np.searchsorted(heads, wanted, "left"), np.searchsorted(heads, wanted, "right")
        return sorted(
            int(token)
            for part, start, end in zip(parts, first, last, strict=True)
            for token in tokens[start:end]
            if self._piece(token) == part
        )

    def _piece(self, token: int) -> bytes:
        return self.text[int(self.offsets[token]) : int(self.offsets[token + 1])]

    @cached_property
    def _by_head(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """The first eight bytes of each piece as a number, sorted, and the pieces' ids in that order.

        A dictionary of a quarter of a million pieces takes ten times as long to make, for one question's few.
        """
        starts, sizes = self.offsets[:-1], np.minimum(np.diff(self.offsets), _HEAD)
        padded = self.text + bytes(_HEAD)
        anywhere = np.ndarray(
            len(self.text) + 1, "<u8", padded, strides=(1,)
        )  # every eight bytes of the text
        rest = (np.uint64(_HEAD) - sizes) * np.uint64(8)
        # What lies behind a piece is shifted out; a shift by all 64 bits, of an empty piece, is not defined.
        heads = np.where(sizes > 0, anywhere[starts] << np.minimum(rest, 63) >> np.minimum(rest, 63), 0)
        order = np.argsort(heads, kind="stable")
        return heads[order], order

    @cached_property
    def _longest(self) -> int:
        """Bytes of the longest piece; no piece has more characters."""
        return int(np.diff(self.offsets).max())


def _head(piece: bytes) -> int:
    return int.from_bytes(piece[:_HEAD], "little")
