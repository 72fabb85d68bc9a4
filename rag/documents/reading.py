"""A file becomes a document; so does each line of a corpus file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from rag.documents.cleaning import clean
from rag.documents.decoding import decode
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
    file = SourceFile(source, _bytes(path, source), password, limits)
    if told:
        file = replace(file, told=told)
    extract = form.reader(source)(file)
    if not extract.original.text.strip():
        raise _no_text(source)
    return _document(source, form.name, extract, title="")


def read_jsonl(path: Path) -> Iterator[Document]:
    """The documents of a corpus file: one JSON object a line with "id", "text" and, if wanted, "title".

    A document's source is its id; its original text is "text". Raises `ReadError` naming the file and
    the line of anything that is not such an object, and where the file can't be read.
    """
    for number, line in enumerate(decode(_bytes(path, path.as_posix()), path.as_posix()).split("\n"), 1):
        if line.strip():
            yield _row(path, number, line)


def _bytes(path: Path, source: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadError(
            "unreadable",
            f"读不了 {source}（{error.strerror}）。请检查文件是否存在、是否有读取权限。",
            f"{source} can't be read ({error.strerror}). Check that the file is there and may be read.",
        ) from error


def _document(source: str, form: str, extract: Extract, title: str) -> Document:
    original = extract.original
    if extract.regions is None:
        body, blocks = clean(original, markdown=form == "md")
    else:
        original = replace(original, seams=seams_of(original, extract.regions))
        body, blocks = clean_regions(original, extract.regions)
    if not body.text:
        raise _no_text(source)
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


def _row(path: Path, number: int, line: str) -> Document:
    try:
        row = json.loads(line)
        source, text, title = row["id"], row["text"], row.get("title") or ""
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _broken_row(path, number) from error
    if not all(isinstance(value, str) for value in (source, text, title)) or not source:
        raise _broken_row(path, number)
    if not text.strip():
        raise _no_text(f"{path.as_posix()}:{number} ({source})")
    return _document(source, "jsonl", Extract(Original(text)), title)


def _broken_row(path: Path, number: int) -> ReadError:
    return ReadError(
        "damaged",
        f"{path.as_posix()} 第 {number} 行不是语料的一行。每行应是一个 JSON 对象，带 id 和 text（可带 title），都是字符串。",
        f"{path.as_posix()}, line {number}, is no row of a corpus: each line must be a JSON object with the "
        "strings id and text, and title if wanted.",
    )


def _no_text(source: str) -> ReadError:
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
