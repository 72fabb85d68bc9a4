"""Hits become an answer in a chat model's words; the last word is verification's."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answering.answerer import extractive_answer
from rag.answering.findings import Findings
from rag.answering.growing_answer import Certain, GrowingAnswer
from rag.answering.hostile import directed_sources
from rag.answering.markers import normalise_stream
from rag.answering.prompts import EVIDENCE_CHARACTERS, ChatRequest, build_request, is_refusal, load_prompt
from rag.answering.replies import in_another_language
from rag.answering.windows import PromptTooLongError
from rag.answering.words import words_of
from rag.errors import ModelError
from rag.original import Original
from rag.types import Answer, Hit

if TYPE_CHECKING:
    from rag.answering.chat_model import ChatBackend

_MODEL_HITS = 6
"""How many passages a chat model is shown."""
_LEAST_EVIDENCE = 120
"""Characters of evidence below which a prompt that is still too long is not made shorter."""
_TIGHTER = 0.9
"""Of what is said to fit, so much is used: tokens and characters do not go together exactly."""


def model_answer(
    findings: Findings,
    model: ChatBackend,
    original: Callable[[str], Original],
    certain: Certain | None = None,
) -> Iterator[str | Answer]:
    """A chat model's answer: its text as it comes with markers `[n]`, then the verified answer.

    Markers of the text number the passages shown to the model; those of the answer its citations. If the model
    fails, writes in another language, or nothing it says is supported, the extractive answer is given with a
    warning. `certain` hears of each claim once it is checked, before the piece that ends it is passed on.
    """
    say = words_of(findings.asked.language)
    try:
        request, growing = yield from _reply(findings, model, original, certain)
    except ModelError as error:
        warning = say.model_failed(error.zh if findings.asked.language == "zh" else error.en)
        yield extractive_answer(findings, original, warnings=[warning])
        return
    sent = tuple((str(role), text) for role, text in request.messages)
    yield replace(_last_word(findings, request, growing, original), prompt=sent)


def _last_word(
    findings: Findings, request: ChatRequest, growing: GrowingAnswer, original: Callable[[str], Original]
) -> Answer:
    """What becomes of all that a model said."""
    say = words_of(findings.asked.language)
    if is_refusal(growing.text):
        return growing.refusal()
    if in_another_language(growing.text, findings.asked.language):
        return extractive_answer(findings, original, warnings=[say.model_language])
    directed = directed_sources(request.hits)
    answer = growing.answer([say.directed(directed)] if directed else [])
    if answer.refused and findings.draft.statements:
        return extractive_answer(findings, original, warnings=[say.model_unsupported])
    return answer


def _reply(
    findings: Findings,
    model: ChatBackend,
    original: Callable[[str], Original],
    certain: Certain | None,
) -> Generator[str, None, tuple[ChatRequest, GrowingAnswer]]:
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
        growing = GrowingAnswer(findings, request.hits, model.name, original)
        try:
            for piece in normalise_stream(model.stream(request.messages), len(request.hits)):
                growing.add(piece, certain)
                yield piece
        except PromptTooLongError as error:
            characters = int(request.evidence_characters * error.share * _TIGHTER)
            if growing.text or characters < _LEAST_EVIDENCE:
                raise
        else:
            return request, growing


def _shown(findings: Findings) -> tuple[Hit, ...]:
    """The passages a model sees: those of the draft, then those with the best evidence."""
    drafted = [quote.hit for statement in findings.draft.statements for quote in statement.quotes]
    ranked = [evidence.hit for evidence in findings.evidence]
    once: dict[int, Hit] = {}
    for hit in [*drafted, *ranked]:
        once.setdefault(hit.id, hit)
    return tuple(once.values())[:_MODEL_HITS]
