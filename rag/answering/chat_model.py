"""A chat model of any provider LangChain knows, as a stream of text that always comes to an end."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final, Protocol

from rag.answering.model_failures import failed, not_built, not_installed, silent, too_slow
from rag.answering.prompts import Message
from rag.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MOST_CHARACTERS: Final = 8000
"""Where a reply is cut off: far beyond any useful answer."""

_TAIL: Final = 600
_REPEATS: Final = 3
_REPEATED_CHARACTERS: Final = 30
"""A reply runs in circles when its end says one thing `_REPEATS` times, over at least so many characters."""

_OLLAMA_CONTEXT: Final = 8192
"""Tokens. Ollama's own default silently drops the beginning of a long prompt, and the rules with it."""

_NO_KEY: Final = "not-needed"
_OPENAI: Final = "https://api.openai.com/v1"
_OPENAI_ADDRESSES: Final = ("OPENAI_BASE_URL", "OPENAI_API_BASE")
_REASONING_MODEL = re.compile(r"o\d")
_THINK, _THOUGHT = "<think>", "</think>"


class ChatBackend(Protocol):
    """Something that answers messages with text, piece by piece."""

    @property
    def name(self) -> str:
        """The spec it was opened with."""

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The reply in pieces, none empty; closing the iterator stops the model. Raises `ModelError`."""


def open_chat_model(spec: str, *, timeout: float = 60.0, retries: int = 1) -> ChatBackend:
    """The chat model that `spec`, "PROVIDER:MODEL", names; nothing is sent yet.

    `timeout`, in seconds, holds for a whole reply, retries included. OPENAI_BASE_URL, OPENAI_API_KEY,
    OLLAMA_HOST and other providers' own variables are read from the environment. Raises `ModelError` for a
    spec that is not one, a provider that is unknown or not installed, and a missing key.
    """
    spec = spec.strip()
    provider, _, model = (part.strip() for part in spec.partition(":"))
    if not provider or not model:
        raise ModelError(
            f"“{spec}”没有指明模型。请写成 提供方:模型，例如 openai:gpt-4o-mini、ollama:qwen3:8b；"
            "不用大模型就写 extractive。",
            f'"{spec}" does not name a model. Write PROVIDER:MODEL, such as openai:gpt-4o-mini or '
            "ollama:qwen3:8b, or write extractive to do without one.",
        )
    provider = provider.lower().replace("-", "_")
    return _LangChainBackend(spec, _build(spec, provider, model, timeout, retries), timeout)


def _build(spec: str, provider: str, model: str, timeout: float, retries: int) -> BaseChatModel:
    options = _options(provider, model, timeout, retries)
    try:
        from langchain.chat_models import init_chat_model

        built: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except ImportError as error:
        raise not_installed(spec, error) from error
    except Exception as error:  # noqa: BLE001  some thirty providers' packages each refuse in their own way
        raise not_built(spec, error) from None
    return built


def _options(provider: str, model: str, timeout: float, retries: int) -> dict[str, Any]:
    options: dict[str, Any] = {"temperature": 0}
    if provider == "ollama":
        return options | {"client_kwargs": {"timeout": timeout}, "num_ctx": _OLLAMA_CONTEXT}
    options |= {"timeout": timeout, "max_retries": retries}
    if provider == "openai":
        options |= _openai_access()
        if _REASONING_MODEL.match(model):
            # OpenAI's reasoning models turn a request with a temperature down.
            del options["temperature"]
    return options


def _openai_access() -> dict[str, str]:
    """The service's address, and a placeholder for a key where the service is one's own and has none."""
    name, address = next(((n, v) for n in _OPENAI_ADDRESSES if (v := os.environ.get(n))), ("", ""))
    if not address:
        # Said outright, because the client takes a variable that is set but empty for an address.
        return {"base_url": _OPENAI}
    if not address.startswith(("http://", "https://")):
        raise ModelError(
            f"环境变量 {name} 的值“{address}”不是网址。它要以 http:// 或 https:// 开头，"
            "例如 http://127.0.0.1:8000/v1。",
            f'{name} is "{address}", which is no address. It has to begin with http:// or https://, '
            "for example http://127.0.0.1:8000/v1.",
        )
    return {"base_url": address} | ({} if os.environ.get("OPENAI_API_KEY") else {"api_key": _NO_KEY})


class _LangChainBackend:
    """A LangChain chat model behind the seam."""

    def __init__(self, name: str, model: BaseChatModel, timeout: float) -> None:
        self.name = name
        self._model = model
        self._timeout = timeout

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        text = ""
        with closing(self._timed(messages)) as pieces:
            for piece in _without_thinking(pieces):
                kept = piece[: MOST_CHARACTERS - len(text)]
                text += kept
                yield kept
                if len(text) >= MOST_CHARACTERS or runs_in_circles(text):
                    break
        if not text.strip():
            raise silent(self.name)

    def _timed(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """The model's pieces until its time is up.

        The model runs on a thread of its own, since a provider's timeout is one of silence, not of the
        whole reply, and starts anew with each retry.
        """
        events: SimpleQueue[str | ModelError | None] = SimpleQueue()
        stop = threading.Event()
        deadline = time.monotonic() + self._timeout
        threading.Thread(target=self._pump, args=(messages, events, stop, deadline), daemon=True).start()
        try:
            while (event := events.get(timeout=max(0.0, deadline - time.monotonic()))) is not None:
                if isinstance(event, ModelError):
                    raise event
                yield event
        except Empty:
            raise too_slow(self.name, self._timeout) from None
        finally:
            stop.set()

    def _pump(
        self,
        messages: Sequence[Message],
        events: SimpleQueue[str | ModelError | None],
        stop: threading.Event,
        deadline: float,
    ) -> None:
        """Pass the model's pieces on; then `None`, or what went wrong."""
        outcome: ModelError | None = None
        try:
            for chunk in self._model.stream([(role, text) for role, text in messages]):
                if stop.is_set():
                    return
                if time.monotonic() > deadline:
                    outcome = too_slow(self.name, self._timeout)
                    break
                if piece := str(chunk.text):
                    events.put(piece)
        except Exception as error:  # noqa: BLE001  the edge of a thread; providers raise what they like
            outcome = failed(self.name, self._timeout, error)
        events.put(outcome)


def _without_thinking(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces without the `<think>…</think>` that some models put in front of their answer."""
    held = ""
    for piece in pieces:
        held = (held + piece).lstrip()
        if held.startswith(_THINK):
            _, thought, held_after = held.partition(_THOUGHT)
            if not thought:
                continue
            held = held_after.lstrip()
        elif _THINK.startswith(held):
            continue
        break
    if held and not held.startswith(_THINK):
        yield held
    yield from pieces


def runs_in_circles(text: str) -> bool:
    """Whether the end of `text` is one stretch said at least three times, as small models will for ever.

    Rows of dashes or dots are left alone: tables and lines of leaders are made of them.
    """
    tail = text[-_TAIL:]
    for length in range(1, len(tail) // _REPEATS + 1):
        unit = tail[-length:]
        times = max(_REPEATS, -(-_REPEATED_CHARACTERS // length))
        if tail.endswith(unit * times) and any(character.isalnum() for character in unit):
            return True
    return False
