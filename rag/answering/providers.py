"""What LangChain makes of a spec: a chat model of any provider it knows, and how much that model can read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from rag.answering.gguf import serve_gguf
from rag.answering.model_failures import not_built, not_installed
from rag.errors import ModelError
from rag.text.patterns import regex

if TYPE_CHECKING:
    from httpx import AsyncClient
    from langchain_core.language_models import BaseChatModel

GGUF: Final = "gguf"
_OLLAMA_CONTEXT: Final = 8192
"""Tokens. Ollama's own default silently drops the beginning of a long prompt, and the rules with it."""

_NO_KEY: Final = "not-needed"
_OPENAI: Final = "https://api.openai.com/v1"
_OPENAI_ADDRESSES: Final = ("OPENAI_BASE_URL", "OPENAI_API_BASE")
_OLLAMA_HOST: Final = "OLLAMA_HOST"
_REASONING_MODEL = regex(r"o\d")
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104  nothing is bound
_TRIES_ONCE: Final = frozenset({"openai", "anthropic"})
"""Providers that take 0 for "no retries": retrying is done here, alike for all. To others 1 means one attempt."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenedModel:
    """A chat model; `window` is how many tokens it reads at once, where that is known.

    `server` is what has to live as long as the model does.
    """

    model: BaseChatModel
    window: int | None
    server: object = None


def open_model(spec: str, provider: str, name: str, timeout: float, window: int | None) -> OpenedModel:
    """The model `name` of a provider. Raises `ModelError` for one that can't be had."""
    if provider == GGUF:
        return _opened_gguf(spec, name, timeout, window)
    if provider == "ollama":
        window = window or _OLLAMA_CONTEXT
        options = _ollama_options(timeout, window)
    else:
        options = {"temperature": 0, "timeout": timeout, "max_retries": 0 if provider in _TRIES_ONCE else 1}
        if provider == "openai":
            options |= _openai_access()
            if _REASONING_MODEL.match(name):
                # OpenAI's reasoning models turn a request with a temperature down.
                del options["temperature"]
    model = _build(spec, provider, name, options)
    return OpenedModel(model, window or _known_window(model))


def _opened_gguf(spec: str, path: str, timeout: float, window: int | None) -> OpenedModel:
    server = serve_gguf(Path(path).expanduser(), window)
    options = {"temperature": 0, "timeout": timeout, "max_retries": 0, "api_key": server.key}
    options |= {"base_url": server.address, "http_async_client": _direct_client(timeout)}
    return OpenedModel(_build(spec, "openai", server.model, options), server.window, server)


def _build(spec: str, provider: str, name: str, options: dict[str, Any]) -> BaseChatModel:
    try:
        from langchain.chat_models import init_chat_model

        built: BaseChatModel = init_chat_model(name, model_provider=provider, **options)
    except ImportError as error:
        raise not_installed(spec, error) from error
    except Exception as error:  # noqa: BLE001  some thirty providers' packages each refuse in their own way
        raise not_built(spec, error) from None
    return built


def _known_window(model: BaseChatModel) -> int | None:
    """What LangChain's tables say of a model; they know the large providers' own."""
    window = (getattr(model, "profile", None) or {}).get("max_input_tokens")
    return window if isinstance(window, int) and window > 0 else None


def _ollama_options(timeout: float, window: int) -> dict[str, Any]:
    client: dict[str, Any] = {"timeout": timeout}
    if _is_here(os.environ.get(_OLLAMA_HOST) or "127.0.0.1"):
        client["trust_env"] = False
    return {"temperature": 0, "client_kwargs": client, "num_ctx": window}


def _openai_access() -> dict[str, Any]:
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
    access: dict[str, Any] = {"base_url": address}
    if not os.environ.get("OPENAI_API_KEY"):
        access["api_key"] = _NO_KEY
    if _is_here(address):
        access["http_async_client"] = _direct_client(None)
    return access


def _is_here(address: str) -> bool:
    """Whether an address is this machine's own: what goes there must not go through a proxy."""
    host = urlsplit(address if "//" in address else f"//{address}").hostname
    return host in _THIS_MACHINE


def _direct_client(timeout: float | None) -> AsyncClient:
    from httpx import AsyncClient

    return AsyncClient(trust_env=False, timeout=timeout)
