"""How much of a sentence is given as the answer: the shortest clauses that say it, or more where that is not sure."""

from __future__ import annotations

import re

from rag.answering.asked_figure import asked_figure, is_certain
from rag.answering.clauses import Run
from rag.answering.evidence import Evidence
from rag.answering.fit import fitting_figures
from rag.answering.premise import verdict
from rag.text.coverage import coverage, searchable
from rag.text.language import detect_language
from rag.text.patterns import regex
from rag.text.sentences import split_clauses
from rag.types import Query

_WHOLE_SENTENCES = frozenset({"why", "definition", "list", "yes_no"})
_SHORT_KINDS = frozenset({"figure", "date"})
_TOLD_BY_FORM = frozenset({"list", "person"})
"""Kinds whose answer shows by its form: a row of names, a name."""
_ASKING = regex(
    r"多少|(?<![这那近前后每好])几|哪|什么|谁|何时|为何|\b(?:what|when|which|where|who|how|why)\b",
    re.IGNORECASE,
)
_SHORT_ENOUGH = 60
"""Characters that a sentence may have to be read whole where only a name in it is asked for."""
_LONGEST = 140
"""Characters of a sentence that are given whole when it is not certain which clauses answer."""
_ROW_NAME = regex(r"[^：:。；]{2,30}(?:：|: )(?=\S)")
_ALL_BUT = 0.02
"""Clauses that hold the question but for this share of it hold it as well as their sentence."""


def excerpt(query: Query, evidence: Evidence) -> str:
    """What is given of a piece of evidence, without the stop at its end.

    The clauses alone are given where they hold the one thing that can be meant. Where the sentence holds
    several figures or dates that may be the one asked for, or the question asks for something that can't be
    told from its form, the reader gets all of it, up to 140 characters.
    """
    sentence = evidence.text
    start, end = _span(query, evidence.run, sentence)
    return _row_name(sentence, start) + sentence[start:end].strip().rstrip("，,；;：:、")


def _row_name(sentence: str, start: int) -> str:
    """What a row of a table is about ("清溪县2023年："), where the clauses given from `start` on leave it out."""
    name = _ROW_NAME.match(sentence)
    return name.group() if name and name.end() <= start else ""


def _span(query: Query, run: Run, sentence: str) -> tuple[int, int]:
    if len(_ASKING.findall(query.text)) > 1:
        return _readable(query, run, sentence)
    if query.kind in _SHORT_KINDS and query.units and _says_it_all(query, run, sentence):
        return run.start, run.end
    if query.kind == "yes_no" and verdict(query, sentence[run.start : run.end]):
        return run.start, run.end
    is_long = len(sentence) > _SHORT_ENOUGH
    if query.kind in _TOLD_BY_FORM and is_long and run.asked == 1 and _holds_as_much(query, run, sentence):
        return run.start, run.end
    return _readable(query, run, sentence)


def _readable(query: Query, run: Run, sentence: str) -> tuple[int, int]:
    """The sentence, or of a long one the clauses around those that answer."""
    if len(sentence) <= _LONGEST or query.kind in _WHOLE_SENTENCES:
        return 0, len(sentence)
    return _widened(run, sentence)


def _says_it_all(query: Query, run: Run, sentence: str) -> bool:
    """Whether the clauses hold every figure that may be meant, or the likeliest and as much of the question."""
    told = sentence[run.start : run.end]
    inside = fitting_figures(query, told)
    if not inside:
        return False
    if len(inside) == len(fitting_figures(query, sentence)):
        return True
    likeliest = asked_figure(query, sentence) if detect_language(sentence) == query.language else None
    if likeliest is None or not run.start <= likeliest.start < run.end:
        return False
    if not is_certain(query, sentence, likeliest):
        return False
    return _holds_as_much(query, run, sentence)


def _holds_as_much(query: Query, run: Run, sentence: str) -> bool:
    """Whether the clauses hold as much of the question as their whole sentence does."""
    words = [term for term in query.terms if term.role != "place"]
    return run.coverage >= coverage(words, searchable(sentence)) - _ALL_BUT


def _widened(run: Run, sentence: str) -> tuple[int, int]:
    """The run with the clauses around it, as long as that is not too much to read."""
    start, end = run.start, run.end
    clauses = split_clauses(sentence)
    after = [b for _, b in clauses if b > end]
    before = [a for a, _ in reversed(clauses) if a < start]
    while after or before:
        if after and after[0] - start <= _LONGEST:
            end = after.pop(0)
        elif before and end - before[0] <= _LONGEST:
            start = before.pop(0)
        else:
            break
    return start, end
