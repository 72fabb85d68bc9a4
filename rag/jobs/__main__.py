"""`python -m rag.jobs`: files are queued, and taken in by workers on any number of machines.

Exit status: 0 done, 1 some files failed, 2 a usage or input error, 130 stopped by the user.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rag.assistant import find_files
from rag.command import run_command
from rag.errors import SettingsError
from rag.jobs.file_queue import FileQueue
from rag.settings import Settings, load_settings
from rag.store import MilvusAddress

ALL_IN, SOME_FAILED = 0, 1
PATIENCE_SECONDS = 30.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status."""
    return run_command(_run, _parser().parse_args(argv), interrupted="已停止。\nStopped.")


def _run(arguments: argparse.Namespace) -> int:
    settings = load_settings(store=arguments.store)
    queue = _queue(settings)
    if arguments.command == "add":
        return _add(queue, arguments.paths)
    if arguments.command == "work":
        return _work(queue, settings, arguments)
    return _list(queue, as_json=arguments.json, forget=arguments.forget)


def _queue(settings: Settings) -> FileQueue:
    if settings.queue is None:
        raise SettingsError(
            "没有说队列在哪里。请设置 RAG_QUEUE=postgresql://用户:密码@主机/库名。",
            "Nobody said where the queue is. Set RAG_QUEUE=postgresql://USER:PASSWORD@HOST/DATABASE.",
        )
    if not isinstance(settings.store, MilvusAddress):
        raise SettingsError(
            "几台机器只能一起写 Milvus 里的索引。请用 RAG_STORE 或 --store 写上 milvus:地址。",
            "Several machines write only an index in Milvus together. Name it with RAG_STORE or --store, as milvus:URI.",
        )
    return FileQueue(settings.queue, settings.store.digest)


def _add(queue: FileQueue, paths: Sequence[Path]) -> int:
    found = find_files(paths)
    added, waiting = queue.add((source, path.resolve()) for source, path in found.files)
    for _, error in found.failed:
        sys.stderr.write(f"{error}\n")
    sys.stderr.write(f"排队 {len(added)} 份；本来就在排队的 {len(waiting)} 份。\n")
    sys.stderr.write(f"{len(added)} files queued; {len(waiting)} were waiting already.\n")
    return SOME_FAILED if found.failed else ALL_IN


def _work(queue: FileQueue, settings: Settings, arguments: argparse.Namespace) -> int:
    from rag.jobs.worker import Worker

    worker = Worker(settings)
    before = signal.getsignal(signal.SIGINT)
    try:
        queue.work(worker.take, patience=arguments.patience, until_done=arguments.until_done)
    finally:
        signal.signal(signal.SIGINT, before)
        worker.close()
    return SOME_FAILED if worker.failed else ALL_IN


def _list(queue: FileQueue, *, as_json: bool, forget: bool) -> int:
    jobs = queue.jobs()
    if as_json:
        rows = [{"source": job.source, "state": job.state} for job in jobs]
        sys.stdout.write(f"{json.dumps(rows, ensure_ascii=False)}\n")
    else:
        counts = Counter(job.state for job in jobs)
        sys.stdout.write("".join(f"{job.state}\t{job.source}\n" for job in jobs if job.state != "done"))
        sys.stderr.write(f"{', '.join(f'{n} {state}' for state, n in sorted(counts.items())) or '0'}\n")
    if forget:
        queue.forget()
    return SOME_FAILED if any(job.state == "failed" for job in jobs) else ALL_IN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag.jobs", description="几台机器一起收入文档。Several machines take documents in."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="把文件排进队列。Queue files.")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    work = commands.add_parser("work", help="收入排着队的文件。Take queued files in.")
    work.add_argument("--until-done", action="store_true", help="做完就结束。End when none is left.")
    work.add_argument(
        "--patience",
        type=float,
        default=PATIENCE_SECONDS,
        metavar="SECONDS",
        help="多久没有动静就当它停了（30）。After so long without a sign of life a worker counts as gone (30).",
    )
    listed = commands.add_parser("list", help="列出队列。List the queue.")
    listed.add_argument("--json", action="store_true", help="输出 JSON。Print JSON.")
    listed.add_argument("--forget", action="store_true", help="忘掉已结束的。Then drop what is over.")
    for command in (add, work, listed):
        command.add_argument("--store", metavar="URI", help="milvus:地址。The index, as milvus:URI.")
    return parser


if __name__ == "__main__":
    sys.exit(main())
