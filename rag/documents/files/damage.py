"""What is said of a file that is broken or can't be opened, however the library that reads it complains."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rag.errors import ReadError


def damaged(source: str) -> ReadError:
    """The error for a file that is not what its ending says, or is cut short."""
    return ReadError(
        "damaged",
        f"{source} 不完整或已损坏，无法打开。请重新下载，或用原来的软件打开后另存一份。",
        f"{source} is incomplete or damaged and can't be opened. Download it again, or open it in the program "
        "it comes from and save it anew.",
    )


def unreadable(source: str, error: Exception) -> ReadError:
    """The error for a file that can't be opened; `error` is what the system said."""
    said = getattr(error, "strerror", None) or error
    return ReadError(
        "unreadable",
        f"读不了 {source}（{said}）。请检查文件是否存在、是否有读取权限。",
        f"{source} can't be read ({said}). Check that the file is there and may be read.",
    )


@contextmanager
def named_damage(source: str) -> Iterator[None]:
    """Whatever goes wrong inside means that the file is broken: raise `ReadError` ("damaged") for it.

    For work inside parsers of others, which meet broken files with nearly any exception.
    """
    try:
        yield
    except (ReadError, MemoryError):
        raise
    except Exception as error:
        raise damaged(source) from error
