"""Whose a document is: what came in through the server is its sender's, by its very name; all else is everybody's."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote, unquote

UPLOADS = "uploads/"
"""What the sources of uploaded documents begin with."""
_MARK = "@"
"""What the folder of an owner begins with; no uploaded folder may."""


def uploads_of(owner: str) -> str:
    """What the sources of an owner's uploads begin with; `""` is nobody in particular."""
    return f"{UPLOADS}{_MARK}{quote(owner, safe='')}/" if owner else UPLOADS


def owner_of_source(source: str) -> str:
    """Whose a document is; `""` for one that belongs to everybody."""
    folder, slash, _ = source.removeprefix(UPLOADS).partition("/")
    if not (source.startswith(f"{UPLOADS}{_MARK}") and slash):
        return ""
    return unquote(folder.removeprefix(_MARK))


def may_read(owner: str, source: str, shared: Collection[str]) -> bool:
    """Whether a reader sees a document: their own, everybody's, and what is shared; a single user (`""`) sees all."""
    return not owner or owner_of_source(source) in ("", owner) or source in shared


def may_change(owner: str, source: str) -> bool:
    """Whether a reader may change a document: only their own; a single user (`""`) any."""
    return not owner or owner_of_source(source) == owner
