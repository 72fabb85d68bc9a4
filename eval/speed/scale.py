"""`python -m eval.speed.scale`: what a store of 1,000 to 1,000,000 passages takes, as a table.

The passages are made of sentences of real texts (`eval.speed.made_passages`), by default of the seeds alone, and their
vectors of those of the sentences, with noise. Building is the store's own work, without the model's. Each store is
searched by a process of its own.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from eval.lines import json_rows
from eval.options import count
from eval.speed.made_store import grow, opened
from eval.speed.sentence_pool import SentencePool, sentence_pool
from eval.speed.store_times import Asked, asked, changed, nearest_exactly, searched, size_of
from rag.command import run_command
from rag.embedding import open_embedder
from rag.resources import seed_folder
from rag.seams import Embedder
from rag.types import Json

_SIZES = (1_000, 10_000, 100_000)
_SENTENCES = 1600
_QUESTIONS = 100
_GOLD = Path(__file__).parents[1] / "gold" / "seeds.jsonl"

_COLUMNS = (
    ("passages", "passages", "{:,.0f}", 1),
    ("build, s", "build_s", "{:.0f}", 1),
    ("open, s", "open_s", "{:.2f}", 1),
    ("first question, s", "first_question_s", "{:.2f}", 1),
    ("add 100, ms", "add_100_s", "{:.0f}", 1000),
    ("at most", "add_100_most_s", "{:.0f}", 1000),
    ("search after it, ms", "search_after_s", "{:.0f}", 1000),
    ("remove 100, ms", "remove_100_s", "{:.0f}", 1000),
    ("dense p50, ms", "dense.p50", "{:.1f}", 1),
    ("p95", "dense.p95", "{:.1f}", 1),
    ("CPU", "dense.cpu_p50", "{:.1f}", 1),
    ("recall@10 of exact", "recall@10", "{:.3f}", 1),
    ("lexical p50, ms", "lexical.p50", "{:.1f}", 1),
    ("p95", "lexical.p95", "{:.1f}", 1),
    ("CPU", "lexical.cpu_p50", "{:.1f}", 1),
    ("whole retrieval p50, ms", "retrieval.p50", "{:.0f}", 1),
    ("p95", "retrieval.p95", "{:.0f}", 1),
    ("CPU", "retrieval.cpu_p50", "{:.0f}", 1),
    ("of it the model, CPU", "encode.cpu_p50", "{:.0f}", 1),
    ("resident, MB", "resident_mb", "{:.0f}", 1),
    ("on disk, MB", "disk_mb", "{:.0f}", 1),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit status: 0 measured, 2 usage or input error, 130 interrupted."""
    return run_command(
        _run, _parser().parse_args(argv), "\n已中断，没有结果。\nInterrupted; there is no result."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.speed.scale", description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=count, default=_SIZES, help="passages")
    parser.add_argument("--texts", nargs="+", type=Path, help="files to take sentences from; else the seeds")
    parser.add_argument("--sentences", type=count, default=_SENTENCES, help="how many of them at most")
    parser.add_argument("--gold", type=Path, default=_GOLD, help="questions; of these the dev rows are asked")
    parser.add_argument("--store", type=Path, help="keep the stores here, for another run")
    parser.add_argument("--json", type=Path, help="write the rows there as well")
    return parser


def _run(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as temporary:
        rows = []
        for row in _measured(options, options.store or Path(temporary)):
            rows.append(row)
            sys.stderr.write(f"{json.dumps(row)}\n")
    sys.stdout.write("\n".join(_table(rows)) + "\n")
    if options.json:
        options.json.write_text(json.dumps({"rows": rows}, indent=2) + "\n", encoding="utf-8")
    return 0


def _measured(options: argparse.Namespace, folder: Path) -> Iterator[Json]:
    embedder = open_embedder(None)
    files = options.texts or sorted(seed_folder().glob("*.txt"))
    pool = sentence_pool(files, embedder, folder / "pool", most=options.sentences)
    rows = [row for _, row in json_rows(options.gold) if row.get("split", "dev") == "dev"]
    questions = asked([row["question"] for row in rows][:_QUESTIONS], embedder)
    for size in sorted(options.sizes):
        yield _row(folder / f"store-{size}", embedder, pool, size, questions)


def _row(folder: Path, embedder: Embedder, pool: SentencePool, size: int, questions: Asked) -> Json:
    with opened(folder, embedder) as store:
        held = len(store)
    began = time.perf_counter()
    grow(folder, embedder, pool, size)
    row: Json = {"passages": size, "build_s": None if held else time.perf_counter() - began}
    nearest = nearest_exactly(folder, embedder, questions.vectors)
    # By a new process: what a fork inherits would count, and threads of the libraries don't survive it.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
        row |= other.submit(searched, folder, None, questions, nearest).result()
    return row | changed(folder, embedder, pool) | {"disk_mb": size_of(folder)}


def _table(rows: Sequence[Json]) -> Iterator[str]:
    yield "| " + " | ".join(title for title, *_ in _COLUMNS) + " |"
    yield "|" + "---:|" * len(_COLUMNS)
    for row in rows:
        yield "| " + " | ".join(_cell(row, path, form, times) for _, path, form, times in _COLUMNS) + " |"


def _cell(row: Json, path: str, form: str, times: float) -> str:
    value: object = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return "–" if not isinstance(value, int | float) else form.format(times * value)


if __name__ == "__main__":
    sys.exit(main())
