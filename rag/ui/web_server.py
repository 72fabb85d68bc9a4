"""The page at an address of this machine, and nothing of it anywhere else."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from typing import TYPE_CHECKING

import gradio as gr
import uvicorn
from fastapi import FastAPI

from rag.api.guard import holder_of
from rag.errors import SettingsError
from rag.ui.theme import page_head, page_style, page_theme

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
"""Gradio needs its own inline scripts and templates; everything else comes from this address or not at all."""

# "no-referrer" would make browsers send the log-in form with an Origin of "null".
_HEADERS = ((b"content-security-policy", _POLICY.encode()), (b"referrer-policy", b"same-origin"))
_READING = 75
"""Seconds an idle connection is kept. At uvicorn's 5, a question asked after reading may meet one just being closed."""
_EVERY_ADDRESS = ("", "0.0.0.0", "::")  # noqa: S104  compared with, not bound to


def listen(host: str, port: int) -> socket.socket:
    """A socket that has the address, before any long work begins. Raises `SettingsError` if it can't be had."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if os.name == "posix":  # on Windows this would let two programs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        raise SettingsError(
            f"页面不能开在 {host}:{port}：{error}。请用 --port 换一个端口，或检查 --host。",
            f"The page can't be served at {host}:{port}: {error}. Choose another --port, or check --host.",
        ) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """Where a browser on this machine finds what listens."""
    host, port = listener.getsockname()[:2]
    if host in _EVERY_ADDRESS:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(page: gr.Blocks, listener: socket.socket, server: FastAPI, *, locked: bool = False) -> None:
    """Serve the page beside a server's own routes, and its tools over MCP, until the program is interrupted.

    `locked`: whoever gets here has said who they are, and the page is told.
    """
    server.add_middleware(OwnOriginOnly)
    gr.mount_gradio_app(
        server,
        page,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=True,
        theme=page_theme(),
        css=page_style(),
        head=page_head(),
        # The guard before the page lets nobody else in; Gradio only has to know whose each event is.
        auth_dependency=holder_of if locked else None,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    config = uvicorn.Config(
        server, log_level="warning", timeout_graceful_shutdown=1, timeout_keep_alive=_READING
    )
    uvicorn.Server(config).run([listener])


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a log entry is more than that someone still read when the program was stopped."""
    cut_off = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut_off and not record.getMessage().startswith("Cancel ")


class OwnOriginOnly:
    """An ASGI layer that tells the browser to load nothing from anywhere but this page's own address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with the policy added where a response starts."""

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_policy)
