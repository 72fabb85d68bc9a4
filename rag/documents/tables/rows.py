"""A row of a table told as a sentence: each value with its header and its unit, so that neither stands alone."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from rag.documents.cleaning.characters import CJK
from rag.documents.cleaning.edits import Edit, rewrite
from rag.documents.cleaning.marks import mark
from rag.documents.extract import Region
from rag.documents.tables.row_sentences import RowValue, row_sentence, sentence
from rag.documents.tables.units import units_stated
from rag.original import AlignedText, Cell, Original

_CJK = re.compile(f"[{CJK}]")
_NUMBER = re.compile(r"[-+−]?\d[\d,，]*(?:\.\d+)?")
_NOTHING = re.compile(r"[-—–－…./*]*")
"""What stands in a cell without a value."""
_PART = re.compile(r"\s+\S|\s*(?:其中|#)")
_TOTAL = re.compile(r"\s*[合总小共]\s*计")


class Tables:
    """The tables of an original, ready to tell their rows."""

    def __init__(self, original: Original) -> None:
        self._text = original.text
        self._at = {cell.start: cell for cell in original.cells}
        self._headers: dict[tuple[int, int], list[Cell]] = defaultdict(list)
        self._spanning: dict[tuple[int, int], list[Cell]] = defaultdict(list)
        self._pieces: dict[int, AlignedText] = {}
        self._headed = {cell.table for cell in original.cells if cell.header}
        for cell in original.cells:
            if cell.header:
                for column in range(cell.column, cell.column + cell.columns):
                    self._headers[cell.table, column].append(cell)
            elif cell.rows > 1:
                for row in range(cell.row + 1, cell.row + cell.rows):
                    self._spanning[cell.table, row].append(cell)
        self._parents = self._found_parents(original.cells)

    def number_of(self, row: Region) -> int | None:
        """The number of the table that a row is of; `None` for a line that is no table's."""
        cell = self._at.get(row.spans[0][0])
        return cell.table if cell else None

    def told(self, row: Region, above: Region | None = None) -> AlignedText:
        """A row of cells as a sentence, such as "昔阳县2023年：原煤产量2694.5万吨，同比增长42%".

        The words of a header stand again in each row; they keep their place in the header, and so does a
        unit that the line `above` the table gives for all of it. A cell that spans rows is told in each
        of them, and above a label that is a part of it ("其中：税收") the label it is a part of. Signs
        between cells have the place of the character before. Spans that are no cells of the original are
        told as they are.
        """
        cells = [self._at[start] for start, _ in row.spans if start in self._at]
        if len(cells) < len(row.spans) or not cells:
            spans = (self._piece(*span) for span in row.spans)
            return sentence([span for span in spans if span.text], [])
        place = cells[0].table, cells[0].row
        cells = sorted((*cells, *self._spanning.get(place, ())), key=lambda cell: cell.column)
        cells = [self._parents[place], *cells] if place in self._parents else cells
        values = [self._value(cell) for cell in cells]
        values = [value for value in values if not _NOTHING.fullmatch(value.text.text)]
        units = [value for value in values if value.is_unit]
        return row_sentence(
            [value for value in values if not value.is_unit],
            [value.text for value in units],
            self._units(above),
        )

    def _found_parents(self, cells: Sequence[Cell]) -> dict[tuple[int, int], Cell]:
        """By table and row the label in the first column that the row's own is a part of.

        Parts begin with 其中 or are indented, or leave the first column, in which no two are the same,
        empty before a label in the second.
        """
        parents: dict[tuple[int, int], Cell] = {}
        rows: dict[tuple[int, int], Cell] = {}
        for cell in cells:
            place = cell.table, cell.row
            if not cell.header and (place not in rows or cell.column < rows[place].column):
                rows[place] = cell
        first: dict[int, int] = {}
        for (table, _), cell in rows.items():
            first[table] = min(cell.column, first.get(table, cell.column))
        names = Counter(
            (cell.table, self._text[cell.start : cell.end])
            for cell in rows.values()
            if cell.column == first[cell.table]
        )
        # Data that says a group's name in each row of it would not leave it out of one.
        flat = {table for (table, _), times in names.items() if times > 1}
        whole: dict[int, Cell] = {}
        for (table, row), cell in sorted(rows.items()):
            text = self._text[cell.start : cell.end]
            if table not in self._headed or _NUMBER.match(text.strip()) or (table, row) in self._spanning:
                continue
            if cell.column == first[table] and not _PART.match(text):
                whole[table] = cell
            elif (
                table in whole
                and cell.column <= first[table] + (table not in flat)
                and not _TOTAL.match(text)
            ):
                parents[table, row] = whole[table]
        return parents

    def _value(self, cell: Cell) -> RowValue:
        headers = (self._header_piece(header) for header in self._over(cell))
        return RowValue(
            self._piece(cell.start, cell.end),
            tuple(header for header in headers if header.text),
            cell.table in self._headed,
        )

    def _units(self, above: Region | None) -> list[AlignedText]:
        """The units that "单位：万吨" above a table gives for its values."""
        if above is None:
            return []
        line = AlignedText.joined([self._piece(*span) for span in above.spans])
        return [line.slice(*span) for span in units_stated(line.text)]

    def _over(self, cell: Cell) -> tuple[Cell, ...]:
        """The header cells over a cell, each once; of one printed again the last."""
        columns = range(cell.column, cell.column + cell.columns)
        over = (header for column in columns for header in self._headers[cell.table, column])
        above = [header for header in over if header.row < cell.row or header.table != cell.table]
        # A header that is printed again on the next page says nothing new.
        return tuple({(header.column, self._header_piece(header).text): header for header in above}.values())

    def _header_piece(self, header: Cell) -> AlignedText:
        """The words of a header cell, which each row below it says again."""
        if header.start not in self._pieces:
            self._pieces[header.start] = self._piece(header.start, header.end)
        return self._pieces[header.start]

    def _piece(self, start: int, end: int) -> AlignedText:
        """Original text without the blanks around it and with none of its line ends.

        In quotation marks, as CSV has it, two stand for one (RFC 4180, 2.7).
        """
        text = self._text[start:end]
        first, last = len(text) - len(text.lstrip()), len(text.rstrip())
        if first >= last:
            return AlignedText.identity("", start)
        piece = AlignedText.identity(text[first:last], start + first)
        if len(piece.text.split()) > 1:
            piece = AlignedText.joined(list(_joined_lines(piece)))
        if self._text[start - 1 : start] != '"':
            return piece
        return rewrite(piece, (Edit(*match.span(), '"') for match in re.finditer('""', piece.text)))


def _joined_lines(text: AlignedText) -> Iterator[AlignedText]:
    """The lines of a text, with a space between those of a script that has them."""
    position = 0
    for gap in re.finditer(r"\s+", text.text):
        yield text.slice(position, gap.start())
        if not (_CJK.match(text.text[gap.start() - 1]) or _CJK.match(text.text[gap.end()])):
            yield mark(" ", text.slice(0, gap.start()))
        position = gap.end()
    yield text.slice(position, len(text.text))
