"""Files become a store's content: what is new is read, what changed is replaced, the rest is left alone."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import PurePosixPath

from rag.documents import Found, ReadingProcess
from rag.errors import ReadError
from rag.ingestion.incoming import Incoming, Looked, Opening, Reads, Unreadable, incoming
from rag.ingestion.plan import Plan, Step, Within, foretold, plan, renamed
from rag.ingestion.report import Duplicate, Failure, IngestReport, Interrupted, Renamed, TakenIn
from rag.ingestion.told import Told
from rag.passages import split
from rag.seams import DocumentStore
from rag.types import Document, SourceRecord

Reading = Callable[[], AbstractContextManager[Reads]]
"""Where files are read, for as long as the context lasts."""


def take_in(
    store: DocumentStore,
    found: Found,
    *,
    mirror: bool = False,
    within: Within = "",
    opening: Opening | None = None,
    told: Told | None = None,
    reading: Reading = ReadingProcess,
    anew: bool = False,
    again: bool = False,
) -> IngestReport:
    """Bring the store up to date with the files found.

    `mirror` also removes every source that is not among them and is `within`. Of files with the same bytes
    the first is indexed, the others are listed as the same. A file that can't be read is reported, and what
    the store held of it stays. Each document is kept as soon as it is in; with `anew`, all of them take the
    place of what the store held at once, at the end, and nothing is changed by a run that is stopped.

    `again` reads also what has not changed since it was read.

    Raises `StoreError` if the store can't be written, `Interrupted` where the user stops the run.
    """
    began = time.perf_counter()
    opening = opening or Opening()
    run = _Run(store, told or Told(), opening.looked)
    run.total = run.left = len(found.files)
    undone = anew
    try:
        with reading() as reads, ExitStack() as unpacked:
            looked_at = [*found.failed, *incoming(found.files, opening, reads, unpacked)]
            records = () if anew else store.sources() if mirror else _concerned(store, looked_at)
            todo = plan(looked_at, records, mirror=mirror, within=within, again=again)
            with store.rebuilding() if anew else nullcontext() if todo.idle else store.writing():
                run.carry_out(todo)
        undone = False
    except KeyboardInterrupt as stop:
        raise _interrupted(run, undone=anew) from stop
    finally:
        if opening.ledger and not undone:
            opening.ledger.note(run.report)
        run.report.passed_over = _endings(found.passed_over)
        run.report.seconds = round(time.perf_counter() - began, 3)
    return run.report


def rehearse(
    records: Sequence[SourceRecord],
    found: Found,
    *,
    mirror: bool = False,
    within: Within = "",
    opening: Opening | None = None,
    reading: Reading = ReadingProcess,
) -> IngestReport:
    """What `take_in` would report of a store that holds `records`, as far as hashes and endings tell.

    Nothing is written, and files are read for their hashes alone: whether a new one is damaged shows only
    when it is taken in.
    """
    began = time.perf_counter()
    with reading() as reads, ExitStack() as unpacked:
        looked_at = [*found.failed, *incoming(found.files, opening or Opening(), reads, unpacked)]
        report = foretold(plan(looked_at, records, mirror=mirror, within=within))
    report.passed_over = _endings(found.passed_over)
    report.seconds = round(time.perf_counter() - began, 3)
    return report


def _concerned(store: DocumentStore, looked_at: Iterable[Incoming | Unreadable]) -> tuple[SourceRecord, ...]:
    """What the store holds under the sources or with the content of these: all that matters if nothing goes."""
    ones = [one for one in looked_at if isinstance(one, Incoming)]
    holders = (store.source_with(*one.content) for one in ones)
    return store.sources({*(one.source for one in ones), *(source for source in holders if source)})


def _interrupted(run: _Run, *, undone: bool) -> Interrupted:
    """What a stopped run is told as; what was to be all or nothing is nothing."""
    report = IngestReport() if undone else run.report
    report.interrupted = True
    return Interrupted(report, run.total if undone else run.left)


def _endings(passed_over: Iterable[str]) -> dict[str, int]:
    """How many files of each ending, the most first; a link to a folder ends with "/"."""
    endings = Counter(
        "/" if name.endswith("/") else PurePosixPath(name).suffix.lower() for name in passed_over
    )
    return dict(sorted(endings.items(), key=lambda entry: (-entry[1], entry[0])))


def refit(store: DocumentStore, *, told: Told | None = None) -> IngestReport:
    """Build a store anew from the documents it holds, as they were read; nothing else is needed for it.

    Until it is done the store is as it was. Raises `StaleStoreError` for a format too old to be read,
    `Interrupted` where the user stops the run.
    """
    began = time.perf_counter()
    run = _Run(store, told or Told(), Looked())
    records = store.sources()
    try:
        with store.rebuilding():
            run.refill(records)
    except KeyboardInterrupt as stop:
        run.total = len(records)
        raise _interrupted(run, undone=True) from stop
    run.report.seconds = round(time.perf_counter() - began, 3)
    return run.report


class _Run:
    """One run over a store: what is left of it, and its report so far."""

    def __init__(self, store: DocumentStore, told: Told, looked: Looked) -> None:
        self.report = IngestReport()
        self.total = self.left = 0
        self._store = store
        self._told = told
        self._looked = looked
        self._failed: set[str] = set()

    def carry_out(self, todo: Plan) -> None:
        """Take every step of the plan, then let go what is gone."""
        self.report.failed.extend(Failure.of(*one) for one in todo.failed)
        self.total = self.left = len(todo.steps)
        total = sum(step.kind == "read" for step in todo.steps)
        number = 0
        for step in todo.steps:
            if step.kind == "read":
                number += 1
                self._announce(step.incoming.source, number, total)
            self._take(step)
            self.left -= 1
        if todo.leaving:
            self.report.removed.extend(self._store.remove(todo.leaving))

    def refill(self, records: Sequence[SourceRecord]) -> None:
        """Put every document in again, as the store holds it."""
        own = [record for record in records if record.same_as is None]
        for number, record in enumerate(own, start=1):
            self._announce(record.source, number, len(own))
            self.report.updated.append(self._put(self._store.document(record.source), record.sha256))
        for record in records:
            if record.same_as is not None:
                self._store.link(record.source, record.same_as)

    def _announce(self, source: str, number: int, total: int) -> None:
        if self._told.announce:
            self._told.announce(source, number, total)

    def _put(self, document: Document, sha256: str) -> TakenIn:
        """Put a document into the store, and say what it became."""
        parts = split(document)
        self.report.embedded += self._store.replace(document, sha256, parts, progress=self._told.embedded)
        return TakenIn(
            document.source,
            document.metadata.title,
            document.format,
            len(document.original.page_starts) or None,
            len(document.original.text),
            len(parts),
            document.warnings,
        )

    def _take(self, step: Step) -> None:
        source = step.incoming.source
        if step.kind == "keep":
            self.report.unchanged.append(source)
        elif step.kind == "copy" and step.other not in self._failed:
            if not step.done:
                self._store.link(source, step.other)
            self.report.duplicates.append(Duplicate(source, step.other))
        elif step.moved is not None:
            self._store.link(source, step.moved.source)
            self.report.added.append(renamed(step.moved, source))
            self.report.renamed.append(Renamed(source, step.moved.source))
        else:
            self._read(step)

    def _read(self, step: Step) -> None:
        one = step.incoming
        known_failure = self._looked.failures.get((one.source, one.sha256))
        try:
            if known_failure:
                raise known_failure
            document = one.read(self._told.pages)
        except ReadError as error:
            self._looked.failures[one.source, one.sha256] = error
            self._failed.add(one.source)
            self.report.failed.append(Failure.of(one.source, error))
            return
        equal = (
            self._store.source_with(one.sha256, document.format) if document.format != one.format else None
        )
        if equal is not None and equal != one.source:
            # Its name says less of it than its equal's: that one's reading stands.
            self._store.link(one.source, equal)
            self.report.duplicates.append(Duplicate(one.source, equal))
            return
        taken = self._put(document, one.sha256)
        (self.report.updated if step.known else self.report.added).append(taken)
