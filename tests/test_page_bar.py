"""The top bar in a browser: log-in, who words the answers, theme, language, keys; and the line of questions."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.api.users import user_line, write_user
from tests.browser import Reader, reading, running
from tests.command_lines import COAL
from tests.llm_server import openai_stream, service

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "an-office-password"
SECRET = "sk-secret-of-the-office"
ANSWER = "2023年昔阳县原煤产量2694.5万吨[1]。"


class Waiting:
    """A model that answers once it may."""

    def __init__(self) -> None:
        self.may = threading.Event()

    def respond(self, handler: BaseHTTPRequestHandler) -> None:
        self.may.wait(60)
        openai_stream([ANSWER])(handler)


@pytest.fixture(scope="module")
def model() -> Waiting:
    return Waiting()


@pytest.fixture(scope="module")
def address(seed_store: Path, model: Waiting, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page that 张三 and 李四 log in to: one question at a time, three ways to word its answer."""
    users = tmp_path_factory.mktemp("users") / "users"
    for name in ("张三", "李四"):
        write_user(users, user_line(name, PASSWORD))
    with service(model.respond) as stand_in:
        environment = {
            "RAG_USERS_FILE": str(users),
            "RAG_LLM": "extractive,openai:waiting,anthropic:claude-nobody",
            "OPENAI_BASE_URL": f"{stand_in.address}/v1",
            "ANTHROPIC_API_KEY": SECRET,
            "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
            "RAG_PAGE_AT_ONCE": "1",
        }
        with running("--store", str(seed_store), environment=environment) as served:
            yield served


@contextmanager
def logged_in(
    browser: Browser, address: str, name: str = "张三", language: str = "zh-CN"
) -> Iterator[Reader]:
    """A reader who came in through the form."""
    cookies = browser.new_context()
    cookies.request.post(f"{address}/login", form={"name": name, "password": PASSWORD}, max_redirects=0)
    state = cookies.storage_state()
    cookies.close()
    with reading(browser, address, language=language, state=state) as reader:
        reader.page.wait_for_selector("#backend-choice")
        yield reader


def is_dark(page: Page) -> bool:
    return bool(page.evaluate("getComputedStyle(document.querySelector('#top')).colorScheme == 'dark'"))


def test_a_reader_logs_in_asks_and_logs_out_with_the_keyboard_alone(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(address)
    page.keyboard.type("张三")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#thread .welcome")
    page.wait_for_selector(".user")
    assert page.locator(".user").inner_text() == "张三"
    page.locator("#question textarea").press_sequentially(COAL)
    page.keyboard.press("Enter")
    page.wait_for_selector(".exchange .answer:not(.pending)")
    assert PASSWORD not in page.content()
    page.locator(".log-out").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/login")
    page.goto(address)
    assert page.get_by_label("密码").is_visible()
    context.close()


def test_a_wrong_password_is_told_in_the_readers_language(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(address)
    page.get_by_label("User name").fill("张三")
    page.get_by_label("Password").fill("something else")
    page.keyboard.press("Enter")
    page.wait_for_selector(".trouble")
    assert "wrong" in page.locator(".trouble").inner_text()
    assert "something else" not in page.content()
    context.close()


def test_a_backend_that_cannot_be_reached_says_why_and_keeps_its_key(browser: Browser, address: str) -> None:
    with logged_in(browser, address, language="en-GB") as reader:
        page = reader.page
        assert page.locator("#backend-choice option").all_inner_texts() == [
            "Extracts (no language model)", "openai:waiting", "anthropic:claude-nobody",
        ]  # fmt: skip
        page.locator("#backend-choice").select_option("anthropic:claude-nobody")
        page.wait_for_selector(".connection.fails")
        assert "can't be reached" in page.locator(".connection").inner_text()
        page.locator(".connection").click()
        assert page.locator(".connection").count() == 0
        page.reload()
        page.wait_for_selector("#backend-choice")
        page.wait_for_function("document.getElementById('backend-choice').value == 'anthropic:claude-nobody'")
        page.locator("#backend-choice").select_option("extractive")
        page.wait_for_selector(".connection.works")
        assert SECRET not in page.content()
        reader.ask(COAL)
        assert "2694.5" in reader.answer


def test_the_model_that_is_chosen_words_the_answer_and_others_are_told_their_place(
    browser: Browser, address: str, model: Waiting
) -> None:
    model.may.set()
    with logged_in(browser, address) as first, logged_in(browser, address, "李四") as second:
        first.page.locator("#backend-choice").select_option("openai:waiting")
        first.page.wait_for_selector(".connection.works")
        model.may.clear()
        first.type(COAL)
        first.page.wait_for_selector(".answer.pending")
        second.type(COAL)
        second.page.wait_for_selector("#turn .turn[role=status]")
        assert "下一个就轮到您" in second.page.locator("#turn").inner_text()
        model.may.set()
        for reader in (first, second):
            reader.page.wait_for_selector(".exchange .answer:not(.pending)")
            assert "2694.5" in reader.answer
        assert first.answer.startswith(ANSWER[:12])
        assert not second.answer.startswith(ANSWER[:12])
        second.page.wait_for_selector("#turn .turn", state="detached")


def test_the_theme_is_the_systems_until_another_is_chosen_which_lasts(browser: Browser, address: str) -> None:
    with logged_in(browser, address) as reader:
        button = reader.page.locator("#tools .theme")
        assert button.get_attribute("aria-label") == "主题: 跟随系统"
        assert not is_dark(reader.page)
        reader.page.emulate_media(color_scheme="dark")
        reader.page.wait_for_function("document.body.classList.contains('dark')")
        button.click()
        assert not is_dark(reader.page)
        button.click()
        assert button.get_attribute("aria-label") == "主题: 深色"
        reader.page.emulate_media(color_scheme="light")
        reader.page.reload()
        reader.page.wait_for_selector("#tools .theme")
        assert is_dark(reader.page)


def test_keys_lead_through_the_page_and_can_be_turned_off(browser: Browser, address: str) -> None:
    with logged_in(browser, address) as reader:
        page, shown = reader.page, reader.page.locator("dialog.help")
        box = page.locator("#question textarea")
        box.fill("n?/")
        assert box.input_value() == "n?/", "where one types, keys are letters"
        box.fill("")
        reader.ask(COAL)
        box.blur()
        page.keyboard.press("s")
        page.wait_for_selector("#evidence mark")
        box.blur()
        page.keyboard.press("?")
        assert shown.is_visible() and "输入问题" in shown.inner_text()
        page.keyboard.press("Escape")
        assert not shown.is_visible()
        page.keyboard.press("/")
        page.wait_for_selector("#question textarea:focus")
        box.blur()
        page.keyboard.press("n")
        page.wait_for_selector("#thread .welcome")
        box.blur()
        page.keyboard.press("?")
        shown.locator(".single-keys").uncheck()
        shown.locator(".close").click()
        page.keyboard.press("?")
        assert not shown.is_visible()


def test_whoever_tabs_through_the_page_sees_where_they_are(browser: Browser, address: str) -> None:
    with logged_in(browser, address) as reader:
        page = reader.page
        page.locator("#backend-choice").focus()
        seen = []
        for _ in range(7):
            seen.append(page.evaluate(_FOCUSED))
            page.keyboard.press("Tab")
        places = [place for place, _ in seen]
        assert places[:3] == ["backend-choice", "check", "library"]
        assert all(outlined for _, outlined in seen), seen


_FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  return [one.id || one.className.split(" ")[0], style.outlineStyle != "none" || style.boxShadow != "none"];
}"""


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_bar_fits_on_a_phone(browser: Browser, address: str, language: str) -> None:
    with logged_in(browser, address, language=language) as reader:
        reader.page.set_viewport_size({"width": 390, "height": 844})
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390
        boxes: Sequence[dict[str, float]] = reader.page.evaluate(
            "[...document.querySelectorAll('#top button, #top select')].map((e) => e.getBoundingClientRect())"
            ".filter((b) => b.width).map((b) => ({ left: b.left, right: b.right, top: b.top, bottom: b.bottom }))"
        )
        for index, one in enumerate(boxes):
            assert one["left"] >= 0 and one["right"] <= 390
            for other in boxes[index + 1 :]:
                apart = one["right"] <= other["left"] or other["right"] <= one["left"]
                assert apart or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]
