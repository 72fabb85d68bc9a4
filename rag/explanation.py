"""Why these passages: how the question was understood and what each stage gave each hit, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rag.explanation_words import EN, ZH, Words
from rag.given import Given
from rag.text.coverage import Searchable, match, searchable
from rag.text.words import fold
from rag.types import Answer, Hit, Json, Query, Term

_FORMS = 4
"""How many other forms of a term are told; the rest are counted."""
_EXCERPT = 40
_UNTOLD_AT_ZERO = frozenset({"place", "year"})
"""Stages that have nothing to say of a hit they neither raise nor lower."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a question was understood to say."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one stage makes of a hit, in words, and what that added to its score; `None` where it isn't known."""

    label: str
    words: str
    added: float | None


def words_in(language: str) -> Words:
    """The words of an explanation: Chinese for Chinese, English for any other language."""
    return ZH if language == "zh" else EN


def understood(query: Query, words: Words) -> tuple[Fact, ...]:
    """How a question was understood: what is not in it is left out."""
    wanted = words.kinds[query.kind] + (
        words.bracketed.format(words.slash.join(filter(None, query.units))) if query.units else ""
    )
    terms = [_term(term, query, words) for term in query.terms if term.role != "place"]
    facts = (
        Fact(words.language, words.languages.get(query.language, query.language)),
        Fact(words.wanted, wanted),
        Fact(words.places, words.comma.join(_term(term, query, words) for term in query.places)),
        Fact(words.years, words.comma.join(map(str, query.years))),
        Fact(words.terms, words.comma.join(terms)),
        Fact(words.parts, words.semicolon.join(query.parts)),
    )
    return tuple(fact for fact in facts if fact.words)


def judgements(hit: Hit, query: Query | None, words: Words) -> tuple[Judgement, ...]:
    """What each stage made of a hit, in the order they spoke."""
    given = hit.given or (
        Given("passage", hit.dense, 0.0),
        Given("words", hit.lexical, 0.0),
        Given("coverage", hit.coverage, 0.0),
    )
    told = [one for one in given if one.added or one.value or one.stage not in _UNTOLD_AT_ZERO]
    return tuple(
        Judgement(
            words.stages[one.stage],
            _measured(one, hit, query, words),
            one.added if hit.given and one.stage != "reranker" else None,
        )
        for one in told
    )


def explain(answer: Answer) -> str:
    """The question as understood, two lines or three a hit, best first, and how long each stage took.

    In Chinese for a Chinese question, else in English.
    """
    words = words_in(answer.language)
    facts = understood(answer.query, words) if answer.query else ()
    lines = [f"{fact.label}{words.colon}{fact.words}" for fact in facts]
    for number, hit in enumerate(answer.hits, start=1):
        lines += _hit_lines(number, hit, answer.query, words)
    times = words.comma.join(
        f"{words.timings.get(stage, stage)} {ms:.0f} ms" for stage, ms in answer.timings_ms.items()
    )
    lines.append(
        f"{words.confidence} {answer.confidence:.2f}{words.semicolon}{words.took}{words.colon}{times}"
    )
    return "\n".join(lines)


def explanation_json(answer: Answer) -> Json:
    """The same as JSON: `question` (`null` if it isn't known), `hits` in the answer's order, and all of it as `text`."""
    return {
        "question": _query_json(answer.query) if answer.query else None,
        "hits": [_hit_json(hit, answer.query) for hit in answer.hits],
        "text": explain(answer),
    }


def found_and_missing(hit: Hit, query: Query) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The question's words that a passage holds, with the form it has them in, and those it does not hold.

    Places are left out: the documents they are about rarely repeat them.
    """
    text = searchable(hit.passage.embedded_text)
    terms = [term for term in query.terms if term.role != "place"]
    held = [term for term in terms if match(term, text)]
    missing = [_as_asked(term, query) for term in terms if not match(term, text)]
    return tuple(_as_held(term, query, text) for term in held), tuple(dict.fromkeys(missing))


def _as_held(term: Term, query: Query, text: Searchable) -> str:
    """A term as the question says it, and behind "=" as the passage says it, where that differs."""
    form = max(term.forms, key=lambda form: match(replace(term, forms=(form,)), text))
    said = _as_asked(term, query)
    return said if _same(form, term.text) else f"{said}={form}"


def _same(form: str, text: str) -> bool:
    return "".join(fold(form).split()) == "".join(fold(text).split())


def _term(term: Term, query: Query, words: Words) -> str:
    """A term and what else it may be called."""
    others = [form for form in term.forms if not _same(form, term.text)]
    said = _as_asked(term, query)
    if not others:
        return said
    more = words.more.format(len(others) - _FORMS) if len(others) > _FORMS else ""
    return said + words.bracketed.format(words.also + words.slash.join(others[:_FORMS]) + more)


def _as_asked(term: Term, query: Query) -> str:
    """A term with the capitals it has in the question: "GDP", not "gdp"."""
    start = query.text.lower().find(term.text.lower())
    return query.text[start : start + len(term.text)] if start >= 0 else term.text


def _measured(one: Given, hit: Hit, query: Query | None, words: Words) -> str:
    """The measure of a stage, in words."""
    if one.stage in ("place", "year"):
        return words.fits if one.value > 0 else words.misfits if one.value < 0 else words.untold
    if one.stage == "reranker":
        return words.decides.format(one.value)
    if one.stage == "coverage":
        return f"{one.value:.0%}{_held(hit, query, words)}"
    return f"BM25 {one.value:.1f}" if one.stage == "words" else words.alike.format(one.value)


def _held(hit: Hit, query: Query | None, words: Words) -> str:
    if query is None:
        return ""
    held, missing = found_and_missing(hit, query)
    said = [
        f"{label}{words.colon}{words.comma.join(them)}"
        for label, them in ((words.held, held), (words.missing, missing))
        if them
    ]
    return words.bracketed.format(words.semicolon.join(said)) if said else ""


def _hit_lines(number: int, hit: Hit, query: Query | None, words: Words) -> list[str]:
    start = " ".join(hit.passage.text.split())[:_EXCERPT]
    context = f"   {hit.passage.context} | {start}…"
    if not hit.given:
        old = words.score_alone.format(
            score=hit.score, dense=hit.dense, lexical=hit.lexical, coverage=hit.coverage
        )
        return [f"{number}. {hit.passage.source}  {old}", context]
    stages = words.semicolon.join(_in_one(one, words) for one in judgements(hit, query, words))
    return [f"{number}. {hit.passage.source}  {words.score} {hit.score:.2f}", context, f"   {stages}"]


def _in_one(one: Judgement, words: Words) -> str:
    added = "" if one.added is None else f"{words.comma}{words.gives} {one.added:+.2f}"
    return f"{one.label} {one.words}{added}"


def _query_json(query: Query) -> Json:
    return {
        "language": query.language,
        "kind": query.kind,
        "units": list(query.units),
        "places": [term.text for term in query.places],
        "years": list(query.years),
        "terms": [
            {"text": t.text, "forms": list(t.forms), "role": t.role, "weight": round(t.weight, 4)}
            for t in query.terms
        ],
        "parts": list(query.parts),
    }


def _hit_json(hit: Hit, query: Query | None) -> Json:
    held, missing = found_and_missing(hit, query) if query else ((), ())
    stages = [
        {"stage": one.stage, "value": round(one.value, 4), "added": round(one.added, 4)} for one in hit.given
    ]
    return {"stages": stages, "held": list(held), "missing": list(missing)}
