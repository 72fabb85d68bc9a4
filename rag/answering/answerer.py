"""Hits become a verified answer in the documents' own words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.answering.assembly import assembled
from rag.answering.findings import Findings
from rag.answering.hostile import directed_sources, quoted_in_full
from rag.answering.verification import verify
from rag.answering.words import words_of
from rag.original import Original
from rag.types import Answer


def extractive_answer(
    findings: Findings, original: Callable[[str], Original], *, warnings: Sequence[str] = ()
) -> Answer:
    """The answer in the documents' own words, or a refusal."""
    statements = [quoted_in_full(statement) for statement in findings.draft.statements]
    quoted = directed_sources(quote.hit for statement in statements for quote in statement.quotes)
    if quoted:
        warnings = [*warnings, words_of(findings.asked.language).directed(quoted)]
    return assembled(
        findings,
        [verify(one) for one in statements],
        "extractive",
        original,
        warnings,
        findings.draft.heading,
    )
