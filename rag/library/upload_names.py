"""What uploaded files are called: as their sender calls them, without what hides or leads elsewhere."""

from __future__ import annotations

import unicodedata

_LONGEST_NAME = 200
"""Bytes, of a file's name."""
_DEEPEST = 8
"""Folders that are kept around a file."""


def upload_name(given: str) -> str:
    """The name an uploaded file goes by: the last part of what its sender calls it, without signs that hide.

    Whatever it is, it names a file right in the folder it is put in. "file" where nothing is left.
    """
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    plain = unicodedata.normalize("NFC", last.encode("utf-8", "replace").decode("utf-8"))
    seen = "".join(character for character in plain if unicodedata.category(character)[0] != "C")
    # A folder that begins with "@" is an owner's (`rag.ingestion.ownership`), and an archive is a folder to what is in it.
    name = "".join("_" if character in '<>:"|?*' else character for character in seen).strip(". @")
    stem, dot, ending = name.rpartition(".")
    room = _LONGEST_NAME - len(f"{dot}{ending}".encode())
    if not dot or room <= 0:
        return _cut(name, _LONGEST_NAME) or "file"
    return f"{_cut(stem, room) or 'file'}.{ending}"


def upload_path(given: str) -> str:
    """The same with the folders that the file was sent in; no way up, no root."""
    *folders, name = [part for part in given.replace("\\", "/").split("/") if part.strip(". ")] or [""]
    return "/".join(map(upload_name, (*folders[-_DEEPEST:], name)))


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode("utf-8", "ignore").rstrip(". @")
