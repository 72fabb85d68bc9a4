"""FAISS indexes over vectors by number, exact or in cells. FAISS is imported here and nowhere else."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.store.sealed import SEAL_BYTES, seal_of, unsealed
from rag.vectors import Vectors

if TYPE_CHECKING:
    import faiss

ROUNDING = 1e-5
"""Further apart than FAISS's single precision can bring two equal cosines."""
_SAMPLED = 48
"""Vectors a cell that it is trained with."""
_ROUNDS = 8
_SEED = 20_01
_BEYOND = 0.1
"""So far beyond the least and the greatest of the sample, as a share of their distance, numbers are told apart."""
_DEVIATIONS = 6

Numbers = NDArray[np.int64]
"""Shape (n,), numbers of vectors."""


class Selection:
    """The numbers that a search is limited to, or those that it leaves out."""

    def __init__(self, numbers: Numbers, *, leaves_out: bool = False) -> None:
        self._numbers = numbers
        self._leaves_out = leaves_out

    def has(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which of these numbers are searched."""
        return np.isin(numbers, self._numbers, invert=self._leaves_out)

    @cached_property
    def selector(self) -> Any:  # noqa: ANN401  FAISS's types are of C++
        """The same for FAISS."""
        import faiss

        bits = np.zeros((int(self._numbers.max(initial=0)) // 8 + 1) * 8, np.uint8)
        bits[self._numbers] = 1
        # FAISS owns neither the bits nor the inner selector: they are kept by a name.
        self._bits = np.packbits(bits, bitorder="little")
        self._inner: Any = faiss.IDSelectorBitmap(self._bits)  # type: ignore[call-arg, arg-type]  # as above
        return faiss.IDSelectorNot(self._inner) if self._leaves_out else self._inner


class Cells:
    """Cells that vectors are sorted into, and how a vector is kept in one: eight bits a number.

    The cells are those of k-means; a number is kept as its distance from the cell's middle, in 256 steps (FAISS's
    IVF with a scalar quantizer). Trained on some vectors, they serve all that are like them.
    """

    def __init__(self, index: faiss.IndexIVFScalarQuantizer) -> None:
        self._empty = index

    @classmethod
    def trained(cls, vectors: Vectors, count: int) -> Cells:
        """So many cells, trained on vectors of shape (n, dimensions); `Cells.sample` says how many are worth it."""
        import faiss

        dimensions = vectors.shape[1]
        middles = faiss.IndexFlatL2(dimensions)
        index = faiss.IndexIVFScalarQuantizer(middles, dimensions, count, faiss.ScalarQuantizer.QT_8bit)
        middles.this.disown()  # type: ignore[attr-defined]  # as SWIG has it
        index.own_fields = True
        index.cp.niter, index.cp.seed, index.cp.max_points_per_centroid = _ROUNDS, _SEED, _SAMPLED
        index.cp.min_points_per_centroid = 1
        index.sq.rangestat_arg = _BEYOND
        index.train(vectors)
        return cls(index)

    @staticmethod
    def sample(count: int) -> int:
        """How many vectors so many cells are trained with."""
        return _SAMPLED * count

    @classmethod
    def from_bytes(cls, data: bytes, name: str) -> Cells | None:
        """The cells that `to_bytes` wrote under this name; `None` if `data` is not that."""
        index: Any = _read(data, name)
        return cls(index) if _is_celled(index) else None

    def to_bytes(self, name: str) -> bytes:
        """The cells as an empty index, sealed like any other."""
        return _written(self._empty, name)

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self._empty.nlist)

    def index(self) -> VectorIndex:
        """An index that holds nothing yet."""
        import faiss

        return VectorIndex(faiss.clone_index(self._empty))

    def are_of(self, index: VectorIndex) -> bool:
        """Whether an index sorts its vectors into these cells."""
        return index.celled and np.array_equal(_middles(self._empty), _middles(index.faiss))


class VectorIndex:
    """Search for the nearest by cosine; every vector has length 1.

    An exact index is searched by inner product. One in cells looks into the cells nearest to a vector alone, and
    knows its vectors roughly: cosines are right to within `tolerance`. Once it is made an index never changes, so any
    number of threads may search it.
    """

    def __init__(self, index: faiss.Index) -> None:
        self.faiss: Any = index
        self.celled = _is_celled(index)
        self.tolerance = _tolerance(index)
        """How far a cosine that `nearest` gives may be off."""

    @classmethod
    def build(cls, numbers: Sequence[int], vectors: Vectors) -> VectorIndex:
        """An exact index of vectors of shape (len(numbers), dimensions) under these numbers."""
        import faiss

        index = cls(faiss.IndexIDMap(faiss.IndexFlatIP(vectors.shape[1])))
        index.add(numbers, vectors)
        return index

    @classmethod
    def from_bytes(cls, data: bytes, name: str) -> VectorIndex | None:
        """The index that `to_bytes` wrote under this name; `None` if `data` is not that."""
        index = _read(data, name)
        return None if index is None else cls(index)

    @classmethod
    def mapped(cls, path: Path, name: str) -> VectorIndex | None:
        """The index of a file that `to_bytes` gave, its vectors left on disk; `None` if the file is not that.

        Raises `OSError` where there is none. All of the file is read once, to see that it is whole.
        """
        import faiss

        if not path.stat().st_size:
            return None
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            view = memoryview(data)
            body, seal = view[:-SEAL_BYTES], bytes(view[-SEAL_BYTES:])
            whole = seal_of(body, name) == seal
            body.release()
            view.release()
        if not whole:
            return None
        try:
            index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
        except RuntimeError:
            return None
        if _is_celled(index):
            # It would start threads at each search to read ahead what is in memory after the first few.
            lists: Any = faiss.downcast_InvertedLists(index.invlists)
            lists.prefetch_nthread = 0
        return cls(index) if _is_known(index) else None

    def to_bytes(self, name: str) -> bytes:
        """The index in FAISS's own format, and after it a seal: a hash keyed by the name.

        The seal tells a damaged file, or another one's, from a good one; other programs that read FAISS
        files pass over it.
        """
        return _written(self.faiss, name)

    def add(self, numbers: Sequence[int], vectors: Vectors) -> None:
        """Put vectors in, while it is made."""
        if len(numbers):
            self.faiss.add_with_ids(vectors, np.asarray(numbers, np.int64))

    def take_over(self, other: VectorIndex) -> None:
        """Put in all that another index with the same cells holds, while it is made."""
        other.faiss.invlists.copy_subset_to(self.faiss.invlists, 0, 0, np.iinfo(np.int64).max)
        self.faiss.ntotal += len(other)

    def drop(self, numbers: Numbers) -> None:
        """Take vectors out, while it is made."""
        if len(numbers):
            chosen = Selection(numbers)
            self.faiss.remove_ids(chosen.selector)

    def __len__(self) -> int:
        return int(self.faiss.ntotal)

    @property
    def numbers(self) -> Numbers:
        """The numbers of its vectors."""
        import faiss

        if not self.celled:
            return np.asarray(faiss.vector_to_array(self.faiss.id_map), np.int64)
        lists = self.faiss.invlists
        sizes = ((cell, lists.list_size(cell)) for cell in range(self.faiss.nlist))
        held = [faiss.rev_swig_ptr(lists.get_ids(cell), size).copy() for cell, size in sizes if size]
        return np.concatenate([np.zeros(0, np.int64), *held])

    def nearest(
        self, vector: NDArray[np.float32], k: int, *, among: Selection | None = None, probed: float = 1.0
    ) -> list[tuple[float, int]]:
        """The `k` nearest as (cosine, number), best first, of all or of those `among`.

        `probed` is the share of the cells that is looked into. Which of several equally near ones come is not said.
        """
        import faiss

        k = min(k, len(self))
        if k <= 0:
            return []
        parameters: Any = faiss.SearchParameters()
        if self.celled:
            parameters = faiss.SearchParametersIVF()
            parameters.nprobe = max(1, round(probed * self.faiss.nlist))
        if among is not None:
            parameters.sel = among.selector
        # One question is not worth waking other threads for: where cores are busy it would wait for them.
        with _threads(1):
            scores, numbers = self.faiss.search(vector.reshape(1, -1), k, params=parameters)
        # Of two vectors of length 1 the squared distance is 2 - 2 · cosine.
        cosines = 1 - scores[0] / 2 if self.celled else scores[0]
        return [(c, n) for c, n in zip(cosines.tolist(), numbers[0].tolist(), strict=True) if n >= 0]


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Let FAISS use so many threads for what this thread asks of it."""
    import faiss

    usual = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(count)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(usual)


def _is_celled(index: faiss.Index | None) -> bool:
    import faiss

    return isinstance(index, faiss.IndexIVFScalarQuantizer)


def _tolerance(index: Any) -> float:  # noqa: ANN401 - FAISS's types tell too little
    """In cells six standard deviations of the error, as if those of a vector's numbers were independent and even."""
    import faiss

    if not _is_celled(index):
        return ROUNDING
    steps = faiss.vector_to_array(index.sq.trained)[index.d :] / 255
    return ROUNDING + _DEVIATIONS * float(np.sqrt(np.mean(steps**2) / 12))


def _is_known(index: faiss.Index) -> bool:
    import faiss

    return isinstance(index, faiss.IndexIDMap) or _is_celled(index)


def _middles(index: faiss.IndexIVFScalarQuantizer) -> NDArray[np.uint8]:
    """The middles of the cells, as bytes."""
    import faiss

    flat = faiss.downcast_index(index.quantizer)
    return np.asarray(flat.reconstruct_n(0, flat.ntotal)).view(np.uint8)


def _read(data: bytes, name: str) -> faiss.Index | None:
    import faiss

    body = unsealed(data, name)
    if body is None:
        return None
    try:
        index = faiss.deserialize_index(np.frombuffer(body, np.uint8))
    except RuntimeError:  # FAISS's word for a file of a version it doesn't know
        return None
    return index if _is_known(index) else None


def _written(index: faiss.Index, name: str) -> bytes:
    import faiss

    body = faiss.serialize_index(index).tobytes()
    return body + seal_of(body, name)
