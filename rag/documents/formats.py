"""The formats that can be read: the endings of their files, the module of the reader, the extra it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from rag.documents.extract import Extract, SourceFile
from rag.errors import ReadError

Reader = Callable[[SourceFile], Extract]


@dataclass(frozen=True, slots=True)
class Format:
    """A format by its short name, which `SourceRecord.format` has; `extra` is what `pip install "wenju[…]"` calls it."""

    name: str
    suffixes: tuple[str, ...]
    module: str
    extra: str | None = None

    def reader(self, source: str) -> Reader:
        """The reader, imported now. Raises `ReadError` ("unsupported") where its package is not installed."""
        try:
            module = import_module(f"rag.documents.readers.{self.module}")
        except ModuleNotFoundError as error:
            if error.name is None or error.name.startswith("rag."):
                raise
            raise ReadError(
                "unsupported",
                f'读取 {source} 需要 {error.name} 包。请运行 pip install "wenju[{self.extra}]" 后再试。',
                f'{source} needs the package {error.name}: run pip install "wenju[{self.extra}]" and try again.',
            ) from error
        reader: Reader = module.read
        return reader


FORMATS = (
    Format("txt", (".txt",), "plain"),
    Format("md", (".md", ".markdown"), "markdown"),
    Format("pdf", (".pdf",), "pdf"),
    Format("image", (".png", ".jpg", ".jpeg", ".tif", ".tiff"), "image", "ocr"),
    Format("html", (".html", ".htm", ".xhtml"), "html", "office"),
    Format("docx", (".docx",), "docx", "office"),
    Format("pptx", (".pptx",), "pptx", "office"),
    Format("xlsx", (".xlsx", ".xlsm"), "xlsx", "office"),
    Format("csv", (".csv", ".tsv"), "csv"),
    Format("epub", (".epub",), "epub", "office"),
    Format("eml", (".eml",), "eml", "office"),
)

ARCHIVES: tuple[str, ...] = (".zip",)
"""Endings of files that hold files; so do messages (.eml), which are documents as well."""

MESSAGES: tuple[str, ...] = (".eml",)
"""Endings of documents that hold files besides."""

CORPUS = "jsonl"
"""The format of documents that are lines of one file, and the ending of that file."""

SUFFIXES: tuple[str, ...] = tuple(suffix for known in FORMATS for suffix in known.suffixes)
"""Lower-case endings of the files that can be read."""


def format_of(suffix: str) -> Format | None:
    """The format that files with this lower-case ending have."""
    return next((known for known in FORMATS if suffix in known.suffixes), None)


def holds_files(path: Path) -> bool:
    """Whether a file is to be unpacked, by its name."""
    return path.suffix.lower() in (*ARCHIVES, *MESSAGES)
