"""PDF files: pages, their edges, locks and scans. The files are made here, byte by byte."""

import io
from collections.abc import Sequence
from pathlib import Path

import pypdf
import pytest

from rag.documents import read
from rag.errors import ReadError


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF with a line of text for every string, in a font whose codes are the characters themselves."""
    chars = sorted({char for page in pages for line in page for char in line})
    unicode_map = "\n".join(f"1 beginbfchar <{ord(char):04X}> <{ord(char):04X}> endbfchar" for char in chars)
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        _stream(
            "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> "
            f"endcodespacerange\n{unicode_map}\nendcmap end"
        ),
    ]
    for n, page in enumerate(pages):
        shown = "".join(
            f"1 0 0 1 50 {780 - 20 * row} Tm <{''.join(f'{ord(char):04X}' for char in line)}> Tj\n"
            for row, line in enumerate(page)
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {7 + 2 * n} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(_stream(f"BT /F1 12 Tf\n{shown}ET"))
    return _file(objects)


def _stream(text: str) -> bytes:
    data = text.encode()
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table)
    return bytes(out)


def locked(data: bytes, password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "report.pdf"
    path.write_bytes(data)
    return path


_PAGES = [
    ["武乡县统计公报", "2023年，全县经济运行总体平稳，产业结构持续优化。全年原煤产", "- 1 -"],
    ["武乡县统计公报", "量520.6万吨，同比增长8.1%，新能源装机容量达到三十万千瓦。", "- 2 -"],
    ["武乡县统计公报", "全年粮食产量1.2亿公斤，创历史新高。", "- 3 -"],
]


def test_pages_are_kept_and_a_span_knows_its_page(tmp_path: Path) -> None:
    document = read(saved(tmp_path, pdf(_PAGES)), "report.pdf")
    original = document.original
    assert len(original.page_starts) == 3
    extracted = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "report.pdf").pages]
    assert [text for _, text in original.pages()] == extracted
    sentence = "全年粮食产量1.2亿公斤，创历史新高。"
    start = document.body.text.index(sentence)
    (span,) = original.page_spans(*document.body.original_span(start, start + len(sentence)))
    assert span.page == 3
    assert extracted[2][span.start : span.end] == span.text == sentence


def test_a_sentence_runs_on_over_the_edge_of_a_page(tmp_path: Path) -> None:
    document = read(saved(tmp_path, pdf(_PAGES)), "report.pdf")
    assert "全年原煤产量520.6万吨，同比增长8.1%" in document.body.text
    start = document.body.text.index("原煤产量520.6万吨")
    spans = document.original.page_spans(*document.body.original_span(start, start + 11))
    assert [span.page for span in spans] == [1, 2]


def test_page_numbers_and_running_heads_are_no_text(tmp_path: Path) -> None:
    document = read(saved(tmp_path, pdf(_PAGES)), "report.pdf")
    assert document.body.text.count("统计公报") == 1
    assert document.metadata.title == "武乡县统计公报"
    assert "- 1 -" not in document.body.text


def test_a_page_without_text_is_warned_of(tmp_path: Path) -> None:
    document = read(saved(tmp_path, pdf([_PAGES[0], [], _PAGES[2]])), "report.pdf")
    assert len(document.warnings) == 1
    assert "第 2 页" in document.warnings[0]
    assert "Page 2" in document.warnings[0]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (pdf([[], []]), "no_text"),
        (locked(pdf(_PAGES), "secret"), "password"),
        (pdf(_PAGES)[:200], "damaged"),
    ],
    ids=["scan", "locked", "cut off"],
)
def test_a_pdf_that_will_not_do_is_refused_with_its_reason(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(saved(tmp_path, data), "in/report.pdf")
    assert caught.value.code == code
    assert "in/report.pdf" in caught.value.zh
    assert "in/report.pdf" in caught.value.en


def test_the_password_opens_a_locked_file_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    path = saved(tmp_path, locked(pdf(_PAGES), "secret"))
    assert "粮食产量" in read(path, "report.pdf", password="secret").body.text
    with pytest.raises(ReadError, match="wrong"):
        read(path, "report.pdf", password="guess")
