"""Two readings of one page laid side by side: which character of the one is which of the other."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Matches = NDArray[np.int64]
"""Shape (n,): for each character the number of its partner, -1 without one."""

_ANCHORS = (12, 6, 3, 2, 1)
"""Lengths of the stretches by which a place is found again, the surest first."""
_SURE = 3
"""Shorter ones tell a place only where they occur once."""
_NEAR = 3
_AFTER = 4


def aligned(text: str, other: str) -> Matches:
    """For each character of `text`, its partner in `other`.

    Both hold nearly the same characters, mostly in the same order; stretches may have been moved, and
    single characters may differ (a radical for the character it looks like). White space has no partner.
    Each character of `other` is given once. Takes time in proportion to the length of both.
    """
    places = [index for index, char in enumerate(text) if not char.isspace()]
    partners = [index for index, char in enumerate(other) if not char.isspace()]
    left = "".join(_folded(text[index]) for index in places)
    right = "".join(_folded(other[index]) for index in partners)
    found = _Alignment(left, right).matches()
    matches = np.full(len(text), -1, np.int64)
    for place, match in zip(places, found, strict=True):
        if match >= 0:
            matches[place] = partners[match]
    return matches


@cache
def _folded(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char


class _Alignment:
    """Walks along the left text, and finds its place in the right one again whenever they part."""

    def __init__(self, left: str, right: str) -> None:
        self._left, self._right = left, right
        self._used = bytearray(len(right))
        self._index = {size: _stretches(right, size) for size in _ANCHORS}

    def matches(self) -> Sequence[int]:
        found = [-1] * len(self._left)
        place = 0
        for index, char in enumerate(self._left):
            if not self._fits(index, place):
                place = self._again(index, place)
            if place < len(self._right) and not self._used[place]:
                same = self._right[place] == char
                if same or self._meets_after(index, place):
                    found[index] = place
                    self._used[place] = 1
                    place += 1
        return found

    def _fits(self, index: int, place: int) -> bool:
        return place < len(self._right) and not self._used[place] and self._right[place] == self._left[index]

    def _meets_after(self, index: int, place: int) -> bool:
        """Whether both go on mostly alike after one character that differs."""
        after = self._left[index + 1 : index + 1 + _AFTER]
        other = self._right[place + 1 : place + 1 + _AFTER]
        alike = sum(one == two for one, two in zip(after, other, strict=False))
        return 2 * alike > len(after) or (2 * alike == len(after) and alike > 1)

    def _again(self, index: int, place: int) -> int:
        """Where the right text goes on as the left one does at `index`; the old place if nowhere."""
        if place < len(self._right) and not self._used[place] and self._meets_after(index, place):
            return place
        for size in _ANCHORS:
            stretch = self._left[index : index + size]
            if len(stretch) < size:
                continue
            candidates = self._index[size].get(stretch, [])
            if size < _SURE and len(candidates) > 1:
                continue
            free = self._free(candidates, place)
            if free is not None:
                return free
        return place

    def _free(self, candidates: Sequence[int], place: int) -> int | None:
        """The unused candidate that comes next after `place`, or else the nearest before it."""
        first = bisect_left(candidates, place)
        around = (*candidates[first : first + _NEAR], *reversed(candidates[max(0, first - _NEAR) : first]))
        return next((candidate for candidate in around if not self._used[candidate]), None)


def _stretches(text: str, size: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for start in range(len(text) - size + 1):
        found[text[start : start + size]].append(start)
    return found
