"""A file becomes a document."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rag.documents.cleaning.pieces import clean_regions, seams_of
from rag.documents.cleaning.steps import clean
from rag.documents.extract import Extract, SourceFile
from rag.documents.facts.front_matter import NO_FRONT_MATTER, read_front_matter
from rag.documents.facts.given import with_given
from rag.documents.facts.metadata import describe
from rag.documents.files.choosing import choose
from rag.documents.files.damage import unreadable
from rag.documents.files.discovery import not_a_file, sidecar_of
from rag.documents.limits import Limits, passed
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

    The reader is chosen by what the file is, which its ending (`SUFFIXES`) does not always say truly; then
    there is a warning. A document whose text has no title is called by its file name. `told` hears (done,
    total) of its pages. Raises `ReadError` with the ingestion report's codes: "unsupported", "unreadable",
    "damaged", "no_text", "password", "too_large".
    """
    data = bytes_of(path, source, limits)
    form, warnings = choose(data, path.suffix.lower(), source)
    file = SourceFile(source, data, password, limits)
    if told:
        file = replace(file, told=told)
    extract = form.reader(source)(file)
    if not extract.original.text.strip():
        raise no_text(source)
    if len(extract.original.text) > limits.characters:
        raise passed("characters", source, limits, len(extract.original.text))
    extract = replace(extract, warnings=(*warnings, *extract.warnings))
    return document_of(source, form.name, extract, sidecar=sidecar_of(path))


def bytes_of(path: Path, source: str, limits: Limits = _NO_LIMITS) -> bytes:
    """The content of a file. Raises `ReadError`: "unreadable", "too_large" (before anything is read)."""
    try:
        found = path.stat()
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise not_a_file(source)
        if found.st_size > limits.file_bytes:
            raise passed("file_bytes", source, limits, found.st_size)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise unreadable(source, error) from error


def document_of(
    source: str, form: str, extract: Extract, title: str = "", *, sidecar: Path | None = None
) -> Document:
    """What a reader got, cleaned and described; `title` is one given from outside, `sidecar` the file with more.

    Raises `ReadError` ("no_text").
    """
    original = extract.original
    front = read_front_matter(original.text, source) if form in ("txt", "md") else NO_FRONT_MATTER
    if extract.regions is None:
        body, blocks = clean(original, start=front.end)
    else:
        regions = [region for region in extract.regions if region.spans[0][0] >= front.end]
        original = replace(original, seams=seams_of(original, regions))
        body, blocks = clean_regions(original, regions, marked=extract.marked)
    if not body.text:
        raise no_text(source)
    stated = {**extract.stated, "title": title} if title else extract.stated
    metadata, wrong = with_given(
        describe(body, blocks, stated=stated, form=form, source=source, edges=_edges(original, extract)),
        front,
        sidecar,
    )
    warnings = (*extract.warnings, *wrong, *_empty_pages(original))
    return Document(source, form, original, body, blocks, metadata, warnings)


def _edges(original: Original, extract: Extract) -> tuple[str, ...]:
    """The lines of pages that can be seen which stand in no region: mastheads, folios, running heads."""
    if not original.page_sizes or extract.regions is None:
        return ()
    outside, position = [], 0
    for start, end in sorted(span for region in extract.regions for span in region.spans):
        outside.append(original.text[position:start])
        position = max(position, end)
    lines = "\n".join((*outside, original.text[position:])).split("\n")
    return tuple(line.strip() for line in lines if line.strip())


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
