"""What a file's own properties say of it (an office file's, a page's head, a message's), where it can be believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from rag.documents.facts.dates import stated_date
from rag.documents.facts.findings import GUESSED, LABELLED, LIKELY, Finding, found

_PROGRAM = r"(?:Microsoft|Adobe|WPS|Kingsoft|LibreOffice|OpenOffice|Apache|openpyxl|python-docx|Chromium|Typst|LaTeX|Ghostscript|Pandoc)"
_NO_TITLE = re.compile(
    rf"{_PROGRAM}\b.*|(?:新建|未命名|无标题).*|"
    r"(?:文档|演示文稿|工作簿|幻灯片|表格)\s?\d*|PowerPoint.{0,16}|"
    r"(?:Document|Untitled|Presentation|Slide|Book|Sheet|Workbook|Scan|IMG|image|noname|no title|index|default)[\s_-]*\d*|"
    r"(?:tmp|temp)\w*|"
    r"~\$.*|.*\.(?:docx?|wps|xlsx?|et|pptx?|dps|pdf|tmp|indd|qxd|html?|rtf|txt|cdr|ai)|[\d\s._-]+|[0-9a-fA-F-]{16,}",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    rf"{_PROGRAM}.*|admin(?:istrator)?s?|users?\d*|guest|root|owner|author|unknown|anonymous|webmaster|system|pc|my ?pc|china|ms|"
    r"(?:windows|微软|微軟|系统)\s?(?:user|用户|用戶|管理员)?|用户|管理员|作者|未知|佚名|MC SYSTEM|"
    r"(?:lenovo|hp|dell|acer|asus|thinkpad|huawei|apple|mac)(?:[\s_-]*(?:pc|\d+))?|"
    r"(?:desktop|laptop|user|win|pc)-\w+|.*(?:系统之家|雨林木风|深度技术|番茄花园|电脑公司|xitongzhijia|sky123|deepin).*|[\d\s._-]+|\w",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"[\ufffd\x00-\x08\x80-\x9f]|[À-ÿ]{3}|\?{3}|锟斤拷")
_FIRST_YEAR = 1990
_FACTORY_DATES = ("2013-12-23", "2000-01-01", "1999-12-31", "2006-09-16", "2008-09-11")
"""Dates that templates of programs carry."""
_LONGEST = 120
_ADDRESS = re.compile(r"\s*<[^<>]*>|^mailto:")
_DATED_FORMATS = ("eml", "html", "epub")
"""Their dates are when they were sent or published; an office file's only say when it was made."""
_OF_FORMAT = {
    "eml": ("邮件头", "the message's header"),
    "html": ("网页自带的信息", "the page's own information"),
    "epub": ("电子书自带的信息", "the book's own information"),
    "jsonl": ("语料里给出", "given in the corpus"),
}
_OF_A_FILE = ("文件属性", "the file's properties")


def believed(stated: Mapping[str, str | None], *, form: str, source: str) -> dict[str, Finding]:
    """The findings, by field, that a file's properties make: "title", "author", "publisher" and "date".

    Left out is what programs write in by themselves: their own names, "Administrator", "文档1", the date of a
    template, a title that is a file's name or unreadable.
    """
    zh, en = _OF_FORMAT.get(form, _OF_A_FILE)
    sure = LABELLED if form in _OF_FORMAT else LIKELY
    findings: dict[str, Finding] = {}
    for field in ("title", "author", "publisher"):
        value = " ".join((stated.get(field) or "").split())
        value = value if field == "title" else _ADDRESS.sub("", value).strip("\"' ")
        if value and (form == "jsonl" or _is_plausible(field, value, source)):
            findings[field] = found(field, value, sure, zh, en)
    date = stated_date(stated.get("date") or "")
    if date and int(date[:4]) >= _FIRST_YEAR and date not in _FACTORY_DATES:
        dated = form in _DATED_FORMATS
        words = (
            (zh, en) if dated else ("文件属性里的创建日期", "the date of creation in the file's properties")
        )
        findings["date"] = found("date", date, LABELLED if dated else GUESSED, *words)
    return findings


def _is_plausible(field: str, value: str, source: str) -> bool:
    if not value or len(value) > _LONGEST or _BROKEN.search(value):
        return False
    if field == "title":
        return not _NO_TITLE.fullmatch(value) and value != PurePosixPath(source).name
    return not _NO_PERSON.fullmatch(value)
