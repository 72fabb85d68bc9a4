"""The benchmark's report as a person reads it: tables, and every miss and false alarm."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from eval.mutations.report import CAUGHT, FALSE_ALARMS
from eval.pages import markdown_table
from eval.report_files import unwritable
from eval.tables import NOTHING, Table
from rag.types import Json

_COLUMNS = ("", "share", "95 % interval", "claims", "gold rows")


def mutation_tables(report: Json) -> list[Table]:
    """The tables of a report: caught, false alarms, languages, forms, times."""
    told = report["mutations"]
    return [
        Table("Mutations", ("", "measure", *_COLUMNS[1:]), tuple(_overall(told["overall"]))),
        _shares("Wrong claims caught, by kind", told["by_kind"], CAUGHT),
        _shares("False alarms on right rewritings, by kind", told["by_kind"], FALSE_ALARMS),
        _shares("Wrong claims caught, by language and form", {**told["by_lang"], **told["by_form"]}, CAUGHT),
        _shares("False alarms, by language and form", {**told["by_lang"], **told["by_form"]}, FALSE_ALARMS),
        Table("Time of verification", ("", "p50", "p95"), tuple(_times(told["ms"]))),
    ]


def mutation_page(report: Json) -> str:
    """The report in Markdown."""
    told = report["mutations"]
    head = [f"- corpus: `{report['corpus']}`", f"- gold: `{report['config']['gold']}`"]
    head += [
        f"- split: `{report['config']['split']}`",
        f"- seed: {told['seed']}",
        f"- claims: {told['claims']}",
    ]
    misses = [row for row in told["failures"] if row["wrong"]]
    alarms = [row for row in told["failures"] if not row["wrong"]]
    parts = ["# Mutations", "\n".join(head), *map(markdown_table, mutation_tables(report))]
    parts += [
        f"## Misses ({len(misses)})",
        _listed(misses),
        f"## False alarms ({len(alarms)})",
        _listed(alarms),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def write_mutation_report(report: Json, out: Path, json_file: Path | None = None) -> None:
    """Write `report.json` and `report.md` into a folder, and the JSON once more where wished.

    Raises `SettingsError` for a file that can't be written.
    """
    as_json = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    files = {out / "report.json": as_json, out / "report.md": mutation_page(report)}
    if json_file:
        files[json_file] = as_json
    for path, text in files.items():
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise unwritable(path, error) from error


def _overall(shares: Json) -> Iterable[tuple[str, ...]]:
    for name, share in shares.items():
        first, *rest = _cells(name, share)
        yield first, share["measure"].replace("_", " "), *rest


def _shares(title: str, shares: Json, measure: str) -> Table:
    rows = tuple(_cells(name, share) for name, share in shares.items() if share["measure"] == measure)
    return Table(title, _COLUMNS, rows)


def _cells(name: str, share: Json) -> tuple[str, ...]:
    if not share["n"]:
        return name, NOTHING, NOTHING, "0", "0"
    interval = f"{share['low']:.3f}–{share['high']:.3f}"
    return name, f"{share['value']:.3f}", interval, str(share["claims"]), str(share["n"])


def _times(times: Json) -> Iterable[tuple[str, ...]]:
    for name, percentiles in times.items():
        yield name, *(f"{one['value']:.1f} ms" if one["n"] else NOTHING for one in percentiles.values())


def _listed(rows: Iterable[Json]) -> str:
    return "\n".join(
        f"- **{row['kind']}** {row['id']}, {row['form']}: {_line(row['claim'])}"
        + (f"\n  changed: {_line(row['was'])} → {_line(row['became'])}" if row["was"] else "")
        + f"\n  source: {_line(row['sentence'])}"
        + "".join(f"\n  found: {_line(quote)}" for quote in row["supported_by"])
        for row in sorted(rows, key=lambda row: str(row["kind"]))
    )


def _line(text: str) -> str:
    return " ".join(text.split())
