"""Hits become a verified answer, by extraction or by a chat model; the last word is always verification's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.answering.chat_model import ChatBackend
from rag.answering.citations import CitationList
from rag.answering.draft import Draft, Statement
from rag.answering.evidence import Evidence
from rag.answering.markers import normalise_stream, split_claims
from rag.answering.prompts import build_request, is_refusal, load_prompt
from rag.answering.verification import Verdict, ground, verify
from rag.answering.words import words_of
from rag.errors import ModelError
from rag.original import AlignedText, Original
from rag.types import Answer, Claim, Hit, Query, Turn

_MODEL_HITS = 6
"""How many passages a chat model is shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """All that is known when an answer is worded.

    `evidence` is of the whole question, best first; `draft` is what extraction made of it. `lead_ins` has, by
    hit id, what stands before a hit that is cut off from its subject.
    """

    question: str
    asked: Query
    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    draft: Draft
    history: tuple[Turn, ...] = ()
    lead_ins: Mapping[int, AlignedText] = field(default_factory=dict)

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
    return _answer(findings, findings.draft.statements, "extractive", original, warnings)


def model_answer(
    findings: Findings, model: ChatBackend, original: Callable[[str], Original]
) -> Iterator[str | Answer]:
    """A chat model's answer: its text as it comes with markers `[n]`, then the verified answer.

    Markers of the text number the passages shown to the model; those of the answer its citations. If the
    model fails, or nothing it says is supported, the extractive answer is given with a warning.
    """
    say = words_of(findings.asked.language)
    shown = _shown(findings)
    text = ""
    try:
        prompt = load_prompt("answer", findings.asked.language)
        request = build_request(
            findings.question,
            findings.asked.language,
            shown,
            findings.history,
            prompt,
            lead_ins=findings.lead_ins,
        )
        for piece in normalise_stream(model.stream(request.messages), len(request.hits)):
            text += piece
            yield piece
    except ModelError as error:
        warning = say.model_failed(error.zh if findings.asked.language == "zh" else error.en)
        yield extractive_answer(findings, original, warnings=[warning])
        return
    if is_refusal(text):
        yield _answer(findings, (), model.name, original, ())
        return
    statements = [
        ground(claim.text, [request.hits[n - 1] for n in claim.markers], request.hits)
        for claim in split_claims(text)
    ]
    answer = _answer(findings, statements, model.name, original, ())
    if answer.refused and findings.draft.statements:
        answer = extractive_answer(findings, original, warnings=[say.model_unsupported])
    yield answer


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
) -> Answer:
    verdicts = [verify(statement) for statement in statements]
    kept = [verdict for verdict in verdicts if verdict.supported]
    say = words_of(findings.asked.language)
    notes = [*warnings, *(say.removed(v.text) for v in verdicts if not v.supported)]
    citations = CitationList(original)
    claims = tuple(dict.fromkeys(_claim(verdict, citations) for verdict in kept))
    refused = not claims
    if not refused and findings.draft.confidence < _THIN:
        notes.append(say.thin)
    return Answer(
        question=findings.question,
        language=findings.asked.language,
        text=say.refusal(findings.draft.missing) if refused else _text(claims),
        refused=refused,
        confidence=findings.draft.confidence,
        claims=claims,
        citations=citations.all(),
        hits=findings.hits,
        backend=backend,
        warnings=tuple(notes),
    )


_BRACKETED = re.compile(r"\[(\d{1,3})\]")
"""Numbers in brackets that the documents have themselves must not pass for markers."""
_THIN = 0.65
"""Answers given with less confidence than this carry a warning."""


def _claim(verdict: Verdict, citations: CitationList) -> Claim:
    return Claim(verdict.text, citations.numbers(verdict.quotes), True, verdict.figures)


def _text(claims: Sequence[Claim]) -> str:
    """The claims with their markers, a line each if there are several."""
    return "\n".join(
        _BRACKETED.sub(r"［\1］", claim.text) + "".join(f"[{number}]" for number in claim.citations)
        for claim in claims
    )
