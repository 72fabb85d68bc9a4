"""The text of a file's bytes. Line ends stay as they are in the file; a byte order mark is no text."""

from __future__ import annotations

import codecs
import unicodedata

from rag.errors import ReadError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OLD_ENCODINGS = (("gb18030", "gb2312"), ("big5", "big5"), ("cp1252", "cp1252"))
_COMMON_SHARE = 0.9
_CONTROL_SHARE = 0.01


def decode(data: bytes, source: str) -> str:
    """The text of `data`: UTF-8, UTF-16 with its mark, GB18030, Big5 or Windows-1252.

    Raises `ReadError` ("damaged") for bytes that are no text in any of them; `source` names the file in
    the message.
    """
    mark = next((entry for entry in _MARKS if data.startswith(entry[0])), None)
    text = _strict(data[len(mark[0]) :], mark[1]) if mark else _unmarked(data)
    if text is None or _is_binary(text):
        raise ReadError(
            "damaged",
            f"{source} 不是可以识别的文本（可能已损坏，或者是二进制文件）。请用 UTF-8 编码另存后再试。",
            f"{source} is not readable text (damaged, or a binary file). Save it as UTF-8 and try again.",
        )
    return text


def _unmarked(data: bytes) -> str | None:
    text = _strict(data, "utf-8")
    if text is not None:
        return text
    guesses = ((_strict(data, encoding), common) for encoding, common in _OLD_ENCODINGS)
    return next((guess for guess, common in guesses if guess and _is_plausible(guess, common)), None)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_plausible(text: str, common: str) -> bool:
    """Nearly any bytes decode as GB18030: a right guess gives everyday characters, a wrong one rare ones."""
    foreign = [char for char in text if ord(char) > 0x7F]
    everyday = sum(bool(char.encode(common, errors="ignore")) for char in foreign)
    return everyday >= _COMMON_SHARE * len(foreign)


def _is_binary(text: str) -> bool:
    controls = sum(unicodedata.category(char) == "Cc" for char in text if char not in "\t\n\r\f\v")
    return "\x00" in text or controls > _CONTROL_SHARE * len(text)
