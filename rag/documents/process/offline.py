"""Nothing is fetched from the network by a document."""

from __future__ import annotations

import sys

_REACHING_OUT = frozenset(
    {
        "socket.connect",
        "socket.bind",
        "socket.sendto",
        "socket.sendmsg",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
        "socket.getnameinfo",
        "urllib.Request",
        "http.client.connect",
        "ftplib.connect",
    }
)
"""The audit events (https://docs.python.org/3/library/audit_events.html) that come before any word is said."""


def stay_offline() -> None:
    """From now on whatever in this process reaches for the network gets a `PermissionError`.

    There is no way back: audit hooks can't be taken out. Native libraries are not heard by them; the ones
    that could reach out (libxml2) are told not to where they are called.
    """
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    if event in _REACHING_OUT:
        raise PermissionError(f"a document may not reach the network ({event})")
