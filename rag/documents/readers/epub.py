"""E-books (EPUB 2 and 3): the chapters in the order of the spine."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from rag.documents.extract import Extract, SourceFile
from rag.documents.files.containers import member_bytes, open_container
from rag.documents.files.damage import damaged, named_damage
from rag.documents.office.office_files import is_title
from rag.documents.office.trees import xml_tree
from rag.documents.office.writing import Writing
from rag.documents.web.page import page_text, parse_page
from rag.documents.web.page_blocks import write_page
from rag.documents.web.page_facts import iso_date
from rag.errors import ReadError

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Ways of making fonts unreadable that lock no text."""
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_CONTENTS_NAME = re.compile(r"(?:toc|nav|contents?|mulu)\w*\.x?html?", re.IGNORECASE)
_TYPE = "{http://www.idpf.org/2007/ops}type"


def read(file: SourceFile) -> Extract:
    """The book's title, then its chapters; its table of contents is left out.

    Raises `ReadError`: "password" (locked by DRM), "damaged", "too_large".
    """
    writing = Writing(file)
    with named_damage(file.source), open_container(file.data, file.source, file.limits) as archive:
        _check_lock(archive, file.source)
        package_path = _package_path(archive, file.source)
        package = xml_tree(member_bytes(archive, package_path, file.source))
        facts = _facts(package)
        writing.line("heading", facts["title"] or "", level=1)
        chapters = list(_spine(package, posixpath.dirname(package_path)))
        for number, path in enumerate(chapters, 1):
            if _is_there(archive, path, writing):
                _chapter(writing, member_bytes(archive, path, file.source), path, file.source)
            file.told(number, len(chapters))
        return writing.extract(facts)


def _chapter(writing: Writing, data: bytes, path: str, source: str) -> None:
    text = page_text(data, source)
    if not text.strip():
        return
    page = parse_page(text, f"{source} ({path})")
    if not any(
        _is_contents(nav.get("epub:type") or nav.get(_TYPE) or "") for nav in page.root.iter("nav", "section")
    ):
        write_page(writing, page, deeper=int(writing.has_title))


def _is_contents(kind: str) -> bool:
    return bool({"toc", "landmarks", "page-list"} & set(kind.split()))


def _package_path(archive: zipfile.ZipFile, source: str) -> str:
    container = xml_tree(member_bytes(archive, _CONTAINER, source))
    path = next(
        (root.get("full-path") for root in container.iter("{*}rootfile") if root.get("full-path")), None
    )
    if path is None:
        raise damaged(source)
    return str(path)


def _spine(package: etree._Element, folder: str) -> Iterator[str]:
    """The members of the pages to be read, in order."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    contents = {
        reference.get("href", "").partition("#")[0]
        for reference in package.iter("{*}reference")
        if reference.get("type") in ("toc", "cover")
    }
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if (
            item is None
            or item.get("media-type") not in _PAGES
            or "nav" in (item.get("properties") or "").split()
        ):
            continue
        href = item.get("href", "")
        if href not in contents and not _CONTENTS_NAME.fullmatch(posixpath.basename(href)):
            yield posixpath.normpath(posixpath.join(folder, unquote(href)))


def _is_there(archive: zipfile.ZipFile, path: str, writing: Writing) -> bool:
    found = path in archive.namelist()
    if not found:
        writing.warn(f"书中缺少 {path}，已跳过。", f"{path} is missing from the book and left out.")
    return found


def _facts(package: etree._Element) -> dict[str, str | None]:
    texts = {
        name: [" ".join("".join(found.itertext()).split()) for found in package.iter(f"{{*}}{name}")]
        for name in ("title", "creator", "publisher", "date")
    }
    return {
        "title": next((title for title in texts["title"] if is_title(title)), None),
        "author": "、".join(texts["creator"]) or None,
        "publisher": next(iter(texts["publisher"]), None),
        "date": next((date for text in texts["date"] if (date := iso_date(text))), None),
    }


def _check_lock(archive: zipfile.ZipFile, source: str) -> None:
    if _ENCRYPTION not in archive.namelist():
        return
    methods = xml_tree(member_bytes(archive, _ENCRYPTION, source)).iter("{*}EncryptionMethod")
    if any(method.get("Algorithm") not in _FONTS for method in methods):
        raise ReadError(
            "password",
            f"{source} 有版权保护（DRM），只能用购买时的阅读软件打开。请换用没有 DRM 的版本。",
            f"{source} is protected by DRM and opens only in the reader it was bought for. Use a copy without DRM.",
        )
