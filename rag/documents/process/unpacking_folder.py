"""The folder that an archive is unpacked to: gone when it is not needed any more, also after a kill."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

_PREFIX = "wenju-"
_LOCK = "in-use.lock"
_SETTLED_SECONDS = 60.0
"""A folder younger than this may be one whose maker has not come to lock it."""


@contextmanager
def unpacking_folder() -> Iterator[Path]:
    """An empty folder, deleted afterwards. Those that killed programs left behind are deleted first.

    Who uses a folder holds a lock in it, which the system lets go of when its holder dies.
    """
    _sweep(Path(tempfile.gettempdir()))
    with (
        tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder,
        filelock.FileLock(Path(folder, _LOCK)),
    ):
        inner = Path(folder, "files")
        inner.mkdir()
        yield inner


def _sweep(place: Path) -> None:
    for folder in place.glob(f"{_PREFIX}*"):
        with suppress(OSError, filelock.Timeout):  # another user's, or in use
            if time.time() - folder.stat().st_mtime > _SETTLED_SECONDS:
                with filelock.FileLock(folder / _LOCK, timeout=0):
                    pass
                shutil.rmtree(folder, ignore_errors=True)
