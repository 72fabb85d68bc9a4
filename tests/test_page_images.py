"""Pages as images, and what is marked on them: the words themselves, or nothing."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from rag.documents import read
from rag.documents.cleaning.radicals import CHARACTER_OF
from rag.documents.pages.page_pictures import page_picture
from rag.errors import UnknownSourceError
from rag.ingestion.file_behind import Files
from rag.ingestion.incoming import Opening, hash_of
from rag.original import Original, Rectangle
from rag.passages import split
from rag.types import Document, Metadata, SourceRecord
from rag.ui.page_images import ROUTE, PageImages, images_router
from rag.ui.page_marks import page_marks
from tests.fixture_files import fixture

PAGED = ("newspaper.pdf", "report-table.pdf", "radicals.pdf", "english-columns.pdf", "newspaper-pages.pdf")


@cache
def document(name: str) -> Document:
    return read(fixture(name), name)


def sentences(name: str) -> Iterator[tuple[int, int, int]]:
    """(page, start, end) of every piece that a quote of one sentence of the document would have."""
    original = document(name).original
    for passage in split(document(name)):
        for start, end in passage.sentences:
            for first, stop in original.stretches(passage.body, start, end):
                for span in original.page_spans(first, stop):
                    base = original.page_base(span.page)
                    yield span.page or 0, base + span.start, base + span.end


def under(page: pypdfium2.PdfPage, marks: tuple[Rectangle, ...]) -> str:
    """What pdfium itself reads inside the marks: characters whose middle lies in one."""
    textpage, height = page.get_textpage(), page.get_height()
    seen = ""
    for index in range(textpage.count_chars()):
        left, bottom, right, top = textpage.get_charbox(index)
        x, y = (left + right) / 2, height - (bottom + top) / 2
        if any(one.left <= x <= one.right and one.top <= y <= one.bottom for one in marks):
            seen += textpage.get_text_range(index, 1)
    return seen


def folded(text: str) -> str:
    """Without blanks and the hyphens that divide words, which pdfium gives as other signs; radicals as characters."""
    plain = "".join(CHARACTER_OF.get(char, char) for char in text)
    kept = (char for char in unicodedata.normalize("NFKC", plain) if not char.isspace())
    return "".join(char for char in kept if char not in "-\x02\ufffe\xad")


@pytest.mark.parametrize("name", PAGED)
def test_under_the_marks_of_a_quote_stand_its_words_and_no_others(name: str) -> None:
    original = document(name).original
    pdf = pypdfium2.PdfDocument(fixture(name))
    wrong, count = [], 0
    for page, start, end in sentences(name):
        marks = page_marks(original, start, end)
        said, seen = folded(original.text[start:end]), folded(under(pdf[page - 1], marks))
        count += 1
        if sorted(said) != sorted(seen):
            wrong.append((said, seen))
    assert count > 5
    assert wrong == []


def test_a_scan_has_marks_over_ink() -> None:
    """Where OCR saw the words there is something written, darker than the paper."""
    name = "scan.png"
    form = document(name).format
    drawn = page_picture(fixture(name).read_bytes(), form, 1)
    assert drawn is not None
    pixels = np.asarray(Image.open(io.BytesIO(drawn)).convert("L"), np.float64)
    width, height = document(name).original.page_sizes[0]
    paper = np.median(pixels)
    for _, start, end in list(sentences(name))[:12]:
        for one in page_marks(document(name).original, start, end):
            across, down = pixels.shape[1] / width, pixels.shape[0] / height
            inside = pixels[
                int(one.top * down) : int(one.bottom * down) + 1,
                int(one.left * across) : int(one.right * across),
            ]
            assert (inside < paper - 60).mean() > 0.08


def test_nothing_is_marked_where_a_character_has_no_place() -> None:
    original = document("newspaper.pdf").original
    _, start, end = next(sentences("newspaper.pdf"))
    assert page_marks(original, start, end)
    assert original.boxes is not None
    boxes = original.boxes.copy()
    boxes[start + 1] = 0
    assert page_marks(replace(original, boxes=boxes), start, end) == ()


def test_nothing_is_marked_where_another_character_stands_in_the_same_place() -> None:
    boxes = np.asarray([[0, 0, 100, 100], [100, 0, 200, 100], [100, 0, 200, 100]], np.uint16)
    original = Original("甲乙丙", (0,), ((50.0, 50.0),), boxes=boxes)
    assert page_marks(original, 0, 1) == (Rectangle(0, 0, 10, 10),)
    assert page_marks(original, 0, 2) == ()


def test_a_rectangle_that_would_hold_a_neighbour_falls_apart_into_its_characters() -> None:
    boxes = np.asarray([[0, 0, 100, 100], [100, 0, 200, 100], [200, 0, 300, 100]], np.uint16)
    original = Original("甲丙乙", (0,), ((50.0, 50.0),), boxes=boxes[[0, 2, 1]])
    assert page_marks(original, 0, 2) == (Rectangle(0, 0, 10, 10), Rectangle(20, 0, 30, 10))


def test_nothing_is_marked_over_a_pages_end_or_beyond_its_edge() -> None:
    original = document("newspaper-pages.pdf").original
    border = original.page_starts[1]
    assert page_marks(original, border - 3, border + 3) == ()
    beyond = np.asarray([[900, 0, 999, 100]], np.uint16)
    assert page_marks(Original("甲", (0,), ((50.0, 50.0),), boxes=beyond), 0, 1) == ()


class TestTheRoute:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "周报 <1>.pdf"
        path.write_bytes(fixture("report-table.pdf").read_bytes())
        return path

    @pytest.fixture
    def record(self, file: Path) -> SourceRecord:
        source = file.as_posix()
        return SourceRecord(source, "pdf", hash_of(file, source, Opening()), 1, 3, 1, Metadata())

    @pytest.fixture
    def images(self, record: SourceRecord) -> Iterator[PageImages]:
        def seen(owner: str, source: str) -> SourceRecord:
            if source != record.source or owner == "stranger":
                raise UnknownSourceError("没有", "none")
            return record

        images = PageImages(seen)
        yield images
        images.close()

    @pytest.fixture
    def client(self, images: PageImages) -> TestClient:
        server = FastAPI()
        server.include_router(images_router(images))
        return TestClient(server)

    def test_gives_every_page_and_none_beyond(
        self, images: PageImages, record: SourceRecord, client: TestClient
    ) -> None:
        leaves = images.leaves(record)
        assert leaves
        for page in (1, 3):
            answer = client.get(f"{leaves.address}{page}")
            assert answer.headers["content-type"] == "image/png"
            assert "private" in answer.headers["cache-control"]
            width, height = Image.open(io.BytesIO(answer.content)).size
            assert height / width == pytest.approx(842 / 595, abs=0.01)
        assert (
            client.get(f"{leaves.address}0").status_code
            == client.get(f"{leaves.address}4").status_code
            == 404
        )

    def test_gives_nothing_to_who_was_not_given_the_address(
        self, images: PageImages, record: SourceRecord, client: TestClient
    ) -> None:
        leaves = images.leaves(record)
        assert leaves
        signature = leaves.address.split("/")[2]
        assert client.get(leaves.address.replace(signature, "0" * 32) + "1").status_code == 404
        other = leaves.address.split("/")[3].replace("A", "B")
        assert client.get(f"{ROUTE}/{signature}/x{other}/1").status_code == 404
        assert client.get(f"{ROUTE}/{signature}/ä/1").status_code == 404

    def test_gives_nothing_to_who_may_not_see_the_document(
        self, images: PageImages, record: SourceRecord
    ) -> None:
        leaves = images.leaves(record)
        assert leaves
        signature = leaves.address.split("/")[2]
        assert images.image(signature, record.source, 1, "reader")
        with pytest.raises(UnknownSourceError):
            images.image(signature, record.source, 1, "stranger")

    def test_gives_nothing_of_a_file_that_has_changed_or_gone(
        self, images: PageImages, record: SourceRecord, client: TestClient, file: Path
    ) -> None:
        leaves = images.leaves(record)
        assert leaves
        file.write_bytes(fixture("newspaper.pdf").read_bytes())
        changed = images.leaves(record)
        assert changed
        assert changed.missing
        assert changed.missing.state == "changed"
        assert client.get(f"{leaves.address}1").status_code == 404
        file.unlink()
        assert Files().behind(record).state == "gone"

    def test_of_a_file_that_can_not_be_drawn_nothing_is_given(self, file: Path, record: SourceRecord) -> None:
        file.write_bytes(b"%PDF-1.4 nothing")
        broken = replace(record, sha256=hash_of(file, record.source, Opening()))
        images = PageImages(lambda owner, source: broken)
        server = FastAPI()
        server.include_router(images_router(images))
        leaves = images.leaves(broken)
        assert leaves
        assert TestClient(server).get(f"{leaves.address}1").status_code == 404
        images.close()

    def test_a_text_has_no_pages_to_see(self, images: PageImages, record: SourceRecord) -> None:
        assert images.leaves(replace(record, format="txt")) is None
