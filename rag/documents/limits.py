"""How much of one file is read, so that none can hold up or fill the machine."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may be. Passing one of them is a `ReadError` that names it.

    `seconds` is the time without progress: for a file to be opened, and for each of its pages.
    `archive_ratio` is how many times its packed size an archive's member may be.
    """

    file_bytes: int = 512 * MEGABYTE
    pages: int = 5_000
    cells: int = 1_000_000
    characters: int = 20_000_000
    seconds: float = 120.0
    memory_bytes: int = 6 * 1024 * MEGABYTE
    archive_ratio: int = 200
    archive_bytes: int = 2 * 1024 * MEGABYTE
    archive_members: int = 10_000
    archive_depth: int = 3
