"""Search words of a text: what the lexical index stores and what a question is matched by.

Chinese is cut by jieba's dictionary (through `rjieba`, the same algorithm compiled), every other script
at word boundaries; English words are stemmed; figures stay whole ("2694.5", "42%").
"""

from __future__ import annotations

import sys
import threading
import unicodedata
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

import rjieba

from rag.text.patterns import regex

if TYPE_CHECKING:
    import opencc

_HAN_RUN = r"[㐀-鿿豈-﫿]+"
_NUMBER = r"\d+(?:\.\d+)?%?"
_OTHER_WORD = r"[^\W\d_㐀-鿿豈-﫿]+"
_TOKEN = regex(rf"({_HAN_RUN})|({_NUMBER})|({_OTHER_WORD})")
_THOUSANDS = regex(r"(?<=\d),(?=\d{3}(?!\d))")
_SURROGATE = regex("[\ud800-\udfff]")
_ASCII_WORD = regex(r"[a-z]+")
_INFLECTED = regex(r"(?:s|ed|ing|y|e|i|ll?|al|el|ic|er|or|nt|st|ism|ion)$")
"""Endings of which Porter's algorithm takes any off; a word without one is its own stem."""
_PLAIN_WORD = regex(r"(?:[^\W_]|&)(?:[^\W_]|[&'])*")
_OWN = threading.local()
_ENGLISH_ALONE = "snowballstemmer_english_alone"
_TRADITIONAL_HINT = regex(r"[㐀-鿿豈-﫿]")


@cache
def _converter() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """The form in which texts are compared: NFKC, lower case, simplified characters, 1,234 as 1234."""
    text = _SURROGATE.sub("\ufffd", text)
    return simplified(_THOUSANDS.sub("", unicodedata.normalize("NFKC", text).lower()))


def simplified(text: str) -> str:
    """The text with simplified characters for traditional ones."""
    return _converter().convert(text) if _TRADITIONAL_HINT.search(text) else text


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of an English word (Porter 2); any other word as it is."""
    if not (_INFLECTED.search(word) and _ASCII_WORD.fullmatch(word)):
        return word
    return str(_stemmer().stemWord(word))


def _stemmer() -> Any:  # noqa: ANN401  snowballstemmer carries no types
    """A stemmer for this thread alone: it keeps the word it is at in itself."""
    if not hasattr(_OWN, "stemmer"):
        _OWN.stemmer = _english().EnglishStemmer()
    return _OWN.stemmer


@cache
def _english() -> ModuleType:
    """The English part of snowballstemmer: the package by its own name imports 36 languages, a twentieth of an answer."""
    spec = find_spec("snowballstemmer")
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError("snowballstemmer is not installed: pip install snowballstemmer")
    alone = ModuleType(_ENGLISH_ALONE)
    alone.__path__ = spec.submodule_search_locations
    sys.modules[_ENGLISH_ALONE] = alone
    return import_module(f"{_ENGLISH_ALONE}.english_stemmer")


def words(text: str) -> list[str]:
    """Search words in order, with the shorter words inside long Chinese ones ("新能源" adds "能源")."""
    found: list[str] = []
    for han, number, other in _TOKEN.findall(fold(text)):
        if han:
            found.extend(rjieba.cut_for_search(han))
        else:
            found.append(number or stem(other))
    return found


def uncut(text: str) -> str:
    """What `words` makes of a text with Chinese left whole: for an index that cuts it by jieba's dictionary itself."""
    found = _TOKEN.findall(fold(text))
    return " ".join(han or number or stem(other) for han, number, other in found)


def bigrams(text: str) -> list[str]:
    """The pairs of neighbouring Chinese characters; a lone character stands for itself."""
    found: list[str] = []
    for han, _, _ in _TOKEN.findall(fold(text)):
        found.extend([han] if len(han) == 1 else [han[i : i + 2] for i in range(len(han) - 1)])
    return [pair for pair in found if pair]


def plain(text: str) -> str:
    """Folded text whose Latin, Greek and Cyrillic letters have no accents: "Constitución" → "constitucion"."""
    folded = fold(text)
    if folded.isascii():
        return folded
    parts = unicodedata.normalize("NFD", folded)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not "\u0300" <= c <= "\u036f"))


def plain_stems(text: str) -> tuple[str, ...]:
    """The stems of an English phrase without accents, cut at everything that is neither letter, digit nor "&"."""
    return tuple(stem(word.removesuffix("'s").strip("'")) for word in _PLAIN_WORD.findall(plain(text)))
