"""Making changes of the documents: what the queue's one thread does, job by job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.assistant import SEED_SOURCES
from rag.documents import Found, Limits
from rag.errors import LibraryError, StoreError, UnknownSourceError
from rag.ingestion import IngestReport, Opening, UserWords, take_in
from rag.library.job import CancelledError, Job
from rag.library.upload_folder import UploadFolder
from rag.passages import split
from rag.resources import seed_folder

if TYPE_CHECKING:
    from rag.assistant import Assistant


class Changes:
    """What can be done to an assistant's documents, and to the uploaded files behind them."""

    def __init__(self, assistant: Assistant, folder: UploadFolder, limits: Limits) -> None:
        self._assistant = assistant
        self._store = assistant.store
        self._ledger = assistant.ledger
        self._folder = folder
        self._limits = limits

    def make(self, job: Job) -> None:
        """Do what a job says. Raises `StoreError`, `UnknownSourceError`, and `CancelledError` where it is given up."""
        {"read": self._read, "remove": self._remove, "describe": self._describe}[job.kind](job)

    def file_of(self, source: str) -> tuple[str, Path]:
        """The file a document was read from, with the source it has itself. Raises `LibraryError` where it is gone."""
        if kept := self._folder.file_of(source):
            return kept
        seed = seed_folder() / source.removeprefix(SEED_SOURCES)
        path = seed if source.startswith(SEED_SOURCES) else Path(source)
        if not path.is_file():
            raise LibraryError(
                f"{source} 的文件找不到了，不能重读；索引里的内容仍在。",
                f"The file of {source} is not found, so it can't be read again; what the index holds of it stays.",
            )
        return source, path

    def is_in(self, source: str) -> bool:
        """Whether the index holds a file, or something of an archive."""
        inside = f"{source}/"
        return any(one.source == source or one.source.startswith(inside) for one in self._store.sources())

    def discard_unused(self, source: str) -> None:
        """Delete the uploaded file a source came in, unless the index holds something of it."""
        kept = self._folder.file_of(source)
        if kept and not self.is_in(kept[0]):
            self._folder.discard(kept[0])

    def _read(self, job: Job) -> None:
        source, path = self.file_of(job.source)
        opening = Opening({source: job.password} if job.password else {}, self._limits, ledger=self._ledger)
        self._ledger.begin(source)
        try:
            job.report = take_in(
                self._store,
                Found(files=[(source, path)]),
                opening=opening,
                told=job.told,
                reading=job.reads,
                again=job.again,
            )
        except CancelledError:
            self.discard_unused(source)
            raise
        except StoreError as error:
            self._ledger.fail(source, "unreadable", error.zh, error.en)
            raise
        finally:
            self._ledger.end(source)
        if self._assistant.scope is not None:  # questions are limited to some documents: now to these as well
            self._assistant.scope |= frozenset(job.report.sources)

    def _remove(self, job: Job) -> None:
        removed = self._assistant.remove([job.source])
        self.discard_unused(job.source)
        if not removed:
            raise UnknownSourceError("没有这个文档。", "There is no such document.")
        job.report = IngestReport(removed=list(removed))

    def _describe(self, job: Job) -> None:
        """Put a document in again with other metadata; its text is as it was read."""
        (record,) = self._store.sources([job.source]) or (None,)
        document = self._store.document(job.source)
        assert record
        before = self._ledger.words().get(job.source)
        found = before or UserWords({}, document.metadata, record.sha256)
        after = replace(found, given=job.words)
        document = replace(document, metadata=after.metadata)
        self._ledger.keep_words(job.source, after)
        try:
            sha256 = after.mixed_into(after.sha256) if after.given else after.sha256
            self._store.replace(document, sha256, split(document), progress=job.told.embedded)
        except BaseException:  # what is said and what is searched stay the same
            self._ledger.keep_words(job.source, before or replace(found, given={}))
            raise
