"""Hits become a verified answer, by extraction or by a chat model; the last word is always verification's."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.answering.citations import CitationList
from rag.answering.draft import Draft, Statement
from rag.answering.evidence import Evidence
from rag.answering.grounding import ground
from rag.answering.hostile import directed_sources, quoted_in_full, unobeyed
from rag.answering.markers import normalise_stream, split_claims
from rag.answering.near_miss import NearMiss
from rag.answering.prompts import EVIDENCE_CHARACTERS, ChatRequest, build_request, is_refusal, load_prompt
from rag.answering.replies import in_another_language
from rag.answering.verdict import Unsupported, Verdict
from rag.answering.verification import verify
from rag.answering.windows import PromptTooLongError
from rag.answering.words import words_of
from rag.errors import ModelError
from rag.original import AlignedText, Original
from rag.types import Answer, Claim, Hit, Language, Query, Turn

if TYPE_CHECKING:
    from rag.answering.chat_model import ChatBackend

_MODEL_HITS = 6
"""How many passages a chat model is shown."""
_LEAST_EVIDENCE = 120
"""Characters of evidence below which a prompt that is still too long is not made shorter."""
_TIGHTER = 0.9
"""Of what is said to fit, so much is used: tokens and characters do not go together exactly."""


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """All that is known when an answer is worded.

    `evidence` is of the whole question, best first; `draft` is what extraction made of it. `lead_ins` has, by
    hit id, what stands before a hit that is cut off from its subject. `marks` keeps claims that nothing
    supports in the answer, struck out; without it they are left out of it. `resolved` is a follow-up's whole
    question, else empty; `near_miss` what the documents have instead of an answer.
    """

    question: str
    asked: Query
    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    draft: Draft
    history: tuple[Turn, ...] = ()
    marks: bool = False
    lead_ins: Mapping[int, AlignedText] = field(default_factory=dict)
    resolved: str = ""
    near_miss: NearMiss | None = None

    @property
    def sources(self) -> frozenset[str]:
        """The documents that an answer may cite."""
        quotes = (quote.hit for statement in self.draft.statements for quote in statement.quotes)
        hits = (*self.hits, *(one.hit for one in self.evidence), *quotes)
        return frozenset(hit.passage.source for hit in hits)


def extractive_answer(
    findings: Findings, original: Callable[[str], Original], *, warnings: Sequence[str] = ()
) -> Answer:
    """The answer in the documents' own words, or a refusal."""
    statements = [quoted_in_full(statement) for statement in findings.draft.statements]
    quoted = directed_sources(quote.hit for statement in statements for quote in statement.quotes)
    if quoted:
        warnings = [*warnings, words_of(findings.asked.language).directed(quoted)]
    return _answer(findings, statements, "extractive", original, warnings, findings.draft.heading)


def model_answer(
    findings: Findings, model: ChatBackend, original: Callable[[str], Original]
) -> Iterator[str | Answer]:
    """A chat model's answer: its text as it comes with markers `[n]`, then the verified answer.

    Markers of the text number the passages shown to the model; those of the answer its citations. If the model
    fails, writes in another language, or nothing it says is supported, the extractive answer is given with a
    warning.
    """
    say = words_of(findings.asked.language)
    try:
        request, text = yield from _reply(findings, model)
    except ModelError as error:
        warning = say.model_failed(error.zh if findings.asked.language == "zh" else error.en)
        yield extractive_answer(findings, original, warnings=[warning])
        return
    if is_refusal(text):
        yield _answer(findings, (), model.name, original, ())
        return
    if in_another_language(text, findings.asked.language):
        yield extractive_answer(findings, original, warnings=[say.model_language])
        return
    directed = directed_sources(request.hits)
    warnings = [say.directed(directed)] if directed else []
    answer = _answer(findings, _grounded(text, request.hits), model.name, original, warnings)
    if answer.refused and findings.draft.statements:
        answer = extractive_answer(findings, original, warnings=[say.model_unsupported])
    yield answer


def _reply(findings: Findings, model: ChatBackend) -> Generator[str, None, tuple[ChatRequest, str]]:
    """Pass on what the model says; returns what it was asked, and all it said.

    Where the prompt is too long for it, it is asked with less evidence. Raises `ModelError`.
    """
    characters, shown = EVIDENCE_CHARACTERS, _shown(findings)
    prompt = load_prompt("answer", findings.asked.language)
    while True:
        request = build_request(
            findings.resolved or findings.question,
            findings.asked.language,
            shown,
            findings.history,
            prompt,
            characters=characters,
            lead_ins=findings.lead_ins,
        )
        text = ""
        try:
            for piece in normalise_stream(model.stream(request.messages), len(request.hits)):
                text += piece
                yield piece
        except PromptTooLongError as error:
            characters = int(request.evidence_characters * error.share * _TIGHTER)
            if text or characters < _LEAST_EVIDENCE:
                raise
        else:
            return request, text


def _grounded(text: str, hits: Sequence[Hit]) -> list[Statement]:
    """The claims of a model's text, each with what of the hits supports it."""
    statements = []
    for claim in split_claims(text):
        honest = unobeyed(hits, claim.text)
        statements.append(ground(claim.text, [honest[n - 1] for n in claim.markers], honest))
    return statements


def _shown(findings: Findings) -> tuple[Hit, ...]:
    """The passages a model sees: those of the draft, then those with the best evidence."""
    drafted = [quote.hit for statement in findings.draft.statements for quote in statement.quotes]
    ranked = [evidence.hit for evidence in findings.evidence]
    once: dict[int, Hit] = {}
    for hit in [*drafted, *ranked]:
        once.setdefault(hit.id, hit)
    return tuple(once.values())[:_MODEL_HITS]


def _answer(
    findings: Findings,
    statements: Sequence[Statement],
    backend: str,
    original: Callable[[str], Original],
    warnings: Sequence[str],
    heading: str = "",
) -> Answer:
    verdicts = [verify(statement) for statement in statements]
    kept = [verdict for verdict in verdicts if verdict.supported]
    say = words_of(findings.asked.language)
    citations = CitationList(original)
    refused = not kept
    shown = verdicts if findings.marks and kept else kept
    claims = tuple(dict.fromkeys(_claim(verdict, citations) for verdict in shown))
    notes = [
        *warnings,
        *(say.removed(v.text, _told(v.reason, findings.asked.language)) for v in verdicts if v not in shown),
    ]
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
    )


def _refusal(findings: Findings) -> str:
    """That there is no answer, and what there is instead."""
    refusal = words_of(findings.asked.language).refusal(findings.draft.missing)
    if findings.near_miss is None:
        return refusal
    return f"{refusal}{'' if findings.asked.language == 'zh' else ' '}{findings.near_miss.told}"


_BRACKETED = re.compile(r"\[(\d{1,3})\]")
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
