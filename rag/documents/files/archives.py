"""What archives and messages hold, unpacked as far as it can be read, however they are made."""

from __future__ import annotations

import errno
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from rag.documents.files.damage import damaged, unreadable
from rag.documents.files.discovery import SIDECAR, is_document, is_visible
from rag.documents.files.file_kinds import ZIP
from rag.documents.files.member_names import entries_of, safe_name
from rag.documents.files.sniffing import BROKEN_ZIP, sniff, zip_kind
from rag.documents.formats import ARCHIVES, MESSAGES, format_of, holds_files
from rag.documents.limits import MEGABYTE, Limits, passed
from rag.errors import ReadError

Members = list[tuple[str, Path | ReadError]]
"""The source of each document in an archive ("ARCHIVE/inner/name"), and its unpacked file or why there is none."""

_LOCKED = 0x1
_CHUNK = MEGABYTE
_HEAD = 4096
_SMALL = MEGABYTE
"""A member up to this size may be packed as tightly as it likes: blank pages are."""


def unpack(
    path: Path,
    source: str,
    folder: Path,
    *,
    password: str | None = None,
    limits: Limits,
    told: Callable[[int, int], None] | None = None,
) -> Members:
    """Unpack the documents in the archive or message at `path` into `folder`, flat and under names of our own.

    Archives and messages inside are unpacked in turn; a message itself is a document too. Members whose
    names are no document's (see `rag.documents.files.discovery`) and links are left out. A member that fails is
    listed with its reason, and so is an archive that goes beyond a limit, after what was unpacked until
    then. A ".zip" that is no archive inside (a Word file, say) is listed as itself. Raises `ReadError`
    where the archive at `path` itself can't be opened.
    """
    unpacking = _Unpacking(source, folder, password, limits, told)
    try:
        unpacking.open(path, source, depth=1)
    except _Full as full:
        unpacking.found.append((source, full.error))
    return unpacking.found


class _Full(Exception):  # noqa: N818  it ends the unpacking, it is no fault
    """The archive goes beyond a limit as a whole."""

    def __init__(self, error: ReadError) -> None:
        super().__init__()
        self.error = error


@dataclass(slots=True)
class _Unpacking:
    """One archive, with all those inside it, on the way into a folder."""

    outermost: str
    folder: Path
    password: str | None
    limits: Limits
    told: Callable[[int, int], None] | None
    found: Members = field(default_factory=list)
    members: int = 0
    weight: int = 0
    _sources: set[str] = field(default_factory=set)
    _files: int = 0

    def open(self, path: Path, source: str, depth: int) -> None:
        """Unpack one archive or message. Raises `ReadError`, `_Full`."""
        if depth > self.limits.archive_depth:
            raise passed("archive_depth", source, self.limits, depth)
        if path.suffix.lower() in MESSAGES:
            self._open_message(path, source, depth)
        else:
            self._open_zip(path, source, depth)

    def _open_zip(self, path: Path, source: str, depth: int) -> None:
        try:
            size = path.stat().st_size
            if size > self.limits.archive_bytes:
                raise passed("archive_bytes", source, self.limits, size)
            archive = zipfile.ZipFile(path)
        except PermissionError as error:
            raise unreadable(source, error) from error
        except BROKEN_ZIP as error:
            if _is_something_else(path):
                self.found.append((source, path))
                return
            raise damaged(source) from error
        with archive:
            if zip_kind(archive) is not ZIP:
                self.found.append((source, path))
                return
            self._take_all(archive, source, depth)

    def _take_all(self, archive: zipfile.ZipFile, source: str, depth: int) -> None:
        entries = dict(entries_of(archive, source))
        self._count(len(entries), source)
        for number, (name, entry) in enumerate(entries.items(), 1):
            if self.told:
                self.told(number, len(entries))
            if not _is_wanted(name):
                continue
            inner = self._new_source(f"{source}/{name}")
            try:
                file = self._extract(archive, entry, inner)
                beside = entries.get(f"{name}{SIDECAR}") or entries.get(
                    f"{PurePosixPath(name).with_suffix('')}{SIDECAR}"
                )
                if beside:
                    self._extract(archive, beside, f"{inner}{SIDECAR}").rename(f"{file}{SIDECAR}")
            except ReadError as error:
                self.found.append((inner, error))
            else:
                self._take(file, inner, depth)

    def _open_message(self, path: Path, source: str, depth: int) -> None:
        from rag.documents.readers.eml import attachments

        held = [(safe_name(name), data) for name, data in attachments(path.read_bytes())]
        self._count(len(held), source)
        for name, data in held:
            if _is_wanted(name):
                self._weigh(len(data))
                file = self._new_file(name)
                file.write_bytes(data)
                self._take(file, self._new_source(f"{source}/{name}"), depth)

    def _take(self, file: Path, source: str, depth: int) -> None:
        """List an unpacked file, and what is in it if it holds files itself."""
        if format_of(file.suffix) is not None:
            self.found.append((source, file))
        if holds_files(file):
            try:
                self.open(file, source, depth + 1)
            except ReadError as error:
                self.found.append((source, error))

    def _extract(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, source: str) -> Path:
        """The member as a file. Its stated sizes are not believed: what comes out is counted."""
        file = self._new_file(source)
        try:
            with self._stream(archive, entry, source) as stream, file.open("wb") as out:
                size = 0
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    self._check(size, entry, source)
                    self._weigh(len(chunk))
                    out.write(chunk)
        except BROKEN_ZIP as error:
            raise self._failure(error, entry, source) from error
        except ReadError:
            file.unlink(missing_ok=True)
            raise
        return file

    def _stream(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, source: str) -> IO[bytes]:
        """The member, opened. Old programs took a password's bytes as they came from the keyboard."""
        if not entry.flag_bits & _LOCKED:
            return archive.open(entry)
        if self.password is None:
            raise _locked(source, given=False)
        try:
            return archive.open(entry, pwd=self.password.encode())
        except NotImplementedError:
            raise
        except RuntimeError:
            return archive.open(entry, pwd=self.password.encode("gb18030"))

    def _failure(self, error: Exception, entry: zipfile.ZipInfo, source: str) -> ReadError:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            return _disk_full(source)
        if isinstance(error, NotImplementedError):
            return _other_packing(source)
        return _locked(source, given=True) if entry.flag_bits & _LOCKED else damaged(source)

    def _check(self, size: int, entry: zipfile.ZipInfo, source: str) -> None:
        if size > self.limits.file_bytes and not source.lower().endswith(ARCHIVES):
            raise passed("file_bytes", source, self.limits)
        if size > max(_SMALL, self.limits.archive_ratio * max(1, entry.compress_size)):
            raise passed("archive_ratio", source, self.limits)

    def _weigh(self, size: int) -> None:
        self.weight += size
        if self.weight > self.limits.archive_bytes:
            raise _Full(passed("archive_bytes", self.outermost, self.limits))

    def _count(self, members: int, source: str) -> None:
        self.members += members
        if self.members > self.limits.archive_members:
            raise passed("archive_members", source, self.limits, self.members)

    def _new_source(self, source: str) -> str:
        """The source, told apart from one that an archive gave to two of its members."""
        path, number = PurePosixPath(source), 1
        while source in self._sources:
            number += 1
            source = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        self._sources.add(source)
        return source

    def _new_file(self, name: str) -> Path:
        self._files += 1
        return self.folder / f"{self._files:06}{PurePosixPath(name).suffix.lower()}"


def _is_wanted(name: str) -> bool:
    return is_document(name) and is_visible(PurePosixPath(name))


def _is_something_else(path: Path) -> bool:
    """Whether a file that is no zip archive is of another known kind, or empty: its reader says so better."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return not head or sniff(head) is not None


def _locked(source: str, *, given: bool) -> ReadError:
    return ReadError(
        "password",
        f"压缩包里的 {source} 有密码保护{'，给出的密码不对' if given else ''}。请提供压缩包的密码，或先解压。",
        f"{source} is locked in its archive{' (the password given is wrong)' if given else ''}. "
        "Give the archive's password, or unpack it first.",
    )


def _other_packing(source: str) -> ReadError:
    return ReadError(
        "unsupported",
        f"{source} 的压缩或加密方式（例如 AES 加密）暂不支持。请先解压，再加入里面的文件。",
        f"{source} is packed or locked in a way that can't be undone here (AES, say). Unpack it and add the files.",
    )


def _disk_full(source: str) -> ReadError:
    return ReadError(
        "unreadable",
        f"磁盘已满，没能解压 {source}。请腾出空间后再试。",
        f"The disk is full: {source} was not unpacked. Make room and try again.",
    )
