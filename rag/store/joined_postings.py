"""The postings of several runs of passages as those of one, without the passages that are gone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.store.postings import Postings, Rows, spelt

_AT_ONCE = 4_000_000
"""Postings that are moved at once: some 100 MB."""

Live = NDArray[np.bool_]
"""Shape (passages,): which are there."""


def joined(parts: Sequence[tuple[Postings, Live]]) -> Postings:
    """One of the parts, whose numbers ascend from part to part."""
    parts = [_kept(postings, live) for postings, live in parts]
    held = [part.spelling(range(len(part.keys))) for part, _ in parts]
    terms = sorted({term for some in held for term in some})
    place = {term: at for at, term in enumerate(terms)}
    places = [np.fromiter(map(place.__getitem__, some), np.int64, len(some)) for some in held]
    sizes = np.zeros(len(terms), np.int64)
    for (part, _), at in zip(parts, places, strict=True):
        sizes[at] += np.diff(part.starts)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    rows, counts = np.empty(starts[-1], np.uint32), np.empty(starts[-1], np.uint8)
    free, before = starts[:-1].copy(), 0
    for (part, _), at in zip(parts, places, strict=True):
        _move(part, free[at], before, rows, counts)
        free[at] += np.diff(part.starts)
        before += len(part)
    encoded = [term.encode() for term in terms]
    return Postings(
        np.concatenate([part.numbers for part, _ in parts]),
        np.concatenate([part.ids for part, _ in parts]),
        starts.astype(np.int64),
        *spelt(encoded),
        np.concatenate([part.lengths for part, _ in parts]),
        rows,
        np.frombuffer(b"".join(term + b" " for term in encoded), np.uint8),
        counts,
    )


def _move(part: Postings, to: NDArray[np.int64], before: int, rows: Rows, counts: NDArray[np.uint8]) -> None:
    """Put a part's postings where each of its terms has room, `before` rows further down."""
    first = 0
    while first < len(to):
        last = int(np.searchsorted(part.starts, part.starts[first] + _AT_ONCE, "right")) - 1
        last = min(max(last, first + 1), len(to))
        low, high = int(part.starts[first]), int(part.starts[last])
        sizes = np.diff(part.starts[first : last + 1])
        places = np.repeat(to[first:last] - part.starts[first:last], sizes) + np.arange(low, high)
        rows[places] = part.rows[low:high] + np.uint32(before)
        counts[places] = part.counts[low:high]
        first = last


def _kept(part: Postings, live: Live) -> tuple[Postings, Live]:
    """A part without what is gone, and without the terms that stand nowhere any more."""
    if live.all():
        return part, live
    kept = live[part.rows]
    sums = np.concatenate([[0], np.cumsum(kept)])
    sizes = sums[part.starts[1:]] - sums[part.starts[:-1]]
    terms = [part.term(int(at)) for at in np.flatnonzero(sizes)]
    renumbered = (np.cumsum(live) - 1).astype(np.uint32)
    return Postings(
        part.numbers[live],
        part.ids[live],
        np.concatenate([[0], np.cumsum(sizes[sizes > 0])]).astype(np.int64),
        *spelt(terms),
        part.lengths[live],
        renumbered[part.rows[kept]],
        np.frombuffer(b"".join(term + b" " for term in terms), np.uint8),
        part.counts[kept],
    ), live[live]
