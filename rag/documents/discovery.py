"""The files that paths stand for, each with the source name it gets."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.documents.formats import SUFFIXES
from rag.errors import ReadError

_NOT_DOCUMENTS = ("readme", "license", "licence")


def discover(paths: Sequence[Path]) -> list[tuple[str, Path]]:
    """(source, file) for every file named and every readable file in the folders named, each once.

    A folder is searched to its depth, in sorted order; hidden files, README and LICENSE files and
    endings other than `SUFFIXES` are passed over. A file named itself is always taken, so that reading
    it can say why it won't do. A source is the path as given, with forward slashes. Raises `ReadError`
    ("unreadable") for a path that is not there.
    """
    found: dict[Path, tuple[str, Path]] = {}
    for path in paths:
        if not path.exists():
            raise ReadError(
                "unreadable",
                f"找不到 {path}。请检查路径是否写对。",
                f"{path} does not exist. Check the path.",
            )
        for file in _files(path) if path.is_dir() else (path,):
            found.setdefault(file.resolve(), (file.as_posix(), file))
    return list(found.values())


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if _is_document(name):
                yield Path(parent, name)


def _is_document(name: str) -> bool:
    lowered = name.lower()
    return lowered.endswith(SUFFIXES) and not lowered.startswith((".", *_NOT_DOCUMENTS))
