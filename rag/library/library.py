"""The documents of a server: what each reader sees of them, and how they come, change and go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from rag.assistant import SEED_SOURCES, Assistant
from rag.documents import CORPUS, SIDECAR, Limits
from rag.documents.limits import passed
from rag.errors import ReadError, UnknownSourceError
from rag.ingestion import UPLOADS, KeptFailure, Opening, may_change, may_read, owner_of_source, uploads_of
from rag.ingestion.file_behind import Files
from rag.library.changes import Changes
from rag.library.given_words import given_words
from rag.library.job import Job
from rag.library.upload_folder import UploadFolder
from rag.library.upload_names import upload_path
from rag.library.work_queue import WorkQueue
from rag.resources import seed_folder
from rag.types import SourceRecord


class Library:
    """The documents of one assistant. `owner` is always who asks: `""` where nobody logs in, who sees everything.

    What somebody may not see is not there for them: every method raises the same `UnknownSourceError` for both.
    """

    def __init__(self, assistant: Assistant, limits: Limits | None = None) -> None:
        self._assistant = assistant
        self._store = assistant.store
        self.ledger = assistant.ledger
        self.limits = limits or Limits()
        self.folder = UploadFolder(assistant.store.folder)
        uploads = self.folder.path
        self.files = Files(
            {SEED_SOURCES: seed_folder(), UPLOADS: uploads}, Opening(limits=self.limits, ledger=self.ledger)
        )
        """Where the files behind documents are."""
        self._changes = Changes(assistant, self.folder, self.limits)
        self._queue = WorkQueue(self._changes.make)
        self._listed: tuple[int, tuple[SourceRecord, ...]] = (-1, ())

    def records(self, owner: str) -> tuple[SourceRecord, ...]:
        """Every document this reader sees."""
        scope, shared = self._assistant.scope, self.ledger.shared() if owner else frozenset()
        return tuple(
            record
            for record in self._all()
            if (scope is None or record.source in scope) and may_read(owner, record.source, shared)
        )

    def sources(self, owner: str) -> frozenset[str] | None:
        """What this reader's questions are answered from; `None` for all there is."""
        scope = self._assistant.scope
        seen = frozenset(record.source for record in self.records(owner))
        return scope if len(seen) == len(self._all()) else seen

    def seen(self, owner: str) -> frozenset[str] | None:
        """What this reader may know of; `None` where nothing is hidden from them."""
        shared = self.ledger.shared() if owner else frozenset()
        known = frozenset(one.source for one in self._all() if may_read(owner, one.source, shared))
        return None if len(known) == len(self._all()) else known

    def record(self, owner: str, source: str) -> SourceRecord:
        """One document. Raises `UnknownSourceError`."""
        shared = self.ledger.shared() if owner else frozenset()
        found = self._store.sources([source]) if may_read(owner, source, shared) else ()
        if not found:
            raise UnknownSourceError("没有这个文档。", "There is no such document.")
        return found[0]

    def failures(self, owner: str) -> tuple[KeptFailure, ...]:
        """What could not be taken in, of this reader's files and everybody's."""
        return tuple(one for one in self.ledger.failures() if may_read(owner, one.failure.source, ()))

    def jobs(self, owner: str) -> tuple[tuple[int, Job], ...]:
        """What this reader waits for, each with how many, of anybody's, are before it."""
        ahead, found = 0, []
        for job in self._queue.jobs():
            if not owner or job.owner == owner:
                found.append((ahead, job))
            ahead += not job.is_over
        return tuple(found)

    def put(self, owner: str, name: str, content: BinaryIO, *, password: str = "") -> Job | None:
        """Keep a file and read it; one of a name that is in takes its place. Raises `ReadError`, `StoreError`.

        `None` for a sidecar, which is kept for the document it is about.
        """
        source = f"{uploads_of(owner)}{upload_path(name)}"
        if source.lower().endswith(f".{CORPUS}"):
            # A line of a corpus names its own source, and so could take the place of any document.
            raise self.refused(source, _corpus())
        path = self.folder.keep(source, content)
        if path.name.lower().endswith(SIDECAR):
            return None
        if path.stat().st_size > self.limits.file_bytes:
            error = passed("file_bytes", source, self.limits, path.stat().st_size)
            self.folder.discard(source)
            raise self.refused(source, error)
        return self._queue.add(Job("read", owner, source, password=password))

    def too_large(self, owner: str, name: str, size: int) -> ReadError:
        """The failure, kept, of a file that was not even sent."""
        source = f"{uploads_of(owner)}{upload_path(name)}"
        return self.refused(source, passed("file_bytes", source, self.limits, size))

    def refused(self, source: str, error: ReadError) -> ReadError:
        """The same error, kept as the source's failure."""
        self.ledger.fail(source, error.code, error.zh, error.en)
        return error

    def reread(self, owner: str, source: str, *, password: str = "") -> Job:
        """Read a document's file again, or one that failed. Raises `UnknownSourceError`, and `LibraryError` without a file."""
        self._check_may_change(owner, source)
        name, _ = self._changes.file_of(source)
        return self._queue.add(Job("read", owner, name, password=password, again=True))

    def remove(self, owner: str, source: str) -> Job:
        """Take a document out, and delete its file if it was uploaded. Raises `UnknownSourceError`."""
        self._check_may_change(owner, source)
        self.record(owner, source)
        return self._queue.add(Job("remove", owner, source))

    def describe(self, owner: str, source: str, words: Mapping[str, str] | None) -> Job:
        """Say what a document is (`FIELDS`) over what was found; `None` takes back what was said.

        A word that says what was found is none; an empty one says that the document has no such thing. Raises
        `UnknownSourceError`, and `LibraryError` for a word that can't be meant.
        """
        self._check_may_change(owner, source)
        record = self.record(owner, source)
        found = self.ledger.words().get(source)
        given = given_words(words, found.found if found else record.metadata) if words is not None else {}
        return self._queue.add(Job("describe", owner, source, words=given))

    def share(self, owner: str, source: str, *, shared: bool) -> None:
        """Let everybody see a document, or its owner alone. Raises `UnknownSourceError`."""
        self._check_may_change(owner, source)
        record = self.record(owner, source)
        for one in self._all():  # what is kept once is seen by all its names, or by none
            if (one.sha256, one.format) == (record.sha256, record.format):
                self.ledger.share(one.source, shared=shared)

    def dismiss(self, owner: str, source: str) -> None:
        """Show a failure no more; an uploaded file that is no document goes with it. Raises `UnknownSourceError`."""
        self._check_may_change(owner, source)
        self.ledger.dismiss(source)
        self._changes.discard_unused(source)

    def cancel(self, owner: str, number: int) -> None:
        """Give one's own job up; a file that was to be read for the first time is deleted."""
        job = next((job for _, job in self.jobs(owner) if job.number == number), None)
        if job is not None:
            self._queue.cancel(job)
            if job.state == "cancelled" and job.kind == "read":
                self._changes.discard_unused(job.source)

    def may_change(self, owner: str, source: str) -> bool:
        """Whether this reader may describe, share and remove a document."""
        return may_change(owner, source)

    def resume(self) -> None:
        """Take up what an earlier run of the program left: files that were sent and are neither in nor failed.

        One whose reading had begun when the program ended counts as failed, so that none can end it again and again.
        """
        begun = self.ledger.begun()
        for source, path in self.folder.files():
            if path.name.lower().endswith(SIDECAR) or self._changes.is_in(source):
                continue
            if source in begun:
                self.refused(source, _broken_off(source))
            elif not self.ledger.knows_failure(source):
                self._queue.add(Job("read", owner_of_source(source), source))

    def _all(self) -> tuple[SourceRecord, ...]:
        generation = self._store.generation
        if self._listed[0] != generation:
            self._listed = generation, self._store.sources()
        return self._listed[1]

    def _check_may_change(self, owner: str, source: str) -> None:
        if not may_change(owner, source):
            raise UnknownSourceError("没有这个文档。", "There is no such document.")


def _corpus() -> ReadError:
    return ReadError(
        "unsupported",
        "语料文件（.jsonl）不能上传，请在服务器上用 python -m rag.ingest 加入。",
        "Corpus files (.jsonl) can't be uploaded. Put them in on the server with python -m rag.ingest.",
    )


def _broken_off(source: str) -> ReadError:
    return ReadError(
        "unreadable",
        f"读 {source} 的时候程序停了，没有读完。可以重读一次；若程序又因此停下，就是文件有问题。",
        f"The program ended while it read {source}. Read it again; if that ends the program once more, the file is at fault.",
    )
