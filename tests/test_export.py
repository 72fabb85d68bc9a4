"""Conversations as files: what is said, and every footnote with the exact quote, read back from them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from rag.export import Note, Said, Transcript, file_name, markdown_of, word_of
from rag.export.markdown import escaped

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
QUOTE = "去年原煤产 量2694.5万吨，\n同比增长42%"
COAL = Said("昔阳产量？", "原煤2694.5万吨。[1] 又说一次。[1]", {1: Note("昔阳报告, 第 3 页 · 2023年", QUOTE)})
TABLE = Said(
    "比较？",
    "| 地方 | 数 |\n|---|---|\n| 昔阳 | 1[1] |\n| 左权 | 2[2] |\n~~没有依据~~ [9]",
    {1: Note("甲", "一"), 2: Note("乙", "二"), 3: Note("丙", "三")},
    ("依据不多。",),
)
TALK = Transcript("昔阳/产量", (COAL, TABLE), "zh", "由问据导出。")
TRICK = (
    "<img src=x onerror=alert(1)> ![a](http://b.invalid) [x](javascript:y) `c` **d** {{e}} $f$ 1. <!-- -->"
)


def footnotes(file: bytes) -> list[str]:
    """The texts of the footnotes as they stand below the page."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        root = etree.fromstring(archive.read("word/footnotes.xml"))
    notes = [note for note in root if note.get(f"{W}type") is None]
    return [
        "".join("\n" if one.tag == f"{W}br" else one.text or "" for one in note.iter(f"{W}t", f"{W}br"))
        for note in notes
    ]


def test_a_word_file_has_the_conversation_and_real_footnotes() -> None:
    file = word_of(TALK)
    document = docx.Document(io.BytesIO(file))
    assert [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 2"] == [
        "昔阳产量？",
        "比较？",
    ]
    assert footnotes(file)[0] == f" 昔阳报告, 第 3 页 · 2023年: {QUOTE}"
    referred = re.findall(
        r'footnoteReference w:id="(\d+)"', etree.tostring(document.element, encoding="unicode")
    )
    assert referred == ["1", "2", "3", "4"], "each once, in order; what has no marker at the end"
    assert len(footnotes(file)) == 4
    assert "NOTEREF _Note1" in etree.tostring(document.element, encoding="unicode"), (
        "the second [1] is the first's"
    )
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["昔阳", "1"]
    assert any(run.font.strike and run.text == "没有依据" for p in document.paragraphs for run in p.runs)
    assert document.core_properties.title == "昔阳/产量"


@given(st.text(), st.text())
def test_any_quote_can_be_in_a_footnote(where: str, quote: str) -> None:
    talk = Transcript("", (Said("", "[1]", {1: Note(where, quote)}),), "zh")
    kept = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", quote)
    assert footnotes(word_of(talk))[0].endswith(": " + re.sub("\r\n?", "\n", kept))


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_it_with_its_footnotes(tmp_path: Path) -> None:
    (tmp_path / "talk.docx").write_bytes(word_of(TALK))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "odt",
            "talk.docx",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )
    with zipfile.ZipFile(tmp_path / "talk.odt") as archive:
        content = archive.read("content.xml").decode()
    bodies = re.findall(r"<text:note-body>(.*?)</text:note-body>", content)
    assert len(bodies) == 4
    assert "昔阳报告, 第 3 页 · 2023年" in bodies[0]
    assert "同比增长42%" in bodies[0]
    assert 'Footnote_20_Symbol">1</text:span>' in content, "the second [1] shows the first footnote's number"


def test_markdown_has_the_conversation_and_its_footnotes() -> None:
    text = markdown_of(TALK)
    assert "# 昔阳/产量\n\n## 昔阳产量？\n\n原煤2694.5万吨。[^1] 又说一次。[^1]\n" in text
    assert "| 昔阳 | 1[^2] |" in text
    assert "~~没有依据~~" in text
    assert "\n[^1]: 昔阳报告, 第 3 页 · 2023年: 去年原煤产 量2694.5万吨， 同比增长42%\n" in text
    assert {f"[^{n}]:" for n in (1, 2, 3, 4)} <= set(re.findall(r"^\[\^\d\]:", text, re.MULTILINE))


@given(st.text() | st.just(TRICK) | st.from_regex(r"[-+=>#|\d.)(~*_\[\]!<>&a 　]{1,12}"))
def test_whatever_was_written_is_only_text_in_markdown(text: str) -> None:
    parsed = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(escaped(text))
    inside = [child for token in parsed for child in token.children or ()]
    assert {token.type for token in parsed} <= {"paragraph_open", "inline", "paragraph_close"}
    assert {child.type for child in inside} <= {"text", "text_special"}
    shown = "".join(child.content for child in inside)
    assert shown.split() == text.replace("\0", "\ufffd").split() or "\ufffd" in shown


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("昔阳县2023年原煤产量是多少？", "昔阳县2023年原煤产量是多少？.md"),
        ("../../etc/passwd", "etc passwd.md"),
        ('a<b>:c|"d"', "a b c d.md"),
        ("报告\u202etxt.exe", "报告 txt.exe.md"),
        ("con", "wenju.md"),
        (" . ", "wenju.md"),
    ],
)
def test_a_file_is_named_by_the_title(title: str, name: str) -> None:
    assert file_name(title, ".md", otherwise="wenju") == name
