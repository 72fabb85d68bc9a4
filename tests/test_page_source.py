"""A source as its reader sees it in a real browser: pages as images with the quoted words marked, tables, text."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from PIL import Image

from rag.original import Rectangle
from tests.browser import Reader, reading, running
from tests.fixture_files import fixture
from tests.test_page_images import folded, under

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OPENED = "县第十八届人民代表大会第四次会议什么时候开幕？"
"""Asks the newspaper page."""
CELL = "清溪县2021年到2024年地区生产总值各是多少？"
IN_SHARES = """e => [...e.querySelectorAll('.mark')].map(mark => {
  const sheet = mark.parentElement.getBoundingClientRect(), box = mark.getBoundingClientRect();
  return [(box.left - sheet.left) / sheet.width, (box.top - sheet.top) / sheet.height,
          (box.right - sheet.left) / sheet.width, (box.bottom - sheet.top) / sheet.height];
})"""
"""Where the marks of a page stand, in shares of its width and height."""
LOADED = "e => e.complete && e.naturalWidth > 0"


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source") / "docs"
    folder.mkdir()
    for name in ("newspaper.pdf", "report-table.pdf", "indicators.csv"):
        shutil.copy(fixture(name), folder)
    return folder


@pytest.fixture(scope="module")
def address(docs: Path) -> Iterator[str]:
    """The page over a newspaper page, a report of three pages and a table."""
    with running("--docs", str(docs), "--store", str(docs.parent / "store")) as served:
        yield served


def marked_words(reader: Reader, pdf: Path) -> str:
    """What pdfium reads under the marks on the image of the first page, from where the browser draws them."""
    page = pypdfium2.PdfDocument(pdf)[0]
    width, height = page.get_size()
    shares = reader.page.locator('.leaf[data-page="1"]').evaluate(IN_SHARES)
    return under(
        page, tuple(Rectangle(a * width, b * height, c * width, d * height) for a, b, c, d in shares)
    )


def test_the_marks_on_a_page_hold_the_quoted_words_at_every_size(
    browser: Browser, address: str, docs: Path
) -> None:
    with reading(browser, address) as reader:
        reader.ask(OPENED)
        quote = reader.open_marker(1)
        reader.page.wait_for_function("() => document.querySelector('.leaf img')?.naturalWidth > 0")
        for _ in range(3):
            assert sorted(folded(marked_words(reader, docs / "newspaper.pdf"))) == sorted(folded(quote))
            assert reader.page.locator(".mark.target").evaluate("e => e.getBoundingClientRect().height > 4")
            reader.page.locator('[data-zoom="1"]').click()


def test_the_image_is_the_page(browser: Browser, address: str, docs: Path) -> None:
    with reading(browser, address) as reader:
        reader.ask(OPENED)
        reader.open_marker(1)
        image = reader.page.locator('.leaf[data-page="1"] img')
        served = reader.page.request.get(f"{address}{image.get_attribute('src')}")
        drawn = Image.open(io.BytesIO(served.body())).convert("L").resize((120, 160))
        own = pypdfium2.PdfDocument(docs / "newspaper.pdf")[0].render(scale=1.0).to_pil()
        shades = zip(drawn.tobytes(), own.convert("L").resize((120, 160)).tobytes(), strict=True)
        assert max(abs(one - other) for one, other in shades) < 60


def test_one_changes_between_page_and_text_and_the_quote_is_marked_in_both(
    browser: Browser, address: str
) -> None:
    with reading(browser, address) as reader:
        reader.ask(OPENED)
        quote = reader.open_marker(1)
        assert not reader.page.locator(".source-text").is_visible()
        reader.page.locator('[data-view="text"]').click()
        assert reader.page.locator('[data-view="text"]').get_attribute("aria-pressed") == "true"
        assert reader.page.locator("#evidence mark").text_content() == quote
        assert reader.page.locator("#evidence mark").is_visible()
        assert not reader.page.locator(".source-pages").is_visible()
        reader.page.locator('[data-view="pages"]').press("Enter")
        assert reader.page.locator(".mark.target").is_visible()


def test_pages_are_drawn_as_one_comes_to_them(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        reader.page.locator(".library [data-open], .library b", has_text="云州市").first.click()
        reader.page.wait_for_selector(".leaf")
        assert reader.page.locator(".leaf").count() == 3
        assert reader.page.locator(".mark").count() == 0
        last = reader.page.locator('.leaf[data-page="3"]')
        last.scroll_into_view_if_needed()
        reader.page.wait_for_function(
            f"() => ({LOADED})(document.querySelector('.leaf[data-page=\"3\"] img'))"
        )
        assert reader.foreign_requests() == []


def test_a_page_that_can_not_be_drawn_says_so_and_has_no_marks(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        reader.page.route("**/page-images/**", lambda route: route.fulfill(status=404))
        reader.ask(OPENED)
        reader.page.wait_for_selector(".leaf .sheet p")
        assert "画不出来" in reader.page.locator(".leaf").inner_text()
        assert reader.page.locator(".mark").count() == 0


def test_a_quoted_row_is_marked_in_its_table(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        reader.ask(CELL)
        quote = reader.open_marker(1)
        table = reader.page.locator(".data table")
        marks = table.locator("mark").all_text_contents()
        assert ",".join(marks).startswith("清溪县,2021,271.4,")
        assert marks == next(csv.reader([quote]))
        assert table.locator("tr.cited").count() == 1
        assert table.locator("tr.cited td.cited").count() == len(marks)
        assert "地区生产总值" in (table.locator("tr").first.text_content() or "")
        assert table.locator("tr").count() > 15, "the rest of the table is there"


def test_a_chart_is_drawn_and_saved_with_its_sources(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        reader.ask(CELL)
        reader.page.wait_for_selector(".chart rect")
        assert reader.page.locator(".chart rect").count() == 4
        with reader.page.expect_download() as saving:
            reader.page.locator("[data-save]").click()
        saved = Path(saving.value.path()).read_text(encoding="utf-8")
        assert saved.startswith("<svg")
        assert "331.9亿元" in saved
        assert "indicators" in saved


def test_a_figure_tells_what_it_was_checked_against(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        reader.ask(CELL)
        reader.page.locator(".figure").first.hover()
        peek = reader.page.locator(".peek")
        assert peek.is_visible()
        assert "已核对" in peek.inner_text()


def test_a_marker_is_read_with_the_keyboard(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        reader.ask(OPENED)
        marker = reader.page.locator(".exchange .marker").first
        marker.focus()
        peek = reader.page.locator(".peek")
        assert peek.locator("q").text_content() == marker.get_attribute("data-quote")
        assert "第 1 页" in peek.locator("small").inner_text()
        assert "2023" in peek.locator("small").inner_text(), "the time its document is of"
        assert marker.get_attribute("aria-describedby") == peek.get_attribute("id")
        reader.page.keyboard.press("Escape")
        assert not peek.is_visible()
        marker.press("Enter")
        reader.page.wait_for_selector('#evidence [data-place="citation/0/1"]')


def test_on_a_phone_the_first_tap_shows_the_quote_and_the_second_opens_it(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)  # fmt: skip
    try:
        reader = Reader(context.new_page(), address)
        reader.ask(OPENED)
        marker = reader.page.locator(".exchange .marker").first
        marker.tap()
        assert reader.page.locator(".peek").is_visible()
        assert not reader.page.locator("#side").is_visible()
        marker.tap()
        reader.page.wait_for_selector("#side .mark.target")
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390
    finally:
        context.close()


def test_a_file_that_changed_is_told_of_and_shown_as_text(browser: Browser, address: str, docs: Path) -> None:
    path = docs / "newspaper.pdf"
    was = path.read_bytes()
    try:
        with reading(browser, address) as reader:
            reader.ask(OPENED)
            path.write_bytes(was + b"\n% more\n")
            quote = reader.open_marker(1)
            reader.page.locator("#evidence .back, #library").first.click()
            reader.page.wait_for_selector(".library")
            reader.open_marker(1)
            assert "改过" in reader.page.locator("#evidence .note").inner_text()
            assert reader.page.locator("#evidence mark").text_content() == quote
            assert reader.page.locator(".leaf").count() == 0
    finally:
        path.write_bytes(was)
