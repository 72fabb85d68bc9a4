"""Excel workbooks: every sheet as the user sees its values, with the tables in it."""

from __future__ import annotations

import io
import posixpath
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import openpyxl
from lxml import etree
from openpyxl.utils import range_boundaries

from rag.documents.extract import Extract, SourceFile
from rag.documents.files.containers import member_bytes
from rag.documents.files.damage import named_damage
from rag.documents.office.office_files import package, stated_properties
from rag.documents.office.trees import xml_tree
from rag.documents.office.writing import Writing, check_cells
from rag.documents.tables.grids import GridCell
from rag.documents.tables.number_formats import shown
from rag.documents.tables.sheet_tables import tables_of

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_UNNAMED = re.compile(r"(?:sheet|工作表|表)\s?\d*", re.IGNORECASE)
_TOLD_EACH = 20_000
"""Cells after which a large sheet says that it is still being read."""
_LAST_ROW = 1_048_576
_WORKBOOK = "xl/workbook.xml"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the rows of a sheet do not tell: (rows, columns) of merged cells, and formulas without a value."""

    merged: dict[tuple[int, int], tuple[int, int]]
    uncomputed: int


def read(file: SourceFile) -> Extract:
    """Every sheet: its name, then its rows, values in their number formats, formulas by their last results.

    Raises `ReadError`: "password", "unsupported", "damaged", "too_large" (cells, characters, packing).
    """
    data = package(file)
    writing = Writing(file)
    with named_damage(file.source), zipfile.ZipFile(io.BytesIO(data)) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        paths = _sheet_paths(archive, file.source)
        uncomputed = count = 0
        for number, sheet in enumerate(book.worksheets, 1):
            layout = _layout(archive, paths.get(sheet.title))
            cells: list[GridCell] = []
            for cell in _cells(sheet, layout, file, count):
                cells.append(cell)
                if len(cells) % _TOLD_EACH == 0:
                    file.told(number - 1, len(book.worksheets))
            count += len(cells)
            uncomputed += layout.uncomputed
            _write(writing, sheet.title, _clipped(cells))
            file.told(number, len(book.worksheets))
        _warn(writing, book, uncomputed)
        return writing.extract(stated_properties(book.properties))


def _write(writing: Writing, name: str, cells: list[GridCell]) -> None:
    if not cells:
        return
    writing.line(None if _UNNAMED.fullmatch(name.strip()) else "heading", name, level=2)
    for table in tables_of(cells):
        writing.table(table.cells, sheet=name, goes_on=table.goes_on, alone=table.alone)


def _cells(sheet: ReadOnlyWorksheet, layout: _Layout, file: SourceFile, before: int) -> Iterator[GridCell]:
    """The cells that show something. `before` counts those of earlier sheets, for the limit."""
    sheet.reset_dimensions()  # they are often wrong, and rows would be filled up to them
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is None or not (text := shown(cell.value, cell.number_format or "General")).strip():
                continue
            before += 1
            check_cells(before, file.source, file.limits)
            found = GridCell(cell.row, cell.column, text)
            spanned = layout.merged.get((cell.row, cell.column))
            yield replace(found, rows=spanned[0], columns=spanned[1]) if spanned else found


def _clipped(cells: list[GridCell]) -> list[GridCell]:
    """The cells, with what merged ones span cut at the last row and column that say something."""
    last = max((cell.row for cell in cells), default=0), max((cell.column for cell in cells), default=0)
    return [
        replace(
            cell,
            rows=max(1, min(cell.rows, last[0] - cell.row + 1)),
            columns=max(1, min(cell.columns, last[1] - cell.column + 1)),
        )
        if cell.rows > 1 or cell.columns > 1
        else cell
        for cell in cells
    ]


def _sheet_paths(archive: zipfile.ZipFile, source: str) -> dict[str, str]:
    """The member of each sheet by its name; empty for a workbook that is not where all programs put it."""
    relations = "xl/_rels/workbook.xml.rels"
    if not {_WORKBOOK, relations} <= set(archive.namelist()):
        return {}
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", "")))[1:]
        for relation in xml_tree(member_bytes(archive, relations, source))
    }
    book = xml_tree(member_bytes(archive, _WORKBOOK, source))
    return {
        sheet.get("name"): targets.get(sheet.get(_RELATION), "")
        for sheet in book.iterfind("{*}sheets/{*}sheet")
    }


def _layout(archive: zipfile.ZipFile, path: str | None) -> _Layout:
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    uncomputed = 0
    if path not in archive.namelist():
        return _Layout(merged, uncomputed)
    with archive.open(path) as stream:
        events = etree.iterparse(
            stream, tag=("{*}row", "{*}mergeCell"), resolve_entities=False, no_network=True, huge_tree=False
        )
        for _, element in events:
            if element.tag.endswith("mergeCell"):
                left, top, right, bottom = range_boundaries(element.get("ref"))
                merged[top, left] = bottom - top + 1, right - left + 1
            elif int(element.get("r") or 1) > _LAST_ROW:
                raise ValueError(
                    "a row below the last one a sheet can have"
                )  # and all rows above would be made
            else:
                uncomputed += sum(map(_lacks_value, element.iterfind("{*}c")))
                _forget(element)
    return _Layout(merged, uncomputed)


def _lacks_value(cell: etree._Element) -> bool:
    return cell.find("{*}f") is not None and not cell.findtext("{*}v") and cell.get("t") != "str"


def _forget(row: etree._Element) -> None:
    """Let go of a row that is done and of those before it, so that memory does not grow with the sheet."""
    row.clear()
    while row.getprevious() is not None:
        del row.getparent()[0]


def _warn(writing: Writing, book: Workbook, uncomputed: int) -> None:
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    if hidden:
        writing.warn(
            f"含隐藏的工作表：{'、'.join(hidden)}。", f"Hidden sheets are taken in too: {', '.join(hidden)}."
        )
    if uncomputed:
        writing.warn(
            f"有 {uncomputed} 个公式没有保存计算结果，已跳过；请用 Excel 或 WPS 打开并保存一次后再加入。",
            f"{uncomputed} formulas have no saved result and are left out; open and save the file in a spreadsheet "
            "program and add it again.",
        )
