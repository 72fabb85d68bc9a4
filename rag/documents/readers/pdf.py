"""The text of a PDF file, page by page."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from rag.documents.extract import Extract, SourceFile
from rag.errors import ReadError
from rag.original import Original

if TYPE_CHECKING:
    import pypdf


def read(file: SourceFile) -> Extract:
    """Every page's text as pypdf extracts it.

    Raises `ReadError`: "password" (locked, or the password is wrong), "damaged", "unsupported" (a cipher
    that needs the package `cryptography`), "no_text" (no page has any text: most often a scan).
    """
    source = file.source
    pages = list(_page_texts(file.data, source, file.password))
    if not any(page.strip() for page in pages):
        raise ReadError(
            "no_text",
            f"{source} 里没有文字，多半是扫描件。请先做文字识别（OCR），再加入带文字的 PDF 或文本。",
            f"{source} has no text; it is probably a scan. Run OCR on it first and add the result.",
        )
    starts = accumulate((len(page) for page in pages[:-1]), initial=0)
    return Extract(Original("".join(pages), tuple(starts)))


def _page_texts(data: bytes, source: str, password: str | None) -> Iterator[str]:
    import pypdf
    from pypdf.errors import DependencyError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        _unlock(reader, source, password)
        for page in reader.pages:
            yield _encodable(page.extract_text())
    except DependencyError as error:
        raise ReadError(
            "unsupported",
            f"{source} 的加密方式需要 cryptography 包。请运行 pip install cryptography 后再试，或另存为不加密的 PDF。",
            f"{source} uses a cipher that needs the package cryptography: run pip install cryptography "
            "and try again, or save it without encryption.",
        ) from error
    except ReadError:
        raise
    # pypdf meets broken files with nearly any exception; whichever it is, this file can't be read.
    except Exception as error:
        raise ReadError(
            "damaged",
            f"{source} 不是完好的 PDF，无法读取。请重新下载或重新导出。",
            f"{source} is not an intact PDF and can't be read. Download or export it again.",
        ) from error


def _unlock(reader: pypdf.PdfReader, source: str, password: str | None) -> None:
    if reader.is_encrypted and not any(reader.decrypt(key) for key in (password or "", "")):
        raise ReadError(
            "password",
            f"{source} 有密码保护{'，给出的密码不对' if password else ''}。请提供密码，或另存为不加密的 PDF。",
            f"{source} is locked with a password{' (the one given is wrong)' if password else ''}. "
            "Give the password, or save it without one.",
        )


def _encodable(text: str) -> str:
    """The text with lone surrogates, which no file can hold, as U+FFFD (one for one)."""
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
