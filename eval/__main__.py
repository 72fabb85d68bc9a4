"""`python -m eval`: ask the gold questions, measure the answers, write the report."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Grid

from eval import bootstrap
from eval.evaluation import evaluate
from eval.gold import SPLITS, load_gold
from eval.pages import html_page, markdown_page
from eval.tables import Table, tables
from eval.targets import OriginalTexts
from eval.trial import ANSWER_HITS, RANKED_HITS
from rag import __version__
from rag.errors import SettingsError, WenjuError
from rag.settings import Settings, load_settings
from rag.types import Json

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.ingestion import IngestReport

_HOME = Path(__file__).resolve().parent
DEFAULT_GOLD = _HOME / "gold" / "seeds.jsonl"
DEFAULT_OUT = Path("eval/out")
DONE, USAGE, INTERRUPTED = 0, 2, 130
_FILE_WIDTH = 120
"""Columns of the tables where no terminal says how wide it is."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0 measured, 2 usage or input error, 130 interrupted."""
    options = _parser().parse_args(argv)
    try:
        report = _report(options)
        _write(report, options.out, options.json)
    except WenjuError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    except KeyboardInterrupt:
        sys.stderr.write("\n已中断，未写报告。\nInterrupted; no report was written.\n")
        return INTERRUPTED
    _show(report, options.out)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval",
        description="Ask gold questions, measure answers, citations, refusals and retrieval, write a report.",
    )
    parser.add_argument(
        "--gold", type=Path, default=DEFAULT_GOLD, help="gold questions, .jsonl (default: seeds)"
    )
    parser.add_argument("--corpus", type=Path, help="a folder of files, or a .jsonl of id, title, text")
    parser.add_argument("--store", type=Path, help="where the index is kept")
    parser.add_argument("--llm", metavar="SPEC", help="answer backend (default: extractive)")
    parser.add_argument("--split", choices=SPLITS, default="all", help="only the questions of this split")
    parser.add_argument("--baselines", action="store_true", help="also rank with LangChain, FAISS and BM25")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="folder of the report")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the JSON report here")
    return parser


def _report(options: argparse.Namespace) -> Json:
    questions = load_gold(options.gold, options.split)
    _make_folders(options.out, options.json)
    if options.corpus and not options.corpus.exists():
        raise SettingsError(
            f"--corpus：{options.corpus} 不存在。请给出文件夹或 .jsonl 文件。",
            f"--corpus: {options.corpus} does not exist. Give a folder of files or a .jsonl file.",
        )
    settings = load_settings(llm=options.llm)
    assistant = _open(options, settings)
    same = {one.source: one.same_as for one in assistant.store.sources() if one.same_as}
    texts = OriginalTexts(assistant.store, same)
    config = {**_config(options, settings), "index": _index(assistant.report, texts)}
    corpus = str(options.corpus or options.store or "seeds")
    return evaluate(assistant, texts, questions, corpus=corpus, config=config, baselines=options.baselines)


def _open(options: argparse.Namespace, settings: Settings) -> Assistant:
    """The assistant over the corpus named, else over what the store named holds, else over the seeds."""
    from rag.assistant import open_assistant
    from rag.ingestion import Told

    docs = [options.corpus] if options.corpus else []
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("indexing", total=None)

        def announce(source: str, number: int, total: int) -> None:
            progress.update(task, description=f"indexing {source}", completed=number, total=total)

        return open_assistant(
            docs,
            options.store,
            settings.llm,
            embedding_model=settings.embedding_model,
            reranker=settings.reranker,
            timeout=settings.llm_timeout,
            told=Told(announce),
        )


def _index(taken_in: IngestReport, texts: OriginalTexts) -> Json:
    """What was indexed for this run, and how long that took."""
    return {
        "documents": len(texts.names),
        "indexed_now": len(taken_in.added) + len(taken_in.updated),
        "seconds": taken_in.seconds,
        "failed": [{"source": one.source, "code": one.code, "reason": one.en} for one in taken_in.failed],
    }


def _config(options: argparse.Namespace, settings: Settings) -> Json:
    return {
        "gold": _shown(options.gold),
        "split": options.split,
        "store": str(options.store) if options.store else None,
        "llm": settings.llm,
        "reranker": settings.reranker,
        "version": __version__,
        "answer_hits": ANSWER_HITS,
        "ranked_hits": RANKED_HITS,
        "resamples": bootstrap.RESAMPLES,
        "confidence": bootstrap.CONFIDENCE,
        "seed": bootstrap.SEED,
    }


def _shown(path: Path) -> str:
    """A path as a reader elsewhere can make sense of it: from the current folder, where it lies below it."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _write(report: Json, out: Path, json_file: Path | None) -> None:
    as_json = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    files = {
        out / "report.json": as_json,
        out / "report.md": markdown_page(report),
        out / "report.html": html_page(report),
    }
    if json_file:
        files[json_file] = as_json
    for path, text in files.items():
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise _unwritable(path, error) from error


def _make_folders(out: Path, json_file: Path | None) -> None:
    """Make the report's folders before anything is asked: a long run must not end in "no such folder"."""
    for folder in (out, json_file.parent) if json_file else (out,):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(folder, error) from error


def _unwritable(path: Path, error: OSError) -> SettingsError:
    reason = error.strerror or str(error)
    return SettingsError(
        f"写不了报告 {path}：{reason}。请用 --out 或 --json 换一个可写的位置。",
        f"Can't write the report {path}: {reason}. Choose a writable place with --out or --json.",
    )


def _show(report: Json, out: Path) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_FILE_WIDTH)
    for table in tables(report, intervals=False):
        console.print(_grid(table))
    failed = sum(bool(row["errors"]) for row in report["rows"])
    lost = sum(bool(row["problems"]) for row in report["rows"])
    if failed or lost:
        sys.stderr.write(
            f"{failed} questions failed, {lost} rows do not fit the corpus: see {out}/report.md\n"
        )


def _grid(table: Table) -> Grid:
    grid = Grid(title=table.title, title_justify="left", box=box.SIMPLE_HEAD)
    for index, column in enumerate(table.columns):
        # A heading may break at the blanks between its words; the name of a row may not break at all.
        grid.add_column(column.replace("_", " "), justify="right" if index else "left", no_wrap=index == 0)
    for row in table.rows:
        grid.add_row(*row)
    return grid


if __name__ == "__main__":
    sys.exit(main())
