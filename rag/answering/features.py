"""What is known of a sentence as an answer, as numbers: what of the question it holds, and what speaks against it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.asked_figure import asked_figure
from rag.answering.clauses import Run
from rag.answering.mismatch import mismatch
from rag.text.coverage import Searchable, coverage, match, searchable
from rag.text.indicators import indicators_in
from rag.text.patterns import regex
from rag.text.plans import Stance, asks_result, stance_at
from rag.text.sentences import split_clauses
from rag.text.words import fold
from rag.types import Query, Term

_TELLING_UNITS = frozenset({"瓦", "亩", "岁"})
_VAGUE_UNITS = frozenset({"元", "%"})
"""Units of so many indicators that the one meant has to be said: 万千瓦 is a capacity though nobody says so."""
_QUOTED = regex(r"[“《「](?!十[一二三四五六七八九]五)([^”》」]{2,40})[”》」]")
_MEASURE = regex(
    r"(?:的|总|年|累计|预期|预计|目标|计划|种植|栽植|播种|养殖|生产|加工|开采|推广|新增)*(?:产量|产值|产能|收入|支出|投资额?|面积|人口|人数|销售额|销量|营业额|利润|税收|增加值|装机(?:容量)?|规模|里程|"
    r"余额|补贴|价格|增速|增幅|占比|总额|数量)"
)
_MEASURE_EN = regex(
    r"\b(?:revenue|income|output|production|investment|capacity|area|population|prices?|exports?|sales|profits?|debt|subsid(?:y|ies))\b",
    re.IGNORECASE,
)
_COMPANY_ASKED = regex(
    r"哪(?:一?家|个)(?:公司|企业|厂)|什么(?:公司|企业)|(?:公司|企业|单位)是哪|\b(?:which|what) (?:company|firm|enterprise)",
    re.IGNORECASE,
)
_LIST_BEGINS = regex(r"\s*(?:[（(]?[一1][)）.、是]|第一|首先|[-•·●◆])")
_SIGN = 0.5


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of one sentence as an answer, each about 0 to 1 (`place` and `year` from -1).

    `own`: the question's words the best run of its clauses holds; `near`: with its neighbours and headings; `concepts`:
    the question's concepts held by the same; `focus`: what it wants to know, held by the same; `similarity`: how like
    the question it is (late interaction), stretched over the candidates; `asked`: it has the kind of thing asked for;
    `rank`: its passage's score as a share of the best one's; `likeness`: the same as `similarity`, as it is; `gap`:
    the share of the question's weight that the heaviest of its missing words has; `focus_own`: what it wants to
    know, held by the clauses that answer; `strange`: a name of the question stands nowhere near;
    `subject`: nor does that of which a measure is asked (the pears of 梨产量);
    `nobody`: neither a name nor the part that somebody is asked for in (导演); `unsaid`: the clauses with the figure
    hold none of the question, so that it is a figure of something else.

    What speaks against it is 0 where it does not: `plan`, a plan where a result is asked for, and see `Mismatch`.
    `unlisted`, `nameless`, `undated` and `unplaced` are the higher the more of the question is there: where all
    of it is and only the thing asked for is not, it was not told.
    """

    own: float
    near: float
    concepts: float
    focus: float
    plan: float
    similarity: float
    place: float
    year: float
    asked: float
    rank: float
    likeness: float = 0.0
    gap: float = 0.0
    focus_own: float = 0.0
    strange: float = 0.0
    subject: float = 0.0
    nobody: float = 0.0
    unsaid: float = 0.0
    period: float = 0.0
    unlisted: float = 0.0
    nameless: float = 0.0
    undated: float = 0.0
    unplaced: float = 0.0
    measure: float = 0.0
    mentioned: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a sentence stands among the others that were found, and whether its place and year fit."""

    similarity: float
    likeness: float
    rank: float
    place: float
    year: float


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with what it takes its subject from: the passage's `context` and the sentences `before` it.

    `after` is how its passage goes on, empty at its end; `opening` are the words that open the row whose later
    member the sentence is, empty for any other.
    """

    sentence: str
    context: str
    before: str
    after: str
    opening: str = ""


def features_of(query: Query, words: Sequence[Term], told: Told, run: Run, standing: Standing) -> Features:
    """The features of a sentence of which the clauses `run` answer; `words` are the question's but for places."""
    around = searchable(f"{told.context}\n{told.before}\n{told.sentence}")
    clauses = told.sentence[run.start : run.end]
    near = coverage(words, around) if words else 0.0
    against = mismatch(query, told.context, told.before, told.sentence, clauses, run.asked)
    by_unit = _told_by_unit(query, run)
    return Features(
        own=run.coverage,
        near=near,
        concepts=coverage([term for term in words if term.role == "concept"], around),
        focus=1.0 if by_unit else coverage(query.focus, around),
        plan=float(asks_result(query.text) and _is_planned(query, told, run)),
        similarity=standing.similarity,
        place=standing.place,
        year=standing.year,
        asked=run.asked,
        rank=standing.rank,
        likeness=standing.likeness,
        gap=_gap(words, around),
        focus_own=1.0 if by_unit else coverage(query.focus, searchable(clauses)),
        strange=float(_names_a_stranger(query, words, around)),
        nobody=float(_tells_nobody(query, run, around)),
        unsaid=float(_is_unsaid(query, words, clauses, run, by_unit=by_unit)),
        subject=float(_of_another_subject(query, words, around)),
        period=against.period,
        unlisted=against.unlisted * near * (not _goes_on_listing(told)),
        nameless=against.nameless * near,
        undated=against.undated * near,
        unplaced=against.unplaced * near,
        measure=against.measure,
        mentioned=against.mentioned,
    )


def unopposed(features: Features) -> Features:
    """The features without what speaks against the sentence, where another thing is asked of it."""
    return replace(
        features,
        plan=0.0,
        strange=0.0,
        subject=0.0,
        nobody=0.0,
        unsaid=0.0,
        period=0.0,
        unlisted=0.0,
        nameless=0.0,
        undated=0.0,
        unplaced=0.0,
        measure=0.0,
        mentioned=0.0,
    )


def _gap(words: Sequence[Term], text: Searchable) -> float:
    """The heaviest missing word's share of the question: the one thing it asks about may be what lacks."""
    total = sum(term.weight for term in words)
    return (
        max((term.weight * (1 - match(term, text)) for term in words), default=0.0) / total if total else 0.0
    )


def _told_by_unit(query: Query, run: Run) -> bool:
    """Whether the unit says what the figure is."""
    return (
        query.kind == "figure"
        and run.asked == 1
        and len(query.units) == 1
        and query.units[0] in _TELLING_UNITS
    )


def _tells_nobody(query: Query, run: Run, around: Searchable) -> bool:
    """Whether a company is asked for and none named, or somebody and neither a name nor the part is told."""
    if run.asked >= _SIGN:
        return False
    if query.kind == "organisation" and _COMPANY_ASKED.search(query.text):
        return True
    return query.kind == "person" and bool(query.focus) and coverage(query.focus, around) == 0


def _is_unsaid(query: Query, words: Sequence[Term], clauses: str, run: Run, *, by_unit: bool) -> bool:
    """Whether the clauses with the figure hold nothing of what is asked."""
    if query.kind != "figure" or by_unit or not words or run.coverage > 0:
        return False
    return coverage(query.focus, searchable(clauses)) == 0


def _is_planned(query: Query, told: Told, run: Run) -> bool:
    """Whether the figure that answers is meant to be, by a word before it, in its own clause, or over its row."""
    sentence = told.sentence
    figure = asked_figure(query, sentence[run.start : run.end])
    if figure is None:
        return False
    end = run.start + figure.end
    until = next((last for _, last in split_clauses(sentence) if last >= end), len(sentence))
    opening = f"{told.opening}，" if told.opening else ""
    return stance_at(opening + sentence[:until], len(opening) + run.start + figure.start) is Stance.PLANNED


def _names_a_stranger(query: Query, words: Sequence[Term], around: Searchable) -> bool:
    """Whether the question names something in quotes or, in English, by a capital, of which nothing is said there."""
    if query.language == "zh":
        named = (Term(name, (fold(name),), 1.0) for name in _QUOTED.findall(query.text))
        return any(match(name, around) < _SIGN for name in named)
    named = (term for term in words if term.text[:1].isupper() and not query.text.startswith(term.text))
    return any(match(name, around) == 0 for name in named)


def _of_another_subject(query: Query, words: Sequence[Term], around: Searchable) -> bool:
    """Whether the indicator that is asked for, or what stands right before the measure, stands nowhere near."""
    if query.kind != "figure":
        return False
    measures = _MEASURE if query.language == "zh" else _MEASURE_EN
    heads = (query.text[: one.start()].lower().rstrip() for one in measures.finditer(query.text))
    things = [thing for head in heads if (thing := _last_named(head, words))]
    unsure = _VAGUE_UNITS.intersection(query.units)
    indicators = [term for term in words if unsure and term.role == "concept" and indicators_in(term.text)]
    return any(match(thing, around) == 0 for thing in (*things, *indicators))


def _last_named(head: str, words: Sequence[Term]) -> Term | None:
    """The term that a text ends in; with the one before it where it is a single character (羊肚, 菌)."""
    last = next((one for one in words if head.endswith(one.text.lower())), None)
    if last is None or _MEASURE.fullmatch(last.text) or _MEASURE_EN.fullmatch(last.text):
        return None
    before = head.removesuffix(last.text.lower())
    if len(last.text) > 1 or not (first := _last_named(before, words)):
        return last
    return Term(first.text + last.text, (fold(first.text + last.text),), last.weight, "concept")


def _goes_on_listing(told: Told) -> bool:
    """Whether a list may follow: it begins right behind the sentence, or the passage ends there."""
    return not told.after.strip() or bool(_LIST_BEGINS.match(told.after))
