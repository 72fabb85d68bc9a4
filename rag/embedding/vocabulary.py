"""The pieces of a Unigram vocabulary: all of them, or only those that stand in a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Pieces by token id: piece n is `text[offsets[n]:offsets[n + 1]]` in UTF-8, its log probability `scores[n]`."""

    text: bytes
    offsets: NDArray[np.uint32]
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, token: int) -> tuple[str, float]:
        piece = self.text[int(self.offsets[token]) : int(self.offsets[token + 1])]
        return piece.decode(), float(self.scores[token])

    def pieces(self) -> list[tuple[str, float]]:
        """Return every piece with its log probability, in the order of their ids."""
        return list(zip((piece.decode() for piece in self._tokens), self.scores.tolist(), strict=True))

    def within(self, words: Iterable[str]) -> list[int]:
        """Return the ids of the pieces that stand anywhere in these words, in ascending order."""
        parts = {
            word[start:end].encode()
            for word in words
            for start in range(len(word))
            for end in range(start + 1, min(len(word), start + self._longest) + 1)
        }
        return sorted(self._tokens[part] for part in parts if part in self._tokens)

    @cached_property
    def _tokens(self) -> dict[bytes, int]:
        """Ids by piece. Kept as bytes: to make strings of a quarter of a million takes several times as long."""
        bounds = pairwise(self.offsets.tolist())
        return {self.text[start:end]: token for token, (start, end) in enumerate(bounds)}

    @cached_property
    def _longest(self) -> int:
        """Bytes of the longest piece; no piece has more characters."""
        return int(np.diff(self.offsets).max())
