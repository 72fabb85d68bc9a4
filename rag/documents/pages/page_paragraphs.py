"""Headings and paragraphs of one column, made of its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Literal

from rag.documents.cleaning.line_kinds import is_marked, numbered_level
from rag.documents.cleaning.lines import ends_sentence, is_cjk, is_label
from rag.documents.pages.page_lines import around, spans_joined
from rag.documents.pages.page_view import PageLine

_INDENT = 0.8
_SHORT = 1.9
"""In sizes of the type: a line that ends so far before the edge ends a paragraph."""
_SPACE = 0.55
"""In sizes of the type: how much more than usual between two lines parts them."""
_LARGER = 1.15
_ALIKE = 1.08
_HEADING_LINES = 4
_HEADING_LENGTH = 80
_ROUND = 2.0
_MANY = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, a paragraph, or the piece of a paragraph that stands in one column.

    `indented` is its first line, `spaced` says that there is more space above it than between lines;
    `full` says that its last line goes to the edge. `indents` tells a column where paragraphs are indented.
    """

    kind: Literal["heading", "paragraph"]
    lines: tuple[PageLine, ...]
    indented: bool
    spaced: bool
    full: bool
    indents: bool

    @property
    def text(self) -> str:
        """Its lines one after another."""
        return "".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        """The size of its type in points."""
        return median(line.size for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Measure:
    """The edges of a column, and what usually lies between two of its lines.

    `ragged` says that only one line goes to the right edge, which is then perhaps none.
    """

    left: float
    right: float
    space: float
    indents: bool
    ragged: bool


def parts_of_column(lines: Sequence[PageLine], body: float, *, strong_body: bool) -> list[Part]:
    """The parts of a column whose lines stand from the top downwards.

    `body` is the size of the document's running text, `strong_body` whether that is set in a bold face.
    """
    parts: list[Part] = []
    for rows in _sections(_rows(lines), body):
        parts += _parts_of_section(rows, body, strong_body=strong_body)
    return parts


def _sections(rows: Sequence[PageLine], body: float) -> list[list[PageLine]]:
    """The rows cut before each headline: what stands below one may have edges of its own."""
    sections: list[list[PageLine]] = []
    for index, row in enumerate(rows):
        large = row.size >= _LARGER * body
        after_text = index > 0 and rows[index - 1].size < _LARGER * body
        if not index or (large and after_text):
            sections.append([])
        sections[-1].append(row)
    return sections


def _parts_of_section(rows: Sequence[PageLine], body: float, *, strong_body: bool) -> list[Part]:
    measure = _measure(rows, body)
    parts: list[list[PageLine]] = [[rows[0]]]
    for before, row in pairwise(rows):
        if _parted(parts[-1], before, row, measure, body, strong_body=strong_body):
            parts.append([])
        parts[-1].append(row)
    return [
        _part(part, above[-1] if above else None, measure, body, strong_body=strong_body)
        for above, part in zip([None, *parts], parts, strict=False)
    ]


def _rows(lines: Sequence[PageLine]) -> list[PageLine]:
    """Lines that stand side by side in one column are one: words set far apart."""
    rows: list[PageLine] = []
    for line in sorted(lines, key=lambda line: (line.middle, line.box.left)):
        if rows and abs(rows[-1].middle - line.middle) < 0.4 * min(rows[-1].size, line.size):
            one, other = sorted((rows.pop(), line), key=lambda line: line.box.left)
            line = PageLine(
                f"{one.text} {other.text}",
                spans_joined(one.spans, other.spans),
                around([one.box, other.box]),
                max(one.size, other.size),
                one.strong and other.strong,
            )
        rows.append(line)
    return rows


def _measure(rows: Sequence[PageLine], body: float) -> _Measure:
    running = [row for row in rows if row.size < _LARGER * body] or list(rows)
    left = min(row.box.left for row in running)
    counted = Counter(round(row.box.left / _ROUND) for row in running)
    common = [value * _ROUND for value, count in counted.items() if count > 1]
    if common and len(running) >= _MANY:
        left = min(min(common), left + _INDENT * body) if min(common) > left else min(common)
    gaps = [
        below.box.top - row.box.bottom
        for row, below in pairwise(rows)
        if max(row.size, below.size) < _ALIKE * min(row.size, below.size)
    ]
    right = max(row.box.right for row in running)
    indented = [row for row in running if row.box.left - left >= _INDENT * row.size]
    space = sorted(gaps)[len(gaps) // 3] if gaps else 0.0
    reaching = sum(right - row.box.right < _SHORT * row.size for row in running)
    indents = 0 < len(indented) <= 0.6 * len(running) or len(rows) == 1
    return _Measure(left, right, space, indents, reaching == 1 < len(running) - 1)


def is_heading(lines: Sequence[PageLine], body: float, *, strong_body: bool) -> bool:
    """Whether a few lines stand out from the running text by their type, or by a number of their own."""
    text = "".join(line.text for line in lines)
    if len(lines) > _HEADING_LINES or len(text) > _HEADING_LENGTH:
        return False
    if all(line.size >= _LARGER * body for line in lines):
        return any(char.isalnum() for char in text)
    if all(line.strong for line in lines) and not strong_body:
        return is_label(text) or (
            len(lines) == 1 and not ends_sentence(text) and len(text) < _HEADING_LENGTH // 2
        )
    return len(lines) == 1 and bool(numbered_level(text)) and is_marked(text)


def _parted(
    part: Sequence[PageLine],
    before: PageLine,
    row: PageLine,
    measure: _Measure,
    body: float,
    *,
    strong_body: bool,
) -> bool:
    """Whether a new part begins with `row`."""
    if max(before.size, row.size) > _LARGER * min(before.size, row.size):
        return True
    large = row.size >= _LARGER * body
    size = min(before.size, row.size)
    if row.box.top - before.box.bottom > measure.space + _SPACE * size * (2 if large else 1):
        return True
    if large:
        return False
    if (
        (before.strong != row.strong)
        and not strong_body
        and (is_heading(part, body, strong_body=strong_body) or row.strong)
    ):
        return True
    if is_heading([row], body, strong_body=strong_body) or (
        not before.strong and is_heading(part, body, strong_body=strong_body)
    ):
        return not (before.strong and row.strong and _is_full(before, row, measure))
    return _new_paragraph(before, row, measure)


def _new_paragraph(before: PageLine, row: PageLine, measure: _Measure) -> bool:
    indented = row.box.left - measure.left >= _INDENT * row.size
    full = _is_full(before, row, measure)
    if not indented:
        return not full
    was_indented = abs(row.box.left - before.box.left) < _INDENT * row.size
    return not (was_indented and full and not ends_sentence(before.text))


def _is_full(line: PageLine, below: PageLine, measure: _Measure) -> bool:
    """Whether the line reaches the edge, so far as the first word below allows."""
    if measure.ragged and ends_sentence(line.text):
        return False
    room = measure.right - line.box.right
    if is_cjk(below.text[0]) or is_cjk(line.text[-1]):
        return room < _SHORT * line.size
    word = len(below.text.split()[0])
    return room < (word + 1) * (below.box.right - below.box.left) / max(1, len(below.text)) + line.size


def _part(
    lines: Sequence[PageLine], above: PageLine | None, measure: _Measure, body: float, *, strong_body: bool
) -> Part:
    first, last = lines[0], lines[-1]
    indented = first.box.left - measure.left >= _INDENT * first.size
    spaced = above is not None and first.box.top - above.box.bottom > measure.space + _SPACE * first.size
    heading = is_heading(lines, body, strong_body=strong_body)
    return Part(
        "heading" if heading else "paragraph",
        tuple(lines),
        indented,
        spaced,
        measure.right - last.box.right < _SHORT * last.size,
        measure.indents,
    )
