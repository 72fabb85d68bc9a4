"""Logging in and out: the form, and the cookie that is given for a right password."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from rag.api.allowance import Meter
from rag.api.login_page import login_page
from rag.api.sessions import COOKIE, SESSION_SECONDS, Sessions, token_in
from rag.api.users import Users, normal_name
from rag.ui.texts import PageLanguage, page_language
from rag.ui.words_bar import BAR_WORDS

LOGIN: Final = "/login"
LOGOUT: Final = "/logout"
_UNAUTHORIZED, _TOO_MANY, _SEE_OTHER = 401, 429, 303


def login_router(users: Users, sessions: Sessions, meter: Meter, language: str) -> APIRouter:
    """The routes `/login` and `/logout`. `language` is spoken unless it is empty: then the browser's."""
    router = APIRouter(include_in_schema=False)

    def spoken(request: Request) -> PageLanguage:
        return page_language(language, request.headers.get("accept-language", ""))

    @router.get(LOGIN)
    def form(request: Request, after: str = "") -> HTMLResponse:
        return _page(spoken(request), after)

    @router.post(LOGIN)
    async def log_in(request: Request) -> Response:
        given = await request.form()
        name, password, after = (str(given.get(field, "")) for field in ("name", "password", "after"))
        # Guessing is slowed down by address, and by name wherever it comes from.
        guessers = (request.client.host if request.client else "", f"user {normal_name(name)[:40]}")
        language = spoken(request)
        if wait := max(map(meter.seconds_to_wait_after_failures, guessers)):
            return _page(language, after, BAR_WORDS[language].too_often.format(seconds=wait), _TOO_MANY, wait)
        async with meter.slow_hashes:
            known = await run_in_threadpool(users.named, name, password)
        if known is None:
            for guesser in guessers:
                meter.count_failure(guesser)
            return _page(language, after, BAR_WORDS[language].wrong, _UNAUTHORIZED)
        sessions.closed(token_in(request.headers.get("cookie", "")))
        response = _to_the_page(after)
        response.set_cookie(
            COOKIE,
            sessions.opened(known),
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="lax",
            secure=_is_encrypted(request),
        )
        return response

    @router.post(LOGOUT)
    def log_out(request: Request) -> Response:
        sessions.closed(token_in(request.headers.get("cookie", "")))
        response = RedirectResponse("login" if users else ".", _SEE_OTHER)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=_is_encrypted(request))
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    return router


def to_login(query: str) -> Response:
    """Where a reader who is not logged in is sent, to come back to the same conversation."""
    return RedirectResponse(f"login?after={quote(query, safe='')}" if query else "login", _SEE_OTHER)


def _to_the_page(after: str) -> Response:
    """The page's own address, always: `after` is only ever its query."""
    return RedirectResponse(f"./?{after}" if after else "./", _SEE_OTHER)


def _page(
    language: PageLanguage, after: str, trouble: str = "", status: int = 200, wait: int = 0
) -> HTMLResponse:
    headers = {"Cache-Control": "no-store", **({"Retry-After": str(wait)} if wait else {})}
    return HTMLResponse(login_page(language, after, trouble), status, headers)


def _is_encrypted(request: Request) -> bool:
    """Whether the reader's browser speaks TLS, to this server or to the proxy before it."""
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto", ""))
