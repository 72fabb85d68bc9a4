"""What a reader is given and what it gives: a file's bytes, and the text and pieces found in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rag.documents.limits import Limits
from rag.original import Original
from rag.types import BlockKind

Told = Callable[[int, int], None]
"""Told (done, total) after each page, slide or sheet is read."""


def _not_told(done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to be read: its bytes, the source it is known by, and what may be done with it."""

    source: str
    data: bytes
    password: str | None = None
    limits: Limits = field(default_factory=Limits)
    told: Told = _not_told


@dataclass(frozen=True, slots=True)
class Region:
    """One block of a document as its format or its page shows it.

    `spans` are the original stretches it is made of, in reading order: the lines of a paragraph that goes
    on in the next column, the cells of a table's row. `level` is the depth of a heading (1 is the title).
    """

    kind: BlockKind
    spans: tuple[tuple[int, int], ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Extract:
    """What a reader got out of a file.

    `regions` are its blocks in reading order; original text that stands in none of them (page furniture,
    a site's navigation) can be shown but is not read. `None` where the format says nothing of blocks, so
    that they must be found in the lines. `stated` is metadata that the file gives beside its text, by the
    fields of `rag.types.Metadata` ("title", "author", "publisher", "date"). `marked` says that the text has
    Markdown's marks inside its lines.
    """

    original: Original
    regions: tuple[Region, ...] | None = None
    stated: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    marked: bool = False
