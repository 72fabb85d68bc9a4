"""Files that are not what they say, or no good: each gets a reason in plain words, or is read as what it is."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents import read
from rag.documents.files.file_kinds import Kind
from rag.documents.files.sniffing import sniff
from rag.errors import ReadError
from tests.proofs.fuzz import fuzz, originals_in

FIXTURES = Path("tests/fixtures")
BAD = FIXTURES / "bad"
TEXT = "昔阳县2023年原煤产量2694.5万吨，同比增长42%。\n"


def container(*names: str, mimetype: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


def old_office(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le") + bytes(100)


def refusal(folder: Path, name: str, data: bytes) -> ReadError:
    path = folder / name
    path.write_bytes(data)
    with pytest.raises(ReadError) as caught:
        read(path, f"in/{name}")
    assert f"in/{name}" in caught.value.zh
    assert f"in/{name}" in caught.value.en
    return caught.value


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"%PDF-1.7\n", ".pdf"),
        (b"\r\njunk before\n%PDF-1.4\n", ".pdf"),
        (b"\x89PNG\r\n\x1a\n\x00", ".png"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (b"II*\x00\x08", ".tif"),
        (b"MM\x00*\x00", ".tif"),
        (container("[Content_Types].xml", "word/document.xml"), ".docx"),
        (container("[Content_Types].xml", "xl/workbook.xml"), ".xlsx"),
        (container("[Content_Types].xml", "xl/workbook.bin"), ".xlsb"),
        (container("[Content_Types].xml", "ppt/presentation.xml"), ".pptx"),
        (container("OEBPS/a.xhtml", mimetype="application/epub+zip"), ".epub"),
        (container("content.xml", mimetype="application/vnd.oasis.opendocument.text"), ".odt"),
        (container("OFD.xml"), ".ofd"),
        (container("a.txt"), ".zip"),
        (container(), ".zip"),
        (old_office("WordDocument"), ".doc"),
        (old_office("Workbook"), ".xls"),
        (old_office("PowerPoint Document"), ".ppt"),
        (b"{\\rtf1\\ansi", ".rtf"),
        (b"Rar!\x1a\x07\x01\x00", ".rar"),
        (b"7z\xbc\xaf\x27\x1c", ".7z"),
        (b"\x1f\x8b\x08\x00", ".gz"),
        (b"\x00\x00\x00\x18ftypheic", ".heic"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><title>a</title>", ".html"),
        (b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', ".html"),
    ],
)
def test_what_a_file_is_shows_in_its_content(data: bytes, suffix: str) -> None:
    kind = sniff(data)
    assert isinstance(kind, Kind)
    assert kind.suffix == suffix


@given(st.text(min_size=1))
def test_text_has_no_mark_unless_it_writes_one(text: str) -> None:
    marks = (
        "%PDF-",
        "<",
        "BM",
        "MZ",
        "BZh",
        "ID3",
        "GIF8",
        "{\\rtf",
        "%!PS",
        "WEBP",
        "WAVE",
        "ftyp",
        "ustar",
    )
    if not any(mark.casefold() in text.casefold() for mark in marks):
        assert sniff(text.encode("utf-8", "surrogatepass")) is None


@settings(max_examples=200)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
)
def test_looking_at_a_file_never_fails(data: bytes, mark: bytes) -> None:
    assert sniff(mark + data) is None or isinstance(sniff(mark + data), Kind)


@pytest.mark.parametrize(
    ("name", "original", "said"),
    [
        ("a.txt", "letter.docx", "Word"),
        ("a.docx", "newspaper.pdf", "PDF"),
        ("a.pdf", "indicators.xlsx", "Excel"),
        ("a.xlsx", "slides.pptx", "PowerPoint"),
        ("a.zip", "book.epub", "EPUB"),
        ("a.doc", "page.html", "web page"),
        ("a.pdf", "gb18030.txt", "plain text"),
        ("noending", "letter.docx", "Word"),
    ],
)
def test_a_file_under_a_wrong_name_is_read_as_what_it_is(
    tmp_path: Path, name: str, original: str, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes((FIXTURES / original).read_bytes())
    document = read(path, name)
    assert document.body.text == read(FIXTURES / original, original).body.text
    [warning] = [one for one in document.warnings if said in one]
    assert Path(name).suffix in warning
    assert " / " in warning


def test_a_file_under_its_own_name_gets_no_warning_of_it() -> None:
    for name in ("letter.docx", "newspaper.pdf", "page.html", "book.epub", "gb18030.txt", "indicators.csv"):
        assert not any("内容其实" in warning for warning in read(FIXTURES / name, name).warnings)


@pytest.mark.parametrize(
    ("name", "data", "zh", "en"),
    [
        ("a.doc", old_office("WordDocument"), "另存为 .docx", ".docx"),
        ("a.docx", old_office("WordDocument"), "其实是旧的 Word 文档", "really an old Word document"),
        ("a.xls", old_office("Workbook"), "另存为 .xlsx", ".xlsx"),
        ("a.ppt", old_office("PowerPoint Document"), "另存为 .pptx", ".pptx"),
        ("a.wps", old_office("WordDocument"), "WPS", "WPS"),
        ("a.rtf", b"{\\rtf1 a}", "另存为 .docx", ".docx"),
        ("a.txt", b"{\\rtf1 a}", "其实是 RTF", "really an RTF"),
        ("a.rar", b"Rar!\x1a\x07\x01\x00" + bytes(20), "解压", "Unpack"),
        ("a.pdf", b"7z\xbc\xaf\x27\x1c" + bytes(20), "其实是 7z 压缩包", "really a 7z archive"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic" + bytes(20), "另存为 .png", ".png"),
        ("a.ofd", container("OFD.xml"), "导出为 .pdf", ".pdf"),
        ("a.caj", b"CAJ\x00" + bytes(50), "CAJViewer", "CAJViewer"),
        ("a.docx", container("a.txt", "b.txt"), "以 .zip 结尾", ".zip"),
        ("a.zip", container("a.txt"), "rag.ingest", "rag.ingest"),
        ("a.xyz", b"\x00\x01\x02", "暂不支持", "not in a format"),
        ("a.log", TEXT.encode(), "暂不支持", "not in a format"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(
    tmp_path: Path, name: str, data: bytes, zh: str, en: str
) -> None:
    error = refusal(tmp_path, name, data)
    assert error.code == "unsupported"
    assert zh in error.zh
    assert en in error.en


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    for name in ("a.txt", "a.pdf", "a.docx", "a.zip", "a.png"):
        error = refusal(tmp_path, name, b"")
        assert error.code == "no_text"
        assert "0" in error.zh


def test_binary_content_under_a_text_s_name_is_damaged(tmp_path: Path) -> None:
    for name in ("a.txt", "a.md", "a.csv", "a.html"):
        assert refusal(tmp_path, name, bytes(range(256)) * 20).code == "damaged"


def test_a_text_that_begins_with_another_format_s_mark_is_a_text(tmp_path: Path) -> None:
    for begin in ("BM公司", "MZ是程序的开头。", "%PDF-1.7 是 PDF 文件的开头。", "<html> 是网页的开头。"):
        path = tmp_path / "a.txt"
        path.write_text(begin + TEXT, encoding="utf-8")
        document = read(path, "a.txt")
        assert document.original.text == begin + TEXT
        assert document.format == "txt"


@pytest.mark.skipif(os.name != "posix", reason="POSIX file systems only")
def test_a_pipe_named_like_a_document_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(ReadError, match="no ordinary file"):
        read(tmp_path / "pipe.txt", "pipe.txt")


def test_a_folder_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read(tmp_path, "folder.txt")
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("binary.txt", "damaged"),
        ("encrypted-aes.pdf", "password"),
        ("entities.docx", "damaged"),
        ("locked.xlsx", "password"),
        ("loop.pdf", "damaged"),
        ("old.doc", "unsupported"),
        ("truncated.docx", "damaged"),
        ("zero.txt", "no_text"),
    ],
)
def test_each_bad_fixture_gets_its_reason(name: str, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(BAD / name, name)
    assert caught.value.code == code


def test_broken_files_never_stop_the_good_ones(tmp_path: Path) -> None:
    """A small share of `python -m tests.proofs.fuzz`; scans are left to it, they take seconds each."""
    shares = {
        ".pdf": 10,
        ".docx": 10,
        ".xlsx": 10,
        ".pptx": 8,
        ".epub": 6,
        ".eml": 6,
        ".html": 4,
        ".zip": 3,
        ".csv": 2,
        ".txt": 2,
    }
    outcome = fuzz(originals_in(FIXTURES), shares, tmp_path, seed=11)
    assert (outcome.crashes, outcome.hangs, outcome.lost) == ([], [], [])
    assert sum(row.mutants for row in outcome.rows.values()) == sum(shares.values())
    assert sum(row.read for row in outcome.rows.values()) > 0
    assert sum(row.refused.total() for row in outcome.rows.values()) > 0
    assert list(tmp_path.iterdir()) == []
