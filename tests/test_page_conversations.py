"""Conversations on the page: they last, are found again, changed, judged and taken along, in a real browser."""

from __future__ import annotations

import io
import re
import sqlite3
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import docx
import pytest

from rag.api.feedback_file import FeedbackFile
from rag.api.gold_row import gold_row
from rag.history import History
from tests.browser import ROOT, reading, running
from tests.llm_server import openai_stream, service

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_TRIES = 300
COAL = "昔阳县2023年原煤产量是多少？"
FISH = "冰岛2019年的捕鱼量是多少？"
APPLES = "青石县2022年苹果产量是多少？"
XIYANG = "000_0947b72908ea111b_xiyang-2023-review.txt"
TRICK = "<img src=x onerror=document.title=1> ${document.title=1}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two documents, and where the page keeps what it keeps."""
    folder = tmp_path_factory.mktemp("conversations")
    docs = folder / "docs"
    docs.mkdir()
    (docs / XIYANG).write_bytes((ROOT / "seeds" / XIYANG).read_bytes())
    (docs / "apples.txt").write_text("2022年，青石县苹果产量31.5万吨，同比增长4%。\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def kept(folder: Path) -> dict[str, str]:
    return {"RAG_HISTORY": str(folder / "history.sqlite"), "RAG_FEEDBACK": str(folder / "feedback.jsonl")}


@pytest.fixture(scope="module")
def address(folder: Path, kept: dict[str, str]) -> Iterator[str]:
    with running(
        "--docs", str(folder / "docs"), "--store", str(folder / "store"), environment=kept
    ) as served:
        yield served


@pytest.fixture
def history(folder: Path) -> Iterator[History]:
    """What the page keeps, empty at first."""
    history = History(folder / "history.sqlite")
    yield history
    for one in history.conversations():
        history.forget(one.id)


def test_a_conversation_outlives_reload_and_restart_to_the_last_byte(
    browser: Browser, folder: Path, tmp_path: Path
) -> None:
    arguments = ("--docs", str(folder / "docs"), "--store", str(tmp_path / "store"))
    environment = {"RAG_HISTORY": str(tmp_path / "history.sqlite")}
    with running(*arguments, environment=environment) as served, reading(browser, served) as reader:
        reader.ask(FISH)
        reader.ask(COAL)
        reader.page.wait_for_selector("#evidence .source-view")
        before, here = reader.shown(), urlsplit(reader.page.url).query
        assert parse_qs(here)["c"] == [one.id for one in History(tmp_path / "history.sqlite").conversations()]
        reader.page.reload()
        reader.page.wait_for_selector(".exchange:nth-child(2)")
        reader.page.wait_for_selector("#evidence .source-view")
        assert reader.shown() == before
    with running(*arguments, environment=environment) as served, reading(browser, served) as reader:
        reader.page.goto(f"{served}/?{here}")
        reader.page.wait_for_selector(".exchange:nth-child(2)")
        reader.page.wait_for_selector("#evidence .source-view")
        assert reader.shown() == before
        reader.ask("那苹果呢？")
        assert reader.page.locator(".exchange").count() == 3
        reader.page.locator("#new-chat").click()
        reader.page.wait_for_selector("#thread .welcome")
        assert "c=" not in reader.page.url


def test_two_windows_do_not_mix(browser: Browser, address: str, history: History) -> None:
    with reading(browser, address) as one, reading(browser, address) as other:
        one.ask(COAL)
        other.ask(APPLES)
        one.ask(FISH)
        assert one.page.locator(".question").all_inner_texts() == [COAL, FISH]
        assert other.page.locator(".question").all_inner_texts() == [APPLES]
        assert sorted(talk.exchanges for talk in history.conversations()) == [1, 2]
        one.talk(APPLES).locator(".choose").click()
        one.page.wait_for_selector(f'.question:text-is("{APPLES}")')
        one.ask(FISH)
        other.ask(COAL)
        assert other.page.locator(".question").all_inner_texts() == [APPLES, FISH, COAL], (
            "gone on with in the other"
        )


def test_conversations_are_grouped_searched_renamed_and_deleted(
    browser: Browser, address: str, history: History, kept: dict[str, str]
) -> None:
    for title, days in (("今天的", 0.0), ("前天的", 2.0), (TRICK, 40.0)):
        name = history.begin(title)
        history.keep(name, "问", f"{title}答案")
        with sqlite3.connect(kept["RAG_HISTORY"]) as database:
            database.execute(
                "UPDATE conversation SET updated = ? WHERE id = ?", (time.time() - 86400 * days, name)
            )
    with reading(browser, address) as reader:
        listed = reader.page.locator("#past-list")
        listed.locator(".group").nth(2).wait_for()
        assert listed.locator("li").all_inner_texts()[::2] == ["今天", "七天内", "更早"]
        assert reader.talk(TRICK).count() == 1

        reader.page.locator("#past-search").fill("前天 答案")
        reader.page.wait_for_function("document.querySelectorAll('#past-list li[data-id]').length === 1")
        assert "前天的答案" in reader.talk("前天的").inner_text()
        reader.page.locator("#past-search").fill("")
        reader.talk("今天的").wait_for()

        reader.take("今天的", "改名")
        reader.page.keyboard.type("煤炭")
        reader.page.keyboard.press("Enter")
        reader.talk("煤炭").wait_for()
        assert history.conversations()[0].title == "煤炭"

        reader.take("前天的", "删除")
        reader.page.get_by_role("button", name="取消").click()
        assert reader.talk("前天的").count() == 1
        reader.take("前天的", "删除")
        reader.page.locator(".really .danger").click()
        reader.page.locator(".undo button").wait_for()
        assert reader.talk("前天的").count() == 0
        assert len(history.conversations()) == 2
        reader.page.locator(".undo button").click()
        reader.talk("前天的").wait_for()
        assert len(history.conversations()) == 3
        assert reader.page.title() == "问据 Wenju"


def test_the_open_conversation_can_be_deleted(browser: Browser, address: str, history: History) -> None:
    with reading(browser, address) as reader:
        reader.ask(COAL)
        reader.take(COAL, "删除")
        reader.page.locator(".really .danger").click()
        reader.page.wait_for_selector("#thread .welcome")
        assert "c=" not in reader.page.url
        reader.ask(APPLES)
        assert [talk.title for talk in history.conversations()] == [APPLES]


def test_an_edited_question_is_asked_again_and_drops_what_followed(
    browser: Browser, address: str, history: History
) -> None:
    with reading(browser, address) as reader:
        reader.ask(COAL)
        reader.ask(FISH)
        first = reader.page.locator(".exchange").first
        first.hover()
        first.locator(".edit").click()
        assert "1" in reader.page.locator(".editing small").inner_text()
        reader.page.keyboard.press("Escape")
        assert reader.page.locator(".editing").count() == 0
        first.locator(".edit").click()
        reader.page.keyboard.type(APPLES)
        reader.page.keyboard.press("Enter")
        reader.page.wait_for_selector(f'.question:text-is("{APPLES}")')
        reader.page.wait_for_selector("#question .submit-button")
        reader.page.wait_for_selector(".exchange:only-child .answer:not(.pending)")
        [talk] = history.conversations()
        assert [turn.question for turn in history.turns(talk.id)] == [APPLES]


def test_an_answer_is_given_again_and_what_was_being_typed_stays(
    browser: Browser, address: str, history: History
) -> None:
    with reading(browser, address) as reader:
        reader.ask(COAL)
        [before] = history.exchanges(history.conversations()[0].id)
        reader.page.locator("#question textarea").fill("还没写完")
        reader.page.locator(".again").click()
        after = before
        for _ in range(_TRIES):  # what was found a moment ago is answered before one could see it pending
            reader.page.wait_for_timeout(100)
            [after] = history.exchanges(history.conversations()[0].id) or [before]
            if after.number > before.number:
                break
        reader.page.wait_for_selector("#question .submit-button")
        assert after.number > before.number
        assert after.question == COAL
        assert reader.page.locator("#question textarea").input_value() == "还没写完"


def test_a_thumb_and_its_reason_are_kept(
    browser: Browser, address: str, history: History, folder: Path
) -> None:
    opinions = FeedbackFile(folder / "feedback.jsonl").opinions
    with reading(browser, address) as reader:
        reader.ask(COAL)
        reader.page.get_by_role("button", name="有问题").click()
        form = reader.page.locator("form.judging")
        form.get_by_label("为什么").fill("单位不对")
        form.get_by_label("正确的答案").fill("2694.5万吨")
        form.get_by_role("button", name="发送").click()
        reader.page.wait_for_selector("p.judging")
        reader.page.reload()
        pressed = reader.page.locator('.thumb[aria-pressed="true"]')
        assert pressed.get_attribute("data-verdict") == "bad"
        [opinion] = opinions()
        assert (opinion.verdict, opinion.reason, opinion.question) == ("bad", "单位不对", COAL)
        gold = gold_row(opinion)
        assert gold is not None
        assert gold["answers"] == ["2694.5万吨"]
        assert gold["evidence"], "the quote that holds the right answer"
        with reader.page.expect_response(re.compile("queue/join")):
            pressed.click()
        reader.page.reload()
        reader.page.wait_for_selector('.thumb[aria-pressed="false"]')
        assert reader.page.locator('.thumb[aria-pressed="true"]').count() == 0
        assert list(opinions()) == [], "an opinion taken back is none"


def test_a_conversation_is_saved_under_its_title(browser: Browser, address: str, history: History) -> None:
    with reading(browser, address) as reader:
        reader.ask(COAL)
        quote = reader.open_marker(1)
        with reader.page.expect_download() as download:
            reader.take(COAL, "导出 Word")
        assert download.value.suggested_filename == f"{COAL}.docx"
        document = docx.Document(io.BytesIO(download.value.path().read_bytes()))
        assert COAL in [paragraph.text for paragraph in document.paragraphs]
        [notes] = [
            part for part in document.part.package.iter_parts() if part.partname == "/word/footnotes.xml"
        ]
        said = re.sub(r"<w:br/>", "\n", notes.blob.decode())
        assert quote.replace("\r\n", "\n") in re.sub(r"<[^>]+>", "", said)
        with reader.page.expect_download() as download:
            reader.take(COAL, "导出 Markdown")
        assert download.value.suggested_filename == f"{COAL}.md"
        assert f"## {COAL}" in download.value.path().read_text(encoding="utf-8")
        assert reader.foreign_requests() == []


def test_on_a_phone_the_list_is_a_drawer(browser: Browser, address: str, history: History) -> None:
    history.keep(history.begin(), "早先的问题", "")
    with reading(browser, address, width=390, height=844, language="en-GB") as reader:
        bar, toggle = reader.page.locator("#past"), reader.page.locator("#past-toggle")
        assert not bar.is_visible()
        toggle.click()
        assert bar.is_visible()
        assert toggle.get_attribute("aria-expanded") == "true"
        reader.page.keyboard.press("Escape")
        assert not bar.is_visible()
        assert toggle.evaluate("e => e === document.activeElement")
        toggle.click()
        reader.talk("早先的问题").locator(".choose").click()
        reader.page.wait_for_selector(".exchange")
        assert not bar.is_visible()
        assert "not finished" in reader.answer, "it was asked, and the program stopped before it was answered"
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390


def _slowly(handler: BaseHTTPRequestHandler) -> None:
    def pieces() -> Iterator[str]:
        for piece in "昔阳县去年的原煤产量是这样的":
            time.sleep(0.5)
            yield piece

    openai_stream(pieces())(handler)


def test_escape_stops_an_answer_and_the_question_stays(
    browser: Browser, address: str, folder: Path, kept: dict[str, str], history: History
) -> None:
    with service(_slowly) as model:
        environment = {**kept, "OPENAI_BASE_URL": f"{model.address}/v1"}
        store = ("--store", str(folder / "store"))
        with (
            running(*store, "--llm", "openai:slow", environment=environment) as served,
            reading(browser, served) as reader,
        ):
            reader.type(COAL)
            reader.page.wait_for_selector(".answer.pending .prose")
            reader.page.keyboard.press("Escape")
            reader.page.wait_for_selector(".answer.trouble")
            reader.page.reload()
            reader.page.wait_for_selector(".answer.trouble")
            assert "已停止" in reader.answer
            assert reader.page.locator(".again").count() == 1
    [talk] = history.conversations()
    assert not history.turns(talk.id), "what was stopped is no answer to follow up on"
