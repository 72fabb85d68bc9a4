"""A row of a table told as a sentence: each value with its header and its unit, so that neither stands alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rag.documents.characters import CJK
from rag.documents.extract import Region
from rag.documents.marks import mark
from rag.original import AlignedText, Cell, Original

_CJK = re.compile(f"[{CJK}]")
_NUMBER = re.compile(r"[-+−]?\d[\d,，]*(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_YEAR_HEADER = re.compile(r"年(?=[份度]?$)")
_UNIT = re.compile(r"\s*[（(/]\s*(?:单位[：:])?\s*([^（）()/\d]{1,12}?)\s*[）)]?$|\s*([%％‰])$")
_ENDS_SENTENCE = re.compile(r"[。！？!?]$")


@dataclass(frozen=True, slots=True)
class _Value:
    """A cell of a data row, under the header cells of its column, the uppermost first."""

    cell: Cell
    headers: tuple[Cell, ...]


class Tables:
    """The tables of an original, ready to tell their rows."""

    def __init__(self, original: Original) -> None:
        self._text = original.text
        self._at = {cell.start: cell for cell in original.cells}
        self._headers: dict[tuple[int, int], list[Cell]] = defaultdict(list)
        self._spanning: dict[tuple[int, int], list[Cell]] = defaultdict(list)
        for cell in original.cells:
            if cell.header:
                for column in range(cell.column, cell.column + cell.columns):
                    self._headers[cell.table, column].append(cell)
            elif cell.rows > 1:
                for row in range(cell.row + 1, cell.row + cell.rows):
                    self._spanning[cell.table, row].append(cell)

    def told(self, row: Region) -> AlignedText:
        """A row of cells as a sentence, such as "昔阳县2023年：原煤产量2694.5万吨，同比增长42%".

        The words of a header stand again in each row; they keep their place in the header. A cell that
        spans rows is told in each of them. Signs between cells have the place of the character before.
        Spans that are no cells of the original are told as they are.
        """
        cells = [self._at[start] for start, _ in row.spans if start in self._at]
        if len(cells) < len(row.spans) or not cells:
            spans = (self._piece(*span) for span in row.spans)
            return _sentence([span for span in spans if span.text], [])
        cells = sorted((*cells, *self._spanning[cells[0].table, cells[0].row]), key=lambda cell: cell.column)
        values = [_Value(cell, self._over(cell)) for cell in cells if self._piece(cell.start, cell.end).text]
        return self._row(values)

    def _over(self, cell: Cell) -> tuple[Cell, ...]:
        """The header cells over a cell, each once."""
        columns = range(cell.column, cell.column + cell.columns)
        over = (header for column in columns for header in self._headers[cell.table, column])
        return tuple(
            dict.fromkeys(header for header in over if header.row < cell.row or header.table != cell.table)
        )

    def _row(self, values: Sequence[_Value]) -> AlignedText:
        names: list[AlignedText] = []
        facts: list[AlignedText] = []
        for value in values:
            text = self._piece(value.cell.start, value.cell.end)
            if not facts and value.headers and (year := self._year(text, value.headers)):
                names.append(year)
            elif not facts and value.headers and not _NUMBER.match(text.text):
                names.append(text)
            else:
                facts.append(self._fact(text, value.headers))
        return _sentence(facts, names)

    def _year(self, text: AlignedText, headers: Sequence[Cell]) -> AlignedText | None:
        """The year "2023" below "年份", as "2023年"."""
        if not _YEAR.fullmatch(text.text):
            return None
        header = self._piece(headers[-1].start, headers[-1].end)
        year = _YEAR_HEADER.search(header.text)
        return AlignedText.joined([text, header.slice(*year.span())]) if year else None

    def _fact(self, text: AlignedText, headers: Sequence[Cell]) -> AlignedText:
        """A value with the words of its headers before it and their unit after it."""
        over = [piece for cell in headers if (piece := self._piece(cell.start, cell.end)).text]
        bare = bool(_NUMBER.fullmatch(text.text))
        parts: list[AlignedText] = []
        units: list[AlignedText] = []
        for header in over:
            found = _UNIT.search(header.text) if bare else None
            if found:
                units.append(_to_end(header, *found.span(1 if found.group(1) else 2)))
                header = header.slice(0, found.start())
            if header.text:
                parts += [*(_gap(parts[-1:], header)), header]
        if parts and not bare and not _NUMBER.match(text.text):
            parts.append(mark("：" if _CJK.search(parts[-1].text) else ": ", parts[-1]))
        parts += [*_gap(parts[-1:], text), text]
        for unit in units[-1:]:
            parts += [*_gap(parts[-1:], unit), unit]
        return AlignedText.joined(parts)

    def _piece(self, start: int, end: int) -> AlignedText:
        """Original text without the blanks around it and with none of its line ends."""
        text = self._text[start:end]
        first, last = len(text) - len(text.lstrip()), len(text.rstrip())
        if first >= last:
            return AlignedText.identity("", start)
        return AlignedText.joined(list(_joined_lines(AlignedText.identity(text[first:last], start + first))))


def _to_end(header: AlignedText, start: int, end: int) -> AlignedText:
    """The unit of a header, the bracket behind it counted as part of its last character's place."""
    unit = header.slice(start, end)
    return AlignedText(unit.text, unit.starts, np.append(unit.ends[:-1], header.ends[-1]))


def _joined_lines(text: AlignedText) -> Iterator[AlignedText]:
    position = 0
    for gap in re.finditer(r"\s+", text.text):
        yield text.slice(position, gap.start())
        if not (_CJK.match(text.text[gap.start() - 1]) or _CJK.match(text.text[gap.end()])):
            yield mark(" ", text.slice(0, gap.start()))
        position = gap.end()
    yield text.slice(position, len(text.text))


def _gap(before: Sequence[AlignedText], after: AlignedText) -> list[AlignedText]:
    """A space between words of a script that has them."""
    if not before or not before[0].text or before[0].text.endswith((" ", "：")):
        return []
    last, first = before[0].text[-1], after.text[0]
    tight = _CJK.match(last) or _CJK.match(first) or first in "%％‰"
    return [] if tight else [mark(" ", before[0])]


def _sentence(facts: Sequence[AlignedText], names: Sequence[AlignedText]) -> AlignedText:
    """Names before a colon, facts after it, and a full stop; with no name the facts alone."""
    chinese = any(_CJK.search(part.text) for part in (*names, *facts))
    comma, colon, stop = ("，", "：", "。") if chinese else (", ", ": ", ".")
    parts: list[AlignedText] = []
    for index, name in enumerate(names):
        if index and not (_YEAR.match(name.text) and _CJK.search(parts[-1].text)):
            parts.append(mark(comma, parts[-1]))
        parts.append(name)
    for index, fact in enumerate(facts):
        if parts:
            parts.append(mark(comma if index else colon, parts[-1]))
        parts.append(fact)
    if parts and not _ENDS_SENTENCE.search(parts[-1].text):
        parts.append(mark(stop, parts[-1]))
    return AlignedText.joined(parts)
