"""How well a page was read: in the right order, with the right characters, with the right figures.

All of them compare *folded* text: NFKC, without any white space. They take the truth story by story, because the
order of two stories on a page is nobody's mistake, but the order within one is.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

_SPACE = re.compile(r"\s+")
_FIGURE = re.compile(r"\d+(?:,\d{3}(?!\d))*(?:[.:]\d+)*%?")


@dataclass(frozen=True, slots=True)
class ReadingOrder:
    """Shares of the truth's sentences, each 0 to 1.

    `whole`: found unbroken. `share`: whole and in order, which is the target's measure: within each story the
    longest run of whole sentences whose places in the text ascend, summed over the stories. `adjacent`: of the pairs
    of neighbouring sentences of one story, those with nothing at all between them (a heading, a caption or a line of
    another column between two sentences costs one).
    """

    whole: float
    share: float
    adjacent: float
    missing: tuple[str, ...]


def folded(text: str) -> str:
    """The text as it is compared: NFKC, without white space."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def reading_order(stories: Sequence[Sequence[str]], body: str) -> ReadingOrder:
    """How the sentences of each story stand in `body`; raises `ValueError` for a truth without sentences.

    A sentence is looked for after the one before it, and from the start if it is not there.
    """
    text = folded(body)
    placed = [_places([folded(sentence) for sentence in story], text) for story in stories]
    spans = [span for story in placed for span in story]
    if not spans:
        raise ValueError("a truth without sentences can't be measured against")
    ascending = sum(_longest_ascent([start for start, _ in story if start >= 0]) for story in placed)
    pairs = [pair for story in placed for pair in pairwise(story)]
    touching = sum(first[0] >= 0 and first[1] == second[0] for first, second in pairs)
    flat = [sentence for story in stories for sentence in story]
    missing = tuple(sentence for sentence, span in zip(flat, spans, strict=True) if span[0] < 0)
    return ReadingOrder(
        whole=1 - len(missing) / len(spans),
        share=ascending / len(spans),
        adjacent=touching / len(pairs) if pairs else 1.0,
        missing=missing,
    )


def character_accuracy(stories: Sequence[str], text: str) -> float:
    """1 − edits ÷ characters of the truth, 0 to 1: leaving out a whole story costs its characters, no more.

    Each story (from its headline on in one string: `Story.text`) is laid against the stretch of `text` that fits it best, and
    its edits are the Levenshtein distance to that stretch. What stands before and after costs nothing, so stories may
    come in any order; a line of another column inside a story costs all of its characters.
    """
    read = folded(text)
    wanted = [folded(story) for story in stories]
    characters = sum(map(len, wanted))
    if not characters:
        raise ValueError("a truth without characters can't be measured against")
    return 1 - sum(edits_within(story, read) for story in wanted) / characters


def figures_exact(truth: str, text: str) -> float:
    """The share of the truth's figures ("312.6", "6.8%", "2024") that `text` holds, each as often as the truth.

    A figure is a whole number token: 26 is not found in 126 or 26.8. Order does not count; 1 where there are none.
    """
    wanted, found = Counter(figures(truth)), Counter(figures(text))
    total = wanted.total()
    return (wanted & found).total() / total if total else 1.0


def missing_figures(truth: str, text: str) -> tuple[str, ...]:
    """The figures that `figures_exact` does not find, for the message of a test that fails."""
    return tuple((Counter(figures(truth)) - Counter(figures(text))).elements())


def figures(text: str) -> Iterable[str]:
    """The number tokens of a text, a percent sign with them."""
    return _FIGURE.findall(unicodedata.normalize("NFKC", text))


def edits_within(pattern: str, text: str) -> int:
    """The fewest insertions, deletions and replacements that make `pattern` some stretch of `text`.

    Sellers' algorithm: the table of Levenshtein distances with a free start and end in `text`. Each row is computed
    at once; a run of insertions along it is the running minimum of (cost − column), plus the column.
    """
    letters = np.array([ord(character) for character in text], dtype=np.int64)
    columns = np.arange(len(letters) + 1)
    row = np.zeros(len(letters) + 1, dtype=np.int64)
    for character in pattern:
        above = row + 1
        above[1:] = np.minimum(above[1:], row[:-1] + (letters != ord(character)))
        row = np.minimum.accumulate(above - columns) + columns
    return int(row.min())


def _places(sentences: Sequence[str], text: str) -> list[tuple[int, int]]:
    """[start, end) of each sentence in the text; (-1, -1) for one that is not whole in it."""
    places: list[tuple[int, int]] = []
    position = 0
    for sentence in sentences:
        start = text.find(sentence, position)
        start = start if start >= 0 else text.find(sentence)
        places.append((start, start + len(sentence)) if start >= 0 else (-1, -1))
        position = places[-1][1] if start >= 0 else position
    return places


def _longest_ascent(numbers: Sequence[int]) -> int:
    """The length of the longest strictly ascending subsequence (patience sorting)."""
    tails: list[int] = []
    for number in numbers:
        index = bisect_left(tails, number)
        tails[index : index + 1] = [number]
    return len(tails)
