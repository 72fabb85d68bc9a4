"""A small bar chart as inline SVG, with its numbers as a table for who can't see it, and its sources."""

from __future__ import annotations

import unicodedata
from html import escape

from rag.types import Answer
from rag.ui.places_told import cited_where
from rag.ui.series import Series, series_of
from rag.ui.texts import Texts
from rag.ui.words_answer import ANSWER_TEXTS

_WIDTH, _ROW, _BAR = 480, 28, 15
_TOP, _LINE, _SIZE = 10, 18, 13
_LONGEST_LABEL = 14
"""Characters of a name; the table has all of it."""
_VALUE = 110
"""Room for a bar's figure."""
_INK, _SOFT, _FILL = "#22262a", "#5d646b", "#14655d"
"""Colours of a chart that was saved; on the page the style sheet has the theme's."""


def chart_html(answer: Answer, texts: Texts) -> str:
    """A chart of an answer's figures, to be copied with its sources or saved; nothing where there are fewer than three."""
    series = series_of(answer)
    if series is None:
        return ""
    words = ANSWER_TEXTS[texts.language]
    sources = _sources(series, answer, texts)
    title = words.chart_of.format(count=len(series.points), unit=series.unit or "1")
    rows = "".join(
        f'<tr><th scope="row">{escape(point.name)}</th><td>{escape(point.figure.text)}</td></tr>'
        for point in series.points
    )
    buttons = (
        f'<button type="button" data-copy="{escape(_as_text(series, sources))}" data-done="{escape(texts.copied)}">'
        f"{escape(words.chart_copy)}</button>"
        f'<button type="button" data-save="chart.svg">{escape(words.chart_save)}</button>'
    )
    return (
        f'<figure class="chart">{chart_svg(series, title, sources, words.chart_sources)}'
        f'<table class="unseen"><caption>{escape(title)}</caption><tbody>{rows}</tbody></table>'
        f"<figcaption>{buttons}</figcaption></figure>"
    )


def chart_svg(series: Series, title: str, sources: list[str], head: str) -> str:
    """Bars from nothing to each figure, as a picture that stands alone: its sources are written under it."""
    most = max(point.figure.value for point in series.points) or 1.0
    names = [_short(point.name) for point in series.points]
    left = 16 + max(map(_wide, names)) * _SIZE
    room = _WIDTH - left - _VALUE
    bars = "".join(
        _bar(name, point.figure.text, left, room * point.figure.value / most, _TOP + _ROW * number)
        for number, (name, point) in enumerate(zip(names, series.points, strict=True))
    )
    foot = _TOP + _ROW * len(names) + 6
    lines = [f"{head}:", *sources]
    notes = "".join(
        f'<text class="note" x="8" y="{foot + _LINE * (number + 1)}" fill="{_SOFT}" font-size="11">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    high = foot + _LINE * len(lines) + 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" viewBox="0 0 {_WIDTH} {high}"'
        f' font-family="sans-serif" font-size="{_SIZE}"><title>{escape(title)}</title>{bars}{notes}</svg>'
    )


def _bar(name: str, figure: str, left: float, length: float, top: float) -> str:
    middle = top + _ROW / 2
    return (
        f'<text class="name" x="{left - 8:.0f}" y="{middle + 4.5:.1f}" text-anchor="end" fill="{_INK}">{escape(name)}</text>'
        f'<rect x="{left:.0f}" y="{middle - _BAR / 2:.1f}" width="{max(length, 1.0):.1f}" height="{_BAR}" rx="2" fill="{_FILL}"/>'
        f'<text class="amount" x="{left + max(length, 1.0) + 8:.1f}" y="{middle + 4.5:.1f}" fill="{_INK}">{escape(figure)}</text>'
    )


def _sources(series: Series, answer: Answer, texts: Texts) -> list[str]:
    """A line for each place that points rest on, with the numbers of its citations."""
    used = {number for point in series.points for number in point.claim.citations}
    lines: dict[tuple[str, int | None], tuple[str, str]] = {}
    for one in answer.citations:
        if one.number in used:
            numbers, _ = lines.get((one.source, one.page), ("", ""))
            lines[one.source, one.page] = f"{numbers}[{one.number}]", cited_where(one, answer, texts)
    return [f"{numbers} {place}" for numbers, place in lines.values()]


def _as_text(series: Series, sources: list[str]) -> str:
    """The figures as a table to be pasted into a spreadsheet, and where they are from."""
    rows = [
        "\t".join((point.name, point.figure.text, "".join(f"[{n}]" for n in point.claim.citations)))
        for point in series.points
    ]
    return "\n".join((*rows, "", *sources))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_LABEL else f"{name[: _LONGEST_LABEL - 1]}…"


def _wide(text: str) -> float:
    """How many ems a text is wide: a Chinese character one, any other about half."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WF" else 0.6 for char in text)
