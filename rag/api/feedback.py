"""`/api/feedback`: what readers think of answers, kept, and given back as candidate gold questions."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rag.api.feedback_file import FeedbackFile, Opinion
from rag.api.gold_row import gold_row
from rag.api.guard import holder_of
from rag.api.questions import EarlierExchange
from rag.api.service import Service
from rag.errors import UnknownSourceError
from rag.types import Json

_Text = Annotated[str, StringConstraints(max_length=20_000)]


class GivenFigure(BaseModel):
    """A figure of a claim, as the answer had it."""

    text: _Text


class GivenClaim(BaseModel):
    """A claim, as the answer had it."""

    text: _Text
    figures: list[GivenFigure] = Field(default=[], max_length=100)


class GivenCitation(BaseModel):
    """A citation, as the answer had it."""

    source: _Text
    page: int | None = None
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: _Text


class GivenAnswer(BaseModel):
    """The answer that is spoken of, as `/api/ask` gave it; what else it has may be sent along, and is not kept."""

    answer: _Text
    refused: bool
    language: str = Field(default="und", max_length=20)
    backend: str = Field(default="", max_length=500)
    claims: list[GivenClaim] = Field(default=[], max_length=200)
    citations: list[GivenCitation] = Field(default=[], max_length=200)


class FeedbackRequest(BaseModel):
    """A reader's opinion of an answer.

    `expected` is the right answer if the reader knows it; `answerable` false says that the documents don't tell.
    """

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=2000)
    history: list[EarlierExchange] = Field(default=[], max_length=200)
    answer: GivenAnswer
    verdict: Literal["good", "bad"]
    reason: str = Field(default="", max_length=4000)
    expected: str = Field(default="", max_length=4000)
    answerable: bool | None = None


def feedback_router(service: Service, file: FeedbackFile) -> APIRouter:
    """Opinions kept and exported, below `/api`."""
    router = APIRouter(prefix="/api/feedback", tags=["feedback"])

    @router.post("", status_code=201)
    def keep(given: FeedbackRequest, request: Request) -> dict[str, str]:
        """Keep an opinion. Of its citations those are kept that the documents hold, character for character."""
        answer = given.answer.model_dump()
        answer["citations"] = [one for one in answer["citations"] if _holds(service, holder_of(request), one)]
        opinion = Opinion(
            question=given.question,
            history=tuple((one.question, one.answer) for one in given.history),
            answer=answer,
            verdict=given.verdict,
            reason=given.reason,
            expected=given.expected,
            answerable=given.answerable,
            by=holder_of(request),
        )
        file.keep(opinion)
        return {"id": opinion.id}

    @router.get("", response_class=Response, responses={200: {"content": {"application/x-ndjson": {}}}})
    def export(request: Request) -> Response:
        """Your own opinions as candidate gold questions, one a line; a person should look at each."""
        mine = (opinion for opinion in file.opinions() if opinion.by == holder_of(request))
        rows = [row for opinion in mine if (row := gold_row(opinion))]
        lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        return Response(lines.encode("utf-8", "replace"), media_type="application/x-ndjson")

    return router


def _holds(service: Service, owner: str, citation: Json) -> bool:
    """Whether a source that the owner sees says just that, just there."""
    try:
        service.library.record(owner, citation["source"])
        original = service.assistant.store.original(citation["source"])
    except UnknownSourceError:
        return False
    text = dict(original.pages()).get(citation["page"])
    return text is not None and text[citation["start"] : citation["end"]] == citation["quote"] != ""
