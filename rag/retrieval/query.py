"""A question becomes a Query: its terms with every form they may take, places, years, what it wants."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import rjieba

from rag.retrieval import parts
from rag.retrieval.asking import question_kind, wanted_units
from rag.retrieval.dictionary import Dictionary
from rag.retrieval.focus import focus_words
from rag.retrieval.misreadings import misread_forms
from rag.retrieval.places import PlaceNames
from rag.seams import Store
from rag.text import stopwords, synonyms
from rag.text.figures import han_integer
from rag.text.language import detect_language
from rag.text.periods import plan_years, years_named
from rag.text.words import bigrams, fold, stem, words
from rag.types import Query, Term

_PART_OF_SPEECH = {
    "n": 1.0,
    "e": 1.0,
    "i": 0.9,
    "l": 0.9,
    "j": 1.0,
    "v": 0.6,
    "a": 0.5,
    "b": 0.7,
    "m": 0.8,
    "t": 0.5,
}
"""How much a word says, by the first letter of jieba's tag; anything else counts `_OTHER`."""
_OTHER = 0.4
_CONCEPT_CARRIES = 1.4
_QUOTED_CARRIES = 2.5
_TIME_CARRIES, _COUNT_CARRIES = 0.5, 0.4
_BACKGROUND = 0.25
"""Terms taken over from the conversation count this share."""
_YEAR = re.compile(r"(?:19|20)\d{2}\s*(?:年度?(?![底末初]))?|(?<!\d)[0-3]\d年")
_TIME = re.compile(
    r"年[底末初]|上半年|下半年|[一二三四]季度|全年|\d{1,2}月(?:\d{1,2}日|底|初|末)?|月[底末初]"
)
_COUNTED = re.compile(r"(?:[一二两三四五六七八九十百]+|\d+)(?:[大双类级期年句项个件条家]|方面)(?!半)")
_PLAN = re.compile(r"[“\"]?十[一二三四五六七八九]五[”\"]?(?:规划)?(?:期间|时期|末|收官)?")
_QUOTED = re.compile(r"[“‘《\"「](?P<quoted>[^”’》\"」]{2,40})[”’》\"」]")
_ASKING = re.compile(
    r"(?:分别|各自?|一共|总共|大约|大概)?(?:是|为|有|达到?了?|要|完成了?)?(?:多少|哪?几件事|哪几[项个件条方]面?|什么时候|什么|哪些|哪个|哪家|哪里|哪儿|哪天|哪一?年|谁|怎么样|怎样|怎么|如何|为什么|为何|几何)"
)
_HEAD = re.compile(r"([㐀-鿿]{2,4}?)(?=(?:19|20)\d{2}年)")
_EVERYWHERE = frozenset({"全国", "中国", "世界", "全球"})
_NUMERAL = re.compile(r"[一二两三四五六七八九十百]+")
_HAN_RUN = re.compile(r"[㐀-鿿]+")
_ENGLISH_TOKEN = re.compile(r"[A-Za-z][A-Za-z&'-]*|\d[\d.,]*%?|[㐀-鿿]+")
_COUNTY = re.compile(r"(?:County|City|District|Prefecture)$")
_POSSESSIVE = re.compile(r"['’]s?\b")
_LONGEST_PHRASE = 6


@dataclass(frozen=True, slots=True)
class _Found:
    """A term before it is weighed."""

    text: str
    forms: tuple[str, ...]
    carries: float
    role: Literal["word", "concept", "place"] = "word"


class QueryReader:
    """Reads questions against the vocabulary of one store; read again after the store changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._passages = len(store)
        self._places = PlaceNames.of(store.sources())
        self._dictionary = Dictionary(store.vocabulary)

    @property
    def places(self) -> tuple[str, ...]:
        """The places the documents are about, without 县, 市 and the like."""
        return self._places.known

    def read(self, question: str, background: str = "") -> Query:
        """Understand a question; `background` is what the conversation was about before it."""
        language = detect_language(question)
        found = self._found(question, language)
        terms = self._weighed([*found, *self._earlier(background, found)])
        return Query(
            text=question,
            language=language,
            kind=question_kind(question, language),
            terms=terms,
            years=years_named(question) or plan_years(question) or years_named(background),
            units=wanted_units(question, language),
            lexical_terms=_lexical_terms(terms),
            focus=self._focus(question, language, terms),
            parts=self._parts(question, language, found),
        )

    def _focus(self, question: str, language: str, terms: Sequence[Term]) -> tuple[Term, ...]:
        """The focus as terms; of other languages' questions none, since a dictionary's words are too loose."""
        if language != "zh":
            return ()
        return tuple(_focus_term(word, terms) for word in focus_words(question))

    def _parts(self, question: str, language: str, found: Sequence[_Found]) -> tuple[str, ...]:
        if language == "zh":
            return parts.zh_parts(question, self._places.known)
        return parts.en_parts(question, {term.text: term.forms[0] for term in found if term.role == "place"})

    def _earlier(self, background: str, found: Sequence[_Found]) -> list[_Found]:
        """The background's terms, at a share of their weight; its place counts whole if there is no other."""
        if not background:
            return []
        has_place = any(term.role == "place" for term in found)
        return [
            term if term.role == "place" else replace(term, carries=term.carries * _BACKGROUND)
            for term in self._found(background, detect_language(background))
            if not (term.role == "place" and has_place)
        ]

    def _found(self, text: str, language: str) -> list[_Found]:
        if language == "zh":
            return self._chinese(text)
        return self._foreign(text)

    def _chinese(self, question: str) -> list[_Found]:
        rest = _YEAR.sub(" ", fold(question))
        if not plan_years(question):
            found = [_Found(phrase, (phrase,), _QUOTED_CARRIES) for phrase in _QUOTED.findall(rest)]
        else:  # "“十四五”末" is a year
            found, rest = [], _PLAN.sub(" ", rest)
        for place in self._places.named_in(rest):
            found.append(_Found(place, (place,), 1.0, "place"))
            rest = re.sub(rf"{re.escape(place)}(?:县|市|区|省)?", " ", rest)
        if stranger := self._stranger(fold(question), found):
            found.append(_Found(stranger, (stranger,), 1.0, "place"))
            rest = rest.replace(stranger, " ", 1)
        rest, concepts = _take_concepts(_ASKING.sub(" ", _QUOTED.sub(" ", rest)))
        found.extend(concepts)
        for pattern, carries in ((_TIME, _TIME_CARRIES), (_COUNTED, _COUNT_CARRIES)):
            found.extend(_Found(word, _numeral_forms(word), carries) for word in pattern.findall(rest))
            rest = pattern.sub(" ", rest)
        for word, tag in rjieba.tag(rest):
            carries = _PART_OF_SPEECH.get(tag[:1], _OTHER)
            if word in stopwords.ZH or not word.strip() or tag.startswith(("x", "w")):
                continue
            if len(word) > 1 or tag.startswith("n"):
                found.append(_Found(word, (word if _HAN_RUN.search(word) else stem(word),), carries))
        return found

    def _stranger(self, question: str, found: Sequence[_Found]) -> str | None:
        """The name a question begins with when nothing in the documents goes by it: 大同, 全国, 东城区.

        What is said of others is then no answer, so it is treated as a place that is asked about.
        """
        if any(term.role == "place" for term in found):
            return None
        head = _HEAD.match(question.strip())
        if not head or head[1] in stopwords.ZH or head[1] in synonyms.zh_forms():
            return None
        if head[1] in _EVERYWHERE:
            return head[1]
        known = self._store.document_frequencies((*words(head[1]), *bigrams(head[1])))
        return None if any(known.values()) or misread_forms([head[1]], self._store, name=True) else head[1]

    def _foreign(self, question: str) -> list[_Found]:
        plain = _POSSESSIVE.sub("", _YEAR.sub(" ", question))
        tokens = _ENGLISH_TOKEN.findall(plain)
        stemmed = [stem(fold(token)) for token in tokens]
        found: list[_Found] = []
        at = 0
        while at < len(tokens):
            length, term = self._longest(tokens, stemmed, at)
            at += length
            if term:
                found.append(term)
        return found

    def _longest(self, tokens: Sequence[str], stemmed: Sequence[str], at: int) -> tuple[int, _Found | None]:
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
                return 2, _Found(text, (known,) if known else name, 1.0, "place")
            if name:
                place = next((p for p in name if p in self._places.known), None)
                return length, _Found(text, (place,) if place else name, 1.0, "place" if place else "word")
            if not forms and (length > 1 or not _HAN_RUN.search(text)):
                forms = self._dictionary.translate(phrase)
            if length == 1 and not forms and self._is_stranger(tokens, at, phrase[0]):
                return 1, _Found(text, (fold(text),), 1.0, "place")
            if forms or length == 1:
                literal = phrase if length == 1 else ()
                role: Literal["word", "concept"] = "concept" if phrase in synonyms.en_forms() else "word"
                return length, _Found(text, tuple(dict.fromkeys((*literal, *forms))), 1.0, role)
        return 1, None

    def _is_stranger(self, tokens: Sequence[str], at: int, word: str) -> bool:
        """Whether an English token is a proper name that no document and no dictionary knows."""
        named = at > 0 and tokens[at].isalpha() and tokens[at][:1].isupper() and tokens[at][1:2].islower()
        alone = not any(_HAN_RUN.search(token) for token in tokens)
        return named and alone and not self._store.document_frequencies([word])[word]

    def _weighed(self, found: Iterable[_Found]) -> tuple[Term, ...]:
        once = {term.forms: term for term in reversed(list(found))}
        frequencies = self._store.document_frequencies({w for forms in once for f in forms for w in words(f)})
        return tuple(
            Term(
                t.text,
                (*t.forms, *misread_forms(t.forms, self._store, name=t.role == "place")),
                t.carries * self._rarity(t.forms, frequencies),
                t.role,
            )
            for t in reversed(once.values())
        )

    def _rarity(self, forms: Iterable[str], frequencies: dict[str, int]) -> float:
        """Inverse document frequency of the commonest form (its rarest word), as in BM25, from 0.5 up."""
        commonest = max((min((frequencies.get(w, 0) for w in words(f)), default=0) for f in forms), default=0)
        return 0.5 + math.log1p((self._passages - commonest + 0.5) / (commonest + 0.5))


def _take_concepts(text: str) -> tuple[str, list[_Found]]:
    """The table's concepts in the text, longest first, and the text without them."""
    found = []
    for form in sorted(synonyms.zh_forms(), key=len, reverse=True):
        if form in text and len(form) > 1:
            found.append(_Found(form, synonyms.zh_forms()[form], _CONCEPT_CARRIES, "concept"))
            text = text.replace(form, " ")
    return text, found


def _focus_term(word: str, terms: Sequence[Term]) -> Term:
    """A focus word with the forms it has as a term of the question, or in the table."""
    known = next((term for term in terms if any(word in form for form in term.forms)), None)
    if known:
        return replace(known, role="concept" if known.role == "concept" else "word")
    return Term(word, synonyms.zh_forms().get(word, (word,)), 1.0)


def _numeral_forms(word: str) -> tuple[str, ...]:
    """A counted word as it is and with its numeral in digits: 五年, 5年."""
    numeral = _NUMERAL.search(word)
    value = han_integer(numeral[0]) if numeral else None
    return (word,) if numeral is None or value is None else (word, word.replace(numeral[0], str(value)))


def _lexical_terms(terms: Iterable[Term]) -> tuple[str, ...]:
    forms = [form for term in terms for form in term.forms]
    return tuple(
        dict.fromkeys(
            w for form in forms for w in (*words(form), *bigrams(form)) if len(w) > 1 or not _HAN_RUN.match(w)
        )
    )
