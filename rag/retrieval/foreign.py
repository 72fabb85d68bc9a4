"""What a question in another language than Chinese mentions: names, concepts of the table, translated words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rag.retrieval.dictionary import Dictionary
from rag.retrieval.mention import Mention
from rag.retrieval.places import PlaceNames
from rag.seams import Store
from rag.text import stopwords, synonyms
from rag.text.words import fold, stem

_YEAR = re.compile(r"(?:19|20)\d{2}\s*(?:年度?(?![底末初]))?|(?<!\d)[0-3]\d年")
_HAN_RUN = re.compile(r"[㐀-鿿]+")
_ENGLISH_TOKEN = re.compile(r"[A-Za-z][A-Za-z&'-]*|\d[\d.,]*%?|[㐀-鿿]+")
_COUNTY = re.compile(r"(?:County|City|District|Prefecture)$")
_POSSESSIVE = re.compile(r"['’]s?\b")
_LONGEST_PHRASE = 6


class ForeignReader:
    """Reads English questions, and as far as names and figures go any other, against one store's terms."""

    def __init__(self, store: Store, places: PlaceNames) -> None:
        self._store = store
        self._places = places
        self._dictionary = Dictionary(store.vocabulary)

    def mentions(self, question: str) -> list[Mention]:
        """What the question mentions, in its order."""
        plain = _POSSESSIVE.sub("", _YEAR.sub(" ", question))
        tokens = _ENGLISH_TOKEN.findall(plain)
        stemmed = [stem(fold(token)) for token in tokens]
        found: list[Mention] = []
        at = 0
        while at < len(tokens):
            length, term = self._longest(tokens, stemmed, at)
            at += length
            if term:
                found.append(term)
        return found

    def _longest(self, tokens: Sequence[str], stemmed: Sequence[str], at: int) -> tuple[int, Mention | None]:
        """The longest phrase from `at` on that is known: a table's, a dictionary's, a name's, or one word."""
        for length in range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1):
            phrase = tuple(stemmed[at : at + length])
            text = " ".join(tokens[at : at + length])
            if all(token.lower() in stopwords.EN for token in tokens[at : at + length]):
                if length == 1:
                    return 1, None
                continue
            forms = synonyms.en_forms().get(phrase, ())
            name = (
                self._dictionary.named(text) if not forms and tokens[at][:1].isupper() and length < 4 else ()
            )
            if (
                length == 1
                and at + 1 < len(tokens)
                and tokens[at][:1].isupper()
                and _COUNTY.match(tokens[at + 1])
            ):
                name = self._dictionary.named(text) or self._dictionary.named(f"{text}xian") or (fold(text),)
                known = next((p for p in name if p in self._places.known), None)
                return 2, Mention(text, (known,) if known else name, 1.0, "place")
            if name:
                place = next((p for p in name if p in self._places.known), None)
                return length, Mention(text, (place,) if place else name, 1.0, "place" if place else "word")
            if not forms and (length > 1 or not _HAN_RUN.search(text)):
                forms = self._dictionary.translate(phrase)
            if length == 1 and not forms and self._is_stranger(tokens, at, phrase[0]):
                return 1, Mention(text, (fold(text),), 1.0, "place")
            if forms or length == 1:
                literal = phrase if length == 1 else ()
                role: Literal["word", "concept"] = "concept" if phrase in synonyms.en_forms() else "word"
                return length, Mention(text, tuple(dict.fromkeys((*literal, *forms))), 1.0, role)
        return 1, None

    def _is_stranger(self, tokens: Sequence[str], at: int, word: str) -> bool:
        """Whether an English token is a proper name that no document and no dictionary knows."""
        named = at > 0 and tokens[at].isalpha() and tokens[at][:1].isupper() and tokens[at][1:2].islower()
        alone = not any(_HAN_RUN.search(token) for token in tokens)
        return named and alone and not self._store.document_frequencies([word])[word]
