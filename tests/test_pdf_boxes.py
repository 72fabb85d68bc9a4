"""Where the characters of a PDF page stand: read with pypdfium2, laid beside pypdf's text."""

import io
import string

import numpy as np
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents.extract import Extract, SourceFile
from rag.documents.pages.alignment import aligned
from rag.documents.pages.pdf_boxes import open_pages
from rag.documents.readers.pdf import read
from rag.original import TENTHS
from tests.fixture_files import fixture
from tests.test_documents_pdf import pdf

_TEXT = st.text(string.ascii_lowercase + "煤产量年县市 \n", max_size=60)


def extract(data: bytes) -> Extract:
    return read(SourceFile("report.pdf", data))


def changed(data: bytes, *, rotate: int = 0, crop: tuple[int, int, int, int] | None = None) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    for page in writer.pages:
        if crop:
            page.cropbox = pypdf.generic.RectangleObject(crop)
        page.rotate(rotate)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def place_of(found: Extract, char: str) -> tuple[float, float]:
    """The middle of a character that occurs once, in points."""
    boxes = found.original.boxes
    assert boxes is not None
    left, top, right, bottom = boxes[found.original.text.index(char)].astype(float) / TENTHS
    return (left + right) / 2, (top + bottom) / 2


@given(_TEXT)
def test_a_text_is_aligned_to_itself(text: str) -> None:
    expected = [index if not char.isspace() else -1 for index, char in enumerate(text)]
    assert aligned(text, text).tolist() == expected


@given(_TEXT, _TEXT)
def test_no_character_is_given_away_twice_and_white_space_never(text: str, other: str) -> None:
    matches = [match for match in aligned(text, other).tolist() if match >= 0]
    assert len(matches) == len(set(matches))
    assert all(not other[match].isspace() for match in matches)


def test_stretches_that_were_moved_are_found_again() -> None:
    first, second = "全县原煤产量完成1286.3万吨，", "粮食总产量达到19.73万吨。"
    matches = aligned(first + second, second + first)
    assert matches.tolist()[: len(first)] == list(range(len(second), len(second) + len(first)))


def test_a_radical_is_the_character_it_looks_like() -> None:
    assert aligned("⼯业⽣产⻓", "工业生产长").tolist() == [0, 1, 2, 3, -1]
    assert aligned("增⻓百分之三", "增长百分之三").tolist() == [0, 1, 2, 3, 4, 5]


@settings(max_examples=5)
@given(st.integers(2_000, 4_000))
def test_aligning_a_text_of_repeated_figures_ends(length: int) -> None:
    text = "0.0 " * (length // 4)
    assert (aligned(text, text) >= 0).sum() == sum(not char.isspace() for char in text)


def test_characters_stand_where_they_are_drawn() -> None:
    found = extract(pdf([["甲乙", "丙丁"]]))
    assert found.original.page_sizes == ((600.0, 800.0),)
    x, y = place_of(found, "甲")
    assert 50 <= x <= 62
    assert y == pytest.approx(800 - 780 - 12 * 0.38, abs=1)
    assert place_of(found, "乙")[0] == pytest.approx(x + 12, abs=1)
    assert place_of(found, "丙")[1] == pytest.approx(y + 20, abs=0.2)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_page_has_its_characters_where_they_are_seen(turns: int) -> None:
    data = pdf([["甲乙", "丙丁"]])
    x, y = place_of(extract(data), "甲")
    seen = {1: (800 - y, x), 2: (600 - x, 800 - y), 3: (y, 600 - x)}[turns]
    found = extract(changed(data, rotate=90 * turns))
    assert found.original.page_sizes[0] == ((600.0, 800.0) if turns == 2 else (800.0, 600.0))
    assert place_of(found, "甲") == pytest.approx(seen, abs=0.3)


def test_a_cropped_page_counts_from_its_own_corner() -> None:
    data = pdf([["甲乙", "丙丁"]])
    x, y = place_of(extract(data), "甲")
    found = extract(changed(data, crop=(20, 100, 580, 790)))
    assert found.original.page_sizes == ((560.0, 690.0),)
    assert place_of(found, "甲") == pytest.approx((x - 20, y - 10), abs=0.4)


@pytest.mark.parametrize("name", ["newspaper.pdf", "newspaper-rows.pdf", "report-table.pdf", "radicals.pdf"])
def test_nearly_every_character_of_real_files_has_its_place(name: str) -> None:
    found = extract(fixture(name).read_bytes()).original
    assert found.boxes is not None
    visible = np.asarray([not char.isspace() for char in found.text])
    assert found.boxes[visible].any(axis=1).mean() > 0.995
    assert not found.boxes[~visible].any()


def test_a_quote_is_marked_line_by_line() -> None:
    found = extract(fixture("newspaper.pdf").read_bytes()).original
    start = found.text.index("新能源成为新的增长点")
    rectangles = found.rectangles(start, start + 40)
    assert len(rectangles) >= 2
    assert all(100 < box.right - box.left < 210 and 8 < box.bottom - box.top < 16 for box in rectangles[:1])


def test_a_page_is_drawn_in_the_size_asked_for() -> None:
    with open_pages(pdf([["甲"]]), None) as pages:
        assert pages is not None
        picture = pages.picture(0, 0.5)
    assert picture is not None
    assert picture.shape == (400, 300, 3)
    assert picture.max() == 255


def test_what_pdfium_can_not_open_has_no_pages() -> None:
    with open_pages(b"%PDF-1.4 nothing", None) as pages:
        assert pages is None
