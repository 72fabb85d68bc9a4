"""What the files in an archive are called: as their makers meant it, and so that nothing gets out of its folder."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator, Sequence

from rag.documents.files.decoding import decode
from rag.errors import ReadError

_UTF8_NAME = 0x800
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_DRIVE = re.compile(r"^[A-Za-z]:")


def entries_of(archive: zipfile.ZipFile, source: str) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """(safe name, entry) of the files; folders and links are left out."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_link(entry)]
    for entry, name in zip(entries, _names(entries, source), strict=True):
        if safe := safe_name(name):
            yield safe, entry


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _names(entries: Sequence[zipfile.ZipInfo], source: str) -> list[str]:
    """The names as they were meant. One that is not marked as UTF-8 is in its maker's encoding, whichever that was.

    `zipfile` reads those as code page 437, which gives the bytes back; all of an archive are in one encoding.
    """
    old = [entry for entry in entries if not entry.flag_bits & _UTF8_NAME]
    try:
        told = decode(b"\n".join(entry.filename.encode("cp437") for entry in old), source).split("\n")
    except (ReadError, UnicodeEncodeError):
        told = []
    meant = dict(zip(map(id, old), told, strict=True)) if len(told) == len(old) else {}
    return [meant.get(id(entry), entry.filename) for entry in entries]


def safe_name(name: str) -> str:
    """A name that stays below where it is put, with forward slashes: no root, drive or way up."""
    parts = _DRIVE.sub("", _UNSAFE.sub("_", name).replace("\\", "/")).split("/")
    return "/".join(part for part in parts if part.strip() not in ("", ".", ".."))
