"""Figures of one kind that an answer gives side by side: what a chart shows, and what sources differ about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.text.figures import find_figures
from rag.types import Answer, Claim, Figure

_LABELLED = re.compile(r"(?P<label>[^：:|]{1,30})[：:](?P<said>.+)")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_CALENDAR = frozenset({"年", "月", "日", ""})
_LEAST_POINTS = 3
_COLUMNS = 3
_MOST_SIDES = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A figure with what it is called and the time it is of (empty where nothing says it), and its claim."""

    label: str
    when: str
    figure: Figure
    claim: Claim

    @property
    def name(self) -> str:
        """What it is called with its time, where that says more."""
        return (
            f"{self.label} {self.when}"
            if self.when not in ("", "—") and self.when not in self.label
            else self.label
        )


@dataclass(frozen=True, slots=True)
class Series:
    """At least three points of one unit with names of their own, those of several years in order of time."""

    points: tuple[Point, ...]
    unit: str


def points_of(answer: Answer) -> tuple[Point, ...]:
    """The figures that an answer's supported claims give by name, one a claim: rows of its table, else "name: figure"."""
    claims = [claim for claim in answer.claims if claim.supported]
    rows = [point for claim in claims if (point := _of_row(claim))]
    return tuple(rows or (point for claim in claims if (point := _of_sentence(claim))))


def series_of(answer: Answer) -> Series | None:
    """What of an answer can be drawn; `None` where its figures are fewer than three, or of unlike units."""
    points = points_of(answer)
    units = {point.figure.unit for point in points}
    names = {point.name for point in points}
    if len(points) < _LEAST_POINTS or len(units) != 1 or len(names) < len(points):
        return None
    if any(point.figure.value < 0 for point in points):
        return None
    years = [_YEAR.findall(point.name) for point in points]
    if all(len(found) == 1 for found in years) and len({found[0] for found in years}) == len(points):
        points = tuple(sorted(points, key=lambda point: _YEAR.findall(point.name)[0]))
    return Series(points, next(iter(units)))


def differing(answer: Answer) -> tuple[Point, ...]:
    """What several documents say differently of one thing; nothing where they say it of several."""
    points = points_of(answer)
    if not 1 < len(points) <= _MOST_SIDES:
        return ()
    things = {_without_figure(point) for point in points}
    sources = [_sources(point.claim, answer) for point in points]
    apart = all(not one & other for n, one in enumerate(sources) for other in sources[n + 1 :])
    differs = len({(point.figure.value, point.figure.unit) for point in points}) > 1
    return points if len(things) == 1 and apart and all(sources) and differs else ()


def _without_figure(point: Point) -> str:
    return point.label.replace(point.figure.text, "").strip()


def _sources(claim: Claim, answer: Answer) -> frozenset[str]:
    return frozenset(one.source for one in answer.citations if one.number in claim.citations)


def _of_row(claim: Claim) -> Point | None:
    cells = [cell.strip() for cell in claim.text.strip("|").split("|")] if claim.text.startswith("|") else []
    figures = find_figures(cells[2]) if len(cells) > _COLUMNS else []
    return Point(cells[0], cells[1], figures[0], claim) if len(figures) == 1 else None


def _of_sentence(claim: Claim) -> Point | None:
    named = _LABELLED.match(claim.text)
    figures = _amounts(named["said"]) if named else ()
    return Point(named["label"].strip(), "", figures[0], claim) if named and len(figures) == 1 else None


def _amounts(text: str) -> Sequence[Figure]:
    return [figure for figure in find_figures(text) if figure.unit not in _CALENDAR]
