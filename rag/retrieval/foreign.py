"""What a question in another language than Chinese mentions: names, concepts of the table, translated words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import product

from rag.retrieval.cedict import cedict
from rag.retrieval.dictionary import Dictionary
from rag.retrieval.mention import Mention
from rag.retrieval.places import PlaceNames
from rag.retrieval.quantities import foreign_quantities
from rag.retrieval.transcriptions import standing
from rag.seams import Store
from rag.text import stopwords
from rag.text.gazetteer import gazetteer
from rag.text.patterns import regex
from rag.text.periods import plan_years
from rag.text.words import fold, plain, stem

_YEAR = regex(r"(?:19|20)\d{2}\s*(?:年度?(?![底末初]))?|(?<!\d)[0-3]\d年")
_PLAN = regex(r"\b(?:at the end of )?(?:the )?1\dth five[- ]year plan(?: period)?\b", re.IGNORECASE)
_HAN_RUN = regex(r"[㐀-鿿]+")
_MARKS = "\u0300-\u036f\u0610-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_TOKEN = regex(rf"\d+(?:st|nd|rd|th)\b|[^\W\d_㐀-鿿](?:[^\W\d_㐀-鿿]|[{_MARKS}&'])*|\d[\d.,]*%?|[㐀-鿿]+")
_COUNTY = regex(r"(?:County|City|District|Prefecture)$")
_POSSESSIVE = regex(r"['’]s?\b")
_LONGEST_PHRASE = 6
_LONGEST_NAME = 3
_NOUNS_ARE_CAPITALIZED = frozenset({"de"})
"""Languages in which a capital letter does not tell a name: too much would be looked for by its sound."""
_SHORTEST_TRANSCRIPTION = 3
"""Characters; two sound like too many names."""
_SHORTEST_PINYIN = 4
_MISTYPED_CARRIES = 0.8
_HEARD_CARRIES = 0.4
_NEAR_CARRIES = 0.7
"""What a form that only sounds like the question's word says, as against one that means it."""


class ForeignReader:
    """Reads questions in other languages than Chinese against one store's terms.

    `table` has the Chinese forms of concepts by their English ones, as stems.
    """

    def __init__(
        self,
        store: Store,
        places: PlaceNames,
        dictionary: Dictionary,
        table: Mapping[tuple[str, ...], tuple[str, ...]],
    ) -> None:
        self._store = store
        self._table = table
        self._places = places
        self._dictionary = dictionary

    def mentions(self, question: str, language: str = "en") -> list[Mention]:
        """What the question mentions, in its order."""
        undated = _YEAR.sub(" ", question)
        if plan_years(question):  # "the end of the 14th Five-Year Plan" is a year
            undated = _PLAN.sub(" ", undated)
        plain_text, found = foreign_quantities(_POSSESSIVE.sub("", undated), language)
        tokens = _TOKEN.findall(plain_text)
        stemmed = [stem(fold(token)) for token in tokens]
        at = 0
        while at < len(tokens):
            length, term = self._longest(tokens, stemmed, at, language)
            at += length
            if term:
                found.append(term)
        return found

    def _longest(
        self, tokens: Sequence[str], stemmed: Sequence[str], at: int, language: str
    ) -> tuple[int, Mention | None]:
        """The longest phrase from `at` on that is known: a table's, a dictionary's, a name's, or one word."""
        stops = stopwords.of(language)
        for length in range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1):
            words = tokens[at : at + length]
            if all(fold(token) in stops for token in words):
                if length == 1:
                    return 1, None
                continue
            if length == 1 and (county := self._county(tokens, at)):
                return 2, county
            if known := self._known(words, tuple(stemmed[at : at + length]), language):
                return length, known
        return 1, self._word(tokens, at, stemmed[at], language)

    def _county(self, tokens: Sequence[str], at: int) -> Mention | None:
        """A name before "County" or the like."""
        if at + 1 == len(tokens) or not tokens[at][:1].isupper() or not _COUNTY.match(tokens[at + 1]):
            return None
        text = tokens[at]
        names = self._dictionary.named(text) or self._dictionary.named(f"{text}xian") or (fold(text),)
        return self._place(text, names) or Mention(text, names, 1.0, "place")

    def _place(self, text: str, names: Sequence[str]) -> Mention | None:
        known = next((name for name in names if name in self._places.known), None)
        return Mention(text, (known,), 1.0, "place") if known else None

    def _known(self, words: Sequence[str], phrase: tuple[str, ...], language: str) -> Mention | None:
        """What a phrase means by the table, as a place, in CLDR, in the dictionary, or as a name in pinyin."""
        text = " ".join(words)
        literal = (" ".join(phrase),)
        if forms := self._table.get(phrase, ()):
            return Mention(text, (*literal, *forms), 1.0, "concept")
        names: Sequence[str] = ()
        if len(words) == 1 and (place := self._romanized(text)):
            return place
        if len(words) <= _LONGEST_NAME and words[0][:1].isupper():
            names = self._dictionary.named(text)
            if place := self._place(text, names) or _elsewhere(text, names):
                return place
        if _HAN_RUN.search(text):
            return Mention(text, (text,), 1.0) if len(words) == 1 else None
        translated = self._dictionary.translate(phrase) if language == "en" else ()
        if words[0][:1].isupper() and len(words) == 1:
            # One character is a name's abbreviation at most (Japan: 和), and says nothing by itself.
            translated = tuple(form for form in translated if len(form) > 1)
        forms = (*self._of_locale(text, language), *translated) or tuple(names)
        return Mention(text, tuple(dict.fromkeys((*literal, *forms))), 1.0) if forms else None

    def _romanized(self, token: str) -> Mention | None:
        """A place in pinyin with a small letter, unless it is a word of the dictionary and no place's name there."""
        place = self._in_pinyin.get(token)
        if place is None or len(token) < _SHORTEST_PINYIN:
            return None
        meanings = {word.text for word in cedict().words((stem(token),))}
        if meanings and not any(meaning.startswith(place) for meaning in meanings):
            return None
        return Mention(token, (place,), 1.0, "place")

    @cached_property
    def _in_pinyin(self) -> dict[str, str]:
        """The documents' places by how they are read."""
        return {
            "".join(syllables): place
            for place in self._places.known
            for syllables in product(*map(cedict().readings, place))
        }

    def _of_locale(self, text: str, language: str) -> tuple[str, ...]:
        keys = cedict().keys_of(plain(text), language)
        found = [
            name
            for key in keys
            for name in cedict().names_of(key, "zh")
            if self._dictionary.terms.occurs(name)
        ]
        return tuple(dict.fromkeys(found))

    def _word(self, tokens: Sequence[str], at: int, word: str, language: str) -> Mention | None:
        """One word that nothing translates: as it is written, and as what sounds like it in the documents."""
        token = tokens[at]
        if not token[0].isalpha():
            return Mention(token, (word,), 1.0)
        if word in self._dictionary.terms:
            return Mention(token, (word,), 1.0)
        if language == "en" and token.islower() and (meant := self._dictionary.respelt(token)):
            return Mention(token, (word, *meant, *self._dictionary.translate(meant)), _MISTYPED_CARRIES)
        if language != "en" and (forms := self._dictionary.translate_cognate(token)):
            return Mention(token, (word, *forms), _NEAR_CARRIES)
        if near := self._dictionary.names.cognates(token):
            return Mention(token, (word, *near), _HEARD_CARRIES)
        if forms := self._transcribed(token, language):
            return Mention(token, (word, *forms), 1.0)
        if language == "en" and self._is_stranger(tokens, at):
            return Mention(token, (fold(token),), 1.0, "place")
        return Mention(token, (word,), 1.0)

    def _transcribed(self, token: str, language: str) -> tuple[str, ...]:
        """Transcriptions of a name that stand in the documents and are no words of their own.

        Short runs of characters sound like anything (Tokyo: 提高), and what the dictionary has a name for is
        called by that (东京), so that the documents don't speak of it.
        """
        if token[0].islower() or language in _NOUNS_ARE_CAPITALIZED:
            return ()
        if language == "en" and cedict().words((stem(fold(token)),)):
            return ()
        heard = self._dictionary.names.transcribed(token, sure=token[0].isupper())
        return tuple(
            form
            for form in standing(heard, self._store)
            if len(form) >= _SHORTEST_TRANSCRIPTION and not cedict().is_word(form)
        )

    def _is_stranger(self, tokens: Sequence[str], at: int) -> bool:
        """Whether an English token that the documents don't hold is a proper name."""
        named = at > 0 and tokens[at].isalpha() and tokens[at][:1].isupper() and tokens[at][1:2].islower()
        return named and not any(_HAN_RUN.search(token) for token in tokens)


def _elsewhere(text: str, names: Sequence[str]) -> Mention | None:
    """A province, city or county that no document is about: what is asked of it, others do not answer."""
    found = tuple(name for name in names if name in gazetteer().short or name in gazetteer().full)
    return Mention(text, found, 1.0, "place") if found else None
