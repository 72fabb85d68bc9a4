"""A model's reply as it may be shown: without what it thinks aloud, cut off where it would go on for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rag.text.language import detect_language
from rag.text.patterns import regex
from rag.types import Language

MOST_CHARACTERS: Final = 8000
"""Where a reply is cut off: far beyond any useful answer."""

_TAIL: Final = 600
_REPEATS: Final = 3
_REPEATED_CHARACTERS: Final = 30
"""A reply runs in circles when its end says one thing `_REPEATS` times, over at least so many characters."""

_LATIN_WORD = regex(r"[^\W\d_]{2,}")
_HAN = regex(r"[㐀-鿿]")
_WORDS_TO_TELL: Final = 4
"""From so many Latin words on a text without Chinese is in another language, and no name or unit."""
_HAN_TO_TELL: Final = 12
"""From so many Chinese characters on, and more than other letters, a text is in Chinese, and no quoted name."""

_THINK, _THOUGHT = "<think>", "</think>"


def ended(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces, none empty, up to `MOST_CHARACTERS` or to where they run in circles."""
    text = ""
    for piece in without_thinking(pieces):
        kept = piece[: MOST_CHARACTERS - len(text)]
        text += kept
        yield kept
        if len(text) >= MOST_CHARACTERS or runs_in_circles(text):
            return


def without_thinking(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces without the `<think>…</think>` that some models put in front of their answer."""
    held = ""
    for piece in pieces:
        held = (held + piece).lstrip()
        if held.startswith(_THINK):
            _, thought, held_after = held.partition(_THOUGHT)
            if not thought:
                continue
            held = held_after.lstrip()
        elif _THINK.startswith(held):
            continue
        break
    if held and not held.startswith(_THINK):
        yield held
    yield from pieces


def runs_in_circles(text: str) -> bool:
    """Whether the end of `text` is one stretch said at least three times, as small models will for ever.

    Rows of dashes or dots are left alone: tables and lines of leaders are made of them.
    """
    tail = text[-_TAIL:]
    for length in range(1, len(tail) // _REPEATS + 1):
        unit = tail[-length:]
        times = max(_REPEATS, -(-_REPEATED_CHARACTERS // length))
        if tail.endswith(unit * times) and any(character.isalnum() for character in unit):
            return True
    return False


def in_another_language(text: str, asked: Language) -> bool:
    """Whether a reply is plainly not in the language asked in: Chinese told from all others, no finer.

    Short replies, names and figures are in any language.
    """
    han = len(_HAN.findall(text))
    words = _LATIN_WORD.findall(_HAN.sub(" ", text))
    if asked == "zh":
        return detect_language(text) != "zh" and len(words) >= _WORDS_TO_TELL
    return han >= _HAN_TO_TELL and han > sum(map(len, words))
