"""What went wrong with a chat model, in words its user can act on.

Some thirty providers' packages each raise exceptions of their own, so they are told apart by what they have
in common: an HTTP status, and the names of the exceptions they were caused by.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from rag.answering.windows import too_long
from rag.errors import ModelError
from rag.text.patterns import regex

_KEY_VARIABLE = regex(r"\b[A-Z][A-Z0-9_]*(?:_API_KEY|_TOKEN)\b")
_SECRET_VARIABLE = regex(r"KEY|TOKEN|SECRET|PASSWORD")
_SHORTEST_SECRET: Final = 6
_DETAIL_CHARACTERS: Final = 200

_NOTHING: Final = "No generation chunks"
"""How LangChain begins to say that a stream ended before it began."""

_SLOW = ("Timeout",)  # also the built-in TimeoutError of a reply's own deadline
_BROKEN_OFF = ("RemoteProtocolError", "ReadError", "IncompleteRead", "ChunkedEncodingError")
_UNREACHABLE = ("ConnectError", "ConnectionError", "ConnectionRefused", "ProxyError", "gaierror")
_GARBLED = ("JSONDecodeError", "UnicodeDecodeError", "ValidationError", "ResponseValidationError")

_PASSING: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""HTTP statuses that may be gone a moment later. A quota that is used up has 429 too: retrying it does no harm."""
_FIRST_PAUSE: Final = 0.5
"""Seconds before the first retry; each further one waits twice as long. One reader's questions need no jitter."""

_ADDRESSES: Final = {
    "openai": (("OPENAI_BASE_URL", "OPENAI_API_BASE"), "https://api.openai.com"),
    "ollama": (("OLLAMA_HOST",), "http://127.0.0.1:11434"),
}


def not_installed(spec: str, error: ImportError) -> ModelError:
    """The provider's package is missing; names the one to install."""
    named = re.search(r"pip install ([\w-]+)", str(error))
    package = named[1] if named else (error.name or "langchain").partition(".")[0].replace("_", "-")
    return ModelError(
        f"使用 {spec} 需要先安装 {package}：pip install {package}",
        f"{spec} needs a package that is not installed: pip install {package}",
    )


def not_built(spec: str, error: Exception) -> ModelError:
    """LangChain refused to make the model: no such provider, no key, or something of the provider's own."""
    provider = _provider(spec)
    if "unsupported" in str(error).lower() and "provider" in str(error):
        return ModelError(
            f"{spec}：没有“{provider}”这个提供方。常用的有 openai、ollama、anthropic，写成 提供方:模型。",
            f'{spec}: there is no provider "{provider}". Common ones are openai, ollama and anthropic, '
            "written PROVIDER:MODEL.",
        )
    if variable := _KEY_VARIABLE.search(str(error)):
        own_zh, own_en = "", ""
        if provider == "openai":
            own_zh = "；用自己的服务，就设置 OPENAI_BASE_URL"
            own_en = ", or OPENAI_BASE_URL for a server of your own"
        return ModelError(
            f"{spec} 需要密钥。请设置环境变量 {variable[0]}{own_zh}。",
            f"{spec} needs a key. Set {variable[0]} in the environment{own_en}.",
        )
    return ModelError(
        f"{spec} 打不开：{_detail(error)}。请检查模型名和环境变量。",
        f"{spec} can't be opened: {_detail(error)}. Check the model's name and the environment variables.",
    )


def too_slow(spec: str, seconds: float) -> ModelError:
    """The model had not finished when its time was up."""
    return ModelError(
        f"模型 {spec} 在 {seconds:g} 秒内没有答完。请换一个更快的模型，或把等待时间设长一些。",
        f"the model {spec} did not finish within {seconds:g} s. Use a faster model or allow more time.",
    )


def silent(spec: str) -> ModelError:
    """The model ended without a word."""
    return ModelError(
        f"模型 {spec} 没有给出任何文字。请再试一次或换一个模型，并确认服务地址提供的是聊天接口。",
        f"the model {spec} gave no text at all. Try again or use another model, "
        "and check that the service's address is that of a chat service.",
    )


def pause_before_retry(error: Exception, attempt: int) -> float | None:
    """Seconds to wait before asking again, after attempt number `attempt` from 0; `None`: it would not help.

    A service may say itself how long (RFC 9110, Retry-After, in seconds or as a date).
    """
    status = _status(error)
    names = " ".join(_names(error))
    passing = _any_in(_BROKEN_OFF + _UNREACHABLE, names) if status is None else status in _PASSING
    if not passing:
        return None
    asked = _retry_after(error)
    return _FIRST_PAUSE * 2**attempt if asked is None else asked


def _retry_after(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    value = str(headers.get("retry-after") or "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # no date, or one without a time zone
        return None


def failed(spec: str, seconds: float, error: Exception) -> ModelError:
    """The exception that ended a reply, told apart by its HTTP status or by what caused it."""
    if overlong := too_long(spec, _said(error)):
        return overlong
    status = _status(error)
    if status is not None:
        return _refused(spec, status, error)
    if _NOTHING in str(error):
        return silent(spec)
    names = " ".join(_names(error))
    if _any_in(_SLOW, names):
        return too_slow(spec, seconds)
    if _any_in(_BROKEN_OFF, names):
        return ModelError(
            f"与模型 {spec} 的连接中途断开。请再试一次。",
            f"the connection to the model {spec} broke off in the middle. Try again.",
        )
    if _any_in(_UNREACHABLE, names):
        where = _address(spec)
        return ModelError(
            f"连不上模型 {spec}{f'（{where}）' if where else ''}。请确认服务已启动、地址正确、网络可用。",
            f"the model {spec} can't be reached{f' at {where}' if where else ''}. "
            "Check that the service runs, that the address is right and that there is a network.",
        )
    if _any_in(_GARBLED, names):
        return ModelError(
            f"模型 {spec} 的服务发回了看不懂的内容。请确认这个地址提供的是聊天接口。",
            f"the service of the model {spec} sent something that can't be understood. "
            "Check that its address is that of a chat service.",
        )
    return ModelError(
        f"模型 {spec} 出错：{_detail(error)}。请再试一次，或换一个模型。",
        f"the model {spec} failed: {_detail(error)}. Try again, or use another model.",
    )


def _refused(spec: str, status: int, error: Exception) -> ModelError:
    """A service's HTTP status. What it says beside 401 and 403 is not repeated: it may quote the key."""
    if status in (401, 403):
        return ModelError(
            f"模型 {spec} 的服务不接受密钥（HTTP {status}）。请检查密钥的环境变量。",
            f"the service of the model {spec} turned the key down (HTTP {status}). "
            "Check the environment variable that holds it.",
        )
    if status == 404:
        return ModelError(
            f"服务里没有模型 {spec}，或地址不对（HTTP 404：{_detail(error)}）。请检查模型名和服务地址。",
            f"the service has no model {spec}, or its address is wrong (HTTP 404: {_detail(error)}). "
            "Check the model's name and the address.",
        )
    if status == 429:
        pause = _retry_after(error)
        when_zh, when_en = ("稍后", "later") if pause is None else (f" {pause:.0f} 秒后", f"in {pause:.0f} s")
        return ModelError(
            f"模型 {spec} 请求太频繁或额度用完（HTTP 429）。请{when_zh}再试，或换一个模型。",
            f"the model {spec} has had too many requests, or its quota is used up (HTTP 429). "
            f"Try {when_en}, or use another model.",
        )
    if status >= 500:
        return ModelError(
            f"模型 {spec} 的服务自身出错（HTTP {status}：{_detail(error)}）。请稍后再试，或查看服务的日志。",
            f"the service of the model {spec} has a fault of its own (HTTP {status}: {_detail(error)}). "
            "Try later, or look into the service's log.",
        )
    return ModelError(
        f"模型 {spec} 拒绝了请求（HTTP {status}：{_detail(error)}）。请检查模型名；内容过长时减少资料条数。",
        f"the model {spec} turned the request down (HTTP {status}: {_detail(error)}). "
        "Check the model's name; if the prompt is too long, use fewer passages.",
    )


def _status(error: Exception) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        # The Ollama client gives -1 where there was no status.
        if isinstance(status, int) and status >= 400:
            return status
    return None


def _said(error: Exception) -> str:
    """What a service said beside a status that turns the request itself down; empty for all else."""
    return str(error) if _status(error) in (400, 413, 422) else ""


def _names(error: BaseException) -> Iterator[str]:
    """The class names of an exception, its bases and everything that led to it."""
    cause: BaseException | None = error
    while cause is not None:
        yield from (kind.__name__ for kind in type(cause).__mro__)
        cause = cause.__cause__ or cause.__context__


def _any_in(parts: tuple[str, ...], names: str) -> bool:
    return any(part in names for part in parts)


def _provider(spec: str) -> str:
    return spec.partition(":")[0].strip().lower()


def _address(spec: str) -> str:
    """Where the model is looked for, without what a URL may carry of passwords; empty if unknown."""
    variables, default = _ADDRESSES.get(_provider(spec), ((), ""))
    value = next((os.environ[name] for name in variables if os.environ.get(name)), default)
    return urlsplit(value if "//" in value else f"//{value}").netloc.rpartition("@")[2]


def _detail(error: Exception) -> str:
    """What the exception says, on one short line, without the value of any secret of the environment."""
    text = " ".join(str(error).split()) or type(error).__name__
    for name, value in os.environ.items():
        if len(value) >= _SHORTEST_SECRET and _SECRET_VARIABLE.search(name.upper()):
            text = text.replace(value, "***")
    return text if len(text) <= _DETAIL_CHARACTERS else text[: _DETAIL_CHARACTERS - 1] + "…"
