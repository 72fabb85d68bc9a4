"""The folder that an index lives in: its files, its lock, and writing a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from rag.store import failures

LOCK_WAIT_SECONDS = 5.0
"""How long a second writer waits for the first before it gives up."""

_PART = ".part"


@dataclass(frozen=True, slots=True)
class StoreFolder:
    """Every file of an index by name. Only these are ever written or deleted."""

    path: Path

    @property
    def manifest(self) -> Path:
        """What the index was built with, for people and for programs of another version."""
        return self.path / "manifest.json"

    @property
    def database(self) -> Path:
        """Documents, passages, vectors and terms: the truth."""
        return self.path / "passages.sqlite"

    def vectors(self, segment: str) -> Path:
        """The FAISS file of a segment, derived from the database."""
        return self.path / f"vectors-{segment}.faiss"

    def terms(self, segment: str) -> Path:
        """The file of a segment's postings, derived from the database."""
        return self.path / f"terms-{segment}.postings"

    def journals(self, database: Path) -> tuple[Path, Path]:
        """Where SQLite keeps what isn't in the file of a database yet."""
        return database.with_name(f"{database.name}-wal"), database.with_name(f"{database.name}-journal")

    @property
    def lock(self) -> Path:
        """Held by the one who writes."""
        return self.path / "write.lock"

    def part(self, path: Path) -> Path:
        """Where the file at `path` is written before it takes its place."""
        return path.with_name(f"{path.name}{_PART}")

    def make(self) -> None:
        """Create the folder if it isn't there; raises `StoreError` where that is not allowed."""
        if self.path.exists() and not self.path.is_dir():
            raise failures.not_a_folder(self.path)
        with failures.told(self.manifest):
            self.path.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def locked(self, wait: float | None = None) -> Iterator[None]:
        """Hold the folder against other writers; the system lets go of it when a process dies.

        Raises `StoreError` if another writer holds it for `wait` seconds (`LOCK_WAIT_SECONDS` unless
        told), or the folder is read-only.
        """
        import filelock  # it brings asyncio, and who only reads needs no lock

        lock = filelock.FileLock(self.lock, timeout=LOCK_WAIT_SECONDS if wait is None else wait)
        with failures.told(self.lock):
            try:
                lock.acquire()
            except filelock.Timeout as error:
                raise failures.busy(self.path) from error
        try:
            yield
        finally:
            lock.release()

    def write(self, path: Path, data: bytes) -> None:
        """Put `data` in place of the file at `path`: a reader sees the old file or the new one, whole.

        Only for the holder of the lock. Raises `StoreError` if the system refuses.
        """
        part = self.part(path)
        with failures.told(path):
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)

    def sweep(self, segments: Collection[str]) -> None:
        """Delete files of other segments than these; only for the holder of the lock."""
        listed = {file for segment in segments for file in (self.vectors(segment), self.terms(segment))}
        for file in self._segment_files():
            if file not in listed:
                with suppress(OSError):  # held open by another program: it goes another time
                    file.unlink()

    def delete(self) -> None:
        """Delete the files of the index, whatever state they are in, and nothing else of the folder.

        A program that has the index open goes on with what it had until it opens it again.
        Raises `StoreError` if another writer is at work or the folder is read-only.
        """
        if not self.path.is_dir():
            return
        with self.locked(), failures.told(self.database):
            # The database first: without it there is no index, whatever else is left.
            self.discard(self.database)
            self.discard(self.part(self.database))
            for file in (self.manifest, self.part(self.manifest), *self._segment_files()):
                file.unlink(missing_ok=True)

    def discard(self, database: Path) -> None:
        """Delete a database and what SQLite keeps beside it, which must never meet another database."""
        shared = database.with_name(f"{database.name}-shm")
        for file in (database, *self.journals(database), shared):
            file.unlink(missing_ok=True)

    def _segment_files(self) -> list[Path]:
        kinds = ("vectors*.faiss", "terms-*.postings")
        return [
            file for kind in kinds for ending in ("", _PART) for file in self.path.glob(f"{kind}{ending}")
        ]
