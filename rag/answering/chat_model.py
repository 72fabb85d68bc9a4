"""A chat model of any provider LangChain knows, as a stream of text that always comes to an end."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import aclosing, closing
from functools import cache
from queue import Empty, SimpleQueue
from typing import Final, Protocol

from rag.answering.model_failures import failed, pause_before_retry, silent, too_slow
from rag.answering.prompts import Message
from rag.answering.providers import OpenedModel, open_model
from rag.answering.replies import ended
from rag.answering.windows import check_fits
from rag.errors import ModelError

_GRACE: Final = 1.0
"""Seconds after its deadline that a model's own thread is waited for, should it be held up."""


class ChatBackend(Protocol):
    """Something that answers messages with text, piece by piece."""

    @property
    def name(self) -> str:
        """The spec it was opened with."""

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The reply in pieces, none empty; closing the iterator stops the model. Raises `ModelError`.

        A prompt that is too long for the model is a `rag.answering.windows.PromptTooLongError`.
        """


def open_chat_model(
    spec: str, *, timeout: float = 60.0, retries: int = 2, window: int | None = None
) -> ChatBackend:
    """The chat model that `spec`, "PROVIDER:MODEL" or "gguf:FILE", names; nothing is sent yet.

    `timeout`, in seconds, holds for a whole reply, retries included. `window` is how many tokens the model reads
    at once, where it can't say so itself. OPENAI_BASE_URL, OPENAI_API_KEY, OLLAMA_HOST and other providers' own
    variables are read from the environment. Raises `ModelError` for a spec that is not one, a provider that is
    unknown or not installed, a missing key, and a model file that can't be served.
    """
    spec = spec.strip()
    provider, _, model = (part.strip() for part in spec.partition(":"))
    if not provider or not model:
        raise ModelError(
            f"“{spec}”没有指明模型。请写成 提供方:模型，例如 openai:gpt-4o-mini、ollama:qwen3:8b、"
            "gguf:模型文件；不用大模型就写 extractive。",
            f'"{spec}" does not name a model. Write PROVIDER:MODEL, such as openai:gpt-4o-mini, '
            "ollama:qwen3:8b or gguf:FILE, or write extractive to do without one.",
        )
    provider = provider.lower().replace("-", "_")
    opened = open_model(spec, provider, model, timeout, window)
    return _LangChainBackend(spec, opened, timeout, retries)


class _LangChainBackend:
    """A LangChain chat model behind the seam."""

    def __init__(self, name: str, opened: OpenedModel, timeout: float, retries: int) -> None:
        self.name = name
        self._opened = opened
        self._timeout = timeout
        self._retries = retries

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        check_fits(self.name, messages, self._opened.window)
        said = False
        with closing(self._timed(messages)) as pieces:
            for piece in ended(pieces):
                said = said or bool(piece.strip())
                yield piece
        if not said:
            raise silent(self.name)

    def _timed(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """The model's pieces until its time is up; closed early, its request is cancelled and hangs up.

        A provider's own timeout is one of silence, not of the whole reply, and starts anew with each retry.
        """
        events: SimpleQueue[str | ModelError | None] = SimpleQueue()
        deadline = time.monotonic() + self._timeout + _GRACE
        reply = asyncio.run_coroutine_threadsafe(self._reply(messages, events), _event_loop())
        try:
            while (event := events.get(timeout=max(0.0, deadline - time.monotonic()))) is not None:
                if isinstance(event, ModelError):
                    raise event
                yield event
        except Empty:
            raise too_slow(self.name, self._timeout) from None
        finally:
            reply.cancel()

    async def _reply(self, messages: Sequence[Message], events: SimpleQueue[str | ModelError | None]) -> None:
        """Pass the model's pieces on; then `None`, or what went wrong."""
        outcome: ModelError | None = None
        try:
            async with asyncio.timeout(self._timeout) as limit:
                await self._retried(messages, events.put, lambda: _left(limit))
        except Exception as error:  # noqa: BLE001  the edge of a thread; providers raise what they like
            outcome = failed(self.name, self._timeout, error)
        events.put(outcome)

    async def _retried(
        self, messages: Sequence[Message], pass_on: Callable[[str], None], left: Callable[[], float]
    ) -> None:
        """Ask until the model answers; once text has come, nothing is asked again."""
        for attempt in range(self._retries + 1):
            said = False
            try:
                stream = self._opened.model.astream([(role, text) for role, text in messages])
                async with aclosing(stream) as chunks:  # type: ignore[type-var]  # an async generator, typed as an iterator
                    async for chunk in chunks:
                        if piece := str(chunk.text):
                            said = True
                            pass_on(piece)
            except Exception as error:
                pause = pause_before_retry(error, attempt)
                if said or attempt == self._retries or pause is None or pause >= left():
                    raise
                await asyncio.sleep(pause)
            else:
                return


def _left(limit: asyncio.Timeout) -> float:
    when = limit.when()
    assert when is not None
    return when - asyncio.get_running_loop().time()


@cache
def _event_loop() -> asyncio.AbstractEventLoop:
    """The loop that all models' requests run on, on a thread of its own.

    One for the whole program: providers share connections between their clients, and those belong to a loop.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat-models", daemon=True).start()
    return loop
