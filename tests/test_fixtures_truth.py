"""The fixtures are what their truths and their README say."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest
from PIL import Image
from pptx import Presentation

from tests.fixture_files import (
    BAD,
    FIXTURES,
    LATIN_PASSWORD,
    PASSWORD,
    cell_truths,
    fixture,
    layer,
    page_truth,
    truth,
)
from tests.reading_measures import figures, folded, reading_order

MEGABYTES = 10


def files() -> list[Path]:
    return [
        path
        for path in FIXTURES.rglob("*")
        if path.is_file()
        and "make" not in path.parts
        and path.suffix not in (".py", ".pyc", ".json")
        and path.name != "README.md"
    ]


def test_the_readme_has_a_row_for_every_fixture_and_they_are_small() -> None:
    told = (FIXTURES / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in files() if f"`{path.name}`" not in told] == []
    assert sum(path.stat().st_size for path in FIXTURES.rglob("*") if path.is_file()) < MEGABYTES << 20


def test_every_truth_belongs_to_a_fixture() -> None:
    stems = {name for path in files() for name in (path.name, path.stem)}
    assert [
        path.name for path in FIXTURES.rglob("*.json") if path.name.removesuffix(".truth.json") not in stems
    ] == []


@pytest.mark.parametrize("name", ["newspaper.pdf", "newspaper-rows.pdf", "newspaper-pages.pdf"])
def test_every_character_of_the_newspaper_is_in_its_text_layer(name: str) -> None:
    page, text = page_truth(name), folded(layer(name))
    for wanted in (*page.furniture, *(story.headline for story in page.stories)):
        assert sorted(set(folded(wanted)) - set(text)) == []
    assert len(list(figures("".join(sum(page.sentences, ()))))) >= 60
    assert 1_500 < sum(len(paragraph) for story in page.stories for paragraph in story.paragraphs) < 2_500


def test_the_newspaper_is_drawn_story_by_story_and_its_variant_row_by_row() -> None:
    assert reading_order(page_truth("newspaper.pdf").sentences, layer("newspaper.pdf")).share > 0.95
    assert reading_order(page_truth("newspaper-rows.pdf").sentences, layer("newspaper-rows.pdf")).share < 0.2


def test_the_story_that_goes_on_overleaf_is_cut_in_the_middle_of_a_sentence() -> None:
    missing = reading_order(page_truth("newspaper-pages.pdf").sentences, layer("newspaper-pages.pdf")).missing
    assert any("集体经济收入平均增加37.5万元" in sentence for sentence in missing)


@pytest.mark.parametrize("name", ["newspaper-scan.pdf", "bad/only-images.pdf"])
def test_a_scan_has_pictures_and_no_text(name: str) -> None:
    pages = pypdf.PdfReader(fixture(name)).pages
    assert all(not page.extract_text().strip() and page.images for page in pages)


def test_the_pictures_open_and_the_tif_has_two_pages() -> None:
    for name, frames in (("scan.png", 1), ("scan.jpg", 1), ("scan.tif", 2)):
        with Image.open(fixture(name)) as picture:
            assert getattr(picture, "n_frames", 1) == frames
        assert len(page_truth(name).stories) == frames


def test_garbage_text_layers_say_nothing() -> None:
    private = [character for character in layer("garbage.pdf") if not character.isspace()]
    assert sum("\ue000" <= character <= "\uf8ff" for character in private) == len(private)
    for name in ("garbage.pdf", "garbage-missing.pdf"):
        assert reading_order(page_truth(name).sentences, layer(name)).whole == 0.0


def test_radicals_stand_for_characters() -> None:
    assert len(re.findall("[\u2e80-\u2fdf]", layer("radicals.pdf"))) > 20
    assert reading_order(page_truth("radicals.pdf").sentences, layer("radicals.pdf")).whole < 1.0


def test_the_mixed_file_has_a_page_of_text_and_a_scanned_one() -> None:
    first, second = pypdf.PdfReader(fixture("mixed.pdf")).pages
    page = page_truth("mixed.pdf")
    assert reading_order(page.sentences[:1], first.extract_text()).share == 1.0
    assert not second.extract_text().strip()
    assert second.images


def test_the_vertical_page_holds_its_sentences() -> None:
    assert reading_order(page_truth("vertical.pdf").sentences, layer("vertical.pdf")).whole == 1.0


def test_the_english_columns_break_words_with_soft_hyphens() -> None:
    text = layer("english-columns.pdf")
    assert text.count("\u00ad\n") > 5
    assert reading_order(page_truth("english-columns.pdf").sentences, text).whole < 0.8
    assert reading_order(page_truth("english-columns.pdf").sentences, text.replace("\u00ad", "")).share == 1.0


def test_the_markdown_holds_its_words() -> None:
    text = re.sub(r"\*\*|\(newspaper.pdf\)|[\[\]]", "", fixture("english.md").read_text(encoding="utf-8"))
    found = truth("english.md")
    assert (
        reading_order([[*found["sentences"][:2], *found["items"], found["sentences"][2]]], text).share == 1.0
    )


def test_the_long_table_runs_over_two_pages_with_its_header_on_both() -> None:
    pages = [folded(page.extract_text()) for page in pypdf.PdfReader(fixture("report-table.pdf")).pages]
    assert [page.count("粮食产量蔬菜产量") for page in pages] == [0, 1, 1]
    found = truth("report-table.pdf")
    assert all(folded(wanted) in "".join(pages) for wanted in (*found["headings"], *found["captions"]))
    assert reading_order([found["sentences"]], "".join(pages)).share == 1.0
    rows: dict[tuple[str, ...], str] = {}
    for cell in cell_truths("report-table.pdf"):
        if len(cell.headers[0]) < 5:
            rows[cell.headers[:2]] = rows.get(cell.headers[:2], "") + cell.value
    in_towns = {key: value for key, value in rows.items() if key[0].endswith("县")}
    assert len(in_towns) == 45
    assert all(folded("".join(key) + value) in "".join(pages) for key, value in in_towns.items())


def test_the_report_in_word_has_the_cells_of_the_truth() -> None:
    tables = docx.Document(str(fixture("report-table.docx"))).tables
    for cell in truth("report-table.docx")["cells"]:
        assert tables[cell["table"] - 1].cell(cell["row"] - 1, cell["column"] - 1).text == cell["value"]


def test_the_workbook_shows_what_its_truth_says() -> None:
    book = openpyxl.load_workbook(fixture("indicators.xlsx"), data_only=True)
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == truth("indicators.xlsx")[
        "sheets"
    ]
    for cell in cell_truths("indicators.xlsx"):
        assert cell.sheet is not None
        stored = book[cell.sheet].cell(cell.row, cell.column)
        if isinstance(stored.value, float | int):
            shown = float(re.sub("[,%]", "", cell.value)) / (100 if "%" in cell.value else 1)
            assert stored.value == pytest.approx(shown, abs=0.051 if "%" not in cell.value else 0.00051)
        else:
            assert str(stored.value).removesuffix(" 00:00:00") == cell.value


@pytest.mark.parametrize(
    ("name", "encoding"), [("indicators.csv", "utf-8"), ("indicators-gb18030.csv", "gb18030")]
)
def test_the_csv_files_hold_their_cells(name: str, encoding: str) -> None:
    rows = list(csv.reader(io.StringIO(fixture(name).read_bytes().decode(encoding), newline="")))
    assert all(rows[cell.row - 1][cell.column - 1] == cell.value for cell in cell_truths(name))
    assert any("\n" in cell.value for cell in cell_truths(name))


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("page.html", "utf-8"),
        ("page-gb.html", "gb2312"),
        ("gb18030.txt", "gb18030"),
        ("utf16.txt", "utf-16"),
        ("big5-traditional.txt", "big5"),
    ],
)
def test_the_texts_hold_their_sentences(name: str, encoding: str) -> None:
    text = fixture(name).read_bytes().decode(encoding)
    found = truth(name)
    assert reading_order([found["sentences"]], re.sub("<[^>]*>", "", text)).share == 1.0
    assert all(wanted in text for wanted in found["furniture"])


def test_the_chapters_of_the_book_stand_in_the_order_of_its_spine() -> None:
    with zipfile.ZipFile(fixture("book.epub")) as book:
        package = book.read("OEBPS/content.opf").decode()
        names = [
            re.findall(f'id="{item}" href="([^"]*)"', package)[0]
            for item in re.findall('idref="([^"]*)"', package)[1:]
        ]
        text = "".join(book.read(f"OEBPS/{name}").decode() for name in names)
    assert names != sorted(names)
    assert (
        reading_order([sum(page_truth("book.epub").sentences, ())], re.sub("<[^>]*>", "", text)).share == 1.0
    )


def test_the_slides_have_their_titles_table_and_notes() -> None:
    slides = list(Presentation(str(fixture("slides.pptx"))).slides)
    found = truth("slides.pptx")
    assert [slide.shapes.title.text for slide in slides if slide.shapes.title] == found["headings"]
    assert [slide.notes_slide.notes_text_frame.text for slide in slides[1:]] == found["notes"]


def test_the_letter_has_its_parts() -> None:
    with zipfile.ZipFile(fixture("letter.docx")) as letter:
        body, notes = (letter.read(f"word/{part}.xml").decode() for part in ("document", "footnotes"))
    found = truth("letter.docx")
    text = re.sub("<[^>]*>", "", body)
    assert text.count(found["boxes"][0]) == 2
    assert found["footnotes"][0] in re.sub("<[^>]*>", "", notes)
    assert found["furniture"][0] in text
    assert "<w:ins " in body
    assert "<w:del " in body


def test_the_message_has_its_attachments() -> None:
    message = message_from_bytes(fixture("mail.eml").read_bytes(), policy=default)
    found = truth("mail.eml")
    assert message["Subject"] == found["title"]
    assert [part.get_filename() for part in message.iter_attachments()] == list(found["attachments"])


def test_the_archive_names_its_members_in_gbk_without_saying_so() -> None:
    with zipfile.ZipFile(fixture("mixed.zip")) as archive:
        names = [entry.filename.encode("cp437").decode("gbk") for entry in archive.infolist()]
    found = truth("mixed.zip")
    assert set(names) == {
        *(name for name in found["members"] if ".zip/" not in name),
        "旧档/旧档.zip",
        *found["passed_over"],
    }
    assert all((FIXTURES / name).exists() for name in found["members"].values())


@pytest.mark.parametrize(
    ("name", "password"), [("encrypted-aes.pdf", PASSWORD), ("encrypted-rc4.pdf", LATIN_PASSWORD)]
)
def test_the_locked_pdfs_open_with_their_password_alone(name: str, password: str) -> None:
    reader = pypdf.PdfReader(BAD / name)
    assert reader.is_encrypted
    assert not reader.decrypt("wrong")
    assert reader.decrypt(password)
    assert reading_order(page_truth(f"bad/{name}").sentences, reader.pages[0].extract_text()).share == 1.0


def test_the_bad_archives_are_as_bad_as_they_should_be() -> None:
    with zipfile.ZipFile(BAD / "bomb.zip") as bomb:
        assert all(entry.file_size > 500 * entry.compress_size for entry in bomb.infolist())
    data, depth = (BAD / "recursive.zip").read_bytes(), 0
    while data:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inner = [name for name in archive.namelist() if name.endswith(".zip")]
            data, depth = archive.read(inner[0]) if inner else b"", depth + 1
    assert depth == 6
    with zipfile.ZipFile(BAD / "traversal.zip") as archive:
        assert any(name.startswith("../") for name in archive.namelist())
