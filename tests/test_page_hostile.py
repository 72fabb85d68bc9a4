"""Nothing that a document, its name, its title, a question or a model says is ever run or taken for markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import Reader, reading, running
from tests.hostile_files import EVERYTHING, SCRIPTS, hostile_folder
from tests.llm_server import openai_stream, service

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HARMLESS = """() => {
  const page = document.querySelector('#sides');
  const bad = [...page.querySelectorAll('script, iframe, style, base, meta, form, object, embed, a[href], img, svg a')]
    .filter(one => !one.closest('.leaf') && !one.closest('button') && !(one.tagName === 'FORM' && one.id));
  const handlers = [...page.querySelectorAll('*')].filter(one => [...one.attributes].some(
    attr => attr.name.startsWith('on') || /^\\s*javascript:/i.test(attr.value)));
  return [...bad, ...handlers].map(one => one.outerHTML.slice(0, 200));
}"""
"""What stands in the conversation or beside it that could do something."""


@dataclass
class Parrot:
    """A stand-in for a language model that says whatever it is set to."""

    said: str = ""

    def respond(self, handler: BaseHTTPRequestHandler) -> None:
        openai_stream(iter([self.said[at : at + 7] for at in range(0, len(self.said), 7)]))(handler)


@pytest.fixture(scope="module")
def parrot() -> Parrot:
    return Parrot()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def places(folder: Path) -> list[str]:
    return hostile_folder(folder / "docs")


@pytest.fixture(scope="module")
def address(folder: Path, places: list[str]) -> Iterator[str]:
    with running("--docs", str(folder / "docs"), "--store", str(folder / "store")) as served:
        assert places
        yield served


@pytest.fixture(scope="module")
def worded(address: str, folder: Path, parrot: Parrot) -> Iterator[str]:
    """The same documents (`address` has read them), worded by the stand-in."""
    assert address
    with service(parrot.respond) as model:
        environment = {"OPENAI_BASE_URL": f"{model.address}/v1"}
        with running(
            "--store", str(folder / "store"), "--llm", "openai:parrot", environment=environment
        ) as served:
            yield served


def assert_nothing_ran(reader: Reader) -> None:
    assert reader.page.evaluate("window.owned") is None
    assert reader.page.evaluate(HARMLESS) == []
    assert reader.foreign_requests() == []
    assert "elsewhere" not in reader.page.url


def look_at_everything(reader: Reader) -> None:
    """Open what is folded, point at what can be pointed at, open every citation."""
    page = reader.page
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    for marker in page.locator(".exchange").last.locator(".marker[data-open], .figure").all()[:4]:
        marker.hover()
    for quote in page.locator(".exchange").last.locator(".quote").all()[:2]:
        quote.click()
        page.wait_for_selector(f'#evidence [data-place="{quote.get_attribute("data-open")}"]')
        assert_nothing_ran(reader)


@pytest.mark.parametrize("number", range(0, len(EVERYTHING), 4))
def test_documents_are_only_text(browser: Browser, address: str, places: list[str], number: int) -> None:
    with reading(browser, address) as reader:
        reader.ask(f"{places[number]}2022年苹果产量是多少？")
        look_at_everything(reader)
        assert EVERYTHING[number] in (reader.page.locator("#sides").text_content() or "")
        assert_nothing_ran(reader)


@pytest.mark.parametrize("place", ["名石县", "表石县3"])
def test_names_and_tables_are_only_text(browser: Browser, address: str, place: str) -> None:
    with reading(browser, address) as reader:
        reader.ask(f"{place}2022年产量是多少？")
        look_at_everything(reader)
        assert_nothing_ran(reader)


def test_the_whole_library_is_only_text(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        reader.page.wait_for_selector(".library li")
        assert "onerror" in (reader.page.locator("#side").text_content() or "")
        assert_nothing_ran(reader)


def test_questions_are_only_text(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        said = " ".join(SCRIPTS[:4])
        reader.ask(f"甲石县2022年苹果产量是多少？{said}")
        look_at_everything(reader)
        assert said in (reader.page.locator(".exchange").last.text_content() or "")
        assert_nothing_ran(reader)


@pytest.mark.parametrize("first", range(0, len(EVERYTHING), 7))
def test_what_a_model_says_is_only_text_while_it_comes_and_after(
    browser: Browser, worded: str, parrot: Parrot, first: int
) -> None:
    tricks = EVERYTHING[first : first + 7]
    claims = "".join(f"果业部门后来又补充说明了许多别的情况{trick}。\n" for trick in tricks)
    parrot.said = (
        f"甲石县苹果产量30.5万吨[1]。\n{claims}| 甲 | <u>乙</u> |\n|---|---|\n| <u>丙</u> | ~~丁~~ |\n完"
    )
    with reading(browser, worded) as reader:
        reader.ask("甲石县2022年苹果产量是多少？")
        look_at_everything(reader)
        said = reader.page.locator(".exchange").text_content() or ""
        assert tricks[0].strip() in said
        assert_nothing_ran(reader)


def test_a_word_that_turns_the_writing_round_turns_only_itself(
    browser: Browser, address: str, places: list[str]
) -> None:
    with reading(browser, address) as reader:
        reader.ask(f"{places[len(SCRIPTS) + 9]}2022年苹果产量是多少？")
        quote = reader.page.locator(".quote .said").first
        assert quote.evaluate("e => getComputedStyle(e).unicodeBidi") == "isolate"
