"""Late interaction: each token of the question looks for the token of a passage that is most like it.

MaxSim of Khattab & Zaharia 2020 (ColBERT), as the mean over the question's tokens of the best cosine: a word is
found by what it means in its sentence, in another language too, where a single vector blurs it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.vectors import TokenVectors, Vectors

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """MaxSim of a question with passages, shape (passages,), and with the sentences of each.

    `sentences` has a row a passage that ends with the last sentence of which tokens are known; a sentence of
    which none are (the text was cut for the model) has 0, as has a passage.
    """

    passages: Scores
    sentences: tuple[Scores, ...]


def likeness(question: Vectors, found: TokenVectors) -> Likeness:
    """How like a question, its token vectors of shape (question tokens, token dimensions), the passages are."""
    passages = len(found.starts) - 1
    if not len(question) or not len(found.vectors):
        return Likeness(np.zeros(passages), (np.zeros(0),) * passages)
    cosines = found.vectors @ question.T
    scores = np.zeros(passages)
    filled = np.flatnonzero(np.diff(found.starts))
    scores[filled] = np.maximum.reduceat(cosines, found.starts[filled], axis=0).mean(axis=1)
    return Likeness(scores, tuple(_by_sentence(cosines, found)))


def _by_sentence(cosines: NDArray[np.float32], found: TokenVectors) -> list[Scores]:
    whose = np.repeat(np.arange(len(found.starts) - 1), np.diff(found.starts))
    begins = np.flatnonzero(np.diff(whose, prepend=-1) | np.diff(found.sentences, prepend=np.int16(-2)))
    values = np.maximum.reduceat(cosines, begins, axis=0).mean(axis=1)
    counts = np.zeros(len(found.starts) - 1, dtype=np.int64)
    np.maximum.at(counts, whose[begins], found.sentences[begins] + 1)
    rows: list[Scores] = [np.zeros(count) for count in counts]
    for passage, sentence, value in zip(whose[begins], found.sentences[begins], values, strict=True):
        if sentence >= 0:
            rows[passage][sentence] = max(rows[passage][sentence], value)
    return rows
