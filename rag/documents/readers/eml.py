"""E-mail messages: what they say, and the files attached to them."""

from __future__ import annotations

import mimetypes
import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime

from rag.documents.extract import Extract, SourceFile
from rag.documents.files.damage import damaged, named_damage
from rag.documents.files.decoding import decode
from rag.documents.office.writing import Writing
from rag.documents.web.page import page_text, parse_page
from rag.documents.web.page_blocks import write_page

_SHOWN = ("From", "To", "Cc", "Date")
_QUOTED = re.compile(r"[>\s]*")
_ENDS = re.compile(r"[。！？；：.!?;:”」』）)]\s*$")
_ITEM = re.compile(r"\s*(?:[-*•·●]|\d{1,3}[.、)）]|[（(]?[一二三四五六七八九十]{1,3}[、)）])")
_FULL_LINE = 60
"""Columns from which a line may have been broken by a mail program, which do so below 80."""
_NARROW_CHINESE = re.compile(rb"=\?(?:gb2312|gbk|x-gbk|gb_2312-80)\?(?=[bq]\?)", re.IGNORECASE)
"""Encoded words (RFC 2047) that say GB2312 often hold characters that only GB18030 has."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")


def read(file: SourceFile) -> Extract:
    """Subject, sender, receivers and date, then the message: its plain text, or its page where it has no other.

    Quoted replies are kept. What is attached is not read here: see `attachments`. Raises `ReadError`:
    "damaged" (no message), "too_large".
    """
    with named_damage(file.source):
        message = _message(file.data)
        if not any(message.get(name) for name in ("From", "To", "Subject", "Date", "Received", "Message-ID")):
            raise damaged(file.source)
        writing = Writing(file)
        writing.line("heading", _header(message, "Subject"), level=1)
        for name in _SHOWN:
            value = _header(message, name)
            if value:
                writing.line("paragraph", f"{name}: {value}")
        _write_body(writing, message, file.source)
        return writing.extract(_facts(message))


def attachments(data: bytes) -> list[tuple[str, bytes]]:
    """The files attached to a message as (name, content), in its order; none for what is no message.

    A name has no folders in it. A message attached to the message is a file "….eml"; pictures shown inside
    the text are none.
    """
    found: list[tuple[str, bytes]] = []
    for number, part in enumerate(_message(data).iter_attachments(), 1):
        inline = part.get("Content-ID") and part.get_content_disposition() != "attachment"
        payload = _content(part)
        if isinstance(payload, bytes) and not (inline and part.get_content_maintype() == "image"):
            found.append((_file_name(part.get_filename() or "", part, number), payload))
    return found


def _content(part: EmailMessage) -> object:
    if part.get_content_type() != "message/rfc822":
        return part.get_payload(decode=True)
    inner = part.get_payload()
    return inner[0].as_bytes() if isinstance(inner, list) and isinstance(inner[0], EmailMessage) else None


def _message(data: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(_NARROW_CHINESE.sub(rb"=?gb18030?", data))


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name) or "").split())


def _facts(message: EmailMessage) -> dict[str, str | None]:
    sender, address = parseaddr(_header(message, "From"))
    try:
        date = f"{parsedate_to_datetime(str(message.get('Date') or '')):%Y-%m-%d}"
    except ValueError:
        date = None
    return {"title": _header(message, "Subject"), "author": sender or address, "date": date}


def _write_body(writing: Writing, message: EmailMessage, source: str) -> None:
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        text = _text(part, source) if isinstance(part, EmailMessage) else ""
        if not text.strip():
            continue
        if kind == "plain":
            _write_plain(writing, text)
        else:
            write_page(writing, parse_page(text, source), deeper=int(writing.has_title))
        return


def _text(part: EmailMessage, source: str) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return ""
    charset = part.get_content_charset()
    if part.get_content_type() == "text/html" or charset:
        return page_text(data, source, charset)
    return decode(data, source)


def _write_plain(writing: Writing, text: str) -> None:
    """The text as it stands; lines that a mail program broke are one paragraph, marks of quoting in none."""
    spans: list[tuple[int, int]] = []
    before = ""
    for line in re.split(r"(?<=\n)", text):
        quoted = _QUOTED.match(line)
        mark = quoted.end() if quoted else 0
        content = line.rstrip()
        start = writing.put(line)
        if spans and not _goes_on(before, content):
            writing.region("paragraph", spans)
            spans = []
        if content[mark:]:
            spans.append((start + mark, start + len(content)))
        before = content
    if spans:
        writing.region("paragraph", spans)


def _goes_on(before: str, line: str) -> bool:
    """Whether a line is the rest of the paragraph of the line before."""
    marks = [match.group().strip() for text in (before, line) if (match := _QUOTED.match(text))]
    content = line.lstrip("> \t")
    columns = sum(2 if ord(char) > 0x2E80 else 1 for char in before)
    full = columns >= _FULL_LINE and not (_ENDS.search(before) and columns < _FULL_LINE + 8)
    return (
        bool(content)
        and full
        and marks[0] == marks[1]
        and not _ITEM.match(content)
        and not content.startswith("　")
    )


def _file_name(stated: str, part: EmailMessage, number: int) -> str:
    """A name that is safe to show and to write: the last part of a path, without control characters."""
    name = _UNSAFE.sub("", re.split(r"[/\\]", stated)[-1]).strip(" .")
    if part.get_content_type() == "message/rfc822":
        name = name if name.lower().endswith(".eml") else f"{name or f'attachment-{number}'}.eml"
    return name or f"attachment-{number}{_suffix(part)}"


def _suffix(part: EmailMessage) -> str:
    return mimetypes.guess_extension(part.get_content_type()) or ""
