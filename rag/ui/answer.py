"""An answer as HTML. Everything that came from a document or a model is escaped; nothing is Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from html import escape
from itertools import groupby

from rag.answering.assembly import removal_told
from rag.answering.words import words_of
from rag.explanation import understood, words_in
from rag.types import Answer, Citation, Hit
from rag.ui.chart import chart_html
from rag.ui.claims import lines_html, prose_html, removed_html, waiting_html
from rag.ui.exchange import Place
from rag.ui.inspector import inspector_html
from rag.ui.places_told import period_of
from rag.ui.sides import sides_html
from rag.ui.texts import Texts
from rag.ui.words_answer import ANSWER_TEXTS

_CLOSEST = 3
_EXCERPT = 160
"""Characters shown of a passage that is not quoted."""


def answer_html(answer: Answer, exchange: int, texts: Texts) -> str:
    """An answer or a refusal, with its sources, warnings and other hits; `exchange` is its place, from 0."""
    refused = answer.refused
    parts = [
        _taken_as(answer, texts),
        prose_html(answer, exchange, texts),
        sides_html(answer, exchange, texts),
        chart_html(answer, texts),
        _looked_for(answer, texts) if refused else "",
        _suggestions(answer, texts),
        _warnings(answer, texts),
        removed_html(answer, texts),
        _closest(answer, exchange, texts) if refused else _sources(answer, exchange, texts),
        "" if refused else _other_hits(answer, exchange, texts),
        inspector_html(answer, exchange, texts),
    ]
    return f'<div class="answer{" refusal" if refused else ""}">{"".join(parts)}</div>'


def _taken_as(answer: Answer, texts: Texts) -> str:
    """The whole question that a follow-up was taken for."""
    if not answer.resolved_question:
        return ""
    return f'<p class="hint resolved">{escape(texts.taken_as.format(question=answer.resolved_question))}</p>'


def _looked_for(answer: Answer, texts: Texts) -> str:
    """What a refused question was taken to ask for."""
    if answer.query is None:
        return ""
    facts = "".join(
        f"<dt>{escape(fact.label)}</dt><dd>{escape(fact.words)}</dd>"
        for fact in understood(answer.query, words_in(texts.language))[1:]
    )
    return f'<section class="looked-for"><h3>{escape(ANSWER_TEXTS[texts.language].looked_for)}</h3><dl>{facts}</dl></section>'


def _suggestions(answer: Answer, texts: Texts) -> str:
    """What may be asked instead of a refused question, to be asked with a click."""
    rows = "".join(
        f'<li><button type="button" class="example" data-ask="{escape(question)}">{escape(question)}</button></li>'
        for question in answer.suggestions
    )
    return f'<p class="hint">{escape(texts.instead)}</p><ul class="suggestions">{rows}</ul>' if rows else ""


def streaming_html(
    text: str, texts: Texts, checked: Answer | None = None, covered: int = 0, exchange: int = 0
) -> str:
    """An answer on its way: what of it is checked, as it will be shown, and the words after that.

    The markers of what isn't checked wait. `checked` stands for the first `covered` characters of `text`.
    """
    if not text:
        return f'<div class="answer pending"><p class="searching">{escape(texts.searching)}</p></div>'
    rest = lines_html(text[covered:] if checked else text, lambda line: waiting_html(line, texts))
    prose = prose_html(checked, exchange, texts) if checked else ""
    return f'<div class="answer pending">{prose}<div class="prose rest">{rest}</div></div>'


def _open(citation: Citation, exchange: int) -> Place:
    return Place("citation", exchange=exchange, number=citation.number)


def _warnings(answer: Answer, texts: Texts) -> str:
    """What to mind; what was removed is told apart, and thin evidence by a word of its own."""
    told = {removal_told(claim, answer.language) for claim in answer.removed}
    thin = words_of(answer.language).thin
    notes = [
        f"<p><b>{escape(ANSWER_TEXTS[texts.language].thin if warning == thin else texts.warning)}</b> {escape(warning)}</p>"
        for warning in answer.warnings
        if warning not in told
    ]
    return f'<div class="warnings" role="note">{"".join(notes)}</div>' if notes else ""


def _sources(answer: Answer, exchange: int, texts: Texts) -> str:
    """What was cited, document by document in the order of first mention."""
    citations = answer.citations
    first = {citation.source: citation.number for citation in reversed(citations)}
    by_source = sorted(citations, key=lambda one: (first[one.source], one.number))
    groups = [
        _source(list(cited), period_of(source, answer), exchange, texts)
        for source, cited in groupby(by_source, key=lambda one: one.source)
    ]
    if not groups:
        return ""
    return f'<section class="sources"><h3>{escape(texts.sources)}</h3>{"".join(groups)}</section>'


def _source(citations: Sequence[Citation], period: str, exchange: int, texts: Texts) -> str:
    source, title = citations[0].source, citations[0].title
    rows = []
    for citation in citations:
        page = f" <small>{escape(texts.page.format(page=citation.page))}</small>" if citation.page else ""
        rows.append(
            f'<li><button type="button" class="quote" data-open="{_open(citation, exchange)}">'
            f'<b>{citation.number}</b><span class="said">{escape(_on_one_line(citation.quote))}</span>{page}'
            "</button></li>"
        )
    return f"<div>{_heading(source, title, period)}<ul>{''.join(rows)}</ul></div>"


def _heading(source: str, title: str, period: str) -> str:
    file = f" <small>{escape(source)}</small>" if title else ""
    time = f" <small>{escape(period)}</small>" if period else ""
    return f"<h4>{escape(title or source)}{time}{file}</h4>"


def _closest(answer: Answer, exchange: int, texts: Texts) -> str:
    if not answer.hits:
        return f'<p class="hint">{escape(texts.rephrase)}</p>'
    rows = _hit_rows(list(enumerate(answer.hits[:_CLOSEST], start=1)), exchange)
    return (
        f'<section class="closest"><h3>{escape(texts.closest)}</h3><p class="hint">{escape(texts.rephrase)}</p>'
        f"<ul>{rows}</ul></section>"
    )


def _other_hits(answer: Answer, exchange: int, texts: Texts) -> str:
    """The hits no citation lies in, folded away."""
    others = [
        (number, hit)
        for number, hit in enumerate(answer.hits, start=1)
        if not any(_bare(one.quote) in _bare(hit.passage.text) for one in answer.citations)
    ]
    if not others:
        return ""
    summary = escape(texts.other_hits.format(count=len(others)))
    return f'<details class="others"><summary>{summary}</summary><ul>{_hit_rows(others, exchange)}</ul></details>'


def _hit_rows(hits: Sequence[tuple[int, Hit]], exchange: int) -> str:
    rows = []
    for number, hit in hits:
        text = _on_one_line(hit.passage.text)
        excerpt = f"{text[:_EXCERPT]}…" if len(text) > _EXCERPT else text
        name = hit.passage.metadata.title or hit.passage.source
        rows.append(
            f'<li><button type="button" class="hit" data-open="{Place("hit", "", exchange, number)}">'
            f'<span class="said">{escape(excerpt)}</span><small>{escape(name)}</small></button></li>'
        )
    return "".join(rows)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _bare(text: str) -> str:
    """What is left of a text when width and blanks don't count: a quote keeps the noise that a passage lost."""
    return "".join(unicodedata.normalize("NFKC", text).split())
