"""The space of token vectors: what of a token's state late interaction compares.

States of one model lie in a narrow cone, questions in another one than passages, and most of what sets two
tokens apart lies in few directions. So the mean is taken off, the question's and the passage's own, and what is
left is seen along the leading principal directions. Means and directions are the model's, measured once on
texts in several languages (`measure`), and the same for every index.

Late interaction is Khattab & Zaharia 2020 (ColBERT); taking means off, Mu & Viswanath 2018 (All-but-the-Top).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.vectors import Vectors

_BUNDLED = "e5-small-tokens.npz"
DIRECTIONS = 192

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class TokenSpace:
    """The means of shape (hidden,) and the directions, shape (hidden, token dimensions), of one model."""

    question_mean: Floats
    passage_mean: Floats
    directions: Floats

    def of_question(self, states: Floats) -> Vectors:
        """Token vectors of a question's states of shape (tokens, hidden)."""
        return unit(unit(states - self.question_mean) @ self.directions)

    def of_passage(self, states: Floats) -> Vectors:
        """Token vectors of a passage's states of shape (tokens, hidden)."""
        return unit(unit(states - self.passage_mean) @ self.directions)

    def save(self, path: Path) -> None:
        """Write it in half precision, without pickle."""
        half = {name: getattr(self, name).astype(np.float16) for name in self.__slots__}
        np.savez_compressed(path, allow_pickle=False, **half)


def bundled_space() -> TokenSpace:
    """The space of multilingual-e5-small that comes with the program."""
    with files("rag.embedding").joinpath(_BUNDLED).open("rb") as file, np.load(file) as stored:
        return TokenSpace(
            *(stored[name].astype(np.float32) for name in ("question_mean", "passage_mean", "directions"))
        )


def measure(
    questions: Iterable[Floats], passages: Iterable[Floats], dimensions: int = DIRECTIONS
) -> TokenSpace:
    """The space in which these states, one array of shape (tokens, hidden) a language, differ most.

    Every language weighs the same in the means; the directions are the passages'.
    """
    passages = list(passages)
    question_mean = np.mean([states.mean(axis=0) for states in questions], axis=0)
    passage_mean = np.mean([states.mean(axis=0) for states in passages], axis=0)
    hidden = len(passage_mean)
    covariance = np.zeros((hidden, hidden))
    for states in passages:
        centred = unit(states - passage_mean)
        covariance += centred.T @ centred / len(centred)
    _, vectors = np.linalg.eigh(covariance)
    leading = vectors[:, ::-1][:, :dimensions]
    return TokenSpace(question_mean, passage_mean, (leading @ _rotation(dimensions)).astype(np.float32))


def _rotation(dimensions: int) -> NDArray[np.float64]:
    """A fixed rotation: it spreads what lies in the first directions over all, as codes of few bits want it."""
    drawn = np.random.default_rng(0).standard_normal((dimensions, dimensions))
    rotation: NDArray[np.float64] = np.linalg.qr(drawn)[0]
    return rotation


def unit(rows: Floats) -> Floats:
    """Rows of length 1; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    made: Floats = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return made
