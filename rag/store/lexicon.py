"""The lexical index: what of a passage is searched by term, and how terms become an FTS5 query.

Terms come from `rag.text.words`, already folded and stemmed, and must be matched exactly as they are.
FTS5's `ascii` tokenizer with every punctuation mark declared part of a token splits at spaces only, so
"2694.5", "5.5%" and "百分点" stay whole.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.text.definitions import DEFINES, definitions
from rag.text.lookalikes import misread_figures
from rag.text.words import bigrams, words
from rag.types import Passage


@dataclass(frozen=True, slots=True)
class TermWeights:
    """How much an occurrence of a term counts in each column of the lexical index.

    `title` holds the words and bigrams of the title that stands before the passage, `headings` those of what else
    does (place, period, heading path), `words` and `bigrams` those of the passage itself.
    """

    title: float = 1.0
    headings: float = 1.0
    words: float = 1.0
    bigrams: float = 1.0


def _sql_string(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


CREATE_TERM_TABLE = (
    "CREATE VIRTUAL TABLE term USING fts5(title, headings, words, bigrams, tokenize = "
    + _sql_string(f"ascii tokenchars {_sql_string(string.punctuation)}")
    + ")"
)
"""The statement that makes the lexical index; a row's id is its passage's."""


TermColumns = tuple[str, str, str, str]
"""The terms of a passage for the columns title, headings, words and bigrams."""


def term_columns(passage: Passage) -> TermColumns:
    """The terms of a passage, column by column, with single spaces between.

    Figures that recognition put letters into ("2O23") are there as digits too. A passage that defines a short
    form has the term `DEFINES`, by which `rag.retrieval.abbreviations` finds it.
    """
    body = _valid(passage.text)
    title, headings = _title_and_rest(_valid(passage.context), _valid(passage.metadata.title))
    return (
        _all_terms(title),
        _all_terms(headings),
        " ".join([*words(body), *misread_figures(body), *([DEFINES] if definitions(body) else [])]),
        " ".join(bigrams(body)),
    )


def _title_and_rest(context: str, title: str) -> tuple[str, str]:
    """The title, where it opens the heading path of the context, and what else stands there."""
    place = re.search(rf"(?:^|(?<= )){re.escape(title)}(?= > |$)", context) if title else None
    return (title, f"{context[: place.start()]} {context[place.end() :]}") if place else ("", context)


def _all_terms(text: str) -> str:
    return " ".join([*words(text), *bigrams(text), *misread_figures(text)])


def any_of(terms: Iterable[str]) -> str:
    """An FTS5 query for passages with any of the terms; empty if there is none to look for.

    Each term is a quoted string, in which only the quotation mark means anything, so no term can be
    read as an operator: https://www.sqlite.org/fts5.html#fts5_strings
    """
    quoted = dict.fromkeys('"' + term.replace('"', '""') + '"' for term in map(_valid, terms) if _holds(term))
    return " OR ".join(quoted)


def telling(terms: Sequence[str], frequencies: Mapping[str, int], passages: int) -> Sequence[str]:
    """The terms without those that stand in so many of the passages that they tell little and cost most.

    Scoring takes time for each passage that a term stands in. One of more than a third of them adds at most
    log 2 ≈ 0.69 times 2.2, the most that an occurrence counts; one of more than half nothing. In an index with few
    passages, or where no rarer term is found, all are kept.
    """
    rarer = [term for term in terms if frequencies[term] <= max(_FEW, passages / 3)]
    return rarer if any(frequencies[term] for term in rarer) else terms


def stored_form(term: str) -> str:
    """The term as the index lists it: the tokenizer folds the capital letters of ASCII."""
    return _valid(term).translate(_LOWER)


_FEW = 1000
"""A term in no more passages than this costs little: some 2 ms."""

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def _valid(text: str) -> str:
    """The text without what SQL text can't hold: a NUL ends it, a lone surrogate is no Unicode."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ")


def _holds(term: str) -> bool:
    return any(character > " " for character in term)
