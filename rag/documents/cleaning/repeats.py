"""Paragraphs that a text holds twice, as newspaper pages do where a column was taken in again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rag.documents.cleaning.edits import Edit, rewrite
from rag.documents.cleaning.lines import lines_of
from rag.original import AlignedText

_LETTERS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SHINGLE = 8
_LEAST_LETTERS = 40
_SHARED = 0.8
_SHORT = 20


def drop_repeats(aligned: AlignedText) -> AlignedText:
    """Take out every paragraph that another one holds, word for word, nearly whole.

    At least four fifths of it must stand in the other in one piece, and all of its numbers: paragraphs
    made on one pattern about different places or years are no repeats. Of two, the longer one stays, and
    of equals the first. A short line is a repeat only right below the same line.
    """
    lines = lines_of(aligned.text)
    dropped = repeated([line.text for line in lines])
    return rewrite(aligned, (Edit(lines[index].start, lines[index].end) for index in sorted(dropped)))


def repeated(lines: Sequence[str]) -> set[int]:
    """The indexes of the paragraphs that `drop_repeats` takes out; an empty one is never one of them."""
    letters = [_LETTERS.sub("", line) for line in lines]
    dropped = {n for n in range(1, len(lines)) if lines[n] == lines[n - 1] and _is_said_twice(letters[n])}
    seen: dict[str, int] = {}
    for index, text in enumerate(letters):
        if len(text) < _LEAST_LETTERS:
            whole = lines[index]
            if len(text) >= _SHORT and whole.endswith("。") and seen.setdefault(whole, index) != index:
                dropped.add(index)
            continue
        other = _closest(text, seen)
        if other is not None and other not in dropped:
            loser = _loser(letters, other, index)
            dropped.update(() if loser is None else (loser,))
        seen.update((shingle, index) for shingle in _shingles(text) if shingle not in seen)
    return dropped


def _is_said_twice(letters: str) -> bool:
    return len(letters) > 3 and not letters.isdecimal()


def _shingles(text: str) -> Iterator[str]:
    return (text[n : n + _SHINGLE] for n in range(len(text) - _SHINGLE + 1))


def _closest(text: str, seen: dict[str, int]) -> int | None:
    """The earlier paragraph that shares most with this one, if it shares half of either."""
    votes = Counter(seen[shingle] for shingle in _shingles(text) if shingle in seen)
    if not votes:
        return None
    other, shared = votes.most_common(1)[0]
    return other if shared >= _LEAST_LETTERS // 2 else None


def _loser(letters: Sequence[str], first: int, second: int) -> int | None:
    """Which of two paragraphs the other one holds; `None` if neither."""
    shorter, longer = (first, second) if len(letters[first]) < len(letters[second]) else (second, first)
    matcher = SequenceMatcher(None, letters[shorter], letters[longer], autojunk=False)
    shared = matcher.find_longest_match().size
    numbers = Counter(_NUMBER.findall(letters[shorter])) - Counter(_NUMBER.findall(letters[longer]))
    if shared < _SHARED * len(letters[shorter]) or numbers:
        return None
    return shorter
