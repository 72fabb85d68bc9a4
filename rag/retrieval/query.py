"""A question becomes a Query: its terms with every form they may take, places, years, what it wants."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from rag.retrieval.abbreviations import Abbreviations
from rag.retrieval.asking import question_kind, wanted_units
from rag.retrieval.chinese import ChineseReader
from rag.retrieval.dictionary import Dictionary
from rag.retrieval.english_parts import en_parts
from rag.retrieval.focus import focus_words
from rag.retrieval.foreign import ForeignReader
from rag.retrieval.mention import Mention
from rag.retrieval.misreadings import misread_forms
from rag.retrieval.parts import zh_parts
from rag.retrieval.places import PlaceNames
from rag.retrieval.switches import ALL_ON, Switches
from rag.retrieval.translation import Translator
from rag.retrieval.typos import Typo, Typos, corrected
from rag.seams import Store
from rag.text import synonyms
from rag.text.language import detect_language
from rag.text.patterns import regex
from rag.text.periods import plan_years, years_named
from rag.text.questions import plain_question
from rag.text.words import bigrams, fold, stem, words
from rag.types import Query, Term

_BACKGROUND = 0.25
"""Terms taken over from the conversation count this share."""
_DOUBTED = 0.8
"""Terms that hold a character put right count this share."""
_HAN_RUN = regex(r"[㐀-鿿]+")


class QueryReader:
    """Reads questions against the vocabulary of one store; read again after the store changed."""

    def __init__(self, store: Store, switches: Switches = ALL_ON) -> None:
        self._store = store
        self._switches = switches
        self._passages = len(store)
        self._places = PlaceNames.of(store.sources())
        self._abbreviations = Abbreviations(store)
        self._chinese = ChineseReader(store, self._places, synonyms.zh_forms() if switches.synonyms else {})
        self._dictionary = Dictionary(store)
        self._translator = Translator(store, self._dictionary)
        self._typos = Typos(store, self._places.known)

    @property
    def places(self) -> tuple[str, ...]:
        """The places the documents are about, without 县, 市 and the like."""
        return self._places.known

    @cached_property
    def _foreign(self) -> ForeignReader:
        table = synonyms.en_forms() if self._switches.synonyms else {}
        return ForeignReader(self._store, self._places, self._dictionary, table)

    def read(self, question: str, background: str = "") -> Query:
        """Understand a question; `background` is what the conversation was about before it."""
        language = detect_language(question)
        question, typos = self._put_right(question, language)
        background, _ = self._put_right(background, detect_language(background))
        found = [_as_written(mention, question, typos) for mention in self._found(question, language)]
        mentions = [*found, *self._earlier(background, found)]
        if self._switches.synonyms:
            mentions = self._abbreviations.added(question, mentions)
        terms = self._weighed(mentions)
        return Query(
            text=question,
            language=language,
            kind=question_kind(question, language),
            terms=terms,
            years=years_named(question) or plan_years(question) or years_named(background),
            units=wanted_units(question, language),
            lexical_terms=_lexical_terms(terms, question),
            focus=self._focus(question, language, terms),
            parts=self._parts(question, language, found),
        )

    def _put_right(self, question: str, language: str) -> tuple[str, tuple[Typo, ...]]:
        """A Chinese question in plain characters with its typos as they are meant; any other as it is."""
        if language != "zh":
            return question, ()
        plain = plain_question(question)
        typos = self._typos.find(plain) if self._switches.typos else ()
        return corrected(plain, typos), typos

    def _focus(self, question: str, language: str, terms: Sequence[Term]) -> tuple[Term, ...]:
        """The focus as terms; of other languages' questions none, since a dictionary's words are too loose."""
        if language != "zh":
            return ()
        return tuple(_focus_term(word, terms) for word in focus_words(question))

    def _parts(self, question: str, language: str, found: Sequence[Mention]) -> tuple[str, ...]:
        if not self._switches.parts:
            return ()
        if language == "zh":
            return zh_parts(question, self._places.all)
        return en_parts(question, {term.text: term.forms[0] for term in found if term.role == "place"})

    def _earlier(self, background: str, found: Sequence[Mention]) -> list[Mention]:
        """The background's terms, at a share of their weight; its place counts whole if there is no other."""
        if not background:
            return []
        has_place = any(term.role == "place" for term in found)
        return [
            term if term.role == "place" else replace(term, carries=term.carries * _BACKGROUND)
            for term in self._found(background, detect_language(background))
            if not (term.role == "place" and has_place)
        ]

    def _found(self, text: str, language: str) -> list[Mention]:
        if language == "zh":
            found = self._chinese.mentions(text)
            return self._translator.extended(found, text) if self._switches.dictionary else found
        found = self._foreign.mentions(text, language)
        return found if self._switches.dictionary else [own for one in found for own in _own_words(one)]

    def _weighed(self, found: Iterable[Mention]) -> tuple[Term, ...]:
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


def _own_words(mention: Mention) -> list[Mention]:
    """A foreign mention as it is written, word by word; the table's concepts are no matter of a dictionary."""
    if mention.role == "concept":
        return [mention]
    return [Mention(word, (stem(fold(word)),), mention.carries) for word in mention.text.split()]


def _as_written(mention: Mention, question: str, typos: Sequence[Typo]) -> Mention:
    """A mention called as it was written; what was put right in it counts less, and its own form stays."""
    start = question.find(mention.text)
    inside = [typo for typo in typos if start <= typo.index < start + len(mention.text)]
    if start < 0 or not inside:
        return mention
    written = list(mention.text)
    for typo in inside:
        written[typo.index - start] = typo.written
    text = "".join(written)
    return replace(mention, text=text, forms=(*mention.forms, text), carries=mention.carries * _DOUBTED)


def _focus_term(word: str, terms: Sequence[Term]) -> Term:
    """A focus word with the forms it has as a term of the question, or in the table."""
    known = next((term for term in terms if any(word in form for form in term.forms)), None)
    if known:
        return replace(known, role="concept" if known.role == "concept" else "word")
    return Term(word, synonyms.zh_forms().get(word, (word,)), 1.0)


def _lexical_terms(terms: Iterable[Term], question: str) -> tuple[str, ...]:
    """The words and bigrams of the terms' forms, and the question's own bigrams: they tell what stood together."""
    forms = [form for term in terms for form in term.forms]
    found = [w for form in forms for w in (*words(form), *bigrams(form))]
    return tuple(
        dict.fromkeys(w for w in (*found, *bigrams(question)) if len(w) > 1 or not _HAN_RUN.match(w))
    )
