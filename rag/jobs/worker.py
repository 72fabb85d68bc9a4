"""What does the jobs on one machine: a file is read, embedded and put into the store."""

from __future__ import annotations

import sys
from contextlib import ExitStack, nullcontext
from pathlib import Path

from rag.assistant import Assistant
from rag.documents import Found, ReadingProcess
from rag.errors import ReadError
from rag.index import open_index, store_place_for
from rag.ingestion import Opening, take_in
from rag.settings import Settings


class Worker:
    """Holds the model, the store and the process that reads files for as long as there are jobs."""

    def __init__(self, settings: Settings) -> None:
        store = store_place_for([], settings.store)
        self._assistant = Assistant(*open_index(store, settings.embedding_model))
        if self._assistant.store.stale:
            raise self._assistant.store.stale
        self._limits = settings.limits
        self._open = ExitStack()
        self._reads = self._open.enter_context(ReadingProcess())
        self.failed = 0
        """How many files could not be taken in."""

    def take(self, source: str, path: Path) -> None:
        """Take a file in; what is in already is left alone. Raises `ReadError` for one that can't be read.

        Why is said on standard error, and kept in this machine's ledger.
        """
        opening = Opening(limits=self._limits, ledger=self._assistant.ledger)
        report = take_in(
            self._assistant.store,
            Found([(source, path)]),
            opening=opening,
            reading=lambda: nullcontext(self._reads),
        )
        done = [one.source for one in (*report.added, *report.updated)]
        done += [one.source for one in report.duplicates]
        sys.stderr.write("".join(f"+ {name}\n" for name in done))
        for failure in report.failed:
            sys.stderr.write(f"! {failure.source}  {failure.zh}\n  {failure.en}\n")
        if report.failed:
            self.failed += len(report.failed)
            first = report.failed[0]
            raise ReadError(first.code, first.zh, first.en)

    def close(self) -> None:
        """Let go of them."""
        self._open.close()
        self._assistant.store.close()
