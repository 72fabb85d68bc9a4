"""Verdicts become an answer: the claims that stand, their markers, what was left out, and what to say of it all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.answering.citations import CitationList
from rag.answering.findings import Findings
from rag.answering.verdict import Unsupported, Verdict
from rag.answering.words import words_of
from rag.original import Original
from rag.text.patterns import regex
from rag.types import Answer, Claim, Language


def assembled(
    findings: Findings,
    verdicts: Sequence[Verdict],
    backend: str,
    original: Callable[[str], Original],
    warnings: Sequence[str],
    heading: str = "",
) -> Answer:
    """The answer that these verdicts make: what stands, with its citations; a refusal where nothing does."""
    kept = [verdict for verdict in verdicts if verdict.supported]
    say = words_of(findings.asked.language)
    citations = CitationList(original)
    refused = not kept
    shown = verdicts if findings.marks and kept else kept
    claims = tuple(dict.fromkeys(_claim(verdict, citations) for verdict in shown))
    removed = tuple(dict.fromkeys(_claim(verdict, citations) for verdict in verdicts if verdict not in shown))
    notes = [*warnings, *(removal_told(claim, findings.asked.language) for claim in removed)]
    if not refused and findings.draft.confidence < _THIN:
        notes.append(say.thin)
    return Answer(
        question=findings.question,
        language=findings.asked.language,
        text=_refusal(findings) if refused else _text(claims, heading, findings.asked.language),
        refused=refused,
        confidence=findings.draft.confidence,
        claims=claims,
        citations=citations.all(),
        hits=findings.hits,
        backend=backend,
        warnings=tuple(notes),
        suggestions=findings.near_miss.suggestions if refused and findings.near_miss else (),
        removed=removed,
    )


def removal_told(claim: Claim, language: Language) -> str:
    """The warning that a claim was left out."""
    return words_of(language).removed(claim.text, _told(claim.reason, language))


def _refusal(findings: Findings) -> str:
    """That there is no answer, and what there is instead."""
    refusal = words_of(findings.asked.language).refusal(findings.draft.missing)
    if findings.near_miss is None:
        return refusal
    return f"{refusal}{'' if findings.asked.language == 'zh' else ' '}{findings.near_miss.told}"


_BRACKETED = regex(r"\[(\d{1,3})\]")
"""Numbers in brackets that the documents have themselves must not pass for markers."""
_THIN = 0.65
"""Answers given with less confidence than this carry a warning."""


def _claim(verdict: Verdict, citations: CitationList) -> Claim:
    numbers = citations.numbers(verdict.quotes)
    return Claim(verdict.text, numbers, verdict.supported, verdict.figures, verdict.reason)


def _text(claims: Sequence[Claim], heading: str, language: Language) -> str:
    """The claims with their markers, a line each if there are several, below the heading if there is one.

    What is unsupported is struck out. A blank line ends a table.
    """
    lines = [_line(claim, language) for claim in claims]
    whole = [heading, *lines] if heading else lines
    return "\n".join(
        f"\n{line}" if number and whole[number - 1].startswith("|") and not line.startswith("|") else line
        for number, line in enumerate(whole)
    )


def _line(claim: Claim, language: Language) -> str:
    said = _BRACKETED.sub(r"［\1］", claim.text)
    if claim.supported:
        return said + "".join(f"[{number}]" for number in claim.citations)
    return words_of(language).struck(said.replace("~~", "～～"), _told(claim.reason, language))


def _told(reason: str | None, language: Language) -> str:
    return Unsupported(reason or Unsupported.NO_EVIDENCE).told(language)
