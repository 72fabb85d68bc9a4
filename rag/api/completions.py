"""`/v1/chat/completions` and `/v1/models`: the assistant as any OpenAI client speaks to it."""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field, StringConstraints
from starlette.concurrency import iterate_in_threadpool

from rag.api.addresses import documents_address
from rag.api.failures import FAILED, ApiError, as_api_error, error_json, language_of
from rag.api.guard import holder_of
from rag.api.message import message_of, plain_text, token_count
from rag.api.service import Asking, Service
from rag.contract import answer_json
from rag.errors import WenjuError
from rag.types import Answer, Json, Turn

_LOG = logging.getLogger(__name__)
_MOST_MESSAGES = 400
_ALIVE = b": writing\n\n"
"""A comment, which clients pass over: a model is at work, and what it says is checked before it is passed on."""


class Part(BaseModel):
    """A part of a message; only text is read."""

    type: str
    text: str = ""


class ChatMessage(BaseModel):
    """One message of the conversation."""

    role: Literal["user", "assistant", "system", "developer", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """What it says."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream brings beside the text."""

    include_usage: bool = False


class CompletionRequest(BaseModel):
    """OpenAI's request. Fields that are not here (temperature, tools …) mean nothing to this server.

    The last user message is the question, what stands before it the conversation. Instructions of system messages
    are not followed: what may be said is what the documents say.
    """

    model: str
    messages: list[ChatMessage] = Field(min_length=1, max_length=_MOST_MESSAGES)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    source: Annotated[str, StringConstraints(max_length=1000)] | list[str] = Field(
        default=[], description="Only these documents (patterns); an extension of this server."
    )

    @property
    def wants_usage(self) -> bool:
        """Whether a stream ends with a chunk that counts tokens."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def asking(self, owner: str) -> Asking:
        """The question in its conversation. Raises `ApiError` where no user message is last."""
        spoken = [message for message in self.messages if message.role in ("user", "assistant")]
        if not spoken or spoken[-1].role != "user":
            raise ApiError(
                400,
                "invalid_request",
                "messages 的最后一条须是 user 的问题。",
                "The last of messages has to be the user's question.",
                param="messages",
            )
        patterns = (self.source,) if isinstance(self.source, str) else tuple(self.source)
        return Asking(spoken[-1].text, _turns(spoken[:-1]), patterns, model=self.model, owner=owner)


def completions_router(service: Service) -> APIRouter:
    """The routes below `/v1`."""
    router = APIRouter(prefix="/v1", tags=["OpenAI"])

    @router.get("/models")
    def models() -> Json:
        """Who can word an answer."""
        return {"object": "list", "data": [_model_json(name) for name in service.models]}

    @router.get("/models/{name:path}")
    def model(name: str) -> Json:
        """One of them."""
        return _model_json(service.known_model(name))

    @router.post("/chat/completions", response_class=JSONResponse)
    def complete(asked: CompletionRequest, request: Request) -> Response:
        """Answer the last user message, from the documents alone."""
        pieces = service.stream(asked.asking(holder_of(request)))
        reply = Reply(asked, service, documents_address(request))
        if not asked.stream:
            *_, answer = pieces
            assert isinstance(answer, Answer)
            return JSONResponse(reply.whole(answer))
        events = _events(pieces, reply, language_of(request.headers))
        return StreamingResponse(
            events, media_type="text/event-stream", headers={"Cache-Control": "no-cache"}
        )

    return router


@dataclass(frozen=True, slots=True)
class Reply:
    """One completion on its way to a client, whole or in chunks."""

    asked: CompletionRequest
    service: Service
    documents: str
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, answer: Answer) -> Json:
        """The completion in one piece."""
        message = message_of(answer, self.documents)
        said = {"role": "assistant", "content": message.content, **_marked(answer, message.annotations)}
        return {
            **self._head("chat.completion"),
            "choices": [{"index": 0, "message": said, "logprobs": None, "finish_reason": "stop"}],
            "usage": self._usage(message.content),
            "wenju": self._contract(answer),
        }

    def beginning(self) -> Json:
        """The first chunk, which says who speaks."""
        return self._chunk({"role": "assistant", "content": ""})

    def chunks(self, answer: Answer) -> Generator[Json]:
        """The message a sentence at a time; with the last chunk its annotations and the answer's own JSON."""
        message = message_of(answer, self.documents)
        for step in message.steps():
            yield self._chunk({"content": step})
        ended = self._chunk(_marked(answer, message.annotations), "stop")
        yield {**ended, "wenju": self._contract(answer)}
        if self.asked.wants_usage:
            yield {
                **self._head("chat.completion.chunk"),
                "choices": [],
                "usage": self._usage(message.content),
            }

    def _head(self, kind: str) -> Json:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.asked.model}

    def _chunk(self, delta: Json, finished: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finished}
        usage = {"usage": None} if self.asked.wants_usage else {}
        return {**self._head("chat.completion.chunk"), "choices": [choice], **usage}

    def _contract(self, answer: Answer) -> Json:
        return answer_json(answer, self.service.assistant.store.original)

    def _usage(self, content: str) -> Json:
        prompt = token_count([message.text for message in self.asked.messages])
        completion = token_count([content])
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }


async def _events(
    pieces: Generator[str | Answer], reply: Reply, language: Literal["zh", "en", ""]
) -> AsyncIterator[bytes]:
    """Server-sent events. A client that hangs up closes this, which stops the model."""
    yield _event(reply.beginning())
    try:
        with closing(pieces):
            async for piece in iterate_in_threadpool(pieces):
                if isinstance(piece, str):
                    yield _ALIVE
                    continue
                for chunk in reply.chunks(piece):
                    yield _event(chunk)
        yield b"data: [DONE]\n\n"
    except WenjuError as error:
        yield _event(error_json(as_api_error(error), language))
    except Exception:  # noqa: BLE001  the outermost edge: the head is sent, so that no handler could tell the client
        _LOG.exception("an answer failed")
        yield _event(error_json(FAILED, language))


def _event(content: Json) -> bytes:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n".encode("utf-8", "replace")


def _marked(answer: Answer, annotations: Sequence[Json]) -> Json:
    """What a message has beside its text. OpenAI's `refusal` is a model's; ours is an ordinary answer with a mark."""
    return {"refusal": None, "refused": answer.refused, "annotations": list(annotations)}


def _model_json(name: str) -> Json:
    return {"id": name, "object": "model", "created": 0, "owned_by": "wenju"}


def _turns(messages: Sequence[ChatMessage]) -> tuple[Turn, ...]:
    """The exchanges before the question: each user message with what was said up to the next one."""
    turns: list[Turn] = []
    for message in messages:
        if message.role == "user":
            turns.append(Turn(message.text, ""))
        elif turns:
            said = f"{turns[-1].answer}\n{plain_text(message.text)}".strip()
            turns[-1] = Turn(turns[-1].question, said)
    return tuple(turns)
