"""How a name sounds, roughly, whatever alphabet it is written in: Tesla, Тесла and te si la sound alike.

A name becomes a short string of sounds: consonants that transcriptions confuse share a letter (`K` for g, k, q,
hard c), vowels are kept but weigh little. Two strings are compared by an edit distance whose costs say which
sounds stand for which, which are put in (the `i` of 斯) and which are dropped (the `r` of Arnold in 阿诺德).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.text.patterns import regex

Costs = NDArray[np.float32]

SILENCE = 0
_CODES = 128
_VOWELS = "aeiou"
_RULES: tuple[tuple[str, str], ...] = (
    ("sch", "S"), ("tch", "C"), ("shch", "S"), ("tsch", "C"), ("cz", "C"), ("sh", "S"), ("ch", "C"), ("zh", "J"),
    ("ph", "F"), ("th", "T"), ("kh", "H"), ("gh", "K"), ("ck", "K"), ("qu", "Ku"), ("ts", "C"), ("tz", "C"), ("dz", "J"),
    ("dge", "J"), ("ce", "Se"), ("ci", "Si"), ("cy", "Si"), ("ge", "Je"), ("gi", "Ji"), ("gy", "Ji"),
    ("ng", "N"), ("ij", "ai"), ("ee", "i"), ("ea", "i"), ("oo", "u"), ("ou", "u"), ("wr", "L"), ("kn", "N"), ("mc", "MaK"),
    ("x", "KS"), ("b", "P"), ("p", "P"), ("f", "F"), ("v", "W"), ("w", "W"), ("d", "T"), ("t", "T"), ("g", "K"), ("k", "K"),
    ("q", "K"), ("c", "K"), ("s", "S"), ("z", "S"), ("j", "J"), ("l", "L"), ("r", "L"), ("m", "M"), ("n", "N"), ("h", "H"),
    ("y", "Y"), ("a", "a"), ("e", "e"), ("i", "i"), ("o", "o"), ("u", "u"),
)  # fmt: skip
_SOUND_OF = dict(_RULES)
_TOGETHER = regex("|".join(sorted((spelt for spelt, _ in _RULES if len(spelt) > 1), key=len, reverse=True)))
_ALONE = str.maketrans({spelt: sound for spelt, sound in _RULES if len(spelt) == 1})
_DOUBLED = regex(r"([^\n])\1")
_NOT_LETTER = regex(r"[^a-z'\n]")
_ACTION = regex(r"(?:tion|zion|sion|tsiy[aiue]|tsiyo?y)$", re.MULTILINE)
"""The ending of constitution, constitución and конституция."""
_VOWEL_Y = regex(r"(?<=.)y(?![aeiou])")
_SILENT = regex(r"(?<=[^aeiou\n])e$|(?<=[aeiou])h(?![aeiou])|'", re.MULTILINE)
_INITIALS = {
    "zh": "J", "ch": "C", "sh": "S", "b": "P", "p": "P", "m": "M", "f": "F", "d": "T", "t": "T", "n": "N", "l": "L", "g": "K",
    "k": "K", "h": "H", "j": "J", "q": "C", "x": "S", "r": "L", "z": "S", "c": "C", "s": "S", "y": "Y", "w": "W",
}  # fmt: skip
_SYLLABLE = regex(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?([aeiouv]*)(ng|n|r)?")
_ALIKE = {
    "SC": 0.2, "SJ": 0.3, "CJ": 0.2, "CT": 0.5, "CK": 0.5, "JK": 0.4, "JY": 0.4, "FW": 0.3, "FP": 0.5, "WP": 0.5, "HK": 0.5,
    "HF": 0.6, "MN": 0.3, "Yi": 0.1, "Wu": 0.1, "Wo": 0.2, "JT": 0.5, "SH": 0.6, "NL": 0.7, "ST": 0.7, "Hu": 0.5, "Ye": 0.3,
}  # fmt: skip
_OTHER_VOWEL = 0.25
_PUT_IN = {**dict.fromkeys(_VOWELS, 0.15), "Y": 0.2, "W": 0.4, "H": 0.4, "L": 0.6, "N": 0.5}
_LEFT_OUT = {**dict.fromkeys(_VOWELS, 0.25), "H": 0.3, "L": 0.45, "Y": 0.25, "T": 0.6, "K": 0.7, "W": 0.5}
_CONSONANT = 1.0
_SHARED_CONSONANTS = 4


@lru_cache(maxsize=8192)
def sounds_of(name: str) -> str:
    """The sounds of a name in any alphabet."""
    return sounds_of_all([name.replace("\n", " ")])[0]


def sounds_of_all(names: Iterable[str]) -> list[str]:
    """The sounds of names in any alphabet, none of which holds a line feed; many at once take little time each."""
    from anyascii import anyascii

    joined = "".join(f"{name}\n" for name in names)
    letters = _NOT_LETTER.sub("", anyascii(joined).lower())
    letters = _VOWEL_Y.sub("i", _ACTION.sub("cion", _SILENT.sub("", letters)))
    heard = _TOGETHER.sub(lambda found: _SOUND_OF[found[0]], letters).translate(_ALONE)
    return _once(heard).split("\n")[:-1]


@lru_cache(maxsize=4096)
def sounds_of_syllable(pinyin: str) -> str:
    """The sounds of a toneless pinyin syllable."""
    if pinyin == "er":
        return "eL"
    parts = _SYLLABLE.match(pinyin)
    if parts is None:
        return ""
    vowels = parts[2].replace("v", "u").replace("ue", "e")
    return _INITIALS.get(parts[1] or "", "") + vowels + ("N" if parts[3] else "")


def _once(sounds: str) -> str:
    """Doubled letters once."""
    return _DOUBLED.sub(r"\1", sounds)


def coded(names: Sequence[str]) -> NDArray[np.uint8]:
    """Sounds as numbers, shape (names, longest); what is shorter is filled up with `SILENCE`."""
    longest = max(map(len, names), default=0)
    filled = "".join(name.ljust(longest, chr(SILENCE)) for name in names)
    return np.frombuffer(filled.encode("ascii"), dtype=np.uint8).reshape(len(names), longest)


@cache
def substitution() -> Costs:
    """What it costs that one sound stands for another, by their codes, symmetric."""
    costs = np.full((_CODES, _CODES), 1.2, np.float32)
    vowels = [ord(vowel) for vowel in _VOWELS]
    costs[np.ix_(vowels, vowels)] = _OTHER_VOWEL
    for pair, cost in _ALIKE.items():
        one, other = map(ord, pair)
        costs[one, other] = costs[other, one] = cost
    np.fill_diagonal(costs, 0.0)
    return costs


@cache
def _costs(of: str) -> Costs:
    """What it costs that a transcription puts a sound in, or leaves one out, by its code."""
    known = _PUT_IN if of == "put in" else _LEFT_OUT
    return np.array([known.get(chr(code), _CONSONANT) for code in range(_CODES)], np.float32)


def first_rows(names: NDArray[np.uint8]) -> Costs:
    """The costs of leaving out each beginning of names, shape (sounds + 1, n), for names of shape (sounds, n)."""
    rows = np.zeros((names.shape[0] + 1, names.shape[1]), np.float32)
    np.cumsum(_costs("left out")[names], axis=0, out=rows[1:])
    return rows


def next_rows(rows: Costs, heard: NDArray[np.uint8], names: NDArray[np.uint8], left: Costs) -> Costs:
    """The rows of the edit distances after one more sound was heard; rows have shape (sounds + 1, n).

    `heard` is one sound for each of n, shape (n,), or one for all, shape (1,). `names` have shape (sounds, n) or
    (sounds, 1), and `left` are their `first_rows`.
    """
    exchanged = substitution()[heard[0]][names] if len(heard) == 1 else substitution()[names[:, 0]][:, heard]
    new = rows + _costs("put in")[heard]
    np.minimum(new[1:], rows[:-1] + exchanged, out=new[1:])
    new -= left
    np.minimum.accumulate(new, axis=0, out=new)
    new += left
    return new


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Words with their sounds, prepared for being compared with one that is heard.

    `codes` have shape (words, longest), `sizes` (`weight`) and `lengths` shape (words,).
    """

    words: tuple[str, ...]
    codes: NDArray[np.uint8]
    sizes: Costs
    lengths: NDArray[np.intp]

    @classmethod
    def of(cls, words: Sequence[str], sounds: Sequence[str]) -> Heard:
        """Words, with the sounds of each."""
        codes = coded(sounds)
        lengths = np.array([len(one) for one in sounds], dtype=np.intp)
        return cls(tuple(words), codes, _weights()[codes].sum(axis=1), lengths)

    def among(self, rows: NDArray[np.intp]) -> Heard:
        """Some of the words, by row."""
        words = tuple(self.words[row] for row in rows.tolist())
        return Heard(words, self.codes[rows], self.sizes[rows], self.lengths[rows])


def nearest(heard: str, known: Heard, worst: float, other_size: float) -> list[tuple[float, str]]:
    """Words that `heard` may stand for, each with what that costs of what there is to be heard, in their order.

    Words are left out that cost more than `worst`, or are longer or shorter by more than a share `other_size`.
    """
    size = weight(heard)
    fitting = known.among(np.flatnonzero(np.abs(known.sizes - size) <= other_size * size))
    names = fitting.codes.T
    left = rows = first_rows(names)
    most = worst * np.maximum(fitting.sizes, size)
    for sound in coded([heard])[0]:
        rows = next_rows(rows, np.array([sound]), names, left)
        hopeful = np.flatnonzero(rows.min(axis=0) <= most)
        if 2 * len(hopeful) < len(most):
            fitting, rows, left, most = (
                fitting.among(hopeful),
                rows[:, hopeful],
                left[:, hopeful],
                most[hopeful],
            )
            names = fitting.codes.T
    costs = rows[fitting.lengths, np.arange(len(most))] / np.maximum(fitting.sizes, size)
    return [(cost, word) for cost, word in zip(costs.tolist(), fitting.words, strict=True) if cost <= worst]


@cache
def _weights() -> Costs:
    """How much there is to be heard of each sound, by its code."""
    return np.array([0.0, *(weight(chr(code)) for code in range(1, _CODES))], np.float32)


@lru_cache(maxsize=65536)
def weight(sounds: str) -> float:
    """How much there is to be heard: a consonant counts 1, a vowel a quarter."""
    return sum(0.25 if sound in _VOWELS else 1.0 for sound in sounds)


_CLASSES = str.maketrans("SCJTKHFWPMNYLaeiou", "SSSSKKFFFNNILIIIII")


def beginning_of(sounds: str, consonants: int = 1) -> str:
    """What a name begins with, roughly: names that sound alike share it.

    Its first sound if that is a vowel, and so many consonants.
    """
    classes = sounds.translate(_CLASSES)
    return classes[:1] + classes[1:].replace("I", "")[: consonants - (classes[:1] != "I")]


def skeleton(sounds: str) -> str:
    """The first four consonants of a name, roughly, and whether it begins with a vowel: words of one origin share it."""
    return beginning_of(sounds, _SHARED_CONSONANTS)
