"""Files that are zip containers inside (Office files, e-books, archives), opened only within the limits."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib

from rag.documents.files.damage import damaged
from rag.documents.limits import MEGABYTE, Limits
from rag.errors import ReadError

_SMALL = MEGABYTE
"""A member up to this size may be packed as tightly as it likes: blank pictures are."""

_FLAG_ENCRYPTED = 0x1
_BROKEN = (
    KeyError,
    ValueError,
    OSError,
    EOFError,
    RuntimeError,  # also NotImplementedError: a way of packing that Python does not know
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)


def open_container(data: bytes, source: str, limits: Limits) -> zipfile.ZipFile:
    """The zip archive in `data`, once its directory says that it unpacks within `limits`.

    The sizes are those its directory states; `zipfile` never unpacks more of a member than it states.
    Raises `ReadError`: "damaged" (no zip archive, or a broken one), "too_large" (too many members, too
    much in all, or a member packed so tightly that it is a bomb), "password" (a member is locked).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise damaged(source) from error
    members = archive.infolist()
    if len(members) > limits.archive_members:
        raise _too_large(
            source, f"文件数超过 {limits.archive_members}", f"over {limits.archive_members} files"
        )
    if sum(member.file_size for member in members) > limits.archive_bytes:
        size = limits.archive_bytes // MEGABYTE
        raise _too_large(source, f"解压后超过 {size} MB", f"over {size} MB unpacked")
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
        raise _too_large(
            source,
            f"{member.filename} 解压后是原来的 {limits.archive_ratio} 倍以上，像是压缩炸弹",
            f"{member.filename} unpacks to over {limits.archive_ratio} times its size, as a zip bomb does",
        )


def member_bytes(archive: zipfile.ZipFile, name: str, source: str) -> bytes:
    """The content of one member. Raises `ReadError` ("damaged") where it is missing or broken."""
    try:
        return archive.read(name)
    except _BROKEN as error:
        raise damaged(source) from error


def _too_large(source: str, zh: str, en: str) -> ReadError:
    return ReadError(
        "too_large",
        f"{source} 超出限制：{zh}。请拆分后再试。",
        f"{source} is beyond the limits: {en}. Split it and try again.",
    )
