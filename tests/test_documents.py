"""Which files are found, how their bytes become text, and what is said of those that can't be read."""

import codecs
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import SUFFIXES, Row, discover, read, read_rows
from rag.documents.files.decoding import decode
from rag.documents.formats import FORMATS, format_of
from rag.errors import ReadError

_CHINESE = "昔阳县2023年原煤产量2694.5万吨，同比增长42%。\r\n全县经济持续向好。\n"


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (_CHINESE.encode(), "UTF-8"),
        (codecs.BOM_UTF8 + _CHINESE.encode(), "UTF-8 with a mark"),
        (_CHINESE.encode("gb18030"), "GB18030"),
        (codecs.BOM_UTF16_LE + _CHINESE.encode("utf-16-le"), "UTF-16 LE"),
        (codecs.BOM_UTF16_BE + _CHINESE.encode("utf-16-be"), "UTF-16 BE"),
    ],
)
def test_text_is_decoded_as_it_stands_in_the_file(tmp_path: Path, data: bytes, name: str) -> None:
    document = read(written(tmp_path, "report.txt", data), name)
    assert document.original.text == _CHINESE
    assert document.source == name
    assert document.format == "txt"


@given(st.text(alphabet="昔阳县产量增长的是在，。《》“”0123456789\r\n abc", min_size=1))
def test_gb18030_gives_back_what_was_written(text: str) -> None:
    assert decode(text.encode("gb18030"), "a.txt") == text


def test_old_encodings_of_other_places_are_not_taken_for_chinese() -> None:
    assert decode("Le café déjà vu à Genève".encode("cp1252"), "a.txt") == "Le café déjà vu à Genève"
    assert decode("臺灣經濟發展報告，產業升級。".encode("big5"), "a.txt") == "臺灣經濟發展報告，產業升級。"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.txt", b"", "no_text"),
        ("blank.txt", b" \n\t\r\n", "no_text"),
        ("mark.txt", codecs.BOM_UTF8, "no_text"),
        ("invisible.txt", "\u200b\u200b\n".encode(), "no_text"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "damaged"),
        ("cut.txt", codecs.BOM_UTF16_LE + b"\x2d\x66\x33", "damaged"),
        ("broken.pdf", b"%PDF-1.7\nnot really", "damaged"),
        ("empty.pdf", b"", "no_text"),
        ("table.xlsx", b"PK\x03\x04", "damaged"),
        ("noending", b"text", "unsupported"),
    ],
)
def test_a_file_that_will_not_do_is_refused_with_its_reason(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    with pytest.raises(ReadError) as caught:
        read(written(tmp_path, name, data), f"in/{name}")
    assert caught.value.code == code
    assert f"in/{name}" in caught.value.zh
    assert f"in/{name}" in caught.value.en


def test_a_file_that_is_gone_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "gone.txt", "gone.txt")
    assert caught.value.code == "unreadable"


def test_a_folder_gives_its_documents_sorted_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "b.txt",
        "a.MD",
        "sub/c.pdf",
        "README.md",
        "sub/readme.zh.txt",
        "LICENSE.txt",
        ".git/x.txt",
        ".h.txt",
        "t.mp4",
    ):
        written(tmp_path, f"docs/{name}", b"text")
    monkeypatch.chdir(tmp_path)
    assert [source for source, _ in discover([Path("docs")])] == ["docs/a.MD", "docs/b.txt", "docs/sub/c.pdf"]
    assert all(path.is_file() for _, path in discover([Path("docs")]))


def test_a_file_named_itself_is_always_taken_and_never_twice(tmp_path: Path) -> None:
    readme, table = written(tmp_path, "README.md", b"text"), written(tmp_path, "table.csv", b"1,2")
    found = discover([readme, table, tmp_path, readme])
    assert [path for _, path in found] == [readme, table]


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="nowhere"):
        discover([tmp_path / "nowhere"])


def test_the_seed_corpus_is_found_without_its_readme() -> None:
    sources = [source for source, _ in discover([Path("seeds")])]
    assert [source[:9] for source in sources] == [f"seeds/00{n}" for n in range(5)]


def test_a_document_without_a_title_is_called_by_its_file_name(tmp_path: Path) -> None:
    path = written(tmp_path, "武乡县公报.txt", "全县经济平稳运行，各项事业取得进步。".encode())
    assert read(path, "docs/武乡县公报.txt").metadata.title == "武乡县公报"


def test_markdown_loses_its_marks_and_keeps_its_words(tmp_path: Path) -> None:
    text = "# 武乡县*年度*报告\n\n全年产量**20万吨**，见[附表](http://example.org/a_b)。\n\n---\n\n![图](a.png)\n\n- 一号`井`\n- 二号井\n"
    document = read(written(tmp_path, "a.md", text.encode()), "a.md")
    assert document.body.text == "武乡县年度报告\n全年产量20万吨，见附表。\n一号井\n二号井"
    assert [block.kind for block in document.blocks] == ["heading", "paragraph", "item", "item"]
    assert document.metadata.title == "武乡县年度报告"


def test_a_corpus_file_gives_a_document_a_line(tmp_path: Path) -> None:
    rows = [
        {"id": "a-1", "title": "昔阳县公报", "text": "原煤产量２６９４．５万吨。"},
        {"id": "a-2", "text": "第二篇。"},
    ]
    path = written(tmp_path, "corpus.jsonl", "\n\n".join(json.dumps(row) for row in rows).encode())
    first, second = (row.document() for row in read_rows(path) if isinstance(row, Row))
    assert (first.source, first.format, first.metadata.title) == ("a-1", "jsonl", "昔阳县公报")
    assert first.original.text == "原煤产量２６９４．５万吨。"
    assert first.body.text == "原煤产量2694.5万吨。"
    assert (second.source, second.metadata.title) == ("a-2", "")


@pytest.mark.parametrize(
    "line", ["{not json", '["a"]', '{"id": "x"}', '{"id": 3, "text": "a"}', '{"id": "", "text": "a"}', "7"]
)
def test_a_broken_line_of_a_corpus_is_named_by_file_and_number_and_the_next_one_is_read(
    tmp_path: Path, line: str
) -> None:
    path = written(
        tmp_path,
        "corpus.jsonl",
        f'{{"id": "a", "text": "好。"}}\n{line}\n{{"id": "b", "text": "好。"}}'.encode(),
    )
    first, broken, last = read_rows(path)
    assert isinstance(first, Row)
    assert isinstance(last, Row)
    assert not isinstance(broken, Row)
    place, error = broken
    assert (first.source, place, last.source) == ("a", f"{path.as_posix()}:2", "b")
    assert "corpus.jsonl" in error.en
    assert "line 2" in error.en
    assert "第 2 行" in error.zh


def test_reading_text_does_not_load_the_pdf_library() -> None:
    code = "import sys, rag.documents; sys.exit('pypdf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_format_named_has_a_reader() -> None:
    for known in FORMATS:
        assert callable(known.reader("a"))
        assert all(format_of(suffix) is known for suffix in known.suffixes)
    assert {
        ".txt",
        ".md",
        ".pdf",
        ".docx",
        ".xlsx",
        ".csv",
        ".html",
        ".epub",
        ".eml",
        ".pptx",
        ".png",
    } <= set(SUFFIXES)
