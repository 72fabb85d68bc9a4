"""The files that paths stand for, each with the source name it gets."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from rag.documents.formats import ARCHIVES, SUFFIXES
from rag.errors import ReadError

SIDECAR = ".meta.json"
"""The ending of a file that says what another file's text does not: `NAME.meta.json` is about `NAME`."""

_HIDDEN = (".", "~$", "__macosx")
"""How files begin that programs keep for themselves: hidden ones, Office's locks, macOS's leavings."""
_NOT_DOCUMENTS = ("readme", "license", "licence")
_LEAVINGS = ("thumbs.db", "desktop.ini")


@dataclass(slots=True)
class Found:
    """What paths stand for: (source, file) of the documents, (source, reason) of what can't be looked at.

    `passed_over` are the files in folders that are of other kinds than can be read; what is never a
    document (hidden files, locks, READMEs) is not among them.
    """

    files: list[tuple[str, Path]] = field(default_factory=list)
    failed: list[tuple[str, ReadError]] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def discover(paths: Sequence[Path]) -> list[tuple[str, Path]]:
    """(source, file) for every file named and every readable file in the folders named, each once.

    See `survey`, which also says what was not taken.
    """
    return survey(paths).files


def survey(paths: Sequence[Path]) -> Found:
    """What the paths stand for: every file named, and every document in the folders named, each once.

    A folder is searched to its depth, in sorted order. Files with an ending of `SUFFIXES` or `ARCHIVES` are
    documents; never taken are hidden files, READMEs and licences, and what programs leave behind. Links
    to files are followed, links to folders are not: they may lead anywhere, even back. Pipes, devices and
    sockets are never opened. A file named itself is always taken, so that reading it can say why it won't
    do. A source is the path as given, with forward slashes. Raises `ReadError` ("unreadable") for a path
    that is not there.
    """
    found = Found()
    seen: set[Path] = set()
    for path in paths:
        mode = _mode(path)
        if mode is None:
            raise _missing(path)
        for each, its_mode in _inside(path, found) if stat.S_ISDIR(mode) else ((path, mode),):
            _meet(each, its_mode, found, seen)
    return found


def is_document(name: str) -> bool:
    """Whether a file of this name, met in a folder or an archive, is taken (if `is_visible`)."""
    return name.lower().endswith((*SUFFIXES, *ARCHIVES))


def is_visible(path: PurePosixPath) -> bool:
    """Whether a file met at this place in a folder or an archive is anything to speak of.

    Hidden files, READMEs and licences, sidecars and what programs leave behind are not.
    """
    name = path.name.lower()
    own = not name.startswith(_NOT_DOCUMENTS) and not name.endswith(SIDECAR) and name not in _LEAVINGS
    return own and not any(map(_is_hidden, path.parts))


def sidecar_of(path: Path) -> Path | None:
    """The sidecar of the document at `path`: report.pdf.meta.json, else report.meta.json; `None` without one.

    The second is taken by every document of that name (report.pdf and report.docx).
    """
    if path.name.lower().endswith(SIDECAR):
        return None
    candidates = (
        path.with_name(f"{name}{ending}")
        for name in (path.name, path.stem)
        for ending in (SIDECAR, SIDECAR.upper())
    )
    return next((candidate for candidate in candidates if _is_file(candidate)), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # the document's name is as long as names may be: there is none longer
        return False


def _is_hidden(name: str) -> bool:
    return name.lower().startswith(_HIDDEN)


def _mode(path: Path) -> int | None:
    """What a path leads to, through links; `None` where it leads nowhere."""
    try:
        return path.stat().st_mode
    except PermissionError:
        return stat.S_IFREG  # something is there: reading it says why it won't do
    except (OSError, ValueError):  # a link that leads back to itself is an OSError
        return None


def _inside(folder: Path, found: Found) -> Iterator[tuple[Path, int | None]]:
    """(file, what it leads to) for what is in a folder, its own files before those of the folders in it."""
    waiting = [folder]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                known = sorted((entry.name, entry.is_symlink()) for entry in entries)
        except OSError as error:
            found.failed.append((source_of(folder), _closed(folder, error)))
            continue
        inner = []
        for name, linked in known:
            path = folder / name
            mode = _mode(path)
            if mode is None or not stat.S_ISDIR(mode):
                if is_visible(PurePosixPath(name)):
                    yield from _in_folder(path, mode, found)
            elif linked and not _is_hidden(name):
                found.passed_over.append(f"{source_of(path)}/")
            elif not _is_hidden(name):
                inner.append(path)
        waiting += reversed(inner)


def _in_folder(path: Path, mode: int | None, found: Found) -> Iterator[tuple[Path, int | None]]:
    if is_document(path.name):
        yield path, mode
    else:
        found.passed_over.append(source_of(path))


def _meet(path: Path, mode: int | None, found: Found, seen: set[Path]) -> None:
    """Take a file, or say why not; each once."""
    real = path.parent.resolve() / path.name if mode is None else path.resolve()
    if real in seen:
        return
    seen.add(real)
    source = source_of(path)
    if mode is None:
        found.failed.append((source, _dangling(source)))
    elif not stat.S_ISREG(mode):
        found.failed.append((source, not_a_file(source)))
    else:
        found.files.append((source, path))


def source_of(path: Path) -> str:
    """The path as given, with forward slashes.

    A name that is not in the file system's encoding, as old Chinese disks have them, is read as GB18030.
    """
    source = path.as_posix()
    try:
        source.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(source).decode("gb18030", errors="replace")
    return source


def _missing(path: Path) -> ReadError:
    return ReadError(
        "unreadable",
        f"找不到 {path}。请检查路径是否写对。",
        f"{path} does not exist. Check the path.",
    )


def _dangling(source: str) -> ReadError:
    return ReadError(
        "unreadable",
        f"{source} 是一个链接，指向的文件不存在。请修正链接，或把文件本身放进来。",
        f"{source} is a link that leads nowhere. Mend it, or put the file itself there.",
    )


def not_a_file(source: str) -> ReadError:
    """The error for a pipe, a device or a socket, which could keep its reader waiting for ever."""
    return ReadError(
        "unreadable",
        f"{source} 不是普通文件（是管道、设备或套接字），没有打开。请换成文件。",
        f"{source} is no ordinary file (a pipe, a device or a socket) and was not opened. Name a file.",
    )


def _closed(folder: Path, error: OSError) -> ReadError:
    source = source_of(folder)
    return ReadError(
        "unreadable",
        f"打不开文件夹 {source}（{error.strerror}）。请检查权限。",
        f"The folder {source} can't be opened ({error.strerror}). Check its permissions.",
    )
