"""`python -m eval`: ask the gold questions, measure the answers, write the report."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table as Grid

from eval.gold import ALL, SPLITS
from eval.pages import html_page, markdown_page
from eval.session import Session
from eval.tables import Table, tables
from rag.errors import SettingsError, WenjuError
from rag.settings import load_settings
from rag.types import Json

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
        "--gold",
        type=Path,
        default=DEFAULT_GOLD,
        help="questions: our .jsonl, a SQuAD-style .json, a BEIR folder, or TREC judgements (default: seeds)",
    )
    parser.add_argument("--queries", type=Path, help="the queries that TREC judgements are about")
    parser.add_argument(
        "--corpus",
        type=Path,
        help="a folder of files, a .jsonl of id, title, text, a SQuAD-style .json, or a BEIR folder",
    )
    parser.add_argument("--store", type=Path, help="where the index is kept")
    parser.add_argument("--llm", metavar="SPEC", help="answer backend (default: extractive)")
    parser.add_argument("--split", choices=SPLITS, default=ALL, help="only the questions of this split")
    parser.add_argument("--retrieval", action="store_true", help="rank only, answer nothing")
    parser.add_argument("--judged-only", action="store_true", help="index only texts the gold set judges")
    parser.add_argument("--baselines", action="store_true", help="also rank with LangChain, FAISS and BM25")
    parser.add_argument(
        "--baseline-model", metavar="MODEL", help="baselines with this sentence-transformers model too"
    )
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="folder of the report")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the JSON report here")
    return parser


def _report(options: argparse.Namespace) -> Json:
    session = Session(
        gold=options.gold,
        corpus=options.corpus,
        queries=options.queries,
        split=options.split,
        store=options.store,
        retrieval_only=options.retrieval,
        judged_only=options.judged_only,
        baselines=options.baselines or options.baseline_model is not None,
        model=options.baseline_model,
    )
    questions = session.questions()
    _make_folders(options.out, options.json)
    return session.report(questions, load_settings(llm=options.llm))


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
