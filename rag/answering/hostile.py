"""What becomes of words in a document that are meant for a language model: quoted in full, obeyed never."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rag.answering.draft import Quote, Statement
from rag.answering.evidence import Evidence
from rag.text.directives import directed_spans, is_directive
from rag.types import Hit, Passage


def unobeyed(hits: Iterable[Hit], claim: str) -> tuple[Hit, ...]:
    """The hits as a model's `claim` may rest on them: without words that tell a model what to say.

    A claim that repeats the order itself quotes it, and may rest on all of them.
    """
    hits = tuple(hits)
    return hits if is_directive(claim) else tuple(_plain(hit) for hit in hits)


def quoted_in_full(statement: Statement) -> Statement:
    """An extract that leaves an order out and gives what was ordered, with the order before it."""
    if is_directive(statement.text):
        return statement
    if not any(_ends_in(quote.hit.passage, quote.end) for quote in statement.quotes):
        return statement
    widened = tuple(_widened(quote) for quote in statement.quotes)
    return replace(statement, text=" ".join(quote.text for quote in widened), quotes=widened)


def honest_first(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The evidence in its order, what stands in words for a model after all else."""
    return tuple(sorted(evidence, key=lambda one: _ends_in(one.hit.passage, one.end) is not None))


def directed_sources(hits: Iterable[Hit]) -> tuple[str, ...]:
    """The sources of the hits that hold words for a model, each once."""
    return tuple(dict.fromkeys(hit.passage.source for hit in hits if _directed(hit.passage)))


def _directed(passage: Passage) -> tuple[tuple[int, int], ...]:
    return directed_spans(passage.text, passage.sentences) if is_directive(passage.text) else ()


def _plain(hit: Hit) -> Hit:
    """The hit with blanks where its passage speaks to a model, so that every other place stays where it is."""
    passage = hit.passage
    directed = _directed(passage)
    headings = tuple(heading for heading in passage.headings if not is_directive(heading))
    context = "" if is_directive(passage.context) else passage.context
    if not directed and headings == passage.headings and context == passage.context:
        return hit
    ends = {end for _, end in directed}
    kept = tuple(span for span in passage.sentences if span[1] not in ends)
    text = passage.text
    for start, end in directed:
        text = text[:start] + " " * (end - start) + text[end:]
    body = replace(passage.body, text=text)
    return replace(
        hit, passage=replace(passage, body=body, headings=headings, context=context, sentences=kept)
    )


def _ends_in(passage: Passage, end: int) -> tuple[int, int] | None:
    """The words for a model that a stretch ending at `end` belongs to."""
    return next((span for span in _directed(passage) if span[0] < end <= span[1]), None)


def _widened(quote: Quote) -> Quote:
    span = _ends_in(quote.hit.passage, quote.end)
    return quote if span is None or span[0] >= quote.start else Quote(quote.hit, span[0], quote.end)
