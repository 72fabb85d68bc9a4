"""Who is logged in: sessions, each known by a token that only the reader's browser has."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from http.cookies import CookieError, SimpleCookie
from typing import Final

COOKIE: Final = "wenju-session"
SESSION_SECONDS: Final = 7 * 24 * 3600
_MOST_SESSIONS: Final = 10_000
_TOKEN_BYTES: Final = 32


class Sessions:
    """Open sessions. They are in memory alone: whoever restarts the server logs everyone out.

    Only digests of tokens are kept, so that a look into the memory opens nothing; beyond 10,000 the oldest go.
    """

    def __init__(self) -> None:
        self._sessions: OrderedDict[bytes, tuple[str, float]] = OrderedDict()

    def opened(self, name: str) -> str:
        """The token of a new session of this user."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._sessions[_digest(token)] = (name, time.monotonic() + SESSION_SECONDS)
        while len(self._sessions) > _MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return token

    def name_of(self, token: str) -> str | None:
        """Whose session it is; `None` where there is none, or it has run out."""
        name, until = self._sessions.get(_digest(token), ("", 0.0))
        return name if name and time.monotonic() < until else None

    def closed(self, token: str) -> None:
        """End a session, if there is one."""
        self._sessions.pop(_digest(token), None)


def token_in(cookies: str) -> str:
    """The token in a Cookie header; empty without one."""
    try:
        morsel = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
