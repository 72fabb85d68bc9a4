"""Agents at the program itself: the official MCP client, beside the page and OpenAI's client, on one server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import openai
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent, Tool

from rag.api.shapes import AnswerShape, HitShape
from tests.api_server import awaited
from tests.browser import Reader, running
from tests.command_lines import COAL, NOBODY_KNOWS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KEY = "a-long-key-of-an-agent"


@pytest.fixture(scope="module")
def address(seed_store: Path) -> Iterator[str]:
    """The whole program, as a user with a key starts it."""
    with running("--store", str(seed_store), environment={"RAG_API_KEYS": KEY}) as served:
        yield served


def call(address: str, name: str, **arguments: object) -> CallToolResult:
    async def called() -> CallToolResult:
        async with session(address) as opened:
            result: CallToolResult = await opened.call_tool(name, arguments)
            return result

    return awaited(called())


@asynccontextmanager
async def session(address: str) -> AsyncIterator[ClientSession]:
    async with (
        httpx.AsyncClient(headers={"authorization": f"Bearer {KEY}"}, timeout=60) as client,
        streamable_http_client(f"{address}/gradio_api/mcp/", http_client=client) as (read, write, _),
        ClientSession(read, write) as opened,
    ):
        await opened.initialize()
        yield opened


def content(result: CallToolResult) -> Any:
    assert not result.isError, result
    (part,) = result.content
    assert isinstance(part, TextContent)
    return json.loads(part.text)


def test_an_agent_finds_two_tools_and_how_to_use_them(address: str) -> None:
    async def listed() -> list[Tool]:
        async with session(address) as opened:
            tools: list[Tool] = (await opened.list_tools()).tools
            return tools

    tools = {tool.name: tool for tool in awaited(listed())}
    assert set(tools) == {"ask", "search"}
    assert "cited" in (tools["ask"].description or "")
    assert set(tools["search"].inputSchema["properties"]) == {"question", "source", "k"}
    assert "1 to 50" in json.dumps(tools["search"].inputSchema)


def test_an_agent_gets_the_answer_of_the_contract(address: str) -> None:
    answer = AnswerShape.model_validate(content(call(address, "ask", question=COAL)))
    assert "2694.5万吨" in answer.answer
    assert answer.citations
    assert AnswerShape.model_validate(content(call(address, "ask", question=NOBODY_KNOWS))).refused


def test_an_agent_searches_within_a_document(address: str) -> None:
    found = content(call(address, "search", question=COAL, source="seeds/004_*", k=2))["hits"]
    assert len([HitShape.model_validate(hit) for hit in found]) == 2
    assert all(hit["source"].startswith("seeds/004_") for hit in found)


def test_what_an_agent_asks_wrongly_is_told(address: str) -> None:
    result = call(address, "ask", question=" ")
    assert result.isError
    assert "Traceback" not in str(result.content)
    assert call(address, "ask", question=COAL, source="nowhere/*").isError


@pytest.mark.parametrize(
    "path", ["/gradio_api/mcp/", "/gradio_api/call/ask", "/gradio_api/run/ask", "/gradio_api/mcp/schema"]
)
def test_without_the_key_there_is_no_way_around(address: str, path: str) -> None:
    assert httpx.post(f"{address}{path}", json={"data": [COAL, ""]}).status_code == 401
    assert httpx.get(f"{address}{path}").status_code == 401


def test_page_api_and_health_share_the_server(address: str) -> None:
    page = httpx.get(address, auth=("reader", KEY))
    assert "text/html" in page.headers["content-type"]
    assert "content-security-policy" in page.headers
    client = openai.OpenAI(base_url=f"{address}/v1", api_key=KEY, max_retries=0)
    assert [one.id for one in client.models.list()] == ["extractive"]
    assert httpx.get(f"{address}/healthz").json() == {"status": "ok"}


def test_a_reader_with_the_key_for_a_password_uses_the_page(browser: Browser, address: str) -> None:
    context = browser.new_context(http_credentials={"username": "reader", "password": KEY}, locale="zh-CN")
    reader = Reader(context.new_page(), address)
    reader.ask(COAL)
    assert "2694.5万吨" in reader.answer
    context.close()
