"""The postings of a run of passages: which term stands in which, how often, in one file that stays on disk.

Terms are in the order of their UTF-8 bytes; a term's postings are the rows of its passages, ascending, and how often
it stands in each, at most `MOST` times. The file is laid out as arrays, so that a search reads the postings of its terms
alone.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
import sys
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST = 255
"""A term that stands more often in a passage counts as standing there so often: its score is the same to 1 %."""

_MAGIC = b"WJTERMS1"
_HEAD = struct.Struct("<8s4Q32s")
_KEY_BYTES = 8

Rows = NDArray[np.uint32]
"""Shape (n,), rows of passages in one file."""


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Terms and postings of `len(numbers)` passages.

    `numbers` are those of the passages' vectors, ascending, `ids` the passages', `lengths` how many terms each has,
    all of shape (passages,). The postings of term i are `starts[i]` to `starts[i + 1]` of `rows` and `counts`;
    `ends[i]` to `ends[i + 1]` of `letters` is the term with a space after it, `keys[i]` its first bytes as a number.
    """

    numbers: NDArray[np.int64]
    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    keys: NDArray[np.uint64]
    ends: NDArray[np.uint32]
    lengths: NDArray[np.uint32]
    rows: Rows
    letters: NDArray[np.uint8]
    counts: NDArray[np.uint8]
    file: mmap.mmap | None = None
    """The file that the arrays are in, where they are."""

    @classmethod
    def made(cls, passages: Sequence[tuple[int, int, str]]) -> Postings:
        """The postings of passages as (number, id, terms with spaces between), ascending by number."""
        known: dict[str, int] = {}
        held = [[known.setdefault(term, len(known)) for term in text.split()] for _, _, text in passages]
        lengths = np.array([len(one) for one in held], np.uint32)
        terms = sorted(known)
        rank = np.empty(len(known), np.int64)
        rank[[known[term] for term in terms]] = np.arange(len(known))
        flat = np.fromiter((one for some in held for one in some), np.int64, int(lengths.sum()))
        rows = np.repeat(np.arange(len(passages)), lengths)
        pairs, counts = np.unique(rank[flat] * max(1, len(passages)) + rows, return_counts=True)
        term_of, row_of = np.divmod(pairs, max(1, len(passages)))
        starts = np.searchsorted(term_of, np.arange(len(terms) + 1))
        return cls(
            np.array([number for number, _, _ in passages], np.int64),
            np.array([passage for _, passage, _ in passages], np.int64),
            starts.astype(np.int64),
            *spelt([term.encode() for term in terms]),
            lengths,
            row_of.astype(np.uint32),
            np.frombuffer(b"".join(f"{term} ".encode() for term in terms), np.uint8),
            np.minimum(counts, MOST).astype(np.uint8),
        )

    @classmethod
    def mapped(cls, path: Path, name: str) -> Postings | None:
        """The postings of the file that `to_bytes` gave under this name; `None` if it is not that, or there is none.

        The seal is of all but the rows and counts themselves, which are too many to be read each time.
        """
        try:
            with path.open("rb") as opened:
                file = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):  # no file, an empty one
            return None
        if len(file) < _HEAD.size:
            return None
        magic, *sizes, seal = _HEAD.unpack(file[: _HEAD.size])
        if magic != _MAGIC or len(file) != _HEAD.size + _file_size(*sizes):
            return None
        found = replace(cls(*_arrays(np.frombuffer(file, np.uint8, offset=_HEAD.size), *sizes)), file=file)
        return found if found._seal(name) == seal else None

    def to_bytes(self, name: str) -> bytes:
        """The file: a head with the sizes and a seal keyed by the name, and the arrays one after the other."""
        sizes = (len(self.numbers), len(self.keys), len(self.rows), len(self.letters))
        arrays = [np.ascontiguousarray(array).tobytes() for array in self._all()]
        return b"".join([_HEAD.pack(_MAGIC, *sizes, self._seal(name)), *arrays])

    def release(self) -> None:
        """Count what was read of the file as the system's memory, no longer the program's; it is still at hand."""
        if self.file is not None and sys.platform != "win32":
            self.file.madvise(mmap.MADV_DONTNEED)

    def __len__(self) -> int:
        return len(self.numbers)

    def found(self, terms: Sequence[bytes]) -> list[int]:
        """The place of each term among the terms, -1 for one that isn't there."""
        wanted = np.array([_key(term) for term in terms], np.uint64)
        first = np.searchsorted(self.keys, wanted, "left").tolist()
        last = np.searchsorted(self.keys, wanted, "right").tolist()
        places = []
        for term, low, high in zip(terms, first, last, strict=True):
            at = bisect_left(range(high), term, low, key=self.term) if high - low else high
            places.append(at if low <= at < high and self.term(at) == term else -1)
        return places

    def term(self, place: int) -> bytes:
        """The term at a place, as UTF-8."""
        return self.letters[self.ends[place] : self.ends[place + 1] - 1].tobytes()

    def beginning(self, start: bytes) -> range:
        """The places of the terms that begin so."""
        everything = range(len(self.keys))
        low = bisect_left(everything, start, key=self.term)
        return range(low, bisect_left(everything, start + b"\xff", low, key=self.term))

    def spelling(self, places: range) -> list[str]:
        """The terms at these places."""
        if not places:
            return []
        return (
            self.letters[self.ends[places.start] : self.ends[places.stop]].tobytes().decode().split(" ")[:-1]
        )

    def of(self, place: int) -> tuple[Rows, NDArray[np.uint8]]:
        """The postings of the term at a place: rows, and how often it stands there."""
        span = slice(int(self.starts[place]), int(self.starts[place + 1]))
        return self.rows[span], self.counts[span]

    def _all(self) -> Iterable[NDArray[np.generic]]:
        return (
            self.numbers,
            self.ids,
            self.starts,
            self.keys,
            self.ends,
            self.lengths,
            self.rows,
            self.letters,
            self.counts,
        )

    def _seal(self, name: str) -> bytes:
        seal = hashlib.blake2b(key=name.encode(), digest_size=32)
        for array in self._all():
            if array is not self.rows and array is not self.counts:
                seal.update(np.ascontiguousarray(array).view(np.uint8).data)
        return seal.digest()


def spelt(terms: Sequence[bytes]) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """The keys of terms, and where each begins among the letters."""
    keys = np.array([_key(term) for term in terms], np.uint64)
    return keys, np.cumsum([0, *(len(term) + 1 for term in terms)]).astype(np.uint32)


def _key(term: bytes) -> int:
    return int.from_bytes(term[:_KEY_BYTES].ljust(_KEY_BYTES, b"\0"))


def _layout(passages: int, terms: int, postings: int, letters: int) -> list[tuple[type[np.generic], int]]:
    """The arrays of a file in their order: those of eight bytes, of four, of one."""
    return [
        (np.int64, passages),
        (np.int64, passages),
        (np.int64, terms + 1),
        (np.uint64, terms),
        (np.uint32, terms + 1),
        (np.uint32, passages),
        (np.uint32, postings),
        (np.uint8, letters),
        (np.uint8, postings),
    ]


def _file_size(*sizes: int) -> int:
    return sum(np.dtype(kind).itemsize * length for kind, length in _layout(*sizes))


def _arrays(data: NDArray[np.uint8], *sizes: int) -> list[Any]:
    layout = _layout(*sizes)
    ends = np.cumsum([0, *(np.dtype(kind).itemsize * length for kind, length in layout)]).tolist()
    plain = np.asarray(data)
    return [
        plain[start:end].view(kind) for (kind, _), (start, end) in zip(layout, pairwise(ends), strict=True)
    ]
