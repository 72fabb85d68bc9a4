"""Who is let in, and how far: keys, limits, and requests that a web page elsewhere made a browser send."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import math
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from rag.api.allowance import Meter
from rag.api.failures import ApiError, error_response
from rag.api.keys import ApiKeys
from rag.api.login import LOGIN, LOGOUT, to_login
from rag.api.sessions import Sessions, token_in

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

OPEN = "/healthz"
_METERED = ("/v1/", "/api/", "/gradio_api/mcp", "/gradio_api/call/", "/gradio_api/run/")
"""What answers questions and changes documents; the page has limits of its own."""
_UPLOADS = ("/api/documents", "/page/documents/files", "/gradio_api/upload")
_READING = ("GET", "HEAD", "OPTIONS")
_HOLDER = "wenju_holder"
_ADDRESS = "address "


class Guard:
    """An ASGI layer before everything else that is served.

    `keys`, where there are any, are demanded for all but `/healthz`: as a bearer token, or, for a browser, as the
    password of HTTP Basic. `sessions`, where there are users, will do as well: `/login` gives one.
    `local`: the server is only for this machine.
    """

    def __init__(
        self, app: ASGIApp, *, keys: ApiKeys, sessions: Sessions | None, meter: Meter, local: bool
    ) -> None:
        self._app = app
        self._keys = keys
        self._sessions = sessions
        self._locked = bool(keys) or sessions is not None
        self._meter = meter
        self._local = local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer with what is wrong with it."""
        if scope["type"] != "http" or scope["path"] == OPEN:
            if scope["type"] != "websocket" or not self._locked:  # nothing of ours is one
                await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            self._check_sender(headers)
            self._check_size(headers, scope)
            if scope["path"] in (LOGIN, LOGOUT):
                await self._app(scope, receive, send)
                return
            if self._must_log_in(headers, scope):
                await to_login(scope["query_string"].decode("latin-1"))(scope, receive, send)
                return
            user = await self._user(headers, scope)
            await self._metered(user, scope, receive, send)
        except ApiError as error:
            await error_response(error, headers)(scope, receive, send)

    async def _metered(self, user: str, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith(_METERED):
            await self._app(scope, receive, send)
            return
        if wait := self._meter.seconds_to_wait(user):
            raise _too_many(wait)
        if scope["method"] in _READING:  # an MCP client's GET lasts as long as it is connected
            await self._app(scope, receive, send)
            return
        with self._meter.place(user) as has_place:
            if not has_place:
                raise _too_many_at_once(self._meter.allowance.at_once)
            await self._app(scope, receive, send)

    def _must_log_in(self, headers: Headers, scope: Scope) -> bool:
        """Whether this is a browser that comes to the page without being logged in."""
        return (
            self._sessions is not None
            and scope["path"] == "/"
            and not headers.get("authorization")
            and self._session_holder(headers) is None
        )

    def _session_holder(self, headers: Headers) -> str | None:
        return self._sessions.name_of(token_in(headers.get("cookie", ""))) if self._sessions else None

    async def _user(self, headers: Headers, scope: Scope) -> str:
        """Who asks, as limits count them. Raises `ApiError` without a valid key or session where one is needed."""
        address = f"{_ADDRESS}{(scope.get('client') or ('',))[0]}"
        if not self._locked:
            return address
        holder = self._session_holder(headers) or await self._key_holder(headers, address)
        scope.setdefault("state", {})[_HOLDER] = holder
        return holder

    async def _key_holder(self, headers: Headers, address: str) -> str:
        if wait := self._meter.seconds_to_wait_after_failures(address):
            raise _too_many(wait)
        given = _given_key(headers.get("authorization", ""))
        holder = await run_in_threadpool(self._keys.holder, given) if given else None
        if holder is None:
            if given:
                self._meter.count_failure(address)
            raise _unknown_key(given=bool(given), asks=self._sessions is None)
        return holder

    def _check_sender(self, headers: Headers) -> None:
        """Raises `ApiError` for what a browser sends because another site told it to."""
        host = headers.get("host", "")
        if self._local and not self._locked and not _is_this_machine(_name_of(host)):
            # A name that someone made mean this machine: its pages must not read what is only for this machine.
            raise _elsewhere("host")
        origin = headers.get("origin")
        own = (host, headers.get("x-forwarded-host"))
        if origin is not None and urlsplit(origin).netloc not in own:
            raise _elsewhere("origin")

    def _check_size(self, headers: Headers, scope: Scope) -> None:
        if scope["method"] in _READING or scope["method"] == "DELETE":
            return
        allowance = self._meter.allowance
        most = allowance.upload_bytes if scope["path"].startswith(_UPLOADS) else allowance.body_bytes
        length = headers.get("content-length", "")
        if not length.isdecimal():
            raise ApiError(
                411, "length_required", "请求须带 Content-Length。", "Requests need a Content-Length."
            )
        if int(length) > most:
            raise _too_large(most)


def holder_of(request: Request) -> str:
    """The name of the key a request came with; empty where none is asked for."""
    return str(getattr(request.state, _HOLDER, ""))


def is_local(host: str) -> bool:
    """Whether an address to listen at is reached from this machine alone."""
    return _is_this_machine(host)


def _is_this_machine(name: str) -> bool:
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _name_of(host: str) -> str:
    """The name or number in a Host header, without the port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _given_key(authorization: str) -> str:
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _unknown_key(*, given: bool, asks: bool) -> ApiError:
    """`asks`: a browser shall ask for the key, because there is no form to log in with."""
    zh, en = ("密钥不对。", "The key is wrong.") if given else ("需要密钥。", "A key is needed.")
    return ApiError(
        401,
        "invalid_api_key",
        f"{zh}请在 Authorization: Bearer 后给出，浏览器里作为密码输入。",
        f"{en} Give it behind Authorization: Bearer; a browser asks for it as the password.",
        kind="authentication_error",
        headers={"WWW-Authenticate": f'{"Basic" if asks else "Bearer"} realm="Wenju", charset="UTF-8"'},
    )


def _elsewhere(what: str) -> ApiError:
    return ApiError(
        403,
        f"foreign_{what}",
        f"这个请求的 {what.capitalize()} 不是本服务器的地址，没有执行。",
        f"The {what.capitalize()} of this request is not this server's address, so it was not carried out.",
        kind="permission_error",
    )


def _too_large(most: int) -> ApiError:
    return ApiError(
        413,
        "too_large",
        f"请求太大，至多 {most:,} 字节。",
        f"The request is too large; {most:,} bytes at most.",
    )


def _too_many(seconds: int) -> ApiError:
    return ApiError(
        429,
        "rate_limit_exceeded",
        f"请求太频繁，请过 {seconds} 秒再试。",
        f"Too many requests. Try again in {seconds} seconds.",
        kind="rate_limit_error",
        headers={"Retry-After": str(math.ceil(seconds))},
    )


def _too_many_at_once(most: int) -> ApiError:
    return ApiError(
        429,
        "too_many_at_once",
        f"同时只能回答您的 {most} 个问题，请等其中一个答完。",
        f"{most} of your questions can be answered at the same time. Wait for one of them.",
        kind="rate_limit_error",
        headers={"Retry-After": "1"},
    )
