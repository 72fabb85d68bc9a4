"""Figures side by side: a small table of what was compared, with the difference or the sum and how it comes about.

A table is lines that begin with "|", as Markdown writes one; each row cites the words its figure is taken from,
and the computed line all of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import rjieba

from rag.answering.additions import part_of_year_told, year_told
from rag.answering.asked_figure import asked_figure, asked_figures
from rag.answering.calculation import Computed, difference, total, written
from rag.answering.draft import Statement
from rag.answering.evidence import Evidence, place_told
from rag.answering.lead_in import english_figure
from rag.answering.verification import verify
from rag.answering.wording import is_silent_plan, worded
from rag.answering.words import AnswerWords, words_of
from rag.text.figures import find_figures
from rag.text.patterns import regex
from rag.text.plans import Stance, stance_at
from rag.types import Figure, Language, Query

SUM_ASKED = regex(
    r"合计|总共|一共|累计|加起来|总和|之和|\b(?:in total|altogether|combined|sum of)\b", re.IGNORECASE
)
_TRIMMED = regex(r"^[的和与，、,\s]+|[的和与，、,\s]+$|是$|\s+(?:in|of|for)$")
_YEAR = regex(r"\b(?:in\s+)?(?:19|20)\d{2}\b年?|(?:19|20)\d{2}年")
_YEAR_CUT_OFF = regex(r"(?:^|[㐀-鿿])(?:19|20)\d{2}$")
_BAR = "|"
_LETTERS = regex(r"[^\W\d_]{2,}")
_JOINING = frozenset({"of", "in", "for", "the", "and", "with", "county", "city"})
_LETTER = regex(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One of the things compared: what it is called, the time of its figure, the figure and the words it is from."""

    label: str
    year: int | None
    part: str | None
    """The part of the year ("first half"); `None` for all of it."""
    figure: Figure
    statement: Statement
    planned: bool = False
    """Whether its words tell a plan and no result."""


def row_of(query: Query, evidence: Evidence, label: str) -> Row | None:
    """The row that a piece of evidence makes; `None` where it has no figure, or its text would break a table."""
    statement = worded(query, evidence)
    figure = asked_figure(query, statement.text) if query.units or _only(query, statement.text) else None
    if figure is None or _BAR in f"{statement.told}{label}" or "\n" in statement.told:
        return None
    name = label if _LETTER.search(label) else f"{label_of(evidence)} {written(figure)}"
    part = part_of_year_told(evidence, statement.text)
    stance = stance_at(statement.text, figure.start)
    planned = stance is Stance.PLANNED or is_silent_plan(evidence, statement.text)
    return Row(name, year_told(evidence), part, figure, statement, planned)


def _only(query: Query, text: str) -> bool:
    """Whether a text has but one figure of those that may be meant."""
    return len(asked_figures(query, text)) == 1


def table(rows: Sequence[Row], language: Language) -> tuple[str, tuple[Statement, ...]]:
    """The head of a table, and a statement a row."""
    words = words_of(language)
    head = " | ".join(words.columns)
    rule = "|".join(["---"] * len(words.columns))
    return f"| {head} |\n|{rule}|", tuple(_told(row, language) for row in rows)


def computed(rows: Sequence[Row], language: Language, *, summed: bool) -> tuple[Statement, ...]:
    """What is computed of the rows: their sum where that is asked for, else the difference of two.

    Of more than two, which is the largest and which the smallest. Nothing of figures of unlike units.
    """
    figures = [row.figure for row in rows]
    if len({figure.unit for figure in figures}) > 1:
        return ()
    words = words_of(language)
    if summed:
        result = total(figures)
        return _standing(words, words.total(result), result.shown, rows) if result else ()
    if len(rows) > 2:
        return extremes(rows, language)
    large, small = sorted(rows, key=lambda row: -row.figure.value)
    if large.figure.value == small.figure.value:
        same = written(large.figure)
        return _standing(words, words.equal(same), same, rows)
    difference_ = difference(large.figure, small.figure)
    if difference_ is None:
        return ()
    result = _with_english(difference_, language)
    return _standing(words, words.difference(large.label, result), result.shown, rows)


def extremes(rows: Sequence[Row], language: Language) -> tuple[Statement, ...]:
    """Which row has the largest figure and which the smallest; nothing of figures of unlike units."""
    if len({row.figure.unit for row in rows}) > 1:
        return ()
    ranked = sorted(rows, key=lambda row: -row.figure.value)
    large, small = ranked[0], ranked[-1]
    both = f"{written(large.figure)}；{written(small.figure)}"
    words = words_of(language)
    return _standing(words, words.extremes(large.label, small.label, both), both, (large, small))


def _standing(words: AnswerWords, sentence: str, claimed: str, rows: Sequence[Row]) -> tuple[Statement, ...]:
    """A sentence that cites all rows and whose claim is `claimed`; nothing if verification would not let it stand.

    It says so where the rows are of unlike parts of a year, or some are results and some plans.
    """
    before, _, after = sentence.partition(claimed)
    if len({row.part for row in rows}) > 1:
        after += words.other_parts
    if len({row.planned for row in rows}) > 1:
        after += words.some_planned
    quotes = tuple(quote for row in rows for quote in row.statement.quotes)
    statement = Statement(claimed, quotes, before, after)
    return (statement,) if verify(statement).supported else ()


def row_names(queries: Sequence[Query]) -> list[str]:
    """What each of several questions has that the others have not, its place alone where the rest is the same."""
    places = [{term.text for term in query.places} for query in queries]
    named = labels([query.text for query in queries])
    if queries[0].language == "zh":
        # Where no blanks part the words, what they share is cut off to the character: of 和顺 also its 和.
        return [
            next((place for place in own if name and name in place), name)
            for name, own in zip(named, places, strict=True)
        ]
    alone = [next(iter(own)) for own in places if len(own) == 1]
    rest = {_rest(name, place) for name, place in zip(named, alone, strict=False)}
    return alone if len(set(alone)) == len(queries) and len(rest) == 1 else named


def _rest(name: str, place: str) -> frozenset[str]:
    """The words of a label without its place and what joins them."""
    return frozenset(_LETTERS.findall(name.replace(place, " ").lower())) - _JOINING


def labels(questions: Sequence[str]) -> list[str]:
    """What each of several questions has that the others have not: its place, year or thing.

    Words that all begin or all end with are left out, and years where the rest tells them apart: "岢岚2023年的
    收入" and "左权2024年的收入" are 岢岚 and 左权.
    """
    cut = [rjieba.cut(re.sub(r"[？?。]+$", "", question)) for question in questions]
    first, last = _shared(cut), _shared([row[::-1] for row in cut])
    named = []
    for row in cut:
        own = "".join(row[min(first, len(row)) : max(len(row) - last, first)])
        trimmed = _TRIMMED.sub("", own).strip()
        named.append(f"{trimmed}年" if _YEAR_CUT_OFF.search(trimmed) else trimmed)
    bare = [_TRIMMED.sub("", " ".join(_YEAR.sub("", name).split())) for name in named]
    return next((row for row in (bare, named) if all(row) and len(set(row)) == len(row)), list(questions))


def label_of(evidence: Evidence) -> str:
    """What a row is called where only places or documents tell them apart."""
    passage = evidence.hit.passage
    return place_told(passage, evidence.text) or passage.metadata.title or passage.source


def _shared(rows: Sequence[Sequence[str]]) -> int:
    """How many words all rows have in common from their first on."""
    shared = 0
    for column in zip(*rows, strict=False):
        if len(set(column)) > 1:
            break
        shared += 1
    return shared


def _told(row: Row, language: Language) -> Statement:
    """The row as a line; its marker goes into the last cell, so that the line has no bar at its end."""
    words = words_of(language)
    year = words.when(row.year, row.part, row.planned)
    figure = written(row.figure)
    if language != "zh" and (english := english_figure(row.figure)) not in ("", figure):
        figure = f"{figure} ({english})"
    after = row.statement.after.rstrip("。")
    before = "“" if row.statement.before.endswith("“") else ""
    return replace(row.statement, before=f"| {row.label} | {year} | {figure} | {before}", after=after)


def _with_english(result: Computed, language: Language) -> Computed:
    if language == "zh":
        return result
    figures = find_figures(result.figure)
    english = english_figure(figures[0]) if figures else ""
    shown = result.shown.removesuffix(result.figure)
    return replace(result, figure=english, shown=f"{shown}{english}") if english else result
