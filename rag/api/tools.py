"""The assistant's tools for agents, `ask` and `search`, through Gradio's own MCP server."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import gradio as gr
from fastapi import Request
from gradio.events import api

from rag.api.failures import FAILED, as_api_error
from rag.api.guard import holder_of
from rag.api.service import Asking, Service
from rag.contract import answer_json, hit_json
from rag.errors import WenjuError
from rag.types import Json

MCP_PATH = "/gradio_api/mcp"
_LOG = logging.getLogger(__name__)
_MOST_HITS = 50


def add_tools(page: gr.Blocks, service: Service) -> None:
    """Give a page the two tools; it has to be mounted with `mcp_server=True`."""
    original = service.assistant.store.original

    def ask(question: str, request: gr.Request, source: str = "") -> str:  # noqa: D417  Gradio's own
        """Answer a question from the indexed documents alone. Every claim is checked and cited.

        Returns JSON: `answer` has markers [1] that number `citations`, each with the exact `quote`, its `source`,
        `page`, `start` and `end`. `refused` is true where the documents do not say; don't guess then.

        Args:
            question: A whole question in Chinese, English or another language; name the place and the year.
            source: A document's name or a pattern such as reports/*; empty for all documents.

        """
        asking = Asking(question, patterns=_patterns(source), owner=_owner(request))
        return _told(lambda: answer_json(service.ask(asking), original))

    def search(question: str, request: gr.Request, source: str = "", k: int = 10) -> str:  # noqa: D417  Gradio's own
        """Find the passages of the indexed documents that are closest to a question, the best first.

        Returns JSON: `hits`, each with `text`, `source`, `page`, `start`, `end` and `score`.

        Args:
            question: What to look for, in Chinese, English or another language.
            source: A document's name or a pattern such as reports/*; empty for all documents.
            k: How many passages, 1 to 50.

        """
        wanted = max(1, min(int(k), _MOST_HITS))
        asking = Asking(question, patterns=_patterns(source), k=wanted, owner=_owner(request))
        return _told(lambda: {"hits": [hit_json(hit, original) for hit in service.search(asking)]})

    with page:
        # Not queued: Gradio would send itself a request for each call, without the key it came with.
        api(ask, api_name="ask", queue=False)
        api(search, api_name="search", queue=False)


def _patterns(source: str) -> tuple[str, ...]:
    return (source,) if source else ()


def _owner(request: gr.Request | Request) -> str:
    """The holder of the key an agent came with; over MCP the request is not wrapped."""
    plain = request if isinstance(request, Request) else request.request
    return holder_of(plain) if plain else ""


def _told(work: Callable[[], Json]) -> str:
    """What the work gives, as JSON; what goes wrong, as an error whose words are for the caller."""
    try:
        return json.dumps(work(), ensure_ascii=False)
    except WenjuError as error:
        raise gr.Error(str(as_api_error(error)), print_exception=False) from None
    except Exception:  # noqa: BLE001  the outermost edge: an agent is told nothing of the server's insides
        _LOG.exception("a tool failed")
        raise gr.Error(str(FAILED), print_exception=False) from None
