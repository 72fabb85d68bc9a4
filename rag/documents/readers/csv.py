"""CSV and TSV: the characters of the file themselves, with their fields as cells of a table."""

from __future__ import annotations

from pathlib import PurePosixPath

from rag.documents.extract import Extract, Region, SourceFile
from rag.documents.files.decoding import decode
from rag.documents.office.writing import check_cells, check_characters, table_regions
from rag.documents.tables.grids import GridCell
from rag.documents.tables.separated import declares_separator, fields, sniffed
from rag.documents.tables.sheet_tables import tables_of
from rag.original import Cell, Original


def read(file: SourceFile) -> Extract:
    """The decoded text, with the tables in it.

    Raises `ReadError`: "damaged" (bytes that are no text), "too_large" (characters, cells).
    """
    text = decode(file.data, file.source)
    check_characters(len(text), file.source, file.limits)
    cells: list[Cell] = []
    regions: list[Region] = []
    number = 0
    for table in tables_of(_grid(text, file)):
        number += not table.goes_on
        tabled, found = table_regions(table.cells, number, headed=not table.goes_on, alone=table.alone)
        cells += tabled
        regions += found
    cells.sort(key=lambda cell: cell.start)
    return Extract(Original(text, cells=tuple(cells)), tuple(regions))


def _grid(text: str, file: SourceFile) -> list[GridCell]:
    separator = sniffed(text, "\t" if PurePosixPath(file.source).suffix.lower() == ".tsv" else ",")
    first = 2 if declares_separator(text) else 1
    grid: list[GridCell] = []
    for field in fields(text, separator):
        content = text[field.start : field.end]
        if field.row >= first and content.strip():
            grid.append(GridCell(field.row, field.column, content, start=field.start, end=field.end))
            check_cells(len(grid), file.source, file.limits)
    return grid
