"""What can go wrong with the index on disk, each as one error that says what to do."""

from __future__ import annotations

import errno
import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import StoreError, UnknownSourceError

_UNREADABLE_CONTENT = (sqlite3.DatabaseError, zlib.error, json.JSONDecodeError, UnicodeDecodeError)


class StaleStoreError(StoreError):
    """The index was built in another way than the program works now; it must be built again."""


class DamagedStoreError(StoreError):
    """A file of the index does not hold what was written: nothing in it can be relied on."""


def stale(folder: Path, zh: str, en: str) -> StaleStoreError:
    """The index of `folder` does not fit; `zh` and `en` are clauses saying in what."""
    return StaleStoreError(
        f"索引 {folder} 需要重建：{zh}。"
        "请用 python -m rag.ingest 加 --rebuild 重建，或用 --store 指定别的文件夹。",
        f"The index {folder} must be rebuilt: {en}. "
        "Run python -m rag.ingest with --rebuild, or name another folder with --store.",
    )


def newer(folder: Path, found: int, known: int) -> StoreError:
    """The index was written by a later version of the program."""
    return StoreError(
        f"索引 {folder} 是更新版本的程序写的（格式 {found}，本程序只认识到 {known}）。索引未作改动；"
        "请升级程序，或用 --store 指定别的文件夹。",
        f"The index {folder} was written by a newer version (format {found}; this one knows up to {known}). "
        "Nothing was changed. Upgrade the program, or name another folder with --store.",
    )


def missing(folder: Path) -> StoreError:
    """There is no index in `folder`."""
    return StoreError(
        f"文件夹 {folder} 里没有索引。请先用 python -m rag.ingest 加入文档，或检查 --store。",
        f"There is no index in the folder {folder}. "
        "Add documents with python -m rag.ingest, or check --store.",
    )


def damaged(path: Path) -> DamagedStoreError:
    """A file of the index does not hold what was written."""
    return DamagedStoreError(
        f"索引文件 {path} 缺失、已损坏或不是本程序的文件。"
        f"请删除文件夹 {path.parent}，或用 --rebuild 重建；您的文档不受影响。",
        f"The index file {path} is missing, damaged or not one of ours. "
        f"Delete the folder {path.parent} or rebuild with --rebuild; your documents are not touched.",
    )


def read_only(folder: Path) -> StoreError:
    """The folder, or a file in it, may only be read."""
    return StoreError(
        f"索引文件夹 {folder} 不能写入（只读或没有权限），索引未作改动。"
        "请修改权限，或用 --store 指定可写的文件夹。",
        f"The index folder {folder} can't be written (read-only, or no permission); nothing was changed. "
        "Change its permissions, or name a folder you can write with --store.",
    )


def busy(folder: Path) -> StoreError:
    """Another writer holds the index."""
    return StoreError(
        f"索引 {folder} 正被另一个程序写入。请等它结束后再试。",
        f"Another program is writing the index {folder}. Wait until it has finished, then try again.",
    )


def full(folder: Path) -> StoreError:
    """The disk has no room."""
    return StoreError(
        f"磁盘空间不足，索引 {folder} 没有写完；已完成的文档仍在。请腾出空间后再试。",
        f"The disk is full and the index {folder} is not complete; finished documents are kept. "
        "Free some space and try again.",
    )


def unusable(path: Path, reason: str) -> StoreError:
    """The system refuses the path; `reason` is its own word for it."""
    return StoreError(
        f"无法使用 {path}：{reason}。请检查 --store 指定的文件夹。",
        f"Can't use {path}: {reason}. Check the folder named with --store.",
    )


def not_a_folder(path: Path) -> StoreError:
    """The index is to live in something that is not a folder."""
    return StoreError(
        f"{path} 不是文件夹，不能存放索引。请用 --store 指定一个文件夹。",
        f"{path} is not a folder, so it can't hold the index. Name a folder with --store.",
    )


def unknown(source: str) -> UnknownSourceError:
    """No document of this name is in the index."""
    return UnknownSourceError(
        f"索引里没有“{source}”。用 python -m rag.ingest --list 查看已有的文档。",
        f'"{source}" is not in the index. python -m rag.ingest --list shows what is.',
    )


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the system or SQLite raises about the file `path` into a `StoreError` about it."""
    try:
        yield
    except OSError as error:
        raise _of_system(path, error) from error
    except _UNREADABLE_CONTENT as error:
        raise _of_content(path, error) from error


def _of_system(path: Path, error: OSError) -> StoreError:
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return read_only(path.parent)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return full(path.parent)
    return unusable(path, error.strerror or str(error))


def _of_content(path: Path, error: Exception) -> StoreError:
    name: str = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM")):
        return read_only(path.parent)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return busy(path.parent)
    if name == "SQLITE_FULL":
        return full(path.parent)
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR")):
        return unusable(path, str(error))
    return damaged(path)
