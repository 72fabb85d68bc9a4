"""What keeps people from using the page: axe-core finds nothing serious in any of its main states."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from rag.api.application import Access
from rag.api.users import Users, user_line
from rag.assistant import Assistant
from tests.api_server import serving
from tests.browser import Reader, reading, running
from tests.command_lines import COAL, NOBODY_KNOWS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Theme = Literal["light", "dark"]
_SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def address(seed_store: Path) -> Iterator[str]:
    environment = {
        "RAG_LLM": "extractive,openai:nobody",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "OPENAI_API_KEY": "sk-not-a-key",
    }
    with running("--store", str(seed_store), environment=environment) as served:
        yield served


def faults(page: Page) -> list[str]:
    """What axe-core finds serious or critical on a page as it is now, each with where it is."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
    )
    return [
        f"{one['impact']} {one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in _SERIOUS
        for node in one["nodes"]
    ]


def states(reader: Reader) -> Iterator[str]:
    """Lead a reader through the page; says where they are."""
    page = reader.page
    yield "welcome"
    page.locator("#library").click()
    page.wait_for_selector("#papers .documents")
    yield "documents"
    reader.ask(COAL)
    reader.open_marker(1)
    yield "an answer with its source"
    for details in page.locator("#thread .exchange details").all():
        details.evaluate("e => { e.open = true; }")
    yield "an answer unfolded"
    reader.ask(NOBODY_KNOWS)
    yield "a refusal"
    page.locator("#backend-choice").select_option("openai:nobody")
    page.wait_for_selector(".connection.fails")
    yield "a connection that fails"
    page.locator("#tools .keys").click()
    page.wait_for_selector("dialog.help[open]")
    yield "help"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_no_state_of_the_page_shuts_anyone_out(
    browser: Browser, address: str, language: str, theme: Theme
) -> None:
    with reading(browser, address, language=language, theme=theme) as reader:
        found = {state: faults(reader.page) for state in states(reader)}
        assert not any(found.values()), "\n".join(
            f"{state}: {fault}" for state, all_of_it in found.items() for fault in all_of_it
        )
        assert reader.foreign_requests() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_log_in_form_shuts_nobody_out(
    browser: Browser, seed_assistant: Assistant, tmp_path: Path, theme: Theme
) -> None:
    name, _, hashed = user_line("zhang", "a long password").partition(" ")
    with serving(seed_assistant, tmp_path, access=Access(users=Users({name: hashed}))) as client:
        context = browser.new_context(locale="zh-CN", color_scheme=theme)
        page = context.new_page()
        page.goto(str(client.base_url.join("/login")))
        assert faults(page) == []
        page.get_by_label("用户名").fill("zhang")
        page.get_by_label("密码").fill("wrong password")
        page.keyboard.press("Enter")
        page.wait_for_selector(".trouble")
        assert faults(page) == []
        context.close()
