"""A web page's bytes become a tree. Nothing it names is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree, html

from rag.documents.files.damage import damaged
from rag.documents.files.decoding import decode

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_PROLOG = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_HEAD = 4096
_CHINESE = frozenset("gb2312 gbk gb18030 gb_2312-80 x-gbk cp936 hz-gb-2312 chinese csgb2312".split())
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REPLACED_SHARE = 0.01
_DEEPEST = 200

Element: TypeAlias = html.HtmlElement


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page: the `<html>` element, and its elements in document order."""

    root: Element

    @property
    def body(self) -> Element:
        """What is shown."""
        found = self.root.find("body")
        return self.root if found is None else found

    def metas(self) -> Iterator[tuple[str, str]]:
        """(name or property in lower case, content) of each meta element."""
        for meta in self.root.iter("meta"):
            name = meta.get("name") or meta.get("property") or meta.get("itemprop") or ""
            yield name.strip().lower(), (meta.get("content") or "").strip()


def page_text(data: bytes, source: str, declared: str | None = None) -> str:
    """The text of a page: by its byte order mark, by `declared` (as a mail or server says), by what it says itself.

    GB2312 and GBK are read as GB18030, which holds both. A page that is not what it says is read as any
    other text. Raises `ReadError` ("damaged").
    """
    if data.startswith(_MARKS):
        return decode(data, source)
    head = data[:_HEAD]
    found = _PROLOG.search(head) or _META.search(head)
    for name in (declared, found.group(1).decode("ascii", "replace") if found else None):
        text = _decoded(data, name) if name else None
        if text is not None:
            return text
    return decode(data, source)


def _decoded(data: bytes, name: str) -> str | None:
    """The text in the encoding of this name; a few broken bytes become U+FFFD, many mean it is another."""
    name = name.lower()
    name = (
        "gb18030"
        if name in _CHINESE
        else "cp1252"
        if name in ("iso-8859-1", "latin-1", "us-ascii", "ascii")
        else name
    )
    try:
        if name == "cp1252" and data.decode("utf-8"):
            return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode(name, "replace")
    except (LookupError, ValueError):
        return None
    return text if text.count("\ufffd") <= max(2, _REPLACED_SHARE * len(text)) else None


def parse_page(text: str, source: str) -> Page:
    """The tree of a page's text, mended as browsers do. Raises `ReadError` ("damaged") where there is none."""
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    data = _NOT_XML.sub("\ufffd", text).encode()
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise damaged(source) from error
    _flatten(root)
    return Page(root)


def _flatten(root: Element) -> None:
    """Take the children out of elements nested deeper than any page needs, so that walks can go down them."""
    walk = etree.iterwalk(root, events=("start", "end"))
    depth = 0
    deep: list[Element] = []
    for event, element in walk:
        depth += 1 if event == "start" else -1
        if event == "start" and depth > _DEEPEST:
            deep.append(element)
    for element in reversed(deep):
        element.drop_tag()
