"""`python -m eval`: ask the gold questions, measure the answers, write the report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table as Grid

from eval.gold import ALL, SPLITS
from eval.mutations import mutation_tables, write_mutation_report
from eval.report_files import make_folders, write_report
from eval.session import Session
from eval.tables import Table, tables
from rag.errors import WenjuError
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
        (write_mutation_report if options.mutations else write_report)(report, options.out, options.json)
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
    parser.add_argument(
        "--mutations", action="store_true", help="make true claims wrong, and see what verification catches"
    )
    parser.add_argument("--seed", type=int, default=0, help="which mutations are drawn (default: 0)")
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
        retrieval_only=options.retrieval or options.mutations,
        judged_only=options.judged_only,
        baselines=options.baselines or options.baseline_model is not None,
        model=options.baseline_model,
    )
    questions = session.questions()
    make_folders(options.out, *([options.json.parent] if options.json else []))
    settings = load_settings(llm=options.llm)
    if options.mutations:
        return session.mutations(questions, settings, options.seed)
    return session.report(questions, settings)


def _show(report: Json, out: Path) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_FILE_WIDTH)
    if "mutations" in report:
        for table in mutation_tables(report):
            console.print(_grid(table))
        return
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
