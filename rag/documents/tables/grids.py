"""Cells of a table, and which of its rows are title, header, data and notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rag.documents.tables.units import kind_of_unit

_FIGURE = re.compile(
    r"[-+−±<>≤≥约]?\s*[¥￥$€£]?\s*\d[\d,，]*(?:\.\d+)?(?:[eE][-+]?\d+)?\s*"
    r"(?:[%％‰]|[万亿千百]?(?:元|吨|人|户|亩|公顷|公里|千米|米|个|家|件|次|台|辆|平方米|平方公里|立方米|千瓦时|千瓦|度|倍)|[万亿]|个百分点)?"
)
_TIME = re.compile(
    r"(?:19|20)\d{2}(?:\s*[-/—–~至]\s*(?:(?:19|20)?\d{2}))?\s*年?(?:度|末|底|\s*\d{1,2}\s*月)?|"
    r"(?:19|20)\d{2}[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
)
_NO_VALUE = re.compile(r"[-—–－/…·*×#.．\s]*|N/?A|n/?a|无|暂无|null|None")
_TITLE_CELL = re.compile(
    r"\s*(?:[（(]?\s*(?:计量|金额|数量|编制|填报|编报|制表)?(?:单位|部门|机构|日期|时间|机关|表号|人)\s*[：:]"
    r"|(?:续?表|附表)\s*[\d一二三四五六七八九十]|Units?\s*:|Table\s*\d)"
)
_NOTE = re.compile(
    r"\s*[（(【]?\s*(?:注|附注|备注|说明|资料来源|数据来源|来源|Notes?|Sources?)\s*\d*[】)）]?\s*[：:.、]"
)
_LABELS = re.compile(
    r"序号|编号|项目|名称|指标|内容|类别|类型|地区|县区|区域|单位|部门|年份|年度|时间|日期|月份|数值|数量|金额|备注|说明|姓名|职务|责任|"
    r"(?:no|name|item|indicator|year|date|region|county|unit|value|amount|type|note|description|id)\b",
    re.IGNORECASE,
)
_UNIT_CELL = re.compile(r"\s*[（(]?[^\d（）()]{1,10}[）)]?\s*")
_LABEL_LENGTH = 40
_MOST_HEADERS = 6
_WIDE_CHAR = 30


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell that has text: the stretch `[start, end)` of the original, at a row and column from 1.

    `stated` says that the file itself calls it a column's header.
    """

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    stated: bool = False
    start: int = 0
    end: int = 0

    def at(self, start: int) -> GridCell:
        """The cell with its text at a place of the original."""
        end = start + len(self.text)
        return GridCell(self.row, self.column, self.text, self.rows, self.columns, self.stated, start, end)


Row = tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class GridParts:
    """The rows of one table by what they are: title and unit lines, header rows, data rows, notes."""

    captions: tuple[Row, ...]
    headers: tuple[Row, ...]
    data: tuple[Row, ...]
    notes: tuple[Row, ...]


def rows_of(cells: Sequence[GridCell]) -> list[Row]:
    """Cells by row; they must stand in that order."""
    return [tuple(row) for _, row in groupby(cells, key=lambda cell: cell.row)]


def parts_of(cells: Sequence[GridCell], *, headed: bool = True) -> GridParts:
    """What the rows of a table are, told from what stands in them where the file does not say.

    `cells` are those that have text, by row and column. A header row has no figures (years are none), and
    there is a row of data below it. Without `headed` every row is one of data.
    """
    rows = rows_of(cells)
    if not headed:
        return GridParts((), (), tuple(rows), ())
    width = len({cell.column for cell in cells})
    first = 0
    while width > 1 and first + 1 < len(rows) and _is_caption(rows[first]):
        first += 1
    last = len(rows)
    while last > first + 1 and len(rows[last - 1]) == 1 and _NOTE.match(rows[last - 1][0].text):
        last -= 1
    body = rows[first:last]
    depth = max(_stated_depth(body), _header_depth(body, width))
    headers = _spread(body[:depth])
    return GridParts(tuple(rows[:first]), headers, tuple(body[depth:]), tuple(rows[last:]))


def is_figure(text: str) -> bool:
    """Whether a cell's text is a value, not a label; a year is no figure."""
    text = text.strip()
    return bool(_FIGURE.fullmatch(text)) and not is_time(text)


def is_time(text: str) -> bool:
    """Whether a cell's text is a year, a month or a day."""
    return bool(_TIME.fullmatch(text.strip()))


def _is_caption(row: Row) -> bool:
    if all(_TITLE_CELL.match(cell.text) for cell in row):
        return True
    cell = row[0]
    return (
        len(row) == 1
        and not is_figure(cell.text)
        and (cell.columns > 1 or cell.column == 1 or _is_long(cell))
    )


def _is_long(cell: GridCell) -> bool:
    return len(cell.text) > _WIDE_CHAR


def _stated_depth(rows: Sequence[Row]) -> int:
    """How many rows at the top the file itself calls headers; never all of them."""
    depth = 0
    while depth < len(rows) - 1 and all(cell.stated for cell in rows[depth]):
        depth += 1
    return depth


def _header_depth(rows: Sequence[Row], width: int) -> int:
    if (
        len(rows) < 2
        or not _may_head(rows, 0)
        or not (len(rows[0]) > 1 or width == 1 or rows[0][0].column > 1)
    ):
        return 0
    if width == 1:
        return int(bool(_LABELS.match(rows[0][0].text)) or all(is_figure(row[0].text) for row in rows[1:]))
    if not any(is_figure(cell.text) for row in rows[1:] for cell in row) and not _labels_head(rows[0], width):
        return 0
    depth = 1
    while depth < min(_MOST_HEADERS, len(rows) - 1) and _may_head(rows, depth) and _goes_on(rows, depth):
        depth += 1
    return depth


def _may_head(rows: Sequence[Row], index: int) -> bool:
    """Whether a row holds labels only. A year is one unless years go on below it."""
    for cell in rows[index]:
        text = cell.text
        if is_figure(text) or (len(text) > _LABEL_LENGTH and len(rows[index]) > 1):
            return False
        below = [
            other.text for row in rows[index + 1 : index + 4] for other in row if other.column == cell.column
        ]
        if is_time(text) and below and all(is_time(other) for other in below):
            return False
    return any(not _NO_VALUE.fullmatch(cell.text) for cell in rows[index])


def _labels_head(row: Row, width: int) -> bool:
    """Whether a row of a table without any figure names its columns: it is full, and its names are different."""
    texts = [cell.text.strip() for cell in row]
    full = sum(cell.columns for cell in row) >= width and len(set(texts)) == len(texts)
    return full and (width > 2 or bool(_LABELS.search(texts[0]) and _LABELS.search(texts[-1])))


def _goes_on(rows: Sequence[Row], depth: int) -> bool:
    """Whether the row below `depth` header rows is one more: it divides what is over it, or gives the units."""
    row, above = rows[depth], [cell for header in rows[:depth] for cell in header]
    if any(cell.row + cell.rows > row[0].row for cell in above):
        return True
    columns = {cell.column for cell in row}
    divided = [cell for cell in rows[depth - 1] if cell.columns > 1]
    if any(
        sum(cell.column <= column < cell.column + cell.columns for column in columns) > 1 for cell in divided
    ):
        return True
    named = {column for cell in above for column in range(cell.column, cell.column + cell.columns)}
    if any(column > rows[0][0].column and column > min(columns) for column in columns - named):
        return True
    if len(row) > 1 and all(kind_of_unit(cell.text.strip()) for cell in row if cell.column > min(columns)):
        return True
    bracketed = [cell for cell in row if re.fullmatch(r"\s*[（(].{1,10}[）)]\s*|[%％‰]", cell.text)]
    return (
        bool(bracketed)
        and all(_UNIT_CELL.fullmatch(cell.text) for cell in row)
        and len(row) < 2 * len(bracketed) + 1
    )


def _spread(headers: Sequence[Row]) -> tuple[Row, ...]:
    """Header rows in which a group's name stands over all columns up to the next, merged or not."""
    if len(headers) < 2:
        return tuple(headers)
    last = max(cell.column + cell.columns - 1 for row in headers for cell in row)
    spread: list[Row] = []
    for depth, row in enumerate(headers[:-1]):
        taken = {
            column
            for other in headers[:depth]
            for cell in other
            if cell.row + cell.rows > row[0].row
            for column in range(cell.column, cell.column + cell.columns)
        }
        spread.append(tuple(_reaching(cell, row, headers[depth + 1], taken, last) for cell in row))
    return (*spread, headers[-1])


def _reaching(cell: GridCell, row: Row, below: Row, taken: set[int], last: int) -> GridCell:
    """The cell, wide enough for the columns on its right that nothing stands over, if it has several below it."""
    ends = {*taken, *(other.column for other in row), last + 1}
    stop = min(column for column in ends if column > cell.column)
    end = cell.column + cell.columns
    has_own = any(other.column == cell.column for other in below)
    under = [other.column for other in below if end <= other.column < stop]
    if cell.columns > 1 or cell.rows > 1 or not has_own or not under:
        return cell
    return replace(cell, columns=max(under) - cell.column + 1)
