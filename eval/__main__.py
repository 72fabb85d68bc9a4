"""`python -m eval`: ask the gold questions, measure the answers, write the report."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table as Grid

from eval import bootstrap
from eval.evaluation import evaluate
from eval.gold import SPLITS, load_gold
from eval.pages import html_page, markdown_page
from eval.tables import tables
from eval.trial import ANSWER_HITS, RANKED_HITS, Assistant
from rag import __version__
from rag.errors import SettingsError, WenjuError
from rag.types import Json

_HOME = Path(__file__).resolve().parent
DEFAULT_GOLD = _HOME / "gold" / "seeds.jsonl"
DEFAULT_OUT = Path("eval/out")
DONE, USAGE, INTERRUPTED = 0, 2, 130


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
    corpus = options.corpus or _default_corpus()
    if not corpus.exists():
        raise SettingsError(
            f"--corpus：{corpus} 不存在。请给出文件夹或 .jsonl 文件。",
            f"--corpus: {corpus} does not exist. Give a folder of files or a .jsonl file.",
        )
    from rag.assistant import open_assistant

    assistant: Assistant = open_assistant(docs=[corpus], store=options.store, llm=options.llm)
    return evaluate(
        assistant, questions, corpus=str(corpus), config=_config(options), baselines=options.baselines
    )


def _config(options: argparse.Namespace) -> Json:
    return {
        "gold": str(options.gold),
        "split": options.split,
        "store": str(options.store) if options.store else None,
        "llm": options.llm,
        "version": __version__,
        "answer_hits": ANSWER_HITS,
        "ranked_hits": RANKED_HITS,
        "resamples": bootstrap.RESAMPLES,
        "confidence": bootstrap.CONFIDENCE,
        "seed": bootstrap.SEED,
    }


def _default_corpus() -> Path:
    """The starting corpus; written relative to the current folder where it lies below it."""
    seeds = _HOME.parent / "seeds"
    here = Path.cwd()
    return seeds.relative_to(here) if seeds.is_relative_to(here) else seeds


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
    for table in tables(report, intervals=False):
        grid = Grid(title=table.title, title_justify="left")
        for index, column in enumerate(table.columns):
            grid.add_column(column, justify="right" if index else "left", overflow="fold")
        for row in table.rows:
            grid.add_row(*row)
        console.print(grid)
    failed = sum(bool(row["errors"]) for row in report["rows"])
    lost = sum(bool(row["problems"]) for row in report["rows"])
    if failed or lost:
        sys.stderr.write(
            f"{failed} questions failed, {lost} rows do not fit the corpus: see {out}/report.md\n"
        )


if __name__ == "__main__":
    sys.exit(main())
