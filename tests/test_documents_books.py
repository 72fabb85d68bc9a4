"""E-books and messages: chapters in the order of the spine, mail in its charset, attachments apart."""

import io
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents.limits import Limits
from rag.documents.readers.eml import attachments
from rag.errors import ReadError
from tests.fixture_files import cell_truths, fixture, page_truth, truth
from tests.read_documents import assert_lawful, extracted, folded, read_bytes, texts, told
from tests.reading_measures import reading_order

_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
_FONT = '<EncryptionMethod xmlns="http://www.w3.org/2001/04/xmlenc#" Algorithm="http://www.idpf.org/2008/embedding"/>'
_AES = '<EncryptionMethod xmlns="http://www.w3.org/2001/04/xmlenc#" Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/>'


def book(
    chapters: Mapping[str, str], spine: str, facts: str = "", extra: Mapping[str, str] | None = None
) -> bytes:
    """An .epub with these pages, `spine` naming them in order."""
    items = "".join(
        f'<item id="{name}" href="{name}%20x.xhtml" media-type="application/xhtml+xml"/>' for name in chapters
    )
    references = "".join(f'<itemref idref="{name}"/>' for name in spine)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" version="3.0">'
        f"<metadata>{facts}</metadata><manifest>{items}</manifest><spine>{references}</spine></package>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", _CONTAINER)
        archive.writestr("OEBPS/book.opf", package)
        for name, content in chapters.items():
            page = f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{content}</body></html>'
            archive.writestr(f"OEBPS/{name} x.xhtml", page)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def message(body: str, **headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in headers.items():
        made[name] = value
    made.set_content(body, charset="utf-8")
    return made


def test_the_fixture_book_is_read_whole_and_in_order_with_its_table() -> None:
    document = assert_lawful("book.epub", fixture("book.epub").read_bytes())
    said = page_truth("book.epub")
    assert reading_order(said.sentences, document.body.text).share == 1.0
    assert not [line for line in said.furniture if folded(line) in folded(document.body.text)]
    rows = [folded(row) for row in texts(document, "row")]
    for cell in cell_truths("book.epub"):
        assert any(folded(cell.value) in row for row in rows)


def test_chapters_follow_the_spine_below_the_books_title() -> None:
    facts = "<dc:title>县志</dc:title><dc:creator>甲</dc:creator><dc:creator>乙</dc:creator><dc:date>2019-10-01</dc:date>"
    chapters = {
        "a": "<h1>第二章</h1><p>后文。</p>",
        "b": "<h1>第一章</h1><p>前文。</p>",
        "c": "<p>不在书脊里。</p>",
    }
    data = book(chapters, "ba", facts)
    assert told(assert_lawful("a.epub", data)) == [
        ("heading", 1, "县志"),
        ("heading", 2, "第一章"),
        ("paragraph", 0, "前文。"),
        ("heading", 2, "第二章"),
        ("paragraph", 0, "后文。"),
    ]
    assert extracted("a.epub", data).stated == {"title": "县志", "author": "甲、乙", "date": "2019-10-01"}
    assert extracted("a.epub", data).original.page_starts == ()


def test_a_contents_page_is_out_and_a_missing_chapter_is_warned_of() -> None:
    contents = (
        '<nav xmlns:epub="http://www.idpf.org/2007/ops" epub:type="toc"><ol><li><a>第一章</a></li></ol></nav>'
    )
    data = book({"n": contents, "a": "<p>正文。</p>"}, "na")
    assert told(read_bytes("a.epub", data)) == [("paragraph", 0, "正文。")]
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out := io.BytesIO(), "w") as part:
        for name in whole.namelist():
            if not name.endswith("n x.xhtml"):
                part.writestr(name, whole.read(name))
    assert any("n x.xhtml" in warning for warning in extracted("a.epub", out.getvalue()).warnings)


def test_a_locked_book_is_told_from_one_whose_fonts_alone_are() -> None:
    def locked(method: str) -> bytes:
        return book(
            {"a": "<p>正文。</p>"},
            "a",
            extra={"META-INF/encryption.xml": f"<encryption>{method}</encryption>"},
        )

    assert extracted("a.epub", locked(_FONT)).original.text == "正文。\n"
    with pytest.raises(ReadError) as caught:
        extracted("a.epub", locked(_AES))
    assert caught.value.code == "password"
    assert "DRM" in caught.value.zh


def test_a_broken_book_and_a_bomb_get_their_reasons() -> None:
    data = fixture("book.epub").read_bytes()
    for broken in (data[:-200], b"", b"PK\x05\x06" + b"\0" * 18):
        with pytest.raises(ReadError) as caught:
            extracted("a.epub", broken)
        assert caught.value.code == "damaged"
    with pytest.raises(ReadError) as caught:
        extracted("a.epub", book({"a": "字" * (1 << 20)}, "a"))
    assert caught.value.code == "too_large"
    with pytest.raises(ReadError) as caught:
        extracted("a.epub", data, limits=Limits(archive_members=2))
    assert caught.value.code == "too_large"


def test_the_fixture_message_is_read_with_its_attachments_apart() -> None:
    data = fixture("mail.eml").read_bytes()
    document = assert_lawful("mail.eml", data)
    said = truth("mail.eml")
    assert reading_order([said["sentences"]], document.body.text).share == 1.0
    assert not [line for line in said["furniture"] if line in document.body.text]
    assert extracted("mail.eml", data).stated == said["stated"]
    found = dict(attachments(data))
    assert found.keys() == said["attachments"].keys()
    assert found["各县指标.xlsx"] == fixture("indicators.xlsx").read_bytes()
    assert (
        found["核对说明.txt"].decode("gb18030") == said["attachments"]["核对说明.txt"]
        or found["核对说明.txt"].decode() == said["attachments"]["核对说明.txt"]
    )


def test_subject_and_sender_come_first_and_broken_lines_are_joined_but_not_with_quotes() -> None:
    body = (
        "各位：\n\n原煤产量2694.5万吨，同比增长42%，全县经济持续向好，各项指标位居全市\n前列。\n- 第一件事\n- 第二件事\n"
        "> 上封信的内容在这里，一行写得很长很长很长很长很长很长很长很长很长很长\n> 接着写。\n"
    )
    data = message(
        body, Subject="原煤产量", From="张三 <z@x.cn>", To="b@x.cn", Date="Wed, 20 Mar 2024 10:11:00 +0800"
    ).as_bytes()
    document = assert_lawful("a.eml", data)
    assert [text for _, _, text in told(document)] == [
        "原煤产量",
        "From： 张三<z@x.cn>",
        "To: b@x.cn",
        "Date: Wed, 20 Mar 2024 10:11:00 +0800",
        "各位：",
        "原煤产量2694.5万吨，同比增长42%，全县经济持续向好，各项指标位居全市前列。",
        "- 第一件事",
        "- 第二件事",
        "上封信的内容在这里，一行写得很长很长很长很长很长很长很长很长很长很长接着写。",
    ]
    assert document.blocks[0].level == 1
    assert extracted("a.eml", data).stated == {"title": "原煤产量", "author": "张三", "date": "2024-03-20"}


def test_plain_text_goes_before_the_page_and_a_page_alone_is_read_as_one() -> None:
    both = message("纯文本。", Subject="甲")
    both.add_alternative("<p>网页。</p>", subtype="html")
    assert [text for _, _, text in told(read_bytes("a.eml", both.as_bytes()))] == ["甲", "纯文本。"]
    alone = EmailMessage()
    alone["Subject"] = "乙"
    alone.set_content("<h1>标题</h1><table><tr><th>县<th>产量<tr><td>昔阳<td>2694.5</table>", subtype="html")
    assert told(assert_lawful("a.eml", alone.as_bytes()))[1:] == [
        ("heading", 2, "标题"),
        ("row", 0, "昔阳：产量2694.5。"),
    ]


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "utf-8", "no-such-charset"])
def test_a_message_is_read_in_its_charset_and_gb2312_in_the_wider_one(charset: str) -> None:
    encoding = "utf-8" if charset in ("utf-8", "no-such-charset") else "gb18030"
    head = f"Subject: hi\r\nFrom: a@b.cn\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    data = head.encode() + "镕基：产量2694.5万吨。".encode(encoding)
    assert "镕基：产量2694.5万吨。" in extracted("a.eml", data).original.text


def test_names_of_attachments_are_decoded_and_have_no_folders() -> None:
    mail = message("正文", Subject="甲")
    for name in ("../../etc/附件 一.pdf", "C:\\temp\\b.txt", "..", "", "c\x07d.csv"):
        mail.add_attachment(b"data", maintype="application", subtype="pdf", filename=name or None)
    inner = message("里面", Subject="乙")
    mail.add_attachment(inner)
    raw = mail.as_bytes()
    names = [name for name, _ in attachments(raw)]
    assert names[:2] == ["附件 一.pdf", "b.txt"]
    assert "cd.csv" in names
    assert all(name and not set(name) & set("/\\\x07") and name not in (".", "..") for name in names)
    assert names[-1].endswith(".eml")
    assert "里面" in extracted("inner.eml", attachments(raw)[-1][1]).original.text
    assert attachments(b"no message at all") == []


def test_what_is_no_message_is_said_to_be_damaged() -> None:
    for data in (b"", b"\x00\x01\x02", b"just words\n"):
        with pytest.raises(ReadError) as caught:
            extracted("a.eml", data)
        assert caught.value.code == "damaged"


@settings(max_examples=60)
@given(st.text(alphabet="昔阳产量。，> -2694.5\n\t ab", max_size=200))
def test_both_laws_hold_for_any_message(body: str) -> None:
    assert_lawful("a.eml", message(body, Subject="甲", From="a@b.cn").as_bytes())


@settings(max_examples=60)
@given(st.data())
def test_a_message_with_broken_bytes_is_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(fixture("mail.eml").read_bytes()[:3000])
    for _ in range(data.draw(st.integers(1, 20))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        extracted("a.eml", bytes(raw))
    except ReadError as error:
        assert error.code == "damaged"
    assert isinstance(attachments(bytes(raw)), list)
