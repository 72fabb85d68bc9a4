"""Chinese names in Latin letters, and whether a Chinese text has one: "Zuoquan", "Li Jun", "Shangtai".

A capitalised word that is two or more syllables of pinyin is taken for a name; at the head of a sentence, where
every word has a capital, only if a county or city is called so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from rag.text.gazetteer import gazetteer
from rag.text.patterns import regex

_SYLLABLE = (
    "zh(?:uang|uan|uai|ong|ang|eng|un|ui|uo|ua|ou|ei|en|an|ao|ai|a|e|i|u)|ch(?:uang|uan|uai|ong|ang|eng|un|ui|uo|ua|ou|en|an|ao|ai|a|e|i|u)|"
    "sh(?:uang|uan|uai|ang|eng|un|ui|uo|ua|ou|ei|en|an|ao|ai|a|e|i|u)|[jqx](?:iang|iong|ian|iao|ing|uan|ia|ie|in|iu|ue|un|i|u)|"
    "b(?:iao|ian|ing|ang|eng|ai|an|ao|ei|en|ie|in|a|i|o|u)|p(?:iao|ian|ing|ang|eng|ai|an|ao|ei|en|ie|in|ou|a|i|o|u)|"
    "m(?:iao|ian|ing|ang|eng|ai|an|ao|ei|en|ie|in|iu|ou|a|e|i|o|u)|f(?:ang|eng|an|ei|en|ou|a|o|u)|"
    "d(?:iao|ian|ing|ong|uan|ang|eng|ai|an|ao|ei|ie|iu|ou|ui|un|uo|a|e|i|u)|t(?:iao|ian|ing|ong|uan|ang|eng|ai|an|ao|ie|ou|ui|un|uo|a|e|i|u)|"
    "n(?:iang|iao|ian|ing|ong|uan|ang|eng|ai|an|ao|ei|en|ie|in|iu|ue|ou|uo|a|e|i|u|v)|"
    "l(?:iang|iao|ian|ing|ong|uan|ang|eng|ai|an|ao|ei|ia|ie|in|iu|ou|ue|un|uo|a|e|i|u|v)|"
    "[gkh](?:uang|uai|uan|ong|ang|eng|ai|an|ao|ei|en|ou|ua|ui|un|uo|a|e|u)|r(?:ong|uan|ang|eng|an|ao|en|ou|ui|un|uo|e|i|u)|"
    "[zcs](?:ong|uan|ang|eng|ai|an|ao|en|ou|ui|un|uo|a|e|i|u)|y(?:ang|ing|ong|uan|an|ao|in|ou|ue|un|a|e|i|o|u)|"
    "w(?:ang|eng|ai|an|ei|en|a|o|u)|ang|ai|an|ao|er|en|ou|a|e|o"
)
_ONE = regex(rf"(?:{_SYLLABLE})")
_SEVERAL = regex(rf"(?:{_SYLLABLE}){{2,6}}")
_CAPITALISED = regex(r"\b[A-Z][a-z]+(?:'[a-z]+)?\b")
_NO_NAMES = frozenset(
    "Base Line Machine Game Name Wine Mine Lane Change China Date Huge Page Range Dance Gene Same June Tune Dune Mange Chinese Women Nine "
    "Sun Men Man Pan Can Gain Main Rain Rate Shine Genie Banana Data Media Dan Ban Fan Tan Gang Sang Song Long Dong Tongue Tie Die Lie Pie "
    "She He Me We Be An A I You Yuan Mu Due One Use Lake Fine Size Zone Gate Lime Rice Male Pipeline Online Timeline Baseline".split()
)
"""English words, and units, that might be read as pinyin."""
_HEAD = regex(r"(?:^|[.!?:;]\s+|\n\s*)[\"“'(]*$")
_HAN = regex(r"[㐀-鿿]")


@lru_cache(maxsize=1024)
def latin_names(text: str) -> tuple[str, ...]:
    """The Chinese names a text in Latin letters has, as it writes them; words of one name are kept together."""
    return tuple(" ".join(name) for name in _names(text))


def _names(text: str) -> Iterator[list[str]]:
    run: list[str] = []
    last = -1
    for match in _CAPITALISED.finditer(text):
        word = match[0].split("'")[0]
        may_be = _may_be_name(word, at_head=bool(_HEAD.search(text[: match.start()])))
        if run and not (may_be and last >= 0 and text[last : match.start()] == " "):
            yield from _kept(run)
            run = []
        if may_be:
            run.append(word)
            last = match.end() if word == match[0] else -1  # "Zuoquan's Jishan" are two names
    yield from _kept(run)


def _kept(run: Sequence[str]) -> Iterator[list[str]]:
    """A run of words that is a name: one of two syllables at least, or two of one each."""
    if len(run) > 1 or (run and _SEVERAL.fullmatch(run[0].lower())):
        yield list(run)


def _may_be_name(word: str, *, at_head: bool) -> bool:
    lower = word.lower()
    if word in _NO_NAMES or not (_SEVERAL.fullmatch(lower) or (_ONE.fullmatch(lower) and not at_head)):
        return False
    return not at_head or _is_place(lower)


def spelt_in(name: str, text: str) -> bool:
    """Whether a Chinese text has characters that are read as the name, or as its parts in the other order."""
    parts = name.lower().split()
    orders = {"".join(parts), "".join([*parts[1:], parts[0]])}
    return any(_spelt(letters, text) for letters in orders)


@lru_cache(maxsize=4096)
def _spelt(letters: str, text: str) -> bool:
    return any(_reads(letters, text, at) for at in range(len(text)))


def _reads(letters: str, text: str, at: int) -> bool:
    if not letters:
        return True
    return at < len(text) and any(
        letters.startswith(reading) and _reads(letters[len(reading) :], text, at + 1)
        for reading in readings(text[at])
    )


@lru_cache(maxsize=16384)
def readings(character: str) -> tuple[str, ...]:
    """The toneless pinyin readings of a Chinese character; none of any other one."""
    if not _HAN.match(character):
        return ()
    from pypinyin import Style, pinyin

    return tuple(dict.fromkeys(pinyin(character, style=Style.NORMAL, heteronym=True)[0]))


@lru_cache(maxsize=1024)
def _is_place(letters: str) -> bool:
    return any(_reads_whole(letters, name) for name in _place_names())


def _reads_whole(letters: str, name: str) -> bool:
    if not name:
        return not letters
    return any(
        letters.startswith(one) and _reads_whole(letters[len(one) :], name[1:]) for one in readings(name[0])
    )


@cache
def _place_names() -> tuple[str, ...]:
    return tuple({*gazetteer().short, *(name[:-1] for name in gazetteer().full)})
