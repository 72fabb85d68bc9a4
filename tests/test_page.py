"""The chat page as its reader meets it, in a real browser over the real pipeline."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import ROOT, reading, running
from tests.llm_server import Service, openai_stream, service

if TYPE_CHECKING:
    from playwright.sync_api import Browser

COAL = "昔阳县2023年原煤产量是多少？"
XIYANG = "000_0947b72908ea111b_xiyang-2023-review.txt"
KELAN = "004_7d33de9c4a9bb911_kelan-2023-review.txt"
TRICKS = (
    '<img src="http://elsewhere.invalid/a.png" onerror="document.title=`owned`"> '
    "![x](http://elsewhere.invalid/b.png) [y](javascript:document.title='owned') "
    "${document.title='owned'} {{document.title}} <style>@import url(http://elsewhere.invalid/c.css)</style>"
)
VISIBLE = (
    "e => { const b = e.getBoundingClientRect(), v = e.closest('.source-text').getBoundingClientRect();"
    " return b.height > 0 && b.top >= v.top && b.bottom <= v.bottom && v.bottom <= innerHeight + 1; }"
)
"""Whether a marked stretch is on the screen."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("page") / "store"


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    """The page over two of the seeds and a document full of tricks, without a language model."""
    docs = store.parent / "docs"
    docs.mkdir()
    for name in (XIYANG, KELAN):
        (docs / name).write_bytes((ROOT / "seeds" / name).read_bytes())
    tricks = f"青石县2022年果业简报\n\n2022年，青石县苹果产量31.5万吨{TRICKS}，同比增长4%。\n"
    (docs / "tricks.txt").write_text(tricks, encoding="utf-8")
    with running("--docs", str(docs), "--store", str(store)) as served:
        yield served


def test_a_marker_opens_its_source_at_the_quoted_words(browser: Browser, address: str, store: Path) -> None:
    with reading(browser, address) as reader:
        reader.ask(COAL)
        assert "2694.5万吨" in reader.answer
        quote = reader.open_marker(1)
        mark = reader.page.locator("#evidence mark")
        assert mark.text_content() == quote
        assert quote in (ROOT / "seeds" / XIYANG).read_bytes().decode("utf-8")
        assert mark.evaluate(VISIBLE)
        around = reader.page.locator(".source-text").text_content() or ""
        assert len(around) > 3000, "the rest of the document is there to read"


def test_a_marker_clicked_again_brings_the_words_back_into_view(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        reader.ask(COAL)
        reader.open_marker(1)
        mark = reader.page.locator("#evidence mark")
        reader.page.locator(".source-text").evaluate("e => e.scrollTo(0, e.scrollHeight)")
        assert not mark.evaluate(VISIBLE)
        reader.open_marker(1)
        assert mark.evaluate(VISIBLE)


def test_a_marker_shows_the_exact_quote_when_pointed_at(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        reader.ask(COAL)
        marker = reader.page.locator(".marker[data-quote]").first
        marker.hover()
        peek = reader.page.locator(".peek")
        assert peek.is_visible()
        assert peek.locator("q").text_content() == marker.get_attribute("data-quote")
        reader.page.mouse.move(5, 5)
        assert not peek.is_visible()


def test_what_the_documents_do_not_say_is_refused_with_the_closest_passages(
    browser: Browser, address: str
) -> None:
    with reading(browser, address) as reader:
        reader.ask(COAL)
        reader.ask("冰岛2019年的捕鱼量是多少？")
        assert "资料里没有" in reader.answer
        assert "最接近的内容" in reader.answer
        assert reader.page.locator(".exchange").last.locator(".marker").count() == 0
        assert reader.page.locator("#evidence mark").count() == 0, "no quote stays open beside a refusal"
        reader.page.locator(".exchange").last.locator(".hit").first.click()
        reader.page.wait_for_selector("#evidence .target")
        assert reader.page.locator("#evidence mark").count() == 0, "a near passage is not marked as evidence"


def test_a_question_can_be_kept_to_chosen_documents(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        reader.page.wait_for_selector("#papers .documents li")
        titles = reader.page.locator("#papers .documents b").all_text_contents()
        reader.page.locator("#only .choose").click()
        offered = reader.page.locator(".chooser .documents label")
        offered.first.wait_for()
        assert set(offered.all_inner_texts()) == set(titles)
        offered.filter(has_text=titles[1]).click()
        reader.page.wait_for_selector("#only .chip")
        reader.ask(COAL)
        assert "2694.5" not in reader.answer
        shown = reader.page.locator(".exchange .hit small").all_text_contents()
        assert set(shown) <= {titles[1]}


def test_the_page_speaks_the_readers_language_and_remembers_a_change(browser: Browser, address: str) -> None:
    with reading(browser, address, language="en-GB") as reader:
        assert "Ask, and see the evidence" in reader.page.locator("#thread").inner_text()
        reader.ask(COAL)
        reader.page.locator("#language").click()
        reader.page.wait_for_selector('.thread[lang="zh"]')
        assert "出处" in reader.answer
        assert "引用的原文" in reader.page.locator("#evidence").inner_text()
        reader.page.goto(address)
        reader.page.wait_for_selector("#thread .welcome")
        assert "问资料，看依据" in reader.page.locator("#thread").inner_text()


def test_nothing_is_asked_of_another_machine(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        reader.ask(COAL)
        reader.open_marker(1)
        assert reader.foreign_requests() == []
        assert len(reader.requested) > 10
        answer = reader.page.request.get(address)
        assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_documents_own_markup_is_only_text(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        reader.ask("青石县2022年苹果产量是多少？")
        assert "31.5万吨" in reader.answer
        reader.page.locator("#evidence .back").click()
        reader.page.locator(".library button", has_text="tricks.txt").click()
        reader.page.wait_for_selector(".source-text")
        assert TRICKS in (reader.page.locator(".source-text").text_content() or "")
        assert reader.page.locator("#sides img:not(button img), #sides a, #sides style").count() == 0
        assert reader.page.title() == "问据 Wenju"
        assert reader.foreign_requests() == []


def test_a_narrow_screen_shows_one_side_at_a_time(browser: Browser, address: str) -> None:
    with reading(browser, address, width=390, height=844) as reader:
        reader.ask(COAL)
        side = reader.page.locator("#side")
        assert not side.is_visible()
        reader.open_marker(1)
        assert side.is_visible()
        assert reader.page.locator("#evidence mark").evaluate(VISIBLE)
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390
        reader.page.locator("#evidence .close").click()
        assert not side.is_visible()
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-CN"), (390, "en-GB")])
def test_how_an_answer_was_found_is_there_to_open(
    browser: Browser, address: str, width: int, language: str
) -> None:
    with reading(browser, address, width=width, language=language) as reader:
        reader.ask(COAL)
        inspector = reader.page.locator(".inspector")
        assert not inspector.locator("dl").is_visible()
        inspector.locator("summary").click()
        assert "2023" in inspector.locator("dl").inner_text()
        assert inspector.locator(".stage").first.is_visible()
        assert inspector.evaluate("e => e.scrollWidth <= e.clientWidth"), "nothing sticks out"
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
        inspector.locator(".passage").last.click()
        reader.page.wait_for_selector("#evidence span.target")


@dataclass
class Script:
    """What the stand-in for a language model says next, piece by piece, with a pause before each (seconds)."""

    pieces: tuple[str, ...] = ()
    pause: float = 0.0

    def respond(self, handler: BaseHTTPRequestHandler) -> None:
        openai_stream(self._slowly())(handler)

    def says(self, *pieces: str, pause: float = 0.0) -> None:
        self.pieces, self.pause = pieces, pause

    def _slowly(self) -> Iterator[str]:
        for piece in self.pieces:
            time.sleep(self.pause)
            yield piece


@pytest.fixture(scope="module")
def script() -> Script:
    return Script()


@pytest.fixture(scope="module")
def model(script: Script) -> Iterator[Service]:
    with service(script.respond) as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def model_address(address: str, store: Path, model: Service) -> Iterator[str]:
    """The page over the same store (`address` has built it), worded by the stand-in."""
    environment = {"OPENAI_BASE_URL": f"{model.address}/v1"}
    with running("--store", str(store), "--llm", "openai:scripted", environment=environment) as served:
        yield served


def test_a_models_words_appear_as_they_come_and_stay_only_text(
    browser: Browser, model_address: str, script: Script
) -> None:
    script.says("昔阳县2023年原煤产量", "2694.5万吨。[1]", f"\n{TRICKS}[1]", pause=0.7)
    with reading(browser, model_address) as reader:
        assert reader.page.locator("#backend-choice").input_value() == "openai:scripted"
        reader.type(COAL)
        reader.page.wait_for_selector('.answer.pending .prose:has-text("昔阳县2023年原煤产量")')
        reader.page.wait_for_selector(".answer:not(.pending) .marker")
        quote = reader.open_marker(1)
        assert reader.page.locator("#evidence mark").text_content() == quote
        assert reader.page.locator("#thread img, #thread a, #thread style").count() == 0
        assert reader.page.title() == "问据 Wenju"
        assert reader.foreign_requests() == []


def test_a_follow_up_goes_out_with_the_conversation(
    browser: Browser, model_address: str, script: Script, model: Service
) -> None:
    script.says("昔阳县2023年原煤产量2694.5万吨。[1]")
    with reading(browser, model_address) as reader:
        reader.ask(COAL)
        reader.ask("同比增长多少？")
    assert COAL in str(model.requests[-1][1]["messages"])


def test_an_answer_on_its_way_can_be_stopped(browser: Browser, model_address: str, script: Script) -> None:
    script.says(*"昔阳县去年的原煤产量是这样的", pause=0.5)
    with reading(browser, model_address) as reader:
        reader.type(COAL)
        reader.page.wait_for_selector(".answer.pending .prose")
        with reader.page.expect_response("**/cancel"):
            reader.page.locator("#question .stop-button").click()
        reader.page.wait_for_selector(".answer.trouble")
        assert "已停止" in reader.answer
        script.says("昔阳县2023年原煤产量2694.5万吨。[1]")
        reader.ask(COAL)
        assert "2694.5万吨" in reader.answer
