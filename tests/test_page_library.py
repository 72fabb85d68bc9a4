"""Documents on the page, in a real browser over the real pipeline: they come, are asked, described, limited, and go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import Reader, reading, running
from tests.fixture_files import fixture

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PDF = "report-table.pdf"
TRICK = '<img src=x onerror="document.title=`owned`">'
APPLES = f"青石县2022年果业简报\n\n2022年，青石县苹果产量31.5万吨，同比增长4%。{TRICK}\n"
PEARS = "白河县2023年果业简报\n\n2023年，白河县梨产量7.2万吨，同比增长9%。\n"
ASKED = "青石县2022年苹果产量是多少？"
WITHIN = 60_000
"""Milliseconds that reading a file may take on a busy machine."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("library") / "store"


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    """The page over an index with nothing in it."""
    docs = store.parent / "docs"
    docs.mkdir()
    with running("--docs", str(docs), "--store", str(store)) as served:
        yield served


@contextmanager
def at_the_panel(browser: Browser, address: str, language: str = "zh-CN") -> Iterator[Reader]:
    """A reader at a page that has one document at least."""
    with reading(browser, address, language=language) as reader:
        reader.page.wait_for_selector("#thread :is(.drop, .example)", timeout=WITHIN)
        if not reader.page.locator("#papers .documents li").count():
            reader.page.locator("#papers input.files").set_input_files(
                {"name": "梨.txt", "mimeType": "text/plain", "buffer": PEARS.encode()}
            )
            settle(reader)
        reader.page.wait_for_selector("#papers .documents li", timeout=WITHIN)
        yield reader


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of things that people drop: two documents, a broken one, and what is none."""
    folder = tmp_path / "年报"
    (folder / "分册").mkdir(parents=True)
    (folder / "果业.txt").write_text(APPLES, encoding="utf-8")
    (folder / "分册" / "坏了.pdf").write_bytes(b"%PDF-1.4 no more")
    (folder / "影像.mp4").write_bytes(b"0")
    (folder / ".隐藏.txt").write_text("x", encoding="utf-8")
    return folder


def send(reader: Reader, *paths: Path) -> None:
    """Choose files in the dialog, and wait until nothing is going on any more."""
    reader.page.locator("#papers input.files").set_input_files([str(path) for path in paths])
    settle(reader)


def settle(reader: Reader) -> None:
    """Wait until what was sent is read."""
    reader.page.wait_for_function(
        "!document.querySelector('#papers .sending li b:not(:empty)')", timeout=WITHIN
    )
    reader.page.wait_for_selector("#papers .queue", state="attached")
    reader.page.wait_for_selector("#papers [data-busy]", state="detached", timeout=WITHIN)


def row(reader: Reader, name: str) -> str:
    return f'#papers .documents li[data-name="{name}"]'


def remove(reader: Reader, name: str) -> None:
    """Remove a document as a reader does."""
    reader.page.locator(f"{row(reader, name)} .details").click()
    reader.page.locator("#papers [data-sure]").click()
    reader.page.locator("#papers .sure .remove").click()
    reader.page.wait_for_selector(row(reader, name), state="detached", timeout=WITHIN)


def test_an_empty_page_says_how_to_begin(browser: Browser, address: str, files: Path) -> None:
    with reading(browser, address) as reader:
        for name in reader.page.locator("#papers .documents li").evaluate_all(
            "all => all.map(e => e.dataset.name)"
        ):
            remove(reader, name)
        reader.page.wait_for_selector("#thread .drop")
        with reader.page.expect_file_chooser() as chooser:
            reader.page.locator("#thread .drop [data-choose=files]").click()
        chooser.value.set_files(str(files / "果业.txt"))
        reader.page.wait_for_selector("#thread .example", timeout=WITHIN)
        reader.page.locator("#thread .example", has_text="青石县2022年苹果产量").click()
        reader.page.wait_for_selector(".answer:not(.pending) .marker")
        assert "31.5万吨" in reader.answer
        remove_after(reader, "uploads/果业.txt")


def test_a_pdf_is_sent_read_and_asked(browser: Browser, address: str) -> None:
    with at_the_panel(browser, address) as reader:
        send(reader, fixture(PDF))
        listed = reader.page.locator(row(reader, f"uploads/{PDF}"))
        assert "段" in listed.inner_text()
        assert "读入" in listed.inner_text()
        assert "完成" in reader.page.locator("#papers .queue").inner_text()
        reader.page.locator(f"{row(reader, f'uploads/{PDF}')} .details").click()
        reader.page.wait_for_selector("#papers .passage-begins")
        assert "第 1 段" in reader.page.locator("#papers .preview").inner_text()
        # What it says is asked: the first figure of its text, by the question that the document itself suggests.
        reader.page.locator("#papers .back").click()
        reader.page.locator("#only .choose").click()
        title = listed.get_attribute("data-title") or ""
        reader.page.locator(".chooser .documents label", has_text=title).click()
        reader.page.wait_for_selector("#only .chip")
        reader.page.keyboard.press("Escape")
        reader.ask("2023年粮食产量是多少？")
        cited = reader.page.locator(".exchange .sources small").all_inner_texts()
        shown = reader.page.locator(".exchange .hit small").all_text_contents()
        assert any(PDF in one for one in cited) or set(shown) == {title}
        remove_after(reader, f"uploads/{PDF}")


def remove_after(reader: Reader, name: str) -> None:
    """Back to the panel, whatever is open, and remove."""
    if reader.page.locator("#evidence .back").is_visible():
        reader.page.locator("#evidence .back").click()
    remove(reader, name)


def test_a_folder_brings_its_documents_and_says_what_failed_until_that_is_dismissed(
    browser: Browser, address: str, files: Path
) -> None:
    with at_the_panel(browser, address) as reader:
        reader.page.locator("#papers input.folder").set_input_files(str(files))
        settle(reader)
        assert reader.page.locator(row(reader, "uploads/年报/果业.txt")).count() == 1
        failed = reader.page.locator("#papers .failures")
        assert "坏了.pdf" in failed.inner_text()
        reason = failed.inner_text()
        reader.page.reload()
        reader.page.wait_for_selector("#papers .failures")
        assert failed.inner_text() == reason
        assert "影像" not in reader.page.locator("#papers").inner_text()
        failed.get_by_role("button", name="知道了").click()
        reader.page.wait_for_selector("#papers .failures", state="detached")
        reader.ask(ASKED)
        assert "31.5万吨" in reader.answer
        assert reader.page.title() == "问据 Wenju"
        remove_after(reader, "uploads/年报/果业.txt")
        reader.ask(ASKED)
        assert "31.5" not in reader.answer.replace("昔", "")
        assert reader.foreign_requests() == []


def test_a_file_can_be_dropped_anywhere(browser: Browser, address: str) -> None:
    with at_the_panel(browser, address) as reader:
        reader.page.evaluate(
            """([name, text]) => {
              const given = new DataTransfer();
              given.items.add(new File([text], name, { type: "text/plain" }));
              for (const kind of ["dragover", "drop"]) {
                document.getElementById("thread").dispatchEvent(
                  new DragEvent(kind, { dataTransfer: given, bubbles: true, cancelable: true }));
              }
            }""",
            ["拖来.txt", APPLES],
        )
        reader.page.wait_for_selector(row(reader, "uploads/拖来.txt"), timeout=WITHIN)
        assert reader.page.locator("#sides[data-dropping]").count() == 0
        remove(reader, "uploads/拖来.txt")


def test_what_a_reader_says_of_a_document_is_used_and_kept(
    browser: Browser, address: str, files: Path
) -> None:
    with at_the_panel(browser, address) as reader:
        send(reader, files / "果业.txt")
        source = "uploads/果业.txt"
        reader.page.locator(f"{row(reader, source)} .details").click()
        form = reader.page.locator("#papers .facts-form")
        form.locator("[name=date]").fill("去年冬天")
        form.locator("[type=submit]").click()
        reader.page.wait_for_selector("#papers .told:not(:empty)")
        form.locator("[name=date]").fill("2023-02-03")
        form.locator("[name=place]").fill("红山县")
        form.locator("[name=title]").fill(f"红山{TRICK}")
        form.locator("[type=submit]").click()
        reader.page.wait_for_selector('#papers .documents li[data-place="红山县"]', timeout=WITHIN)
        reader.ask("红山县2022年苹果产量是多少？")
        assert "31.5万吨" in reader.answer
        assert "红山<img" in reader.answer
        reader.page.locator("#evidence .back").click()
        reader.page.locator(f"{row(reader, source)} .details").click()
        assert form.locator("[name=place]").input_value() == "红山县"
        assert "自动识别：青石县" in form.inner_text()
        reader.page.get_by_role("button", name="重读").click()
        reader.page.wait_for_selector("#papers .shelf:not([hidden])")
        settle(reader)
        assert reader.page.locator(row(reader, source)).get_attribute("data-place") == "红山县"
        assert reader.page.title() == "问据 Wenju"
        remove(reader, source)


def test_a_question_is_limited_to_places_and_the_limits_are_shown_and_cleared(
    browser: Browser, address: str, files: Path
) -> None:
    with at_the_panel(browser, address, "en-GB") as reader:
        send(reader, files / "果业.txt")
        reader.page.locator("#only .choose").click()
        reader.page.locator(".chooser .places label", has_text="白河县").click()
        reader.page.wait_for_selector("#only .chip")
        assert reader.page.locator(".chooser").is_visible(), "one may go on choosing"
        reader.page.locator(".chooser .periods label", has_text="2022").click()
        reader.page.wait_for_function("document.querySelectorAll('#only .chip').length === 2")
        assert "No document fits" in reader.page.locator("#only").inner_text()
        reader.page.locator("#only [data-unlimit^=period]").click()
        reader.page.wait_for_function("document.querySelectorAll('#only .chip').length === 1")
        reader.page.keyboard.press("Escape")
        reader.ask(ASKED)
        assert "31.5" not in reader.answer
        reader.page.reload()
        reader.page.wait_for_selector("#only .chip")
        reader.page.locator("#only [data-clear]").click()
        reader.page.wait_for_selector("#only .all")
        reader.ask(ASKED)
        assert "31.5万吨" in reader.answer
        remove_after(reader, "uploads/果业.txt")


def test_the_list_is_filtered_and_sorted(browser: Browser, address: str, files: Path) -> None:
    with at_the_panel(browser, address) as reader:
        send(reader, files / "果业.txt")
        shown = reader.page.locator("#papers .documents li:visible")
        reader.page.locator("#papers .sort").select_option("read")
        assert shown.first.get_attribute("data-name") == "uploads/果业.txt"
        reader.page.locator("#papers .filter").fill("白河 2023")
        assert shown.count() == 1
        reader.page.locator("#papers .filter").fill("没有这个")
        assert shown.count() == 0
        assert reader.page.get_by_text("没有符合的文档").is_visible()
        reader.page.locator("#papers .filter").fill("")
        remove(reader, "uploads/果业.txt")


def test_hundreds_of_documents_are_filtered_and_sorted_at_once(browser: Browser, address: str) -> None:
    with at_the_panel(browser, address) as reader:
        took = reader.page.evaluate(
            """() => {
              const list = document.querySelector("#papers .documents");
              for (let n = 0; n < 500; n++) {
                const row = list.children[0].cloneNode(true);
                row.dataset.title = row.dataset.name = `第${n}号`;
                list.append(row);
              }
              const box = document.querySelector("#papers .filter");
              const began = performance.now();
              box.value = "第299号";
              box.dispatchEvent(new Event("input", { bubbles: true }));
              document.body.offsetHeight;
              return performance.now() - began;
            }"""
        )
        assert reader.page.locator("#papers .documents li:visible").count() == 1
        assert took < 500, f"{took:.0f} ms"
