"""Scans and pictures: read by OCR in the right order, or refused with the extra that is missing."""

import io
import socket
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pypdf
import pytest
from PIL import Image

from rag.documents import read
from rag.documents.extract import Extract, SourceFile
from rag.documents.limits import Limits
from rag.documents.pages import ocr
from rag.documents.pages.page_view import Glyphs, PageView
from rag.documents.pages.text_quality import is_trusted
from rag.documents.readers import image
from rag.documents.readers import pdf as pdf_reader
from rag.errors import ReadError
from rag.original import Rectangle
from rag.types import Document
from tests.fixture_files import fixture, page_truth
from tests.reading_measures import character_accuracy, figures_exact, folded, reading_order
from tests.test_documents_pdf import pdf


@cache
def document(name: str) -> Document:
    """A fixture as it is read; OCR takes its time, so once for all tests."""
    return read(fixture(name), name)


def view(text: str, pictures: Sequence[Rectangle] = (), unmapped: float = 0.0) -> PageView:
    none = np.arange(len(text)) < unmapped * len(text)
    zeros = np.zeros(len(text), np.float32)
    glyphs = Glyphs(text, np.zeros((len(text), 4), np.float32), zeros, zeros > 0, none)
    return PageView(600, 800, glyphs, tuple(pictures))


def test_a_scanned_newspaper_page_is_read_as_well_as_the_page_itself() -> None:
    truth, found = page_truth("newspaper-scan.pdf"), document("newspaper-scan.pdf")
    assert reading_order(truth.sentences, found.body.text).share >= 0.98
    stories = [story.text for story in truth.stories]
    assert character_accuracy(stories, found.body.text) >= 0.97
    sentences = "\n".join(sentence for story in truth.sentences for sentence in story)
    assert figures_exact(sentences, found.body.text) >= 0.99


def test_a_scan_says_that_it_was_read_by_ocr() -> None:
    (warning,) = document("newspaper-scan.pdf").warnings
    assert "第 1 页" in warning
    assert "OCR" in warning


def test_furniture_of_a_scan_is_shown_but_not_read() -> None:
    found = document("newspaper-scan.pdf")
    body, original = folded(found.body.text), folded(found.original.text)
    words = [folded(each) for each in page_truth("newspaper-scan.pdf").furniture]
    assert [each for each in words if each in body] == []
    assert sum(each in original for each in words) > len(words) / 2


def test_characters_of_a_skewed_scan_stand_on_the_page_as_it_is() -> None:
    original = document("newspaper-scan.pdf").original
    assert original.boxes is not None
    width, height = original.page_sizes[0]
    start = original.text.index("清溪县去年地区生产总值")
    first, last = original.boxes[start].astype(float) / 10, original.boxes[start + 16].astype(float) / 10
    assert 0 < first[0] < last[2] < width
    assert last[3] < 0.2 * height
    slope = (last[1] - first[1]) / (last[0] - first[0])
    assert abs(np.degrees(np.arctan(slope))) == pytest.approx(2, abs=0.5)
    visible = np.asarray([not char.isspace() for char in original.text])
    assert original.boxes[visible].any(axis=1).all()


def test_a_garbage_text_layer_is_passed_over() -> None:
    found = document("garbage-missing.pdf")
    assert reading_order(page_truth("garbage-missing.pdf").sentences, found.body.text).share == 1


def test_a_picture_is_read_like_a_page() -> None:
    found = document("scan.png")
    truth = page_truth("scan.png")
    assert reading_order(truth.sentences, found.body.text).share == 1
    assert found.format == "image"
    assert len(found.original.page_sizes) == 1


def small_scan() -> bytes:
    """The head of a scanned notice."""
    with Image.open(fixture("scan.png")) as whole:
        head = whole.convert("RGB").crop((0, 0, whole.width, whole.height // 4))
    out = io.BytesIO()
    head.save(out, "PNG", dpi=(150, 150))
    return out.getvalue()


def test_every_page_of_a_tiff_is_read() -> None:
    found = document("scan.tif")
    truth = page_truth("scan.tif")
    assert character_accuracy([story.text for story in truth.stories], found.body.text) >= 0.98
    assert len(found.original.page_starts) == 2


def over_picture(lines: Sequence[str], picture: bytes, share: float) -> bytes:
    """A page with lines of text over a picture that takes up this share of its height."""
    scanned = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image_of_page:
        image_of_page.convert("RGB").save(scanned, "PDF")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([lines])))
    page = pypdf.PdfReader(scanned).pages[0]
    scale = 600 / float(page.mediabox.width), share * 800 / float(page.mediabox.height)
    writer.pages[0].merge_transformed_page(page, pypdf.Transformation().scale(*scale), over=False)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_folio_over_a_scan_does_not_hide_the_scan() -> None:
    found = pdf_reader.read(SourceFile("a.pdf", over_picture(["- 3 -"], small_scan(), 0.9)))
    assert any("OCR" in warning for warning in found.warnings)
    # The picture is stretched, and hard to read.
    assert sum(char.isalpha() for char in found.original.text) >= 3


def test_text_beside_a_large_picture_is_the_text_layers() -> None:
    lines = ["全县原煤产量完成1286.3万吨，同比增长4.1%，", "粮食总产量达到19.73万吨，再创历史新高。"] * 3
    found = pdf_reader.read(SourceFile("a.pdf", over_picture(lines, small_scan(), 0.7)))
    assert found.warnings == ()
    assert found.original.text.count("19.73万吨") == 3


def test_reading_opens_no_connection_and_tells_of_each_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    told: list[tuple[int, int]] = []
    monkeypatch.setattr(socket.socket, "connect", refused)
    ocr._engine.cache_clear()
    found = image.read(SourceFile("s.png", small_scan(), told=lambda done, total: told.append((done, total))))
    assert found.original.text.strip()
    assert found.original.page_starts == (0,)
    assert told == [(1, 1)]


def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_PACKAGES", ("rapidocr_that_is_not_there",))


@pytest.mark.parametrize("name", ["newspaper-scan.pdf", "garbage.pdf", "scan.png"])
def test_without_the_extra_a_scan_is_refused_by_its_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    without_ocr(monkeypatch)
    with pytest.raises(ReadError, match=r'pip install "wenju\[ocr\]"') as caught:
        read(fixture(name), name)
    assert caught.value.code == "unsupported"
    assert name in caught.value.zh


def test_without_the_extra_the_other_pages_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    without_ocr(monkeypatch)
    found = read(fixture("mixed.pdf"), "mixed.pdf")
    assert "地区生产总值完成61.3亿元" in found.body.text
    assert any("wenju[ocr]" in warning and "Page 2" in warning for warning in found.warnings)


def test_too_many_pages_are_refused_before_any_is_read() -> None:
    told: list[int] = []
    file = SourceFile(
        "a.pdf", pdf([["甲乙丙"]] * 4), limits=Limits(pages=3), told=lambda done, _: told.append(done)
    )
    with pytest.raises(ReadError) as caught:
        pdf_reader.read(file)
    assert caught.value.code == "too_large"
    assert "3" in caught.value.en
    assert told == []


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"no picture", small_scan()[:400]])
def test_a_broken_picture_is_damaged(data: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        image.read(SourceFile("in/scan.png", data))
    assert caught.value.code == "damaged"


def test_a_blank_picture_has_no_text() -> None:
    out = io.BytesIO()
    Image.new("L", (300, 200), 255).save(out, "PNG")
    with pytest.raises(ReadError) as caught:
        image.read(SourceFile("blank.png", out.getvalue()))
    assert caught.value.code == "no_text"


_FULL = (Rectangle(0, 0, 600, 800),)
_PROSE = "全县原煤产量完成1286.3万吨，同比增长4.1%。"


@pytest.mark.parametrize(
    ("text", "seen", "trusted"),
    [
        (_PROSE, view(_PROSE), True),
        ("The output of coal was 1,286.3 (10,000 t).", view("x" * 40), True),
        ("", view(""), True),
        ("", view("", _FULL), False),
        ("第 1 页", view("第1页", _FULL), False),
        (_PROSE * 10, view(_PROSE * 10, _FULL), True),
        ("\ufffd\ufffd产量\ufffd" * 5, view("x" * 25), False),
        ("\ue012\ue013\ue014\ue015" * 5, view("x" * 20), False),
        ("(cid:12)(cid:345)" * 5, view("x" * 20), False),
        ("ÈËÃñÕþ¸®¹¤×÷±¨¸æ" * 3, view("x" * 30), False),
        ("Électricité générée à l'été : très élevée", view("x" * 30), True),
        (_PROSE, view(_PROSE, unmapped=0.6), False),
    ],
)
def test_a_text_layer_is_trusted_if_it_is_what_one_sees(text: str, seen: PageView, trusted: bool) -> None:
    assert is_trusted(text, seen) is trusted


def test_a_file_states_its_title_unless_a_program_made_it_up() -> None:
    def stated(title: str) -> Extract:
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([["甲乙丙"]])))
        writer.add_metadata(
            {"/Title": title, "/Author": "清溪县统计局", "/CreationDate": "D:20240315080000Z"}
        )
        out = io.BytesIO()
        writer.write(out)
        return pdf_reader.read(SourceFile("a.pdf", out.getvalue()))

    assert dict(stated("清溪县统计公报").stated) == {
        "title": "清溪县统计公报",
        "author": "清溪县统计局",
        "date": "2024-03-15",
    }
    for made_up in ("Microsoft Word - 公报.docx", "无标题", "scan0001.pdf", "12-34"):
        assert "title" not in stated(made_up).stated


def test_an_aes_locked_file_opens_with_its_password(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([["全年粮食产量1.2亿公斤，创历史新高。"]])))
    writer.encrypt("secret", algorithm="AES-256")
    path = tmp_path / "report.pdf"
    with path.open("wb") as out:
        writer.write(out)
    found = read(path, "report.pdf", password="secret")
    assert "粮食产量1.2亿公斤" in found.body.text
    assert found.original.boxes is not None
