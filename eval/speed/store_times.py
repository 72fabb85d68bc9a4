"""What one store takes: to open, to search, to change; and how much of the nearest it finds."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.speed.made_passages import made_documents
from eval.speed.made_store import opened, put
from eval.speed.sentence_pool import SentencePool
from rag.embedding import open_embedder
from rag.retrieval import Retriever
from rag.seams import Embedder
from rag.store import FaissStore
from rag.store.segments import read_vectors
from rag.store.vector_index import Numbers
from rag.types import Json
from rag.vectors import Vectors

_K = 10
_CANDIDATES = 60
_AT_ONCE = 16_384
_BEYOND = 1_000_000
"""Numbers of made documents that no store of the measurement holds."""
_CHANGES = 7
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Questions, with their vectors, shape (questions, dimensions)."""

    texts: tuple[str, ...]
    vectors: Vectors


def asked(texts: Sequence[str], embedder: Embedder) -> Asked:
    """Questions as the model encodes them."""
    return Asked(tuple(texts), np.stack([embedder.embed_query(text) for text in texts]))


def searched(folder: Path, model: str | None, questions: Asked, nearest: Sequence[frozenset[int]]) -> Json:
    """Times of opening and searching in a process that has done nothing else, and its memory.

    `nearest` are the ten passages nearest to each question by comparison with every vector.
    """
    embedder = open_embedder(model)
    embedder.embed_query("热身")
    began = time.perf_counter()
    store = opened(folder, embedder)
    store.dense(questions.vectors[0], _K)
    store.lexical(["产量"], _K)
    row: Json = {"open_s": time.perf_counter() - began}
    began = time.perf_counter()
    retriever = Retriever(store, embedder)
    retriever.search(questions.texts[0], _K)
    row["first_question_s"] = time.perf_counter() - began
    reader = retriever._reader_now(None)
    terms = [reader.read(text).lexical_terms for text in questions.texts]
    dense = [partial(store.dense, vector, _K) for vector in questions.vectors]
    found = [frozenset(number for number, _ in ask()) for ask in dense]
    row |= {
        "encode": _milliseconds([partial(embedder.encode_query, text) for text in questions.texts]),
        "dense": _milliseconds(dense),
        "lexical": _milliseconds([partial(store.lexical, one, _CANDIDATES) for one in terms]),
        "retrieval": _milliseconds([partial(retriever.search, text, _K) for text in questions.texts]),
        "recall@10": float(np.mean([len(a & b) / len(b) for a, b in zip(found, nearest, strict=True)])),
        "resident_mb": _resident(),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    return row


def changed(folder: Path, embedder: Embedder, pool: SentencePool) -> Json:
    """Seconds to add and to remove a document of 100 passages that is embedded already, and to search thereafter."""
    add, ask = [], []
    documents = list(made_documents(pool, _BEYOND, _BEYOND + _CHANGES))
    vector = embedder.embed_query("产量")
    with opened(folder, embedder) as store, opened(folder, embedder) as reader:
        reader.dense(vector, _K)
        for made in documents:
            add.append(_seconds(partial(put, folder, embedder, [made])))
            ask.append(_seconds(partial(_searches, reader, vector)))
        remove = [_seconds(partial(store.remove, [made.document.source])) for made in documents]
    return {
        "add_100_s": float(np.median(add)),
        "add_100_most_s": max(add),
        "remove_100_s": float(np.median(remove)),
        "search_after_s": float(np.median(ask)),
    }


def nearest_exactly(folder: Path, embedder: Embedder, vectors: Vectors) -> list[frozenset[int]]:
    """The ten nearest passages to each vector, by comparison with every vector of the store."""
    best = np.full((len(vectors), _K), -np.inf, np.float32)
    ids = np.zeros((len(vectors), _K), np.int64)
    with opened(folder, embedder) as store:
        for passages, held in _all_vectors(store, embedder.dimensions):
            scores = np.concatenate([best, vectors @ held.T], axis=1)
            known = np.concatenate([ids, np.broadcast_to(passages, (len(vectors), len(passages)))], axis=1)
            order = np.argpartition(-scores, _K - 1, axis=1)[:, :_K]
            best, ids = np.take_along_axis(scores, order, 1), np.take_along_axis(known, order, 1)
    return [frozenset(row) for row in ids.tolist()]


def size_of(folder: Path) -> float:
    """Megabytes of all files of a store."""
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) / _MEGABYTE


def _all_vectors(store: FaissStore, dimensions: int) -> Iterator[tuple[Numbers, Vectors]]:
    with store._reader.snapshot() as connection:
        (last,) = connection.execute("SELECT coalesce(max(number), 0) FROM vector").fetchone()
        for first in range(1, last + 1, _AT_ONCE):
            numbers, vectors = read_vectors(connection, first, first + _AT_ONCE - 1, dimensions)
            if numbers:
                rows = connection.execute(
                    "SELECT passage FROM vector WHERE number BETWEEN ? AND ? ORDER BY number",
                    (first, first + _AT_ONCE - 1),
                )
                yield np.array([row[0] for row in rows], np.int64), vectors


def _searches(store: FaissStore, vector: NDArray[np.float32]) -> None:
    store.dense(vector, _K)
    store.lexical(["产量"], _K)


def _milliseconds(works: Sequence[Callable[[], object]]) -> Json:
    """Of the clock, and of the processors: what else runs on the machine adds to the first alone."""
    times, worked = [], []
    for work in works:
        began, busy = time.perf_counter(), time.process_time()
        work()
        times.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.process_time() - busy))
    return {
        "p50": float(np.percentile(times, 50)),
        "p95": float(np.percentile(times, 95)),
        "cpu_p50": float(np.percentile(worked, 50)),
    }


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _resident() -> float:
    """Megabytes of this process that are in memory, files it has mapped among them. Linux alone tells."""
    try:
        return (
            int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
            * os.sysconf("SC_PAGE_SIZE")
            / _MEGABYTE
        )
    except OSError:
        return float("nan")
