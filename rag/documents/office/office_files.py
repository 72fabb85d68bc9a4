"""Word, Excel and PowerPoint files as they are found: intact, locked, of the old kind, or not what they say."""

from __future__ import annotations

import datetime
import io
import re
from typing import Protocol

from rag.documents.extract import SourceFile
from rag.documents.files.containers import open_container
from rag.documents.files.damage import damaged, named_damage
from rag.errors import ReadError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_STREAMS = (
    ("WordDocument", ".doc", ".docx"),
    ("PowerPoint Document", ".ppt", ".pptx"),
    ("Workbook", ".xls", ".xlsx"),
    ("Book", ".xls", ".xlsx"),
)

_NO_TITLE = re.compile(
    r"(?:PowerPoint (?:Presentation|演示文稿)|(?:Microsoft )?Word (?:Document|文档)|(?:幻灯片|文档|工作簿|演示文稿)\s?\d*|untitled|"
    r"unknown title|无标题|未知标题|未命名|(?:Document|Presentation|Workbook|Book)\s?\d*)?",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"(?:python-docx|openpyxl|xlsxwriter|python-pptx|Apache POI|Administrator|admin|user|用户|微软用户|Microsoft (?:Office )?User|"
    r"Steve Canny|WPS(?: Office)?|lenovo|pc|hp|dell|asus|未知|unknown|Windows 用户|Windows User|作者)?",
    re.IGNORECASE,
)
_FIRST_YEAR = 2006
"""Of Office Open XML (ECMA-376)."""
_TEMPLATE_DATES = frozenset(
    {
        datetime.datetime(2013, 12, 23, 23, 15),
        datetime.datetime(2013, 1, 27, 9, 14, 16),
        datetime.datetime(2006, 9, 16),
    }
)
"""Of the templates of python-docx and python-pptx, and of Excel's own."""


def package(file: SourceFile) -> bytes:
    """The bytes of an Office Open XML package, unlocked, and known to be within the limits.

    Raises `ReadError`: "password" (locked, or the password is wrong), "unsupported" (an old binary file
    under a new name), "damaged", "too_large" (see `rag.documents.files.containers.open_container`).
    """
    data = file.data
    if data.startswith(_OLE):
        if _ENCRYPTED not in data:
            raise _old(file)
        data = _unlocked(file)
    with open_container(data, file.source, file.limits) as archive:
        if "[Content_Types].xml" not in archive.namelist():
            raise damaged(file.source)
    return data


def _old(file: SourceFile) -> ReadError:
    found = next((entry for entry in _OLD_STREAMS if entry[0].encode("utf-16-le") in file.data), None)
    if found is None:
        return damaged(file.source)
    _, old, new = found
    return ReadError(
        "unsupported",
        f"{file.source} 其实是旧的 {old} 格式，暂不支持。请用 Word、WPS 或 LibreOffice 另存为 {new} 后再试。",
        f"{file.source} is really in the old {old} format, which can't be read. Save it as {new} with Word, "
        "WPS or LibreOffice and try again.",
    )


def _unlocked(file: SourceFile) -> bytes:
    if file.password is None:
        raise _locked(file.source, "", "")
    try:
        import msoffcrypto
        from msoffcrypto.exceptions import DecryptionError, InvalidKeyError
    except ModuleNotFoundError as error:
        raise ReadError(
            "unsupported",
            f'打开有密码的 {file.source} 需要 msoffcrypto 包。请运行 pip install "wenju[office]" 后再试，或去掉密码另存。',
            f'Opening {file.source} with its password needs the package msoffcrypto: run pip install "wenju[office]" '
            "and try again, or save the file without a password.",
        ) from error
    opened = io.BytesIO()
    with named_damage(file.source):
        try:
            locked = msoffcrypto.OfficeFile(io.BytesIO(file.data))
            locked.load_key(password=file.password, verify_password=True)
            locked.decrypt(opened)
        except (InvalidKeyError, DecryptionError) as error:
            raise _locked(file.source, "，给出的密码不对", " (the one given is wrong)") from error
    return opened.getvalue()


def _locked(source: str, zh: str, en: str) -> ReadError:
    return ReadError(
        "password",
        f"{source} 有密码保护{zh}。请提供密码，或去掉密码后另存一份。",
        f"{source} is locked with a password{en}. Give the password, or save it without one.",
    )


class CoreProperties(Protocol):
    """What python-docx, python-pptx and openpyxl call the properties of a package."""

    title: str | None
    created: datetime.datetime | None
    modified: datetime.datetime | None


def is_title(text: str) -> bool:
    """Whether a title was given by a person, not by a program ("Unknown Title", "Document1")."""
    return not _NO_TITLE.fullmatch(text.strip())


def stated_properties(properties: CoreProperties) -> dict[str, str | None]:
    """Title, author and date of a package by the fields of `rag.types.Metadata`.

    What programs put in by themselves is left out: their own name as the author, a template's title, a
    date before the format was there.
    """
    author = getattr(properties, "creator", None) or getattr(properties, "author", None)
    title = properties.title or ""
    date = properties.created or properties.modified
    plausible = date is not None and _FIRST_YEAR <= date.year <= datetime.datetime.now(datetime.UTC).year + 1
    templated = date is not None and date.replace(tzinfo=None) in _TEMPLATE_DATES
    return {
        "title": title if is_title(title) else None,
        "author": None if _NO_AUTHOR.fullmatch((author or "").strip()) else author,
        "date": f"{date:%Y-%m-%d}" if date and plausible and not templated else None,
    }
