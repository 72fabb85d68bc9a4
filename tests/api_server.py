"""The API on a free port of this machine, as other programs reach it, over a real index and the bundled model."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from fastapi import APIRouter

from rag.answering.chat_model import ChatBackend
from rag.api.application import Access, open_api
from rag.api.service import Service
from rag.assistant import Assistant
from rag.documents.limits import Limits

Result = TypeVar("Result")
_STOPPED_WITHIN = 20.0


@contextmanager
def serving(
    assistant: Assistant,
    folder: Path,
    *,
    access: Access | None = None,
    changeable: bool = False,
    limits: Limits | None = None,
    service: Service | None = None,
    router: APIRouter | None = None,
) -> Iterator[httpx.Client]:
    """A client of a server that keeps its feedback in `folder`; `router` has routes of the page."""
    service = service or Service(assistant, 10, changeable, limits or Limits())
    app = open_api(service, folder / "feedback.jsonl", access or Access())
    if router:
        app.include_router(router)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=60) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(_STOPPED_WITHIN)
    assert not thread.is_alive()


def awaited(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of asynchronous work, done in a thread of its own: a browser's tests keep a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def with_model(assistant: Assistant, model: ChatBackend) -> Assistant:
    """An assistant over the same store that has a language model."""
    return Assistant(assistant.store, assistant.embedder, model)
