"""A row of a table told as a sentence: each value with its header and its unit, so that neither stands alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rag.documents.cleaning.characters import CJK
from rag.documents.cleaning.edits import Edit, rewrite
from rag.documents.cleaning.marks import mark
from rag.documents.extract import Region
from rag.original import AlignedText, Cell, Original

_CJK = re.compile(f"[{CJK}]")
_NUMBER = re.compile(r"[-+−]?\d[\d,，]*(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_DATE = re.compile(
    r"(?:19|20)\d{2}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?|(?:19|20)\d{2}([-/])\d{1,2}\1\d{1,2}"
)
_YEAR_HEADER = re.compile(r"年(?=[份度]?$)|(?:)(?<=^[Yy]ear)$")
_ORDINAL_HEADER = re.compile(r"序号|编号|No\.?|#")
_UNIT_HEADER = re.compile(r"(?:计量)?单位|[Uu]nits?")
_UNIT = re.compile(r"\s*[（(/]\s*(?:单位[：:])?\s*([^（）()/\d]{1,12}?)\s*[）)]?$|\s*([%％‰])$")
_UNIT_ABOVE = re.compile(r"单位[：:]\s*([^\s，、；;）)\d]{1,10})\s*[）)]?$")
_SHARE = re.compile(r"(?:率|增长|增减|增幅|降幅|同比|环比|比重|占比|比上年[^（(]{0,4})$")
"""Headers of columns whose values have no unit of the table's, even if they don't say "%"."""
_NOTHING = re.compile(r"[-—–－…./*]*")
"""What stands in a cell without a value."""
_ENDS_SENTENCE = re.compile(r"[。！？!?]$")


@dataclass(frozen=True, slots=True)
class _Value:
    """What a cell of a data row says, under the headers of its column, the uppermost first."""

    text: AlignedText
    headers: tuple[AlignedText, ...]

    @property
    def is_bare(self) -> bool:
        """Whether it is a figure without a unit."""
        return bool(_NUMBER.fullmatch(self.text.text))

    def is_under(self, header: re.Pattern[str]) -> bool:
        """Whether the nearest header is of this kind."""
        return bool(self.headers and header.fullmatch(self.headers[-1].text))

    def as_name(self) -> AlignedText | None:
        """What the row is about rather than what it says of it: a label, a date, a year ("2023" below "年份")."""
        if not self.headers:
            return None
        year = _YEAR_HEADER.search(self.headers[-1].text)
        if year and _YEAR.fullmatch(self.text.text):
            return AlignedText.joined([self.text, self.headers[-1].slice(*year.span())])
        is_figure = _NUMBER.match(self.text.text) and not _DATE.fullmatch(self.text.text)
        return None if is_figure and not self.is_under(_ORDINAL_HEADER) else self.text


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

    def told(self, row: Region, above: Region | None = None) -> AlignedText:
        """A row of cells as a sentence, such as "昔阳县2023年：原煤产量2694.5万吨，同比增长42%".

        The words of a header stand again in each row; they keep their place in the header, and so does a
        unit that the line `above` the table gives for all of it. A cell that spans rows is told in each
        of them. Signs between cells have the place of the character before. Spans that are no cells of
        the original are told as they are.
        """
        cells = [self._at[start] for start, _ in row.spans if start in self._at]
        if len(cells) < len(row.spans) or not cells:
            spans = (self._piece(*span) for span in row.spans)
            return _sentence([span for span in spans if span.text], [])
        cells = sorted((*cells, *self._spanning[cells[0].table, cells[0].row]), key=lambda cell: cell.column)
        values = [self._value(cell) for cell in cells]
        values = [value for value in values if not _NOTHING.fullmatch(value.text.text)]
        units = [value.text for value in values if value.is_under(_UNIT_HEADER)]
        return _row(
            [value for value in values if not value.is_under(_UNIT_HEADER)], units or self._unit(above)
        )

    def _value(self, cell: Cell) -> _Value:
        headers = (self._piece(header.start, header.end) for header in self._over(cell))
        return _Value(self._piece(cell.start, cell.end), tuple(header for header in headers if header.text))

    def _unit(self, above: Region | None) -> list[AlignedText]:
        """The unit that "单位：万吨" above a table gives for its values."""
        if above is None:
            return []
        line = AlignedText.joined([self._piece(*span) for span in above.spans])
        found = _UNIT_ABOVE.search(line.text)
        return [line.slice(*found.span(1))] if found else []

    def _over(self, cell: Cell) -> tuple[Cell, ...]:
        """The header cells over a cell, each once; of one printed again the last."""
        columns = range(cell.column, cell.column + cell.columns)
        over = (header for column in columns for header in self._headers[cell.table, column])
        above = [header for header in over if header.row < cell.row or header.table != cell.table]
        # A header that is printed again on the next page says nothing new.
        return tuple(
            {(header.column, self._piece(header.start, header.end).text): header for header in above}.values()
        )

    def _piece(self, start: int, end: int) -> AlignedText:
        """Original text without the blanks around it and with none of its line ends.

        In quotation marks, as CSV has it, two stand for one (RFC 4180, 2.7).
        """
        text = self._text[start:end]
        first, last = len(text) - len(text.lstrip()), len(text.rstrip())
        if first >= last:
            return AlignedText.identity("", start)
        piece = AlignedText.joined(list(_joined_lines(AlignedText.identity(text[first:last], start + first))))
        if self._text[start - 1 : start] != '"':
            return piece
        return rewrite(piece, (Edit(*match.span(), '"') for match in re.finditer('""', piece.text)))


def _row(values: Sequence[_Value], units: Sequence[AlignedText]) -> AlignedText:
    """Names first, as far as there are any, then facts; `units` are the row's or the table's own."""
    names: list[AlignedText] = []
    facts: list[AlignedText] = []
    for value in values:
        name = None if facts else value.as_name()
        if name is None:
            facts.append(_fact(value, units))
        else:
            names.append(name)
    return _sentence(facts, names)


def _fact(value: _Value, units: Sequence[AlignedText]) -> AlignedText:
    """A value with the words of its headers before it and its unit after it."""
    parts: list[AlignedText] = []
    own: list[AlignedText] = []
    for header in value.headers:
        name, unit = _unit_of(header)
        if unit and not (value.is_bare or value.text.text.endswith(unit.text)):
            name, unit = header, None
        own += [unit] if unit else []
        parts += [*_gap(parts[-1:], name), name] if name.text else []
    shares = bool(parts and _SHARE.search(parts[-1].text))
    if parts and not value.is_bare and not _NUMBER.match(value.text.text):
        parts.append(mark("：" if _CJK.search(parts[-1].text) else ": ", parts[-1]))
    parts += [*_gap(parts[-1:], value.text), value.text]
    if value.is_bare:
        for unit in own[-1:] or ([] if shares else units[:1]):
            parts += [*_gap(parts[-1:], unit), unit]
    return AlignedText.joined(parts)


def _unit_of(header: AlignedText) -> tuple[AlignedText, AlignedText | None]:
    """A header without its unit, and that: "产量（万吨）" → "产量", "万吨"."""
    found = _UNIT.search(header.text)
    if not found:
        return header, None
    return header.slice(0, found.start()), _to_end(header, *found.span(1 if found.group(1) else 2))


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
