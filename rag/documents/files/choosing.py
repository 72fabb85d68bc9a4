"""Which reader a file gets: the one its content calls for, where that is not what its name says."""

from __future__ import annotations

from rag.documents.files.decoding import decode
from rag.documents.files.file_kinds import LOCKED, PDF, TEXT, ZIP, Kind, kind_of_name
from rag.documents.files.sniffing import sniff
from rag.documents.formats import ARCHIVES, SUFFIXES, Format, format_of
from rag.errors import ReadError

_TEXTS = frozenset((".txt", ".md", ".markdown", ".csv", ".tsv", ".html", ".htm", ".xhtml", ".eml"))
"""Endings of files that are text inside: any text will do, and what looks like a mark may be its first word."""


def choose(data: bytes, suffix: str, source: str) -> tuple[Format, tuple[str, ...]]:
    """The format to read `data` as, and warnings; `suffix` is its name's ending, in lower case.

    Raises `ReadError`: "unsupported" with what to do instead, "no_text" (no bytes at all), "password".
    """
    if not data:
        raise _nothing(source)
    named, kind = format_of(suffix), sniff(data)
    if named and suffix in _TEXTS and _is_text(data, kind):
        return named, ()
    if kind is None and named and suffix not in _TEXTS and _is_text(data, None):
        kind = TEXT
    if kind is None:
        return _by_name(named, suffix, source), ()
    if kind is LOCKED:
        return _locked(named, source), ()
    found = format_of(kind.suffix)
    if found is None:
        raise unsupported(source, kind, suffix)
    if named is not None and named.module == found.module:
        return named, ()
    return found, (_mislabelled(suffix, kind),)


def unsupported(source: str, kind: Kind | None, suffix: str) -> ReadError:
    """The error for a file of a kind that can't be read, with what to do instead."""
    if kind is None:
        known = ", ".join(SUFFIXES)
        return ReadError(
            "unsupported",
            f"暂不支持 {source} 这种格式，目前能读 {known}。请转换格式后再试。",
            f"{source} is not in a format that can be read ({known}). Convert it and try again.",
        )
    if kind is ZIP and suffix in ARCHIVES:
        return ReadError(
            "unsupported",
            f"{source} 是 ZIP 压缩包，不能当作一个文档来读。请用 python -m rag.ingest 加入，里面的文档会逐个读取。",
            f"{source} is a ZIP archive, not one document. Add it with python -m rag.ingest: the documents in it are read "
            "one by one.",
        )
    expected = suffix in (kind.suffix, *kind.others)
    return ReadError(
        "unsupported",
        f"{source} {'' if expected else '其实'}是{_spaced(kind.zh)}，暂不支持。{kind.zh_advice or '请转换格式后再试'}。",
        f"{source} is {'' if expected else 'really '}{kind.en}, which can't be read. "
        f"{kind.en_advice or 'Convert it and try again'}.",
    )


def _is_text(data: bytes, kind: Kind | None) -> bool:
    if kind is PDF and b"endobj" in data:
        return False
    if kind is not None and data.startswith(b"{\\rtf"):
        return False
    try:
        decode(data, "")
    except ReadError:
        return False
    return True


def _by_name(named: Format | None, suffix: str, source: str) -> Format:
    if named is None:
        raise unsupported(source, kind_of_name(suffix), suffix)
    return named


def _locked(named: Format | None, source: str) -> Format:
    """A locked Office file does not say which program it is of: only its name does."""
    if named is None or named.name not in ("docx", "xlsx", "pptx"):
        raise ReadError(
            "password",
            f"{source} 是有密码的 Office 文件。请去掉密码后另存为 .docx、.xlsx 或 .pptx 再加入。",
            f"{source} is a locked Office file. Save it as .docx, .xlsx or .pptx without its password.",
        )
    return named


def _mislabelled(suffix: str, kind: Kind) -> str:
    if not suffix:
        return f"文件名没有后缀，按内容读作{_spaced(kind.zh)}。 / The name has no ending; the content is {kind.en} and was read as such."
    return (
        f"文件名以 {suffix} 结尾，内容其实是{_spaced(kind.zh)}，已按内容读取。 / "
        f"Named {suffix}, but is {kind.en}; it was read as what it is."
    )


def _spaced(name: str) -> str:
    """Latin letters stand off from the Chinese before them."""
    return f" {name}" if name[0].isascii() else name


def _nothing(source: str) -> ReadError:
    return ReadError(
        "no_text",
        f"{source} 是空文件（0 字节），没有可以阅读的文字。请检查是否下载或复制完整。",
        f"{source} is an empty file (0 bytes): there is no text to read. Check that it was downloaded or copied whole.",
    )
