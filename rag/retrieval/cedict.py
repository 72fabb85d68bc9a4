"""CC-CEDICT and CLDR's names, compiled: English ↔ Chinese words, readings of characters, names in all languages.

CC-CEDICT is too long to be read at each start, and CLDR lies in a file for each language. Both are compiled once
into a SQLite file in the user's cache folder, named by the versions of their packages; where that folder can't be
written they are compiled into memory.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from rag.resources import installed_version
from rag.retrieval.cedict_entries import PACKAGE, Entry, entries, meanings, usual_readings
from rag.retrieval.locales import locale_names
from rag.retrieval.sounds import skeleton, sounds_of_all
from rag.text.patterns import regex
from rag.text.words import plain, plain_stems, stem

_FORMAT = 5
"""Counts up when what is compiled changes."""
_SCHEMA = """
CREATE TABLE sense (word TEXT, text TEXT, phrase TEXT, central REAL);
CREATE TABLE character (character TEXT PRIMARY KEY, syllables TEXT) WITHOUT ROWID;
CREATE TABLE syllable (syllable TEXT PRIMARY KEY, characters TEXT) WITHOUT ROWID;
CREATE TABLE spoken (skeleton TEXT, word TEXT, phrase TEXT, sounds TEXT);
CREATE TABLE part (stem TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE name (language TEXT, name TEXT, key TEXT);
"""
_INDEXES = """
CREATE INDEX sense_of_word ON sense (word);
CREATE INDEX word_of_phrase ON sense (phrase);
CREATE INDEX spoken_so ON spoken (skeleton);
CREATE INDEX spelt_so ON spoken (word);
CREATE INDEX key_of_name ON name (language, name);
CREATE INDEX name_of_key ON name (key, language);
"""
_PLAIN_WORDS = regex(r"[a-z]+(?: [a-z]+)*")
_SHORTEST_SPOKEN = 4


class Equivalent(NamedTuple):
    """A word of the other language, and how central the meaning is to it: 1 for its first, less for the others."""

    text: str
    central: float


class Spoken(NamedTuple):
    """The stem of a gloss of one long word, and the sounds of the whole word."""

    phrase: str
    sounds: str


@dataclass(frozen=True, slots=True, eq=False)
class Cedict:
    """The compiled dictionary. It may be read by several threads."""

    _database: sqlite3.Connection

    def words(self, phrase: Sequence[str]) -> list[Equivalent]:
        """Chinese words with the gloss `phrase`, given as stems without accents; the most central first."""
        query = "SELECT word, max(central) AS best FROM sense WHERE phrase = ? GROUP BY word ORDER BY best DESC, word"
        return [Equivalent(*row) for row in self._rows(query, " ".join(phrase))]

    def is_phrase(self, phrase: Sequence[str]) -> bool:
        """Whether any Chinese word has the gloss `phrase`, given as stems without accents."""
        return bool(self._rows("SELECT 1 FROM sense WHERE phrase = ? LIMIT 1", " ".join(phrase)))

    def glosses(self, word: str) -> list[Equivalent]:
        """What a simplified Chinese word means in English, in lower case, in its own order."""
        query = "SELECT text, central FROM sense WHERE word = ? ORDER BY central DESC, text"
        return [Equivalent(*row) for row in self._rows(query, word)]

    def is_word(self, word: str) -> bool:
        """Whether it has a simplified Chinese word, with a meaning."""
        return bool(self._rows("SELECT 1 FROM sense WHERE word = ? LIMIT 1", word))

    def spoken_like(self, sounds: str) -> list[Spoken]:
        """Glosses of one long word that begin with consonants like those of these sounds."""
        rows = self._rows("SELECT phrase, sounds FROM spoken WHERE skeleton = ?", skeleton(sounds))
        return [Spoken(*row) for row in rows]

    def holds(self, stem: str) -> bool:
        """Whether an English word, given as a stem, stands in any gloss."""
        return bool(self._rows("SELECT 1 FROM part WHERE stem = ?", stem))

    def spelt(self, words: Iterable[str]) -> list[str]:
        """Those of English words that are glosses of four letters or more."""
        query = "SELECT DISTINCT word FROM spoken WHERE word IN (SELECT value FROM json_each(?))"
        return [row[0] for row in self._rows(query, json.dumps(list(words)))]

    def readings(self, character: str) -> tuple[str, ...]:
        """The usual toneless pinyin syllables of a character ("ü" is "v"), the commonest first."""
        rows = self._rows("SELECT syllables FROM character WHERE character = ?", character)
        return tuple(rows[0][0].split()) if rows else ()

    def syllables(self) -> dict[str, str]:
        """Each toneless syllable with the characters that are usually read so."""
        return dict(self._rows("SELECT syllable, characters FROM syllable"))

    def keys_of(self, name: str, language: str) -> tuple[str, ...]:
        """The keys of what goes by a name, folded without accents, in a language: ("territory FR",)."""
        rows = self._rows("SELECT key FROM name WHERE language = ? AND name = ?", language, name)
        return tuple(dict.fromkeys(row[0] for row in rows))

    def names_of(self, key: str, language: str) -> tuple[str, ...]:
        """The names in a language of what has this key, folded without accents."""
        rows = self._rows("SELECT name FROM name WHERE key = ? AND language = ?", key, language)
        return tuple(dict.fromkeys(row[0] for row in rows))

    def _rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        return self._database.execute(query, values).fetchall()


@cache
def cedict() -> Cedict:
    """The dictionary, compiled at the first use ever."""
    import platformdirs

    folder = Path(platformdirs.user_cache_dir("wenju", appauthor=False))
    return open_cedict(
        folder / f"words-{installed_version(PACKAGE)}-{installed_version('babel')}-{_FORMAT}.sqlite"
    )


def open_cedict(path: Path) -> Cedict:
    """The dictionary at `path`, compiled first if it isn't there or is broken; in memory if that can't be written."""
    with suppress(sqlite3.Error):
        return _opened(path)
    with suppress(OSError, sqlite3.Error):
        _compile_to(path)
        return _opened(path)
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    _fill(memory)
    return Cedict(memory)


def _opened(path: Path) -> Cedict:
    """The dictionary at `path`. Raises `sqlite3.Error` if there is none, or not all of one: a full disk, a power cut."""
    found = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )
    try:
        found.execute("SELECT 1 FROM syllable LIMIT 1").fetchone()
    except sqlite3.Error:
        found.close()
        raise
    return Cedict(found)


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
    every = entries()
    senses = list(_senses(every))
    readings = usual_readings(every)
    read_so: dict[str, str] = {}
    for character, syllables in readings.items():
        for syllable in syllables:
            read_so[syllable] = read_so.get(syllable, "") + character
    database.executescript(_SCHEMA)
    database.executemany("INSERT INTO sense VALUES (?, ?, ?, ?)", senses)
    database.executemany(
        "INSERT INTO character VALUES (?, ?)", ((one, " ".join(its)) for one, its in readings.items())
    )
    database.executemany("INSERT INTO syllable VALUES (?, ?)", read_so.items())
    database.executemany("INSERT INTO spoken VALUES (?, ?, ?, ?)", _spoken(senses))
    parts = {part for _, _, phrase, _ in senses for part in phrase.split()}
    database.executemany("INSERT INTO part VALUES (?)", zip(sorted(parts)))
    database.executemany("INSERT INTO name VALUES (?, ?, ?)", locale_names())
    database.executescript(_INDEXES)
    database.commit()


def _senses(every: Iterable[Entry]) -> Iterator[tuple[str, str, str, float]]:
    """Words, their meanings, the meanings' stems, and how central each is; a meaning once for a word."""
    best: dict[tuple[str, str], float] = {}
    for entry in every:
        for text, central in meanings(entry):
            key = (entry.word, text)
            if central > best.get(key, 0.0):
                best[key] = central
    for (word, text), central in best.items():
        if phrase := _stems(text):
            yield word, text, phrase, central


def _stems(text: str) -> str:
    """The stems of a meaning with spaces between, as `plain_stems` has them."""
    if _PLAIN_WORDS.fullmatch(text):
        return " ".join(map(stem, text.split(" ")))
    return " ".join(plain_stems(text))


def _spoken(senses: Iterable[tuple[str, str, str, float]]) -> list[tuple[str, str, str, str]]:
    """Long single words by their consonants: the word, the stem that finds it, and its sounds."""
    words = {
        text: phrase for _, text, phrase, _ in senses if len(text) >= _SHORTEST_SPOKEN and text.isalpha()
    }
    heard = zip(words.items(), sounds_of_all(map(plain, words)), strict=True)
    return [(skeleton(sounds), word, phrase, sounds) for (word, phrase), sounds in heard]
