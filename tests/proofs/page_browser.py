"""What one reader feels, in Chromium: the start, the page's weight, the first words of an answer."""

from __future__ import annotations

import json
import shutil
import statistics
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tests.browser import FLAGS, ROOT, Reader, started

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_STARTS = 3
_QUESTIONS = 25
_WATCH = """(count) => { window.wenjuShown = new Promise((resolve, reject) => {
  let began = 0;
  document.addEventListener("keydown", () => { began = performance.now(); }, { capture: true, once: true });
  const answered = () => document.querySelectorAll(".exchange:has(.prose)").length > count;
  const watcher = new MutationObserver(() => {
    if (answered()) { watcher.disconnect(); requestAnimationFrame(() => resolve(performance.now() - began)); }
  });
  watcher.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => reject(new Error(
    "no words within a minute; the page shows: " + document.querySelector("#thread").innerText)), 60000);
}); }"""
"""Promises the milliseconds from the next key to the frame that shows the first words of the answer."""


def browser_lines(arguments: Sequence[str]) -> Iterator[str]:
    """A table: from the command to the address, from there to a page that can be used, its weight, first words."""
    from playwright.sync_api import sync_playwright

    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))),
        None,
    )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        starts, usable, weights = [], [], []
        first: list[float] = []
        for turn in range(_STARTS):
            with started(*arguments) as program:
                starts.append(program.seconds)
                seconds, weight = _opened(chromium, program.address)
                usable.append(seconds)
                weights.append(weight)
                if turn == _STARTS - 1:
                    first = _first_words(chromium, program.address)
        chromium.close()
    requests, kilobytes = weights[-1]
    yield "| what | measured | target |"
    yield "|---|---|---|"
    yield f"| from the command to the address, index ready, median of {_STARTS} | {statistics.median(starts):.1f} s | 8 s |"
    yield f"| from the address to a page one can type in, median of {_STARTS} | {statistics.median(usable):.1f} s | 3 s |"
    yield f"| requests of the first load, with an empty cache | {requests} | |"
    yield f"| kilobytes of it, as sent | {kilobytes:,.0f} | |"
    yield f"| Enter to the first words, one reader, p50 of {len(first)} questions | {statistics.median(first):.2f} s | 0.3 s |"
    yield f"| the same, p95 | {statistics.quantiles(first, n=20)[-1]:.2f} s | |"


def _opened(chromium: Browser, address: str) -> tuple[float, tuple[int, float]]:
    """Seconds until a fresh browser can type a question and see suggestions; requests and kilobytes of that."""
    began = time.perf_counter()
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    session = context.new_cdp_session(page)
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    session.send("Network.enable")
    page.goto(address)
    page.wait_for_selector("#thread .welcome")
    page.locator("#question textarea").fill("问")
    seconds = time.perf_counter() - began
    for late in ("#backend-choice", "#papers .documents", "#tools .theme"):
        page.wait_for_selector(late, state="attached")
    context.close()
    return seconds, (len(received), sum(received) / 1024)


def _first_words(chromium: Browser, address: str) -> list[float]:
    """Seconds from Enter to the first words, for development questions of the seeds; the first one only warms up."""
    rows = map(json.loads, (ROOT / "eval/gold/seeds.jsonl").read_text(encoding="utf-8").splitlines())
    questions = [
        row["question"]
        for row in rows
        if row["split"] == "dev" and row["answerable"] and not row.get("history")
    ]
    times = []
    context = chromium.new_context(locale="zh-CN")
    reader = Reader(context.new_page(), address)
    for number, question in enumerate(questions[: _QUESTIONS + 1]):
        if number and number % 5 == 0:  # a conversation of a few questions, as people have them
            reader.page.locator("#new-chat").click()
            reader.page.wait_for_selector("#thread .welcome")
        count = reader.page.locator(".exchange:has(.prose)").count()
        reader.page.locator("#question textarea").fill(question)
        reader.page.evaluate(_WATCH, count)
        reader.page.locator("#question textarea").press("Enter")
        times.append(reader.page.evaluate("() => window.wenjuShown") / 1000)
        reader.page.wait_for_selector("#question .submit-button")
    context.close()
    return times[1:]
