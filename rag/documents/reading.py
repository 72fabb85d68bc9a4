"""A file becomes a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from rag.documents.cleaning import clean
from rag.documents.extract import Extract, SourceFile
from rag.documents.formats import SUFFIXES, format_of
from rag.documents.limits import Limits
from rag.documents.metadata import describe
from rag.documents.pieces import clean_regions, seams_of
from rag.errors import ReadError
from rag.original import Original
from rag.types import Document

_NO_LIMITS = Limits()


def read(
    path: Path,
    source: str,
    *,
    password: str | None = None,
    limits: Limits = _NO_LIMITS,
    told: Callable[[int, int], None] | None = None,
) -> Document:
    """Read and clean the file at `path`, which is to be known as `source`.

    The reader is chosen by the file's ending (`SUFFIXES`). A document whose text has no title is called
    by its file name. `told` hears (done, total) of its pages. Raises `ReadError` with the ingestion
    report's codes: "unsupported", "unreadable", "damaged", "no_text", "password", "too_large".
    """
    form = format_of(path.suffix.lower())
    if form is None:
        raise _unsupported(source)
    file = SourceFile(source, bytes_of(path, source), password, limits)
    if told:
        file = replace(file, told=told)
    extract = form.reader(source)(file)
    if not extract.original.text.strip():
        raise no_text(source)
    return document_of(source, form.name, extract, title="")


def bytes_of(path: Path, source: str) -> bytes:
    """The content of a file; raises `ReadError` ("unreadable")."""
    try:
        return path.readbytes_of()
    except OSError as error:
        raise ReadError(
            "unreadable",
            f"读不了 {source}（{error.strerror}）。请检查文件是否存在、是否有读取权限。",
            f"{source} can't be read ({error.strerror}). Check that the file is there and may be read.",
        ) from error


def document_of(source: str, form: str, extract: Extract, title: str) -> Document:
    """What a reader got, cleaned and described; `title` is one given from outside. Raises `ReadError` ("no_text")."""
    original = extract.original
    if extract.regions is None:
        body, blocks = clean(original, markdown=form == "md")
    else:
        original = replace(original, seams=seams_of(original, extract.regions))
        body, blocks = clean_regions(original, extract.regions)
    if not body.text:
        raise no_text(source)
    metadata = describe(body, blocks)
    named = title or metadata.title or ("" if form == "jsonl" else PurePosixPath(source).stem)
    warnings = (*extract.warnings, *_empty_pages(original))
    return Document(source, form, original, body, blocks, replace(metadata, title=named), warnings)


def _empty_pages(original: Original) -> tuple[str, ...]:
    if not original.page_starts:
        return ()
    empty = [str(number) for number, text in original.pages() if not text.strip()]
    if not empty:
        return ()
    return (
        f"第 {'、'.join(empty)} 页没有文字，可能是扫描页。 / "
        f"Page {', '.join(empty)}: no text, perhaps scanned.",
    )


def no_text(source: str) -> ReadError:
    """The error for a file in which there is nothing to read."""
    return ReadError(
        "no_text",
        f"{source} 是空的，没有可以阅读的文字。请检查是否选错了文件。",
        f"{source} is empty: there is no text to read. Check that it is the right file.",
    )


def _unsupported(source: str) -> ReadError:
    known = ", ".join(SUFFIXES)
    return ReadError(
        "unsupported",
        f"暂不支持 {source} 这种格式，目前能读 {known}。请转换格式后再试。",
        f"{source} is not in a format that can be read ({known}). Convert it and try again.",
    )
