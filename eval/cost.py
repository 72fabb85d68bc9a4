"""`python -m eval.cost`: what retrieval and ingestion cost on this machine, as a dated page."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval.formats import load_questions
from eval.lines import GoldError, json_rows, line_error
from eval.options import count
from rag import __version__
from rag.command import run_command
from rag.types import Json

if TYPE_CHECKING:
    from rag.assistant import Assistant

_DONE = 0
_QUESTIONS = 200
_INGESTED = 300
"""Documents taken in for the ratio of ingestion to passage vectors alone."""
_WARMING = 5


def main(argv: Sequence[str] | None = None) -> int:
    """Print the page; returns the exit status: 0 measured, 2 usage or input error, 130 interrupted."""
    return run_command(
        _measure, _parser().parse_args(argv), "\n已中断，没有结果。\nInterrupted; there is no result."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.cost", description=__doc__)
    parser.add_argument("--corpus", nargs="+", type=Path, required=True, help=".jsonl of id, title, text")
    parser.add_argument("--gold", type=Path, required=True, help="questions to time")
    parser.add_argument(
        "--copies",
        type=count,
        default=1,
        metavar="N",
        help="take the corpus in so many times, under other ids",
    )
    parser.add_argument("--store", type=Path, help="keep the index here, for another run")
    return parser


def _measure(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(_page(options, Path(folder)))
    return _DONE


def _page(options: argparse.Namespace, folder: Path) -> str:
    from rag.assistant import open_assistant

    questions = load_questions(options.gold, "all", queries=None, corpus=None)[:_QUESTIONS]
    documents = list(_documents(options.corpus))
    if not questions or not documents:
        raise GoldError("没有可用的文档或问题。", "There are no documents, or no questions, to measure with.")
    ingestion, alone, passages = _ingestion(documents[:_INGESTED], folder)
    corpus = folder / "corpus.jsonl"
    _write(corpus, documents, options.copies)
    assistant = open_assistant([corpus], options.store or folder / "store")
    asked = [question.question for question in questions]
    whole, encoding = _searches(assistant, asked)
    size = sum(file.stat().st_size for file in (options.store or folder / "store").rglob("*"))
    rows = [
        f"| documents, passages | {len(documents) * options.copies}, {len(assistant.store)} |",
        f"| one search, p50 (p95) | {_ms(whole, 50)} ({_ms(whole, 95)}) |",
        f"| … of that, reading the question with the model, p50 | {_ms(encoding, 50)} |",
        f"| index on disk, a passage | {size / len(assistant.store) / 1024:.1f} kB |",
        f"| ingestion of {passages} passages | {ingestion:.1f} s |",
        f"| … their passage vectors alone | {alone:.1f} s |",
        f"| … ratio | {ingestion / alone:.2f} |",
    ]
    return "\n".join(
        [
            f"# Cost of retrieval, {datetime.now(UTC):%Y-%m-%d}",
            "",
            f"Made by `python -m eval.cost`: Wenju {__version__}, {os.cpu_count()} cores, {len(asked)} questions one "
            f"after the other, the corpus {options.copies} times over.",
            "",
            "| what | measured |",
            "|---|---:|",
            *rows,
            "",
        ]
    )


def _documents(files: Sequence[Path]) -> Iterator[Json]:
    for file in files:
        for number, row in json_rows(file):
            if not row.get("id") or not isinstance(row.get("text"), str):
                raise line_error(file, number, "缺少 id 或 text", "id or text is missing")
            yield row


def _write(path: Path, documents: Sequence[Json], copies: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for copy in range(copies):
            for one in documents:
                # Equal documents would be kept once; an empty line more changes no passage.
                again = {**one, "id": f"{copy}-{one['id']}", "text": one["text"] + "\n" * copy}
                file.write(json.dumps(again, ensure_ascii=False) + "\n")


def _ingestion(documents: Sequence[Json], folder: Path) -> tuple[float, float, int]:
    """Seconds to take documents in, seconds for the vectors of the same passages alone, how many passages."""
    from rag.assistant import Assistant
    from rag.index import open_index

    corpus = folder / "some.jsonl"
    _write(corpus, documents, 1)
    assistant = Assistant(*open_index(folder / "some"))
    assistant.embedder.encode_query("")  # the model is loaded before the clock runs
    began = time.perf_counter()
    assistant.add([corpus])
    taken = time.perf_counter() - began
    texts = [passage.embedded_text for passage in assistant.passages()]
    began = time.perf_counter()
    assistant.embedder.embed_passages(texts)
    return taken, time.perf_counter() - began, len(texts)


def _searches(assistant: Assistant, questions: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of each search, and of encoding its question, after a few to warm up."""
    for question in islice(questions, _WARMING):
        assistant.search(question)
    whole, encoding = [], []
    for question in questions:
        began = time.perf_counter()
        assistant.search(question)
        searched = time.perf_counter()
        assistant.embedder.encode_query(question)
        whole.append(1000 * (searched - began))
        encoding.append(1000 * (time.perf_counter() - searched))
    return whole, encoding


def _ms(values: Sequence[float], percentile: int) -> str:
    return f"{np.percentile(values, percentile):.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
