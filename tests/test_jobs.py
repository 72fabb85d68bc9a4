"""Files in a queue are taken in by workers, each once, whatever becomes of a worker. Real PostgreSQL, milvus-lite."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.errors import StoreError
from rag.history_place import PostgresAddress
from rag.index import open_index, store_folder_for
from rag.jobs.__main__ import main
from rag.jobs.file_queue import FileQueue
from rag.store import store_place
from tests.command_lines import Run
from tests.milvus_server import milvus_server
from tests.postgres_server import postgres_server

pytest.importorskip("procrastinate", reason="the queue of files needs wenju[queue]")

ROOT = Path(__file__).parents[1]
_LONG = "".join(
    f"第{n}个项目总投资{n}.5亿元，今年完成投资{n}.2亿元，占全年任务的{n}%。\n\n" for n in range(40)
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A store and a queue that several programs share."""

    store: str
    queue: str

    @property
    def environment(self) -> dict[str, str]:
        """What programs that work on it are told."""
        return {**os.environ, "RAG_STORE": self.store, "RAG_QUEUE": self.queue, "PYTHONPATH": str(ROOT)}

    @property
    def files(self) -> FileQueue:
        """The queue."""
        place = store_place(self.store)
        assert not isinstance(place, Path)
        return FileQueue(PostgresAddress.of(self.queue), place.digest)

    def worker(self, *more: str) -> subprocess.Popen[str]:
        """A worker in a process of its own."""
        command = [sys.executable, "-m", "rag.jobs", "work", "--until-done", "--patience", "2", *more]
        return subprocess.Popen(
            command, env=self.environment, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    folder = tmp_path_factory.mktemp("cluster")
    with postgres_server() as queue, milvus_server(folder / "milvus") as store:
        yield store, queue


@pytest.fixture
def cluster(
    servers: tuple[str, str], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cluster]:
    store, queue = servers
    made = Cluster(f"{store}#t{abs(hash(request.node.name)) % 10**9}", queue)
    monkeypatch.setenv("RAG_STORE", made.store)
    monkeypatch.setenv("RAG_QUEUE", made.queue)
    yield made
    shutil.rmtree(store_folder_for([], store_place(made.store)), ignore_errors=True)


def test_two_workers_take_every_file_in_once_though_one_is_killed_half_way(
    cluster: Cluster, tmp_path: Path, run: Run
) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    for name in ("长一", "长二"):
        (folder / f"{name}.txt").write_text(f"{name}\n\n{_LONG}", encoding="utf-8")
    for number in range(8):
        (folder / f"短{number}.txt").write_text(f"第{number}县原煤产量{number}00万吨。", encoding="utf-8")
    assert run(main, "add", folder).status == 0
    first, second = cluster.worker(), cluster.worker()
    try:
        # Both are at their long file: that is the time to die.
        _wait(lambda: _states(cluster)["working"] == 2, first, second)
        first.send_signal(signal.SIGKILL)
        first.wait()
        _, told = second.communicate(timeout=120)
    finally:
        for process in (first, second):
            process.kill()
    assert second.returncode == 0, told
    assert _states(cluster) == {"done": 10}
    store, _ = open_index(store_place(cluster.store))
    with store:
        records = store.sources()
        assert [record.source for record in records] == sorted(
            path.as_posix() for path in sorted(folder.iterdir())
        )
        assert not any(record.same_as for record in records)
        texts = [s.passage.text for record in records for s in store.passages_of(record.source)]
        assert len(texts) == len(store) == sum(record.passages for record in records)
        assert texts.count("第7县原煤产量700万吨。") == 1
    assert told.count(".txt\n") in (9, 10)  # the killed worker may have finished its long one


def test_a_file_waits_once_however_often_it_is_queued(cluster: Cluster, tmp_path: Path, run: Run) -> None:
    (tmp_path / "甲.txt").write_text("甲县产煤。", encoding="utf-8")
    for _ in range(3):
        assert run(main, "add", tmp_path / "甲.txt").status == 0
    assert _states(cluster) == {"waiting": 1}
    said = run(main, "list", "--json")
    assert said.json == [{"source": (tmp_path / "甲.txt").as_posix(), "state": "waiting"}]


def test_a_file_that_can_not_be_read_fails_for_good_and_the_others_are_in(
    cluster: Cluster, tmp_path: Path, run: Run
) -> None:
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.4 nothing")
    (tmp_path / "好.txt").write_text("好县产煤。", encoding="utf-8")
    run(main, "add", tmp_path / "坏.pdf", tmp_path / "好.txt")
    command = [sys.executable, "-m", "rag.jobs", "work", "--until-done", "--patience", "2"]
    worker = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert worker.returncode == 1
    assert "坏.pdf" in worker.stderr
    assert _states(cluster) == {"done": 1, "failed": 1}
    assert run(main, "list").status == 1
    assert run(main, "list", "--forget").out == f"failed\t{(tmp_path / '坏.pdf').as_posix()}\n"
    assert _states(cluster) == {}


def test_what_is_missing_is_told(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "RAG_QUEUE" in run(main, "list").err
    monkeypatch.setenv("RAG_QUEUE", "postgresql://me:geheim@127.0.0.1:1/jobs")
    said = run(main, "list", "--store", tmp_path)
    assert (said.status, "milvus:" in said.err) == (2, True)
    with pytest.raises(StoreError, match="RAG_QUEUE") as told:
        FileQueue(PostgresAddress.of("postgresql://me:geheim@127.0.0.1:1/jobs?connect_timeout=1"), "x").jobs()
    assert "geheim" not in str(told.value)


def _states(cluster: Cluster) -> dict[str, int]:
    return Counter(job.state for job in cluster.files.jobs())


def _wait(reached: Callable[[], bool], *processes: subprocess.Popen[str]) -> None:
    for _ in range(600):
        if reached():
            return
        for process in processes:
            assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    raise TimeoutError
