"""Mistyped characters of a Chinese question, told by what the documents have instead.

A character is doubted where the documents hold neither the pair it makes with the one before it nor that with the
one after it, and no dictionary knows a word it stands in. For it comes one that sounds or looks alike, if beside
the rest of the broken word it makes a word or a name of the documents; or any other, if they leave no choice. What
the documents hold is never doubted, and what they hold nothing like stays as it was typed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

import rjieba

from rag.text import stopwords, synonyms
from rag.text.gazetteer import gazetteer
from rag.text.lookalikes import lookalikes
from rag.text.patterns import regex

_HAN_RUN = regex(r"[㐀-鿿]{2,}")
_PAIR = regex(r"[㐀-鿿]{2}")
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))
"""Beginnings and ends of syllables that many speakers don't tell apart."""
_ALIKE, _NEAR, _OTHER = 2, 1, 0
_BOTH = 2
_FEWEST = 2
"""A character that is not alike is meant only where at least so many passages have it there."""


@dataclass(frozen=True, slots=True)
class Typo:
    """A character at `index` of a question as it was `written`, and as it must be `meant`."""

    index: int
    written: str
    meant: str


@dataclass(frozen=True, slots=True, order=True)
class _Guess:
    """A character that may be meant at `index`: how far to trust that, and how often the documents have it so."""

    trust: int
    count: int
    index: int
    character: str


class Terms(Protocol):
    """What is asked of a store here; `rag.seams.Store` has it."""

    def document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each term occurs."""

    def vocabulary(self, beginning: str = "") -> Collection[str]:
        """Every lexical term (search word or bigram) of the passages that begins so."""


class Typos:
    """Finds them against the vocabulary of one store; its table is made when a question first needs it."""

    def __init__(self, store: Terms, places: Collection[str]) -> None:
        self._store = store
        self._places = frozenset(places)

    def find(self, question: str) -> tuple[Typo, ...]:
        """The typos of a question in simplified characters, in order; most questions have none."""
        counts = self._counts({question[i : i + 2] for i in range(len(question) - 1)})
        named = self._misnamed(question, counts)
        taken = {typo.index for typo in named}
        found = list(named)
        for cluster in _clusters(at for at in self._doubtful(question, counts) if at not in taken):
            guesses = [guess for at in cluster for guess in self._guesses(question, at)]
            if guesses:
                best = max(guesses)
                found.append(Typo(best.index, question[best.index], best.character))
        return tuple(sorted(found, key=lambda typo: typo.index))

    @cached_property
    def _before(self) -> dict[str, frozenset[str]]:
        """Each Chinese character with those that stand before it in the documents."""
        table: dict[str, set[str]] = defaultdict(set)
        for term in self._store.vocabulary():
            if len(term) == 2 and _PAIR.fullmatch(term):
                table[term[1]].add(term[0])
        return {character: frozenset(before) for character, before in table.items()}

    def _after(self, character: str) -> frozenset[str]:
        """The Chinese characters that stand after one in the documents."""
        return frozenset(term[1] for term in self._store.vocabulary(character) if _PAIR.fullmatch(term))

    def _counts(self, pairs: Collection[str]) -> dict[str, int]:
        return self._store.document_frequencies({pair for pair in pairs if _PAIR.fullmatch(pair)})

    @cached_property
    def _gapped(self) -> dict[str, tuple[str, ...]]:
        """Places with one character left out ("昔?", "?阳"), each with the characters that stand there."""
        table: dict[str, tuple[str, ...]] = {}
        for place in sorted(self._places):
            for at, character in enumerate(place):
                key = _without(place, at)
                table[key] = (*table.get(key, ()), character)
        return table

    def _misnamed(self, question: str, counts: Mapping[str, int]) -> list[Typo]:
        """Characters of the documents' places that were written as others of their sound or shape."""
        found: dict[int, Typo] = {}
        for length in {len(place) for place in self._places}:
            for start in range(len(question) - length + 1):
                written = question[start : start + length]
                for at in range(length):
                    meant = self._gapped.get(_without(written, at), ())
                    if not meant or written in self._places or not self._is_unheard(written, at, counts):
                        continue
                    for character in meant:
                        if likeness(written[at], character) == _ALIKE:
                            found[start + at] = Typo(start + at, written[at], character)
        return list(found.values())

    def _is_unheard(self, written: str, at: int, counts: Mapping[str, int]) -> bool:
        """Whether no document has a character beside its neighbours, and it is in no place of the gazetteer."""
        pairs = [written[i : i + 2] for i in (at - 1, at) if 0 <= i < len(written) - 1]
        return not any(counts.get(pair, 1) for pair in pairs) and not _is_place(written)

    def _doubtful(self, question: str, counts: Mapping[str, int]) -> Iterator[int]:
        """Places of characters that stand in no pair of the documents and in no word of a dictionary."""
        for at in _fragments(question):
            around = (question[i : i + 2] for i in (at - 1, at) if i >= 0)
            if not any(counts.get(pair, 0) for pair in around):
                yield at

    def _guesses(self, question: str, at: int) -> Iterator[_Guess]:
        """What may be meant at a place: it goes with what else is broken beside it."""
        broken = _fragments(question)
        before, after = question[at - 1 : at], question[at + 1 : at + 2]
        followers = self._after(before) if at - 1 in broken else frozenset()
        preceders = self._before.get(after, frozenset()) if at + 1 in broken else frozenset()
        for character in followers | preceders:
            pairs = [before + character] if character in followers else []
            pairs += [character + after] if character in preceders else []
            like = likeness(question[at], character)
            sole = {character} in (followers, preceders)
            trust = self._trust(like, pairs, sole=sole)
            if trust:
                count = min(self._counts(pairs).values())
                if (like == _ALIKE and count) or count >= _FEWEST:
                    yield _Guess(trust, count, at, character)

    def _trust(self, like: int, pairs: Sequence[str], *, sole: bool) -> int:
        """How far a guess is to be trusted, by the pairs it makes; 0 for not at all.

        The order was measured on the development questions with a character exchanged, where it is known what was
        meant (`eval.variants`).
        """
        if len(pairs) == _BOTH and like == _ALIKE:
            return 4
        named = not self._places.isdisjoint(pairs)
        if not (like or named or sole or len(pairs) == _BOTH):
            return 0
        word = any(map(_is_word, pairs))
        if len(pairs) == _BOTH and word:
            return 3
        if like == _ALIKE:
            return 2 if word or named or sole else 0
        return int(named or (like == _NEAR and word) or (sole and not word))


def _without(place: str, at: int) -> str:
    return f"{place[:at]}?{place[at + 1 :]}"


def corrected(question: str, typos: Sequence[Typo]) -> str:
    """The question with every typo as it was meant."""
    characters = list(question)
    for typo in typos:
        characters[typo.index] = typo.meant
    return "".join(characters)


def likeness(one: str, other: str) -> int:
    """How like two characters are: 2 in sound (tones aside) or shape, 1 in much the same sound, else 0."""
    if other in lookalikes(one) or _sounds(one) & _sounds(other):
        return _ALIKE
    return _NEAR if set(map(_blurred, _sounds(one))) & set(map(_blurred, _sounds(other))) else _OTHER


@lru_cache(maxsize=8192)
def _sounds(character: str) -> frozenset[str]:
    from pypinyin import Style, pinyin

    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


@lru_cache(maxsize=1024)
def _blurred(syllable: str) -> str:
    for initial, same in _INITIALS:
        if syllable.startswith(initial):
            syllable = same + syllable.removeprefix(initial)
            break
    for final, same in _FINALS:
        if syllable.endswith(final):
            return syllable.removesuffix(final) + same
    return syllable


@lru_cache(maxsize=64)
def _fragments(question: str) -> frozenset[int]:
    """Places of Chinese characters that stand in no word of a dictionary and no name of the gazetteer."""
    found: set[int] = set()
    for run in _HAN_RUN.finditer(question):
        at = run.start()
        for word in rjieba.cut(run[0], hmm=False):
            if len(word) == 1 and word not in stopwords.ZH:
                found.add(at)
            at += len(word)
    if found:
        names = (
            range(i, i + n) for i in range(len(question)) for n in (2, 3, 4) if _is_place(question[i : i + n])
        )
        found = found.difference(*names, *_concepts(question))
    return frozenset(found)


def _concepts(question: str) -> Iterator[range]:
    """Where the forms of the synonym table stand, abbreviations among them (社零)."""
    for form in synonyms.zh_forms():
        at = question.find(form)
        if at >= 0:
            yield range(at, at + len(form))


def _clusters(places: Iterator[int]) -> list[list[int]]:
    """Neighbouring places together."""
    found: list[list[int]] = []
    for at in sorted(places):
        if found and found[-1][-1] == at - 1:
            found[-1].append(at)
        else:
            found.append([at])
    return found


def _is_word(text: str) -> bool:
    return rjieba.cut(text, hmm=False) == [text]


def _is_place(name: str) -> bool:
    return name in gazetteer().full or name in gazetteer().short
