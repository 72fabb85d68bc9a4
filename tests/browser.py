"""The chat page in a real browser: Chromium without a window, and the program served on a free port."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import pytest

from tests.llm_server import PROVIDER_VARIABLES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Request, StorageState

ROOT = Path(__file__).parents[1]
_NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
_STARTED_WITHIN = 120.0
_STOPPED_WITHIN = 40.0
"""Seconds."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it, else playwright's own."""
    from playwright.sync_api import Error, sync_playwright

    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        except Error as error:
            pytest.fail(
                "The page's tests need Chromium. Install the package `chromium` (Debian, Ubuntu), or run "
                f"`.venv/bin/python -m playwright install chromium`.\n{error}"
            )
        yield chromium
        chromium.close()


@dataclass(frozen=True, slots=True)
class Program:
    """A page that is served: its address, its process, and the seconds from the command to the address."""

    address: str
    pid: int
    seconds: float


@contextmanager
def running(*arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of a page that is `started`."""
    with started(*arguments, environment=environment) as program:
        yield program.address


@contextmanager
def started(*arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Program]:
    """`python app.py` on a free port, as a user starts it. It has to stop cleanly on Ctrl-C.

    Conversations and opinions are kept in a folder that goes with it, unless the environment names others.
    """
    with tempfile.TemporaryDirectory() as folder:
        own = {"RAG_HISTORY": f"{folder}/history.sqlite", "RAG_FEEDBACK": f"{folder}/feedback.jsonl"}
        with _served(*arguments, environment={**own, **(environment or {})}) as program:
            yield program


@contextmanager
def _served(*arguments: str, environment: Mapping[str, str]) -> Iterator[Program]:
    inherited = {name: value for name, value in os.environ.items() if name not in PROVIDER_VARIABLES}
    began = time.perf_counter()
    program = subprocess.Popen(
        [sys.executable, "app.py", "--port", "0", *arguments],
        cwd=ROOT,
        env={**inherited, "PYTHONUTF8": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    lines: Queue[str] = Queue()
    reader = threading.Thread(target=_read, args=(program, lines), daemon=True)
    reader.start()
    try:
        address = _address(lines)
        yield Program(address, program.pid, time.perf_counter() - began)
    finally:
        program.send_signal(signal.SIGINT)
        try:
            status = program.wait(_STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            program.kill()
            raise
        reader.join(_STOPPED_WITHIN)
    assert status == 0, f"after Ctrl-C the program ended with {status}"
    said = "".join(iter_queue(lines))
    assert "Traceback" not in said, said


def _read(program: subprocess.Popen[str], lines: Queue[str]) -> None:
    assert program.stdout is not None
    for line in program.stdout:
        lines.put(line)
    lines.put("")


def _address(lines: Queue[str]) -> str:
    said = ""
    while (line := lines.get(timeout=_STARTED_WITHIN)) != "":
        said += line
        if "is ready: " in line:
            return line.split("is ready: ")[1].split()[0]
    raise AssertionError(f"the program did not start:\n{said}")


def iter_queue(lines: Queue[str]) -> Iterator[str]:
    """What is in the queue now."""
    while True:
        try:
            yield lines.get_nowait()
        except Empty:
            return


class Reader:
    """Someone at the page: asks, clicks, reads. Every address the browser asked for is in `requested`."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.requested: list[str] = []
        page.on("request", self._note)
        page.goto(address)
        page.wait_for_selector("#thread .welcome")

    def _note(self, request: Request) -> None:
        self.requested.append(request.url)

    def ask(self, question: str) -> None:
        """Type a question, press Enter, wait until it is answered and the box is free again."""
        asked = self.page.locator(".exchange").count()
        self.type(question)
        self.page.wait_for_selector(f".exchange:nth-child({asked + 1}) .answer:not(.pending)")
        self.page.wait_for_selector("#question .submit-button")

    def type(self, question: str) -> None:
        """Type a question and press Enter."""
        box = self.page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")

    @property
    def answer(self) -> str:
        """The newest answer as one reads it."""
        return self.page.locator(".exchange").last.locator(".answer").inner_text()

    def open_marker(self, number: int) -> str:
        """Click a marker of the newest answer; returns the words it says it quotes."""
        marker = self.page.locator(".exchange").last.locator(f'.marker:text-is("[{number}]")').first
        marker.click()
        self.page.wait_for_selector(f'#evidence [data-place="{marker.get_attribute("data-open")}"]')
        return marker.get_attribute("data-quote") or ""

    def shown(self) -> tuple[str, str]:
        """What is in the thread and in the evidence beside it, to the byte."""
        thread: str = self.page.locator("#thread .thread").evaluate("e => e.innerHTML")
        evidence: str = self.page.locator("#evidence .source-view").evaluate("e => e.innerHTML")
        return thread, evidence

    def talk(self, title: str) -> Locator:
        """A conversation in the list."""
        return self.page.locator("#past-list li[data-id]").filter(
            has=self.page.get_by_title(title, exact=True)
        )

    def take(self, title: str, action: str) -> None:
        """Take something from the menu of a conversation."""
        self.talk(title).hover()
        self.talk(title).locator(".more").click()
        self.page.get_by_role("menuitem", name=action).click()

    def foreign_requests(self) -> list[str]:
        """What was asked of any other machine."""
        local = ("127.0.0.1", None)  # data: and blob: addresses have no host
        return [url for url in self.requested if urlsplit(url).hostname not in local]


@contextmanager
def reading(
    browser: Browser,
    address: str,
    *,
    language: str = "zh-CN",
    width: int = 1280,
    height: int = 800,
    theme: Literal["light", "dark"] = "light",
    state: StorageState | None = None,
) -> Iterator[Reader]:
    """A reader in a browser profile that is fresh, or has a `state`; their system has a theme.

    No script may have failed by the time they leave.
    """
    context = browser.new_context(
        locale=language,
        viewport={"width": width, "height": height},
        color_scheme=theme,
        storage_state=state,
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        yield Reader(page, address)
        assert errors == []
    finally:
        context.close()
