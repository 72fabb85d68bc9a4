"""The text of a PDF file, page by page: its text layer, or what OCR reads where that will not do."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rag.documents.extract import Extract, SourceFile
from rag.documents.files.damage import named_damage
from rag.documents.limits import passed
from rag.documents.pages.laid_pages import LaidPage, laid_reading, laid_text, put_together, unplaced, unread
from rag.documents.pages.ocr import missing_package, not_installed
from rag.documents.pages.pdf_boxes import PdfPages, open_pages
from rag.documents.pages.scanned_page import read_page
from rag.documents.pages.text_quality import is_trusted
from rag.errors import ReadError

if TYPE_CHECKING:
    import pypdf

_SCALE = 2.0
"""Pixels a point at which pages are read: 144 to the inch."""
_NO_TITLE = re.compile(
    r"(?i)^(?:microsoft |untitled|无标题|未命名|document\d*$|文档\s?\d*$|幻灯片|powerpoint|slide|print|scan|img|新建)"
    r"|\.(?:docx?|wps|pdf|xlsx?|pptx?|html?|indd|fit|s2|ps|txt|tif|jpe?g)$|^[\W\d_]*$|://"
)
_NO_AUTHOR = re.compile(
    r"(?i)^(?:admin\w*|user|windows|microsoft|pc|lenovo|dell|hp|asus|owner|root|python-docx|unknown|作者|用户|微软|[\W\d_]*)$"
)
_LONGEST_TITLE, _LONGEST_AUTHOR = 120, 60
_FIRST_YEAR = 1985


@dataclass(slots=True)
class _Found:
    """The pages so far, and the numbers of those that were read by OCR, or could not be."""

    pages: list[LaidPage] = field(default_factory=list)
    by_ocr: list[int] = field(default_factory=list)
    not_read: list[int] = field(default_factory=list)


def read(file: SourceFile) -> Extract:
    """Every page's text as pypdf extracts it, or as OCR reads it where the page has none or garbage.

    Regions come from where the characters stand; where that is not known there are none. Raises
    `ReadError`: "password" (locked, or the password is wrong), "damaged", "too_large" (pages), "no_text",
    "unsupported" (a scan, and OCR is not installed).
    """
    found = _Found()
    stated: dict[str, str] = {}
    with open_pages(file.data, file.password) as shown:
        for number, (text, count) in enumerate(_page_texts(file, stated), 1):
            _look(found, number, text, shown)
            file.told(number, count)
    if not any(page.text.strip() for page in found.pages) or len(found.not_read) == len(found.pages):
        raise not_installed(file.source) if found.not_read else _no_text(file.source)
    original, regions = put_together(found.pages)
    return Extract(original, regions, stated, tuple(_warnings(found)))


def _look(found: _Found, number: int, text: str, shown: PdfPages | None) -> None:
    """Take in a page: its text layer if that can be trusted, else its picture."""
    view = shown.view(number - 1) if shown is not None and number <= len(shown) else None
    if is_trusted(text, view):
        found.pages.append(laid_text(text, view) if view else unplaced(text, None))
        return
    picture = None
    if missing_package() is None and shown is not None and view is not None:
        picture = shown.picture(number - 1, _SCALE)
    if picture is None:
        found.not_read.append(number)
        found.pages.append(unread(text, view))
    else:
        found.by_ocr.append(number)
        found.pages.append(laid_reading(read_page(picture, _SCALE)))


def _warnings(found: _Found) -> Iterator[str]:
    if found.by_ocr:
        pages = ", ".join(map(str, found.by_ocr))
        yield (
            f"第 {pages.replace(', ', '、')} 页由文字识别（OCR）读出，引用前请核对页面。 / "
            f"Page {pages}: read by OCR; check it against the page before quoting."
        )
    if found.not_read:
        pages = ", ".join(map(str, found.not_read))
        yield (
            f'第 {pages.replace(", ", "、")} 页是扫描页或乱码，没有读入。请运行 pip install "wenju[ocr]" 后重新加入。 / '
            f'Page {pages}: scanned or garbled, not read. Run pip install "wenju[ocr]" and add the file again.'
        )


def _page_texts(file: SourceFile, stated: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Each page's text and the number of all pages; what the file states is put into `stated`."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    with named_damage(file.source):
        reader = pypdf.PdfReader(io.BytesIO(file.data))
        _unlock(reader, file.source, file.password)
        count = len(reader.pages)
        if count > file.limits.pages:
            raise passed("pages", file.source, file.limits, count)
        stated.update(_stated(reader))
        for page in reader.pages:
            yield _encodable(page.extract_text()), count
            # What pypdf resolved for a page it keeps for ever: a thousand pages would fill the memory.
            reader.resolved_objects.clear()


def _unlock(reader: pypdf.PdfReader, source: str, password: str | None) -> None:
    if reader.is_encrypted and not any(reader.decrypt(key) for key in (password or "", "")):
        raise ReadError(
            "password",
            f"{source} 有密码保护{'，给出的密码不对' if password else ''}。请提供密码，或另存为不加密的 PDF。",
            f"{source} is locked with a password{' (the one given is wrong)' if password else ''}. "
            "Give the password, or save it without one.",
        )


def _stated(reader: pypdf.PdfReader) -> dict[str, str]:
    """Title, author and date as the file's properties have them, where they look like such."""
    properties = reader.metadata
    if properties is None:
        return {}
    title, author = (_encodable(str(text or "")).strip() for text in (properties.title, properties.author))
    try:
        created = properties.creation_date
    except ValueError:
        created = None
    stated = {}
    if title and len(title) <= _LONGEST_TITLE and not _NO_TITLE.search(title) and title.isprintable():
        stated["title"] = title
    if author and len(author) <= _LONGEST_AUTHOR and not _NO_AUTHOR.search(author) and author.isprintable():
        stated["author"] = author
    if created and _FIRST_YEAR <= created.year <= datetime.now(UTC).year + 1:
        stated["date"] = created.date().isoformat()
    return stated


def _encodable(text: str) -> str:
    """The text with lone surrogates, which no file can hold, as U+FFFD (one for one)."""
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


def _no_text(source: str) -> ReadError:
    return ReadError(
        "no_text",
        f"{source} 里没有文字，每一页都是空白。请检查是否选错了文件。",
        f"{source} has no text: every page is blank. Check that it is the right file.",
    )
