"""The folder beside an index that uploaded files are kept in."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from rag.documents import SIDECAR
from rag.errors import StoreError
from rag.ingestion import UPLOADS

_PART = ".part"


class UploadFolder:
    """Files by their sources: `uploads/a/b.pdf` is `a/b.pdf` in the folder."""

    def __init__(self, index: Path) -> None:
        self.path = index / "uploads"

    def keep(self, source: str, content: BinaryIO) -> Path:
        """Keep a file, whole or not at all, in place of what was there. Raises `StoreError`."""
        path = self._path(source)
        part = path.with_name(f"{path.name[:100]}.{threading.get_ident()}{_PART}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as kept:
                shutil.copyfileobj(content, kept)
            part.replace(path)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise StoreError(
                f"上传的文件存不进 {path.parent}（{error.strerror}）。请检查权限和磁盘空间。",
                f"The uploaded file can't be kept in {path.parent} ({error.strerror}). Check permissions and disk space.",
            ) from error
        return path

    def file_of(self, source: str) -> tuple[str, Path] | None:
        """The uploaded file that a document came in, with its own source: an archive's for what is in it."""
        if not source.startswith(UPLOADS):
            return None
        parts = source.split("/")
        for end in range(len(parts), 1, -1):
            name = "/".join(parts[:end])
            if (path := self._path(name)).is_file():
                return name, path
        return None

    def discard(self, source: str) -> None:
        """Delete a file and the folders that are left empty; nothing where it is not there."""
        path = self._path(source)
        with suppress(OSError):
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}{SIDECAR}").unlink(missing_ok=True)
            while (path := path.parent) != self.path:
                path.rmdir()

    def files(self) -> Iterator[tuple[str, Path]]:
        """Every file with its source."""
        for path in sorted(self.path.rglob("*")):
            if path.is_file() and not path.name.endswith(_PART):
                yield f"{UPLOADS}{path.relative_to(self.path).as_posix()}", path

    def _path(self, source: str) -> Path:
        path = self.path.joinpath(*source.removeprefix(UPLOADS).split("/"))
        if ".." in path.parts or not path.is_relative_to(self.path):
            raise StoreError("文件名不能用。", "That name can't be used.")
        return path
