"""How much of a question a text covers: its terms, looked up by any of their forms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rag.text.patterns import regex
from rag.text.verb_kin import told_by_verb
from rag.text.words import fold, words
from rag.types import Term

_HAN = regex(r"[㐀-鿿]")
_PART_CREDIT = 0.6
"""A long Chinese term of which only pieces occur gets this share of the pieces found."""
_SHORTEST_IN_PIECES = 3
_BY_VERB = 0.9
"""A measure told by its verb and a figure counts nearly as much as one that is named."""
_DIGITS_AND_LETTERS = regex(r"(?=.*\d)(?=.*[a-z])[a-z\d]+")


@dataclass(frozen=True, slots=True)
class Searchable:
    """A text prepared for looking terms up: folded without spaces, and its set of search words."""

    folded: str
    words: frozenset[str]


@lru_cache(maxsize=8192)
def searchable(text: str) -> Searchable:
    """Prepare a text; the last few thousand are remembered."""
    return Searchable("".join(fold(text).split()), frozenset(words(text)))


def match(term: Term, text: Searchable) -> float:
    """How well the text holds the term, 0 to 1: 1 for any whole form, less for pieces of a long word.

    A concept counts whole or not at all: 人均生产总值 is not 地区生产总值.
    """
    pieces = term.role == "word"
    return max((_match_form(form, text, pieces) for form in term.forms), default=0.0)


def coverage(terms: Iterable[Term], text: Searchable) -> float:
    """The share of the terms' weight that the text holds, 0 to 1; 1 where there is nothing to cover."""
    terms = tuple(terms)
    total = sum(term.weight for term in terms)
    if not total:
        return 1.0
    return sum(term.weight * match(term, text) for term in terms) / total


def _match_form(form: str, text: Searchable, pieces_count: bool) -> float:
    if not _HAN.search(form):
        return float(form in text.words or (_holds_phrase if " " in form else _holds_code)(form, text))
    if form in text.folded:
        return 1.0
    if told_by_verb(form, text.folded):
        return _BY_VERB
    if not pieces_count or len(form) < _SHORTEST_IN_PIECES:
        return 0.0
    pieces = [form[i : i + 2] for i in range(len(form) - 1)]
    return _PART_CREDIT * sum(piece in text.folded for piece in pieces) / len(pieces)


def _holds_phrase(form: str, text: Searchable) -> bool:
    """Whether a phrase stands there as it is, or all its words do: they are stems, and the text is not."""
    return form.replace(" ", "") in text.folded or text.words.issuperset(form.split())


def _holds_code(form: str, text: Searchable) -> bool:
    """Whether a word of digits and letters stands there: the words of a text are cut between them."""
    code = _DIGITS_AND_LETTERS.fullmatch(form)
    return bool(code and re.search(rf"(?<![a-z\d.]){re.escape(form)}(?![a-z\d])", text.folded))
