"""Tables: a report's numbers laid out for reading, on the terminal, in Markdown and on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.measures import LATENCY_MEASURES
from rag.types import Json

THIS_RUN = "wenju (this run)"
NOTHING = "–"

_GROUP_MEASURES = (
    "answer_accuracy",
    "citation_precision",
    "citation_recall",
    "refusal_recall",
    "false_refusal",
    "MRR@10",
    "evidence@5",
)
_BASELINE_MEASURES = ("recall@1", "recall@5", "recall@10", "MRR@10", "nDCG@10", "evidence@5")
_P_SHOWN = 0.001
"""What a smaller p is shown as being below."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under columns; the first column names the row, the others hold numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(report: Json, *, intervals: bool) -> list[Table]:
    """All tables of a report, empty ones left out; `intervals` puts each number's interval beside it."""
    found = [_overall(report)]
    for key, title in (("by_kind", "By kind"), ("by_lang", "By language"), ("by_split", "By split")):
        measures = _GROUP_MEASURES if was_answered(report) else _BASELINE_MEASURES
        found.append(_groups(title, report[key], measures, intervals=intervals))
    if report["baselines"]:
        found.append(_baselines(report, intervals=intervals))
        found.append(_paired(report))
        found.append(_baselines_by("kind", report, intervals=intervals))
        found.append(_baselines_by("lang", report, intervals=intervals))
    found.append(_calibration(report))
    return [table for table in found if table.rows]


def _calibration(report: Json) -> Table:
    """What the confidence is worth, where answers were given."""
    curves = report.get("calibration")
    rows = (
        []
        if curves is None
        else [
            ("questions", str(curves["n"])),
            ("ECE (expected calibration error)", f"{curves['ece']:.3f}"),
            ("AURC (mean risk over all coverages)", f"{curves['aurc']:.3f}"),
        ]
    )
    return Table("Confidence; lower is better", ("", "value"), tuple(rows))


def format_value(name: str, estimate: Json) -> str:
    """A measure's value as it is read: milliseconds without decimals, shares with three."""
    return _number(name, estimate["value"])


def was_answered(report: Json) -> bool:
    """Whether answers were judged, and not rankings alone."""
    return not report["config"].get("retrieval_only")


def format_difference(paired: Json, digits: int = 3) -> str:
    """A paired difference with its interval."""
    difference, low, high = (f"{paired[end]:+.{digits}f}" for end in ("difference", "low", "high"))
    return f"{difference} [{low}, {high}]"


def format_p(p: float) -> str:
    """A p-value; what is too small to be told apart is "< 0.001"."""
    return f"< {_P_SHOWN}" if p < _P_SHOWN else f"{p:.3f}"


def _overall(report: Json) -> Table:
    rows = tuple(
        (name, format_value(name, estimate), _interval(name, estimate), str(estimate["n"]))
        for name, estimate in report["overall"].items()
        if estimate["n"] or was_answered(report)
    )
    return Table("Overall", ("measure", "value", "95 % interval", "n"), rows)


def _groups(title: str, groups: Json, measures: Sequence[str], *, intervals: bool) -> Table:
    rows = tuple(
        (name, str(measured[measures[0]]["n"]), *_cells(measured, measures, intervals=intervals))
        for name, measured in groups.items()
    )
    return Table(title, ("", "n", *measures), rows)


def _baselines(report: Json, *, intervals: bool) -> Table:
    systems = {THIS_RUN: report["overall"], **report["baselines"]}
    rows = tuple(
        (name, *_cells(measured, _BASELINE_MEASURES, intervals=intervals))
        for name, measured in systems.items()
    )
    return Table("Beside the baselines", ("", *_BASELINE_MEASURES), rows)


def _paired(report: Json) -> Table:
    rows = tuple(
        (name, paired["baseline"], format_difference(paired), format_p(paired["p"]), str(paired["n"]))
        for name, paired in report["paired"].items()
    )
    columns = ("measure", "best baseline", "difference, 95 % interval", "p", "n")
    return Table("This run less the best baseline, paired by question", columns, rows)


def _baselines_by(group: str, report: Json, *, intervals: bool) -> Table:
    """One number a system and group: evidence@5, or recall@1 where no row names its evidence."""
    measure = "evidence@5" if report["overall"]["evidence@5"]["n"] else "recall@1"
    systems = {THIS_RUN: report[f"by_{group}"], **report[f"baselines_by_{group}"]}
    names = [name for name, measured in report[f"by_{group}"].items() if measured[measure]["n"]]
    rows = tuple(
        (system, *(_cell(measure, groups[name][measure], intervals=intervals) for name in names))
        for system, groups in systems.items()
    )
    return Table(f"{measure} by {group}", ("", *names), rows if names else ())


def _cells(measured: Json, names: Iterable[str], *, intervals: bool) -> Sequence[str]:
    return [_cell(name, measured[name], intervals=intervals) for name in names]


def _cell(name: str, estimate: Json, *, intervals: bool) -> str:
    value = format_value(name, estimate)
    return f"{value} [{_interval(name, estimate)}]" if intervals and estimate["n"] else value


def _interval(name: str, estimate: Json) -> str:
    if not estimate["n"]:
        return NOTHING
    return f"{_number(name, estimate['low'])}–{_number(name, estimate['high'])}"


def _number(name: str, value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:.0f} ms" if name in LATENCY_MEASURES else f"{value:.3f}"
