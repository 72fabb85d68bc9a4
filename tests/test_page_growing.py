"""An answer while a language model is saying it, in a real browser: what is checked can be opened at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest

from tests.browser import ROOT, Reader, reading, running
from tests.llm_server import openai_stream, service

if TYPE_CHECKING:
    from playwright.sync_api import Browser

COAL = "昔阳县2023年原煤产量是多少？"
XIYANG = "000_0947b72908ea111b_xiyang-2023-review.txt"
FIRST = "2023年昔阳县原煤产量为2694.5万吨[1]。"
REST = ("原煤产量", "为999万吨", "[1]。", "煤炭先进产能", "占比达68%[1]。")
PATIENCE = 30.0
"""Seconds after which a model goes on though nobody let it."""


@dataclass
class Model:
    """A stand-in for a language model that says one sentence, and the rest when it is let."""

    go_on: threading.Event = field(default_factory=threading.Event)

    def respond(self, handler: BaseHTTPRequestHandler) -> None:
        openai_stream(self._pieces())(handler)

    def _pieces(self) -> Iterator[str]:
        yield FIRST
        yield "以下"
        self.go_on.wait(PATIENCE)
        yield "。\n"
        yield from REST


@pytest.fixture(scope="module")
def model() -> Model:
    return Model()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Iterator[str]:
    """The page over one of the seeds, worded by the stand-in."""
    folder = tmp_path_factory.mktemp("growing")
    (folder / "docs").mkdir()
    (folder / "docs" / XIYANG).write_bytes((ROOT / "seeds" / XIYANG).read_bytes())
    arguments = ("--docs", str(folder / "docs"), "--store", str(folder / "store"), "--llm", "openai:scripted")
    with service(model.respond) as stand_in:
        environment = {"OPENAI_BASE_URL": f"{stand_in.address}/v1"}
        with running(*arguments, environment=environment) as served:
            yield served


@pytest.fixture
def asked(browser: Browser, address: str, model: Model) -> Iterator[Reader]:
    """A reader whose answer has its first sentence, and waits for the rest."""
    model.go_on.clear()
    with reading(browser, address) as reader:
        reader.type(COAL)
        reader.page.wait_for_selector(".answer.pending .marker[data-open]")
        yield reader
        model.go_on.set()


def finished(reader: Reader, model: Model) -> None:
    model.go_on.set()
    reader.page.wait_for_selector(".answer:not(.pending)")


def test_a_checked_sentence_opens_while_the_rest_is_being_said(asked: Reader) -> None:
    quote = asked.open_marker(1)
    assert asked.page.locator("#evidence mark").text_content() == quote
    assert "2694.5万吨" in quote
    assert asked.page.locator(".answer.pending").count() == 1
    assert asked.page.locator(".rest").inner_text() == "以下"


def test_its_quote_is_shown_when_pointed_at_and_stays_as_words_come(asked: Reader, model: Model) -> None:
    marker = asked.page.locator(".pending .marker[data-open]").first
    marker.hover()
    peek = asked.page.locator(".peek")
    assert peek.locator("q").text_content() == marker.get_attribute("data-quote")
    finished(asked, model)
    assert peek.is_visible(), "the pointer is still there"


def test_the_keyboard_keeps_its_place_as_words_come(asked: Reader, model: Model) -> None:
    asked.page.locator(".pending .marker[data-open]").first.focus()
    finished(asked, model)
    assert asked.page.evaluate("document.activeElement.dataset.open") == "citation/0/1"
    asked.page.keyboard.press("Enter")
    asked.page.wait_for_selector('#evidence [data-place="citation/0/1"]')


def test_a_press_counts_although_the_button_is_drawn_anew_under_it(asked: Reader, model: Model) -> None:
    asked.page.locator(".pending .marker[data-open]").first.hover()
    asked.page.mouse.down()
    finished(asked, model)
    asked.page.mouse.up()
    asked.page.wait_for_selector('#evidence [data-place="citation/0/1"]')


def test_in_the_end_what_nothing_supports_is_left_out_and_told(asked: Reader, model: Model) -> None:
    finished(asked, model)
    assert "68%" in asked.answer
    removed = asked.page.locator("details.removed")
    removed.locator("summary").click()
    assert "999" in (removed.locator("s").all_text_contents()[0] + removed.inner_text())
    assert "999" not in asked.page.locator(".prose").first.inner_text()


def test_the_prompt_is_there_to_read(asked: Reader, model: Model) -> None:
    finished(asked, model)
    asked.page.locator(".inspector > summary").click()
    asked.page.locator(".prompt summary").click()
    assert COAL in asked.page.locator(".prompt pre").last.inner_text()
