"""What a run of ingestion did to the index, or would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.errors import FailureCode, ReadError


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A document that is in now; of one that was not read yet only source, title and format are known."""

    source: str
    title: str
    format: str
    pages: int | None
    characters: int | None
    passages: int | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was not taken in, and why, in Chinese and English."""

    source: str
    code: FailureCode
    zh: str
    en: str

    @classmethod
    def of(cls, source: str, error: ReadError) -> Failure:
        """The failure that an error makes of a source."""
        return cls(source, error.code, error.zh, error.en)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A file with the very bytes of another one: kept once, listed under both names."""

    source: str
    same_as: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file that is known, under another name than before."""

    source: str
    was: str


@dataclass(slots=True)
class IngestReport:
    """What one run did to the index; with `dry_run`, what it would do.

    A renamed file is among `added` by its new name, among `removed` by its old one, and in `renamed`.
    `embedded` counts the passages the model had to read; `passed_over` the files of other kinds that lay
    in the folders, by their ending. `interrupted` is a run that was stopped: the rest is as it was.
    """

    added: list[TakenIn] = field(default_factory=list)
    updated: list[TakenIn] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    passed_over: Mapping[str, int] = field(default_factory=dict)
    embedded: int = 0
    seconds: float = 0.0
    dry_run: bool = False
    interrupted: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source that is in now: new, changed, as it was, or the same as another."""
        taken = [one.source for one in (*self.added, *self.updated)]
        return (*taken, *self.unchanged, *(duplicate.source for duplicate in self.duplicates))

    @property
    def changed(self) -> bool:
        """Whether the index holds another text than before."""
        return bool(self.added or self.updated or self.removed)


class Interrupted(KeyboardInterrupt):
    """The user stopped a run: what the report tells is done and kept, `left` documents were not looked at."""

    def __init__(self, report: IngestReport, left: int) -> None:
        super().__init__()
        self.report = report
        self.left = left
