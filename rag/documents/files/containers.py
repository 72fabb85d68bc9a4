"""Files that are zip containers inside (Office files, e-books, archives), opened only within the limits."""

from __future__ import annotations

import io
import zipfile

from rag.documents.files.damage import damaged
from rag.documents.files.sniffing import BROKEN_ZIP
from rag.documents.limits import MEGABYTE, Limits, passed
from rag.errors import ReadError

_SMALL = MEGABYTE
"""A member up to this size may be packed as tightly as it likes: blank pictures are."""

_FLAG_ENCRYPTED = 0x1


def open_container(data: bytes, source: str, limits: Limits) -> zipfile.ZipFile:
    """The zip archive in `data`, once its directory says that it unpacks within `limits`.

    The sizes are those its directory states; `zipfile` never unpacks more of a member than it states.
    Raises `ReadError`: "damaged" (no zip archive, or a broken one), "too_large" (too many members, too
    much in all, or a member packed so tightly that it is a bomb), "password" (a member is locked).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN_ZIP as error:
        raise damaged(source) from error
    members = archive.infolist()
    if len(members) > limits.archive_members:
        raise passed("archive_members", source, limits, len(members))
    size = sum(member.file_size for member in members)
    if size > limits.archive_bytes:
        raise passed("archive_bytes", source, limits, size)
    for member in members:
        _check_member(member, source, limits)
    return archive


def _check_member(member: zipfile.ZipInfo, source: str, limits: Limits) -> None:
    if member.flag_bits & _FLAG_ENCRYPTED:
        raise ReadError(
            "password",
            f"{source} 里的 {member.filename} 有密码保护。请先解压，或去掉密码后再试。",
            f"{member.filename} in {source} is locked with a password. Unpack it first, or save it without one.",
        )
    if member.file_size > max(_SMALL, limits.archive_ratio * max(1, member.compress_size)):
        raise passed("archive_ratio", f"{source}/{member.filename}", limits)


def member_bytes(archive: zipfile.ZipFile, name: str, source: str) -> bytes:
    """The content of one member. Raises `ReadError` ("damaged") where it is missing or broken."""
    try:
        return archive.read(name)
    except BROKEN_ZIP as error:
        raise damaged(source) from error
