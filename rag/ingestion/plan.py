"""What has to be done to make a store hold what files hold: nothing is read or written to know it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from rag.documents.formats import CORPUS
from rag.errors import ReadError
from rag.ingestion.incoming import Content, Incoming, Unreadable
from rag.ingestion.report import Duplicate, Failure, IngestReport, Renamed, TakenIn
from rag.types import SourceRecord

_IN_CORPUS = re.compile(rf"\.{CORPUS}(?::\d+)?$", re.IGNORECASE)
"""A corpus file, or a line of one."""

Within = str | Callable[[SourceRecord], bool]
"""What the sources that may be removed begin with ("" is all of them), or which ones they are."""


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one incoming document.

    "keep": the store has it. "copy": it is to be listed as the same as `other`. "move": the store has its
    text as `moved`, which goes. "read": it is new, or has changed. `known` says whether the store holds
    something under its source, `done` whether there is nothing to write.
    """

    incoming: Incoming
    kind: Literal["keep", "copy", "move", "read"]
    known: bool
    other: str = ""
    moved: SourceRecord | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps in the order of the files, the sources that go, and what can't even be looked at."""

    steps: tuple[Step, ...]
    leaving: tuple[str, ...]
    failed: tuple[Unreadable, ...]

    @property
    def idle(self) -> bool:
        """Whether nothing is to be written."""
        return not self.leaving and all(step.done for step in self.steps)


def plan(
    found: Sequence[Incoming | Unreadable],
    records: Sequence[SourceRecord],
    *,
    mirror: bool = False,
    within: Within = "",
    again: bool = False,
) -> Plan:
    """The plan for a store that holds `records`; `mirror` lets go what is not among the files.

    `again` reads also what is as it was.
    """
    incoming = [one for one in found if isinstance(one, Incoming)]
    failed = tuple(one for one in found if not isinstance(one, Incoming))
    others = _not_among(records, incoming, failed)
    leaving = tuple(record.source for record in others if mirror and _is_within(record, within))
    gone = frozenset(leaving)
    owners = {_content(record): record.source for record in reversed(others) if record.source not in gone}
    steps = tuple(_steps(incoming, records, owners, gone, again=again))
    return Plan(steps, leaving, failed)


def foretold(plan: Plan) -> IngestReport:
    """What carrying out the plan would report, as far as that is known without reading a file.

    Only what no reader is known for by its ending is read, because most often there is none.
    """
    report = IngestReport(dry_run=True)
    report.failed = [Failure.of(*one) for one in plan.failed]
    report.removed = list(plan.leaving)
    for step in plan.steps:
        one = step.incoming
        if step.kind == "keep":
            report.unchanged.append(one.source)
        elif step.kind == "copy":
            report.duplicates.append(Duplicate(one.source, step.other))
        elif step.moved is not None:
            report.added.append(renamed(step.moved, one.source))
            report.renamed.append(Renamed(one.source, step.moved.source))
        elif failure := _certain_failure(one):
            report.failed.append(failure)
        else:
            unread = TakenIn(one.source, PurePosixPath(one.source).stem, one.format, None, None, None, ())
            (report.updated if step.known else report.added).append(unread)
    return report


def _certain_failure(one: Incoming) -> Failure | None:
    if one.format:
        return None
    try:
        one.read(None)
    except ReadError as error:
        return Failure.of(one.source, error)
    return None


def renamed(record: SourceRecord, source: str) -> TakenIn:
    """What the report says of a document that the store held by another name."""
    titled = record.metadata.is_titled
    return TakenIn(
        source,
        record.metadata.title if titled else PurePosixPath(source).stem,
        record.format,
        record.pages,
        record.characters,
        record.passages,
        record.warnings,
    )


def _steps(
    incoming: Iterable[Incoming],
    records: Iterable[SourceRecord],
    owners: dict[Content, str],
    gone: frozenset[str],
    *,
    again: bool,
) -> Iterable[Step]:
    """One step a document. `owners` is the source that each text is kept under first; it grows."""
    held = {record.source: record for record in records}
    going = {_content(record): record for record in held.values() if record.source in gone}
    for one in incoming:
        record = held.get(one.source)
        known = record is not None
        same = record is not None and record.sha256 == one.sha256
        owner = owners.setdefault(one.content, one.source)
        if owner != one.source:
            yield Step(one, "copy", known, owner, done=same)
        elif same and not again:
            yield Step(one, "keep", known, done=True)
        elif one.content in going:
            yield Step(one, "move", known, moved=going.pop(one.content))
        else:
            yield Step(one, "read", known)


def _is_within(record: SourceRecord, within: Within) -> bool:
    return within(record) if callable(within) else record.source.startswith(within)


def _content(record: SourceRecord) -> Content:
    return record.sha256, record.format


def _not_among(
    records: Iterable[SourceRecord], incoming: Iterable[Incoming], failed: Iterable[Unreadable]
) -> list[SourceRecord]:
    """What the store holds besides the files named.

    Of a corpus file or line that can't be read nobody knows the ids, of an archive nobody knows the members:
    what may have come from them is left alone.
    """
    broken = [source for source, _ in failed]
    named = {*(one.source for one in incoming), *broken}
    corpus = any(map(_IN_CORPUS.search, broken))
    inside = tuple(f"{source}/" for source in broken)
    return [
        record
        for record in records
        if record.source not in named
        and not (corpus and record.format == CORPUS)
        and not record.source.startswith(inside)
    ]
