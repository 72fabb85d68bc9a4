"""Where something is quoted from, in words: title, page, and the time the document reports on."""

from __future__ import annotations

from rag.types import Answer, Citation
from rag.ui.texts import Texts


def where(source: str, title: str, page: int | None, texts: Texts) -> str:
    """A place in words: title and page, as plain text."""
    name = title or source
    return f"{name}, {texts.page.format(page=page)}" if page else name


def cited_where(citation: Citation, answer: Answer, texts: Texts) -> str:
    """Where a citation stands, with the time its document is of, as far as the answer's hits tell."""
    place = where(citation.source, citation.title, citation.page, texts)
    period = period_of(citation.source, answer)
    return f"{place} · {period}" if period else place


def period_of(source: str, answer: Answer) -> str:
    """The time a document reports on, else its date; empty where it is not known."""
    known = next((hit.passage.metadata for hit in answer.hits if hit.passage.source == source), None)
    return (known.period or known.date or "") if known else ""
