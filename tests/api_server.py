"""The API on a free port of this machine, as other programs reach it, over a real index and the bundled model."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from rag.answering.chat_model import ChatBackend
from rag.api.application import Access, open_api
from rag.api.service import Service
from rag.assistant import Assistant, open_assistant
from rag.documents.limits import Limits
from rag.ui.web_server import address_of, listen

_STOPPED_WITHIN = 20.0


@pytest.fixture
def own_assistant(seed_store: Path, tmp_path: Path) -> Assistant:
    """An assistant over an index of the seeds that may be changed."""
    shutil.copytree(seed_store, tmp_path / "store")
    return open_assistant(store=tmp_path / "store")


@contextmanager
def serving(
    assistant: Assistant,
    folder: Path,
    *,
    access: Access | None = None,
    changeable: bool = False,
    limits: Limits | None = None,
) -> Iterator[httpx.Client]:
    """A client of a server that keeps its feedback in `folder`."""
    service = Service(assistant, 10, changeable, limits or Limits())
    app = open_api(service, folder / "feedback.jsonl", access or Access())
    with listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            with httpx.Client(base_url=address_of(listener), timeout=60) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(_STOPPED_WITHIN)
    assert not thread.is_alive()


def with_model(assistant: Assistant, model: ChatBackend) -> Assistant:
    """An assistant over the same store that has a language model."""
    return Assistant(assistant.store, assistant.embedder, model)
