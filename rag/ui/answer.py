"""An answer as HTML. Everything that came from a document or a model is escaped; nothing is Markdown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby

from rag.types import Answer, Citation, Hit
from rag.ui.exchange import Place
from rag.ui.inspector import inspector_html
from rag.ui.texts import Texts

_MARKER = re.compile(r"\[(\d{1,3})\]")
_RULE = re.compile(r"\|(?:\s*:?-{3,}:?\s*\|)+")
"""The second line of a table, as Markdown writes one."""
_CLOSEST = 3
_EXCERPT = 160
"""Characters shown of a passage that is not quoted."""


def answer_html(answer: Answer, exchange: int, texts: Texts) -> str:
    """An answer or a refusal, with its sources, warnings and other hits; `exchange` is its place, from 0."""
    refused = answer.refused
    parts = [
        _taken_as(answer, texts),
        _prose(answer, exchange, texts),
        _suggestions(answer, texts),
        _warnings(answer.warnings, texts),
        _closest(answer, exchange, texts) if refused else _sources(answer.citations, exchange, texts),
        "" if refused else _other_hits(answer, exchange, texts),
        inspector_html(answer, exchange, texts),
        _foot(answer, texts),
    ]
    return f'<div class="answer{" refusal" if refused else ""}">{"".join(parts)}</div>'


def _taken_as(answer: Answer, texts: Texts) -> str:
    """The whole question that a follow-up was taken for."""
    if not answer.resolved_question:
        return ""
    return f'<p class="hint resolved">{escape(texts.taken_as.format(question=answer.resolved_question))}</p>'


def _suggestions(answer: Answer, texts: Texts) -> str:
    """What may be asked instead of a refused question."""
    rows = "".join(f"<li>{escape(question)}</li>" for question in answer.suggestions)
    return f'<p class="hint">{escape(texts.instead)}</p><ul class="suggestions">{rows}</ul>' if rows else ""


def streaming_html(text: str, texts: Texts) -> str:
    """An answer on its way. Its markers wait: they can't be opened before they are checked."""

    def waiting(number: int) -> str:
        return f'<span class="marker waiting" title="{escape(texts.waiting_marker)}">[{number}]</span>'

    if not text:
        return f'<div class="answer pending"><p class="searching">{escape(texts.searching)}</p></div>'
    return f'<div class="answer pending"><div class="prose">{_marked(text, waiting)}</div></div>'


def where(source: str, title: str, page: int | None, texts: Texts) -> str:
    """A place in words: title and page, as plain text."""
    name = title or source
    return f"{name}, {texts.page.format(page=page)}" if page else name


def _prose(answer: Answer, exchange: int, texts: Texts) -> str:
    known = {citation.number: citation for citation in answer.citations}

    def button(number: int) -> str | None:
        return _marker(known[number], exchange, texts) if number in known else None

    return f'<div class="prose" lang="{escape(answer.language)}">{_marked(answer.text, button)}</div>'


def _marked(text: str, marker: Callable[[int], str | None]) -> str:
    """The escaped text, a paragraph a line, each `[n]` replaced by its marker where it has one.

    Neighbouring lines that begin with "|" are the rows of a table, if the second of them is its rule.
    """

    def shown(text: str) -> str:
        return _MARKER.sub(lambda m: marker(int(m[1])) or m[0], escape(text))

    lines = [line for line in text.split("\n") if line.strip()]
    parts = []
    for barred, run in groupby(lines, key=lambda line: line.startswith("|")):
        rows = list(run)
        if barred and len(rows) > 1 and _RULE.fullmatch(rows[1]):
            parts.append(_table(rows, shown))
        else:
            parts += [f"<p>{shown(row)}</p>" for row in rows]
    return "".join(parts)


def _table(rows: Sequence[str], shown: Callable[[str], str]) -> str:
    head, *body = [
        [shown(cell.strip()) for cell in row.strip().strip("|").split("|")] for row in (rows[0], *rows[2:])
    ]
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in body)
    return f'<div class="table"><table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'


def _marker(citation: Citation, exchange: int, texts: Texts) -> str:
    place = where(citation.source, citation.title, citation.page, texts)
    label = texts.open_quote.format(number=citation.number, where=place)
    return (
        f'<button type="button" class="marker" data-open="{_open(citation, exchange)}"'
        f' data-quote="{escape(citation.quote)}" data-where="{escape(place)}"'
        f' aria-label="{escape(label)}">[{citation.number}]</button>'
    )


def _open(citation: Citation, exchange: int) -> Place:
    return Place("citation", exchange=exchange, number=citation.number)


def _warnings(warnings: Sequence[str], texts: Texts) -> str:
    notes = [f"<p><b>{escape(texts.warning)}</b> {escape(warning)}</p>" for warning in warnings]
    return f'<div class="warnings" role="note">{"".join(notes)}</div>' if notes else ""


def _sources(citations: Sequence[Citation], exchange: int, texts: Texts) -> str:
    """What was cited, document by document in the order of first mention."""
    first = {citation.source: citation.number for citation in reversed(citations)}
    by_source = sorted(citations, key=lambda one: (first[one.source], one.number))
    groups = [
        _source(list(cited), exchange, texts) for _, cited in groupby(by_source, key=lambda one: one.source)
    ]
    if not groups:
        return ""
    return f'<section class="sources"><h3>{escape(texts.sources)}</h3>{"".join(groups)}</section>'


def _source(citations: Sequence[Citation], exchange: int, texts: Texts) -> str:
    source, title = citations[0].source, citations[0].title
    rows = []
    for citation in citations:
        page = f" <small>{escape(texts.page.format(page=citation.page))}</small>" if citation.page else ""
        rows.append(
            f'<li><button type="button" class="quote" data-open="{_open(citation, exchange)}">'
            f'<b>{citation.number}</b><span class="said">{escape(_on_one_line(citation.quote))}</span>{page}'
            "</button></li>"
        )
    return f"<div>{_heading(source, title)}<ul>{''.join(rows)}</ul></div>"


def _heading(source: str, title: str) -> str:
    file = f" <small>{escape(source)}</small>" if title else ""
    return f"<h4>{escape(title or source)}{file}</h4>"


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


def _foot(answer: Answer, texts: Texts) -> str:
    facts = []
    if answer.claims and all(claim.supported for claim in answer.claims):
        figures = sum(figure.supported for claim in answer.claims for figure in claim.figures)
        facts.append(
            f"<span>✓ {escape(texts.checked.format(claims=len(answer.claims), figures=figures))}</span>"
        )
    backend = texts.backend_extractive if answer.backend == "extractive" else answer.backend
    facts.append(f"<span>{escape(backend)}</span>")
    if "total" in answer.timings_ms:
        seconds = texts.seconds.format(seconds=f"{answer.timings_ms['total'] / 1000:.1f}")
        facts.append(f"<span>{escape(seconds)}</span>")
    copy = (
        f'<button type="button" class="copy" data-copy="{escape(_copied(answer, texts))}"'
        f' data-done="{escape(texts.copied)}">{escape(texts.copy)}</button>'
    )
    return f"<footer>{''.join(facts)}{'' if answer.refused else copy}</footer>"


def _copied(answer: Answer, texts: Texts) -> str:
    """The answer with its sources as plain text."""
    rows = [
        f"[{one.number}] {where(one.source, one.title, one.page, texts)} ({one.source}): {_on_one_line(one.quote)}"
        for one in answer.citations
    ]
    return "\n".join([answer.text, "", *rows])


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _bare(text: str) -> str:
    """What is left of a text when width and blanks don't count: a quote keeps the noise that a passage lost."""
    return "".join(unicodedata.normalize("NFKC", text).split())
