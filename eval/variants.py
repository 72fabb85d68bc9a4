"""Variants of gold questions, as people mistype them: each rule gives one, or none where it does not apply.

A variant is drawn by a generator that is seeded with the question's id, so that it is the same on every run and
does not depend on which other questions are in the set.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import rjieba
from pypinyin import lazy_pinyin

from eval.gold import GoldQuestion
from rag.text import stopwords
from rag.text.lookalikes import lookalikes

Rule = Callable[[str, random.Random], str | None]
"""Question and generator → the question otherwise, or `None`."""

_HAN_WORD = re.compile(r"[㐀-鿿]{2,}")
_CONTENT_TAGS = ("n", "v", "a", "j", "l", "i", "b", "s", "z")
"""First letters of jieba's tags for words that name something; numerals, times and pronouns are none."""
_FEWEST_CONTENT_WORDS = 4
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年)")
_COUNT = re.compile(r"(?<![\d.])[1-9]\d?(?=[项个件条大类座家种](?![\d]))")
_HAN_DIGITS = "〇一二三四五六七八九"
_FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
_LATIN_WORD = re.compile(r"[A-Za-z]{5,}")
_NAME = re.compile(r"(?<=\s)[A-Z][a-z]+")
_FIRST_LEVEL = range(0xB0, 0xD8)
"""First bytes of GB 2312's first level: the 3,755 characters in common use."""


@dataclass(frozen=True, slots=True)
class Word:
    """A content word at `[start, end)` of a question."""

    start: int
    end: int


def variant_of(question: GoldQuestion, name: str, seed: int) -> GoldQuestion | None:
    """The question by the rule of that name; `None` where the rule does not apply or changes nothing."""
    rules = ZH_RULES if question.lang == "zh" else EN_RULES
    if not question.answerable or name not in rules or question.lang not in ("zh", "en"):
        return None
    rng = random.Random(f"{seed}:{name}:{question.id}")  # noqa: S311  nothing secret is drawn
    text = rules[name](question.question, rng)
    return replace(question, question=text) if text and text != question.question else None


def content_words(text: str) -> list[Word]:
    """The Chinese words of a question that name something, in order."""
    found, at = [], 0
    for word, tag in rjieba.tag(text):
        if _HAN_WORD.fullmatch(word) and word not in stopwords.ZH and tag.startswith(_CONTENT_TAGS):
            found.append(Word(at, at + len(word)))
        at += len(word)
    return found


@cache
def common_characters() -> tuple[str, ...]:
    """The characters of GB 2312's first level."""
    codes = (bytes((high, low)) for high in _FIRST_LEVEL for low in range(0xA1, 0xFF))
    decoded = (code.decode("gb2312", "ignore") for code in codes)
    return tuple(character for character in decoded if character)


@cache
def _by_sound() -> dict[str, tuple[str, ...]]:
    """Toneless pinyin → the common characters first read so."""
    found: dict[str, list[str]] = {}
    for character in common_characters():
        found.setdefault(lazy_pinyin(character)[0], []).append(character)
    return {sound: tuple(characters) for sound, characters in found.items()}


def wrong_character(text: str, rng: random.Random) -> str | None:
    """One character of a content word taken for one of its shape, or for any where none is known."""
    return _exchanged(text, rng, lambda word, at: lookalikes(word[at]) or common_characters())


def random_character(text: str, rng: random.Random) -> str | None:
    """One character of a content word become any other common one: a slip of the hand."""
    return _exchanged(text, rng, lambda _, __: common_characters())


def homophone(text: str, rng: random.Random) -> str | None:
    """One character of a content word become another that sounds the same, tones aside."""
    return _exchanged(text, rng, lambda word, at: _by_sound().get(lazy_pinyin(word)[at], ()))


def traditional(text: str, _: random.Random) -> str:
    """The question in traditional characters."""
    return _to_traditional()(text)


@cache
def _to_traditional() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("s2t").convert
    return convert


def full_width(text: str, _: random.Random) -> str:
    """Its digits in full width."""
    return text.translate(_FULL_WIDTH)


def chinese_numerals(text: str, _: random.Random) -> str:
    """Its years digit by digit in Chinese (二〇二三年), its small counts as numerals."""
    import cn2an

    years = _YEAR.sub(lambda year: "".join(_HAN_DIGITS[int(digit)] for digit in year[0]), text)
    return _COUNT.sub(lambda count: str(cn2an.an2cn(count[0])), years)


def dropped_word(text: str, rng: random.Random) -> str | None:
    """Without one of its content words, where it has at least four."""
    words = content_words(text)
    if len(words) < _FEWEST_CONTENT_WORDS:
        return None
    word = rng.choice(words)
    return text[: word.start] + text[word.end :]


def dropped_letter(text: str, rng: random.Random) -> str | None:
    """One letter inside an English word left out."""
    return _inside_a_word(text, rng, lambda word, at: word[:at] + word[at + 1 :])


def swapped_letters(text: str, rng: random.Random) -> str | None:
    """Two neighbouring letters inside an English word the wrong way round."""
    return _inside_a_word(text, rng, lambda word, at: word[:at] + word[at + 1] + word[at] + word[at + 2 :])


def lower_case(text: str, _: random.Random) -> str:
    """Its names without capital letters."""
    return _NAME.sub(lambda name: name[0].lower(), text)


ZH_RULES: dict[str, Rule] = {
    "wrong_character": wrong_character,
    "random_character": random_character,
    "homophone": homophone,
    "traditional": traditional,
    "full_width": full_width,
    "chinese_numerals": chinese_numerals,
    "dropped_word": dropped_word,
}
EN_RULES: dict[str, Rule] = {
    "dropped_letter": dropped_letter,
    "swapped_letters": swapped_letters,
    "lower_case": lower_case,
}
RULES = (*ZH_RULES, *EN_RULES)


def _exchanged(text: str, rng: random.Random, others: Callable[[str, int], Sequence[str]]) -> str | None:
    """One character of a content word exchanged; `others` has what may come for a word's character."""
    places = [(word, at) for word in content_words(text) for at in range(word.end - word.start)]
    rng.shuffle(places)
    for word, at in places:
        written = text[word.start : word.end]
        choices = [other for other in others(written, at) if other != written[at]]
        if choices:
            return text[: word.start + at] + rng.choice(choices) + text[word.start + at + 1 :]
    return None


def _inside_a_word(text: str, rng: random.Random, change: Callable[[str, int], str]) -> str | None:
    """An English word of five letters or more changed between its first and last but one letter."""
    words = [word for word in _LATIN_WORD.finditer(text) if word[0].lower() not in stopwords.EN]
    if not words:
        return None
    word = rng.choice(words)
    at = rng.randrange(1, len(word[0]) - 2)
    return text[: word.start()] + change(word[0], at) + text[word.end() :]
