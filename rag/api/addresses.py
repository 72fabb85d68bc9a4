"""Where a request finds documents: the address it was sent to itself, never another one."""

from __future__ import annotations

from fastapi import Request


def documents_address(request: Request) -> str:
    """What the address of every document begins with, as the client sees this server."""
    return f"{str(request.base_url).rstrip('/')}/api/documents"
