"""The report as a person reads it: Markdown, and one HTML page that needs nothing from outside."""

from __future__ import annotations

from pathlib import Path

from eval.tables import Table, format_value, tables, was_answered
from rag.types import Json

_TEMPLATE = "report.html"
_RETRIEVAL_HEADLINES = ("recall@1", "recall@5", "MRR@10", "nDCG@10", "latency_p50")
_HEADLINES = (
    "answer_accuracy",
    "citation_precision",
    "evidence@5",
    "refusal_recall",
    "false_refusal",
    "latency_p50",
)


def markdown_page(report: Json) -> str:
    """The report in Markdown: settings, tables, and every question that went wrong or was not found first."""
    parts = ["# Evaluation", _settings(report)]
    parts += [markdown_table(table) for table in tables(report, intervals=True)]
    wrong = [row for row in report["rows"] if row["correct"] is False]
    if wrong:
        parts.append(f"## Wrong answers ({len(wrong)})\n\n" + "\n".join(map(_wrong_item, wrong)))
    if not was_answered(report):
        below = [row for row in report["rows"] if row["source_ranks"] and _best_rank(row) != 1]
        parts.append(f"## Not found first ({len(below)})\n\n" + "\n".join(map(_below_item, below)))
    troubles = [
        f"- {_cell(r['id'])}: {_cell(t)}" for r in report["rows"] for t in r["errors"] + r["problems"]
    ]
    if troubles:
        parts.append(f"## Errors and problems ({len(troubles)})\n\n" + "\n".join(troubles))
    return "\n\n".join(parts) + "\n"


def html_page(report: Json) -> str:
    """The report as one page, its style, plots and script inside; it makes no request."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from eval.plots import plots

    headlines = _HEADLINES if was_answered(report) else _RETRIEVAL_HEADLINES
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(_TEMPLATE).render(
        report=report,
        answered=was_answered(report),
        settings=_settings_shown(report),
        headlines={name: format_value(name, report["overall"][name]) for name in headlines},
        tables=tables(report, intervals=True),
        plots=plots(report),
    )


def _settings(report: Json) -> str:
    lines = [f"- corpus: `{report['corpus']}`", f"- questions: {report['questions']}"]
    lines += [f"- {key}: `{value}`" for key, value in _settings_shown(report).items()]
    return "\n".join(lines)


def _settings_shown(report: Json) -> Json:
    shown = {k: v for k, v in report["config"].items() if not isinstance(v, dict) and v is not None}
    return {key: ", ".join(value) if isinstance(value, list) else value for key, value in shown.items()}


def markdown_table(table: Table) -> str:
    """A table in Markdown under its title."""
    rule = ["---", *["---:"] * (len(table.columns) - 1)]
    rows = [table.columns, rule, *table.rows]
    return f"## {table.title}\n\n" + "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in rows)


def _wrong_item(row: Json) -> str:
    wanted = "a refusal" if not row["answerable"] else " / ".join(row["expected"]["answers"])
    needed = " + ".join(row["expected"]["must_contain_all"])
    wanted = " + ".join(filter(None, [wanted, needed]))
    got = "refused" if row["refused"] else _cell(row["answer"]) or "no answer"
    return f"- **{_cell(row['id'])}** {_cell(row['question'])}\n  wanted: {_cell(wanted)}\n  got: {got}"


def _best_rank(row: Json) -> int | None:
    return min((rank for rank in row["source_ranks"] if rank is not None), default=None)


def _below_item(row: Json) -> str:
    rank = _best_rank(row) or "not among the first 100"
    wanted = " / ".join(row["expected"]["sources"])
    return f"- **{_cell(row['id'])}** {_cell(row['question'])}: {_cell(wanted)} at rank {rank}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
