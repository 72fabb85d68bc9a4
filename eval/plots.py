"""Plots of a report, as SVG to be put into a page. Matplotlib is imported here alone, and late."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from eval.measures import LATENCY_MEASURES
from eval.tables import THIS_RUN, was_answered
from rag.types import Json

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BLUE, _GREY, _RED, _GREEN = "#2b6cb0", "#a0aec0", "#c53030", "#2f855a"
_ANSWERS_BY_KIND = ("Answer accuracy by kind", "answer_accuracy")
_RANKS_BY_KIND = ("MRR@10 by kind", "MRR@10")
_ROW_INCHES = 0.3
_FRAME_INCHES = 0.9
_WIDTH_INCHES = 7.2


def plots(report: Json) -> dict[str, str]:
    """Every plot the report has numbers for: title → an `<svg>` element that refers to nothing outside."""
    drawn = {"Measures, with 95 % intervals": _measures_plot(report["overall"])}
    if len(report["by_kind"]) > 1:
        title, measure = _ANSWERS_BY_KIND if was_answered(report) else _RANKS_BY_KIND
        drawn[title] = _groups_plot(report["by_kind"], measure)
    if report["baselines"]:
        measure = "evidence@5" if report["overall"]["evidence@5"]["n"] else "MRR@10"
        systems = {THIS_RUN: report["overall"], **report["baselines"]}
        drawn[f"{measure}, beside the baselines"] = _groups_plot(systems, measure)
    if any(row["confidence"] is not None for row in report["rows"]):
        drawn["Confidence of answers"] = _confidence_plot(report["rows"])
    if curves := report.get("calibration"):
        drawn["Reliability: confidence against the share that is answerable"] = _reliability_plot(curves)
        drawn["Risk against coverage: answering the surest questions first"] = _risk_plot(curves)
    drawn["Time to answer" if was_answered(report) else "Time to search"] = _latency_plot(report["rows"])
    return drawn


def _measures_plot(overall: Json) -> str:
    shares = {name: e for name, e in overall.items() if name not in LATENCY_MEASURES and e["n"]}
    return _intervals_plot(shares, dict.fromkeys(shares, _BLUE))


def _groups_plot(groups: Json, measure: str) -> str:
    shares = {name: measured[measure] for name, measured in groups.items() if measured[measure]["n"]}
    others = _GREY if THIS_RUN in shares else _BLUE
    return _intervals_plot(shares, {name: _BLUE if name == THIS_RUN else others for name in shares})


def _intervals_plot(estimates: Mapping[str, Json], colours: Mapping[str, str]) -> str:
    """One line a name, a dot at the value and a bar over its interval; the first name on top."""
    names = list(estimates)[::-1]

    def draw(axes: Axes) -> None:
        for height, name in enumerate(names):
            low, value, high = (estimates[name][end] for end in ("low", "value", "high"))
            axes.plot([low, high], [height, height], color=colours[name], linewidth=3, alpha=0.45)
            axes.plot([value], [height], "o", color=colours[name], markersize=6)
            axes.annotate(f"{value:.2f}", (1.03, height), va="center", fontsize=8, annotation_clip=False)
        axes.set_yticks(range(len(names)), names)
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(-0.6, len(names) - 0.4)
        axes.grid(axis="x", color="#e2e8f0")

    return _svg(draw, _FRAME_INCHES + _ROW_INCHES * len(estimates))


def _confidence_plot(rows: Sequence[Json]) -> str:
    sets = {
        "right": [r for r in rows if r["answerable"] and r["correct"]],
        "wrong or refused": [r for r in rows if r["answerable"] and r["correct"] is False],
        "not in the documents": [r for r in rows if not r["answerable"]],
    }
    values = [[r["confidence"] for r in members if r["confidence"] is not None] for members in sets.values()]
    labels = [f"{label} ({len(members)})" for label, members in zip(sets, values, strict=True)]

    def draw(axes: Axes) -> None:
        colours = [_GREEN, _RED, _GREY]
        axes.hist(values, bins=20, range=(0, 1), stacked=True, color=colours, label=labels)
        axes.set_xlabel("confidence")
        axes.set_ylabel("questions")
        axes.legend(frameon=False, fontsize=8)

    return _svg(draw, 3.0)


def _reliability_plot(curves: Json) -> str:
    bins = curves["bins"]

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=_GREY, linewidth=1)
        sizes = [20 + 200 * one["n"] / curves["n"] for one in bins]
        said, found = ([one[axis] for one in bins] for axis in ("confidence", "answerable"))
        axes.plot(said, found, color=_BLUE, alpha=0.45)
        axes.scatter(said, found, s=sizes, color=_BLUE)
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(-0.05, 1.05)
        axes.set_xlabel(f"confidence (ECE {curves['ece']:.3f}; larger dots, more questions)")
        axes.set_ylabel("share answerable")

    return _svg(draw, 3.4)


def _risk_plot(curves: Json) -> str:
    coverage, risk = zip(*curves["risk"], strict=True)

    def draw(axes: Axes) -> None:
        axes.plot(coverage, risk, color=_RED)
        axes.set_xlim(0, 1.02)
        axes.set_ylim(bottom=0)
        axes.set_xlabel(f"share of questions answered, the surest first (AURC {curves['aurc']:.3f})")
        axes.set_ylabel("share of them wrong")
        axes.grid(color="#e2e8f0")

    return _svg(draw, 3.0)


def _latency_plot(rows: Sequence[Json]) -> str:
    def draw(axes: Axes) -> None:
        axes.ecdf([row["ms"] for row in rows], color=_BLUE)
        axes.set_xlabel("ms")
        axes.set_ylabel("share of questions done by then")
        axes.grid(color="#e2e8f0")

    return _svg(draw, 3.0)


def _svg(draw: Callable[[Axes], None], height: float) -> str:
    """Draw on fresh axes of this height in inches; text stays text, so the reader's fonts show it."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "wenju", "font.size": 9}):
        figure = Figure(figsize=(_WIDTH_INCHES, height), layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        axes.spines[["top", "right"]].set_visible(False)
        written = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(written, format="svg", transparent=True, metadata=nothing)
    svg = written.getvalue()
    # Inside a page the name spaces are known, and the XML prologue names a DTD on another host.
    svg = svg[svg.index("<svg") :].replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    return svg.replace(' xmlns="http://www.w3.org/2000/svg"', "")
