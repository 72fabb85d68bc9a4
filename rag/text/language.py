"""Which language a text is in, by its script and, for Latin letters, by its function words."""

from __future__ import annotations

import re

from rag.text.patterns import regex
from rag.types import Language

_SCRIPTS: tuple[tuple[Language, re.Pattern[str]], ...] = (
    ("ja", regex(r"[぀-ヿ]")),
    ("ko", regex(r"[가-힯]")),
    ("th", regex(r"[฀-๿]")),
    ("ar", regex(r"[؀-ۿ]")),
    ("ru", regex(r"[Ѐ-ӿ]")),
    ("el", regex(r"[Ͱ-Ͽ]")),
    ("hi", regex(r"[ऀ-ॿ]")),
)
_HAN = regex(r"[㐀-鿿豈-﫿]")
_LATIN_WORD = regex(r"[^\W\d_]+")

_FUNCTION_WORDS: dict[Language, frozenset[str]] = {
    "en": frozenset(
        "the of and to in is was what which who how many much did does are for by with when".split()
    ),
    "es": frozenset(
        "el la los las de del que qué en y un una por cuál cuándo cómo quién cuántos cuántas cuánto dónde se fue son al con para".split()
    ),
    "de": frozenset(
        "der die das und ist in von den wer was wie viele wann welche war ein eine dem zu hat haben wird wurde wurden sind "
        "nicht auf für mit im des wo warum welcher welches".split()
    ),
    "fr": frozenset(
        "le la les des de du en et est un une quel quelle quels qui que combien dans au aux quand comment".split()
    ),
    "vi": frozenset(
        "là gì của ai nào năm bởi với và có những bao nhiêu ai khi nào ở được trong cho một các đã".split()
    ),
}
_QUOTED = regex(r"“[^”]*”|\"[^\"]*\"|《[^》]*》|「[^」]*」")
_LEAST_OWN = 6
"""So many letters a text must have outside of its quotation marks to be judged by them."""
_HAN_SHARE = 0.15
"""Chinese text quotes Latin names more often than Latin text quotes Chinese ones."""


def detect_language(text: str) -> Language:
    """The language of `text` as an ISO 639-1 code; "zh" where there is nothing to go by.

    What it quotes is in the language of another: a text is judged by its own words, if it has some.
    """
    own = _QUOTED.sub(" ", text)
    return _detected(own if sum(map(str.isalpha, own)) >= _LEAST_OWN else text)


def _detected(text: str) -> Language:
    for language, pattern in _SCRIPTS:
        if len(pattern.findall(text)) > _HAN_SHARE * len(text):
            return language
    letters = _LATIN_WORD.findall(_HAN.sub(" ", text.lower()))
    han = len(_HAN.findall(text))
    if han and han >= _HAN_SHARE * (han + sum(map(len, letters))):
        return "zh"
    if not letters:
        return "zh"
    votes = {language: sum(word in known for word in letters) for language, known in _FUNCTION_WORDS.items()}
    return max(votes, key=lambda language: votes[language])
