"""Who is at the page."""

from __future__ import annotations

import gradio as gr

SINGLE_USER = ""
"""The owner of what is kept where nobody logs in."""


def owner_of(request: gr.Request | None) -> str:
    """The name a reader logged in with: whom conversations and uploads belong to. `SINGLE_USER` without log-in."""
    return (request.username if request is not None else None) or SINGLE_USER


def reader_of(request: gr.Request) -> str:
    """Who asks, as limits count them: the name they logged in with, else their browser's window."""
    return owner_of(request) or f"window {request.session_hash}"
