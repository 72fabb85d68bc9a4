"""Folders that are followed: what happens in them is in the index soon after, once it has settled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from rag.documents import survey
from rag.ingestion import IngestReport, Looked, Opening, follow, is_below, take_in
from rag.ingestion.watching import is_settled
from rag.store import FaissStore
from rag.types import Metadata, SourceRecord
from tests.ingestion_samples import APPLES, PEARS, ROADS, ReadingHere, names, write
from tests.store_samples import opened

SOON = 20.0
"""Seconds within which something must have happened, on a busy machine."""

Reports = Callable[[], IngestReport]


@contextmanager
def followed(store: FaissStore, folder: Path, reads: ReadingHere | None = None) -> Iterator[Reports]:
    """Follow a folder in a thread; gives a function that waits for the next report."""
    told: SimpleQueue[IngestReport] = SimpleQueue()
    stop, looked = threading.Event(), Looked()

    def take() -> IngestReport:
        return take_in(
            store,
            survey([folder]),
            mirror=True,
            within=is_below([folder]),
            opening=Opening(looked=looked),
            reading=lambda: reads or ReadingHere(),
        )

    def run() -> None:
        for report in follow(take, [folder], ignored=store_folder(folder), stop=stop):
            told.put(report)

    take()
    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.5)  # until the system watches
    try:
        yield lambda: told.get(timeout=SOON)
        with pytest.raises(Empty):
            told.get_nowait()
    finally:
        stop.set()
        thread.join(SOON)


def store_folder(folder: Path) -> Path:
    return folder.parent / "s"


def test_new_edited_renamed_and_deleted_files_are_followed(tmp_path: Path) -> None:
    docs = tmp_path / "d"
    write(docs, {"a.txt": APPLES})
    with opened(store_folder(docs)) as store, followed(store, docs) as report:
        (docs / "b.txt").write_text(ROADS, encoding="utf-8")
        assert names(report().added) == ["b.txt"]
        (docs / "a.txt").write_text(PEARS, encoding="utf-8")
        assert names(report().updated) == ["a.txt"]
        (docs / "a.txt").rename(docs / "c.txt")
        seen = report()
        assert [(Path(one.source).name, Path(one.was).name) for one in seen.renamed] == [("c.txt", "a.txt")]
        assert seen.embedded == 0
        (docs / "b.txt").unlink()
        assert names(report().removed) == ["b.txt"]
        assert names(store.sources()) == ["c.txt"]


def test_a_file_that_is_still_being_written_is_taken_in_when_it_is_whole(tmp_path: Path) -> None:
    docs = tmp_path / "d"
    write(docs, {"a.txt": APPLES})
    with opened(store_folder(docs)) as store, followed(store, docs) as report:
        with (docs / "b.txt").open("w", encoding="utf-8") as file:
            for piece in (" ", " ", ROADS):  # nothing to read at first, which would be a failure
                time.sleep(0.6)
                file.write(piece)
                file.flush()
        seen = report()
        assert (names(seen.added), seen.failed) == (["b.txt"], [])


def test_a_file_that_stays_bad_is_told_once_and_read_once(tmp_path: Path) -> None:
    docs = tmp_path / "d"
    write(docs, {"a.txt": APPLES})
    reads = ReadingHere()
    with opened(store_folder(docs)) as store, followed(store, docs, reads) as report:
        (docs / "bad.pdf").write_bytes(b"%PDF-1.7 broken")
        assert names(report().failed) == ["bad.pdf"]
        (docs / "b.txt").write_text(ROADS, encoding="utf-8")
        seen = report()
        assert (names(seen.added), seen.failed) == (["b.txt"], [])
        assert names(reads.read_sources).count("bad.pdf") == 1


def test_what_came_from_elsewhere_is_left_alone(tmp_path: Path) -> None:
    docs, elsewhere = tmp_path / "d", tmp_path / "else"
    write(docs, {"a.txt": APPLES, "b.txt": ROADS})
    write(elsewhere, {"x.txt": PEARS})
    with opened(store_folder(docs)) as store:
        take_in(store, survey([elsewhere]), reading=ReadingHere)
        with followed(store, docs) as report:
            (docs / "a.txt").unlink()
            assert names(report().removed) == ["a.txt"]
            assert sorted(names(store.sources())) == ["b.txt", "x.txt"]


@pytest.mark.parametrize(
    ("named", "source", "form", "inside"),
    [
        ("d", "d/a.txt", "txt", True),
        ("d/", "d/in/a.txt", "txt", True),
        ("d", "dd/a.txt", "txt", False),
        ("d/a.zip", "d/a.zip/x.txt", "txt", True),
        ("d/a.txt", "d/a.txt", "txt", True),
        (".", "d/a.txt", "txt", True),
        (".", "/else/a.txt", "txt", False),
        (".", "../a.txt", "txt", False),
        (".", "an-id", "jsonl", False),
    ],
)
def test_a_source_is_below_a_folder_by_its_name(named: str, source: str, form: str, inside: bool) -> None:
    record = SourceRecord(source, form, "", 0, None, 0, Metadata())
    assert is_below([Path(named)])(record) is inside


def test_a_file_has_settled_a_while_after_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    assert is_settled(path), "one that is gone"
    path.write_text("a", encoding="utf-8")
    assert not is_settled(path)
    os.utime(path, (time.time() - 60,) * 2)
    assert is_settled(path)


def test_the_command_follows_until_it_is_interrupted(tmp_path: Path) -> None:
    docs = tmp_path / "d"
    write(docs, {"a.txt": APPLES})
    command = [
        sys.executable,
        "-m",
        "rag.ingest",
        str(docs),
        "--watch",
        "--json",
        "--store",
        str(tmp_path / "s"),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
    ) as process:
        assert process.stdout
        assert process.stderr
        first = process.stdout.readline()
        assert '"added": [{"source"' in first
        assert "Ctrl-C" in process.stderr.readline()
        time.sleep(1.0)
        (docs / "b.txt").write_text(ROADS, encoding="utf-8")
        second = process.stdout.readline()
        assert "b.txt" in second
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=SOON)
        assert process.returncode == 0
        assert "Traceback" not in complaints
