"""`/api/ask` and `/api/search`: one question, one answer or its passages, in the JSON of the contract."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rag.api.guard import holder_of
from rag.api.service import Asking, Service
from rag.api.shapes import AnswerShape, FoundShape
from rag.contract import answer_json, hit_json
from rag.types import Json, Turn

_MOST_TURNS = 200
_Pattern = Annotated[str, StringConstraints(max_length=1000)]


class EarlierExchange(BaseModel):
    """A question of the conversation so far, with its answer."""

    model_config = ConfigDict(extra="ignore")

    question: str
    answer: str = ""


class SearchRequest(BaseModel):
    """What is looked for; the fields are those of `rag.ask`."""

    model_config = ConfigDict(extra="forbid")

    question: str
    history: list[EarlierExchange] = Field(default=[], max_length=_MOST_TURNS)
    source: _Pattern | list[_Pattern] = Field(
        default=[], description="Only these documents: names or patterns as seeds/*"
    )
    k: int = Field(default=0, ge=0, le=100, description="Passages to retrieve; 0 is the server's own number")

    def asking(self, owner: str) -> Asking:
        """The same for the service."""
        history = tuple(Turn(one.question, one.answer) for one in self.history)
        patterns = (self.source,) if isinstance(self.source, str) else tuple(self.source)
        return Asking(self.question, history, patterns, self.k, owner=owner)


class AskRequest(SearchRequest):
    """What is asked, and who words the answer: a name of `/v1/models`, or empty for the server's own choice."""

    model: str = ""

    def asking(self, owner: str) -> Asking:
        """The same for the service."""
        return replace(super().asking(owner), model=self.model)


def questions_router(service: Service) -> APIRouter:
    """Asking and searching, below `/api`."""
    router = APIRouter(prefix="/api", tags=["questions"])

    @router.post("/ask", responses={200: {"model": AnswerShape}})
    def ask(asked: AskRequest, request: Request) -> Json:
        """Answer a question. A refusal is an answer, with `refused` true."""
        return answer_json(service.ask(asked.asking(holder_of(request))), service.assistant.store.original)

    @router.post("/search", responses={200: {"model": FoundShape}})
    def search(asked: SearchRequest, request: Request) -> Json:
        """The passages that are closest to a question, the best first."""
        hits = service.search(asked.asking(holder_of(request)))
        original = service.assistant.store.original
        return {"question": asked.question, "hits": [hit_json(hit, original) for hit in hits]}

    return router
