"""Fields of a text with separators (CSV), each with its place in the text; the module csv tells no places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

SEPARATORS = ",;\t|"
"""What `sniffed` chooses from."""

_SAMPLE = 60
_DECLARED = re.compile(r"sep=(.)(?:\r\n|\r|\n|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its content, without quotes around it, is `text[start:end]`; `row` and `column` count from 1."""

    row: int
    column: int
    start: int
    end: int


def fields(text: str, separator: str) -> Iterator[Field]:
    """The fields of `text` as `csv.reader(text, delimiter=separator)` finds them (RFC 4180, not strict).

    A quote counts at the start of a field only. A doubled quote inside quotes stays doubled in the text;
    characters after a closing quote belong to the field.
    """
    plain = re.compile(f"[^{re.escape(separator)}\r\n]*")
    quoted = re.compile(r'"((?:[^"]|"")*+)("?)')
    position, row, column = 0, 1, 1
    while position < len(text):
        match = quoted.match(text, position) or plain.match(text, position)
        assert match is not None
        start, end = match.span(1) if match.re is quoted else match.span()
        position = match.end()
        if match.re is quoted and match.group(2):
            rest = plain.match(text, position)
            assert rest is not None
            position = rest.end()
            end = position if rest.group() else end
        yield Field(row, column, start, end)
        if position < len(text) and text[position] == separator:
            position, column = position + 1, column + 1
            if position == len(text):
                yield Field(row, column, position, position)
        else:
            position += 2 if text.startswith("\r\n", position) else 1
            row, column = row + 1, 1


def declares_separator(text: str) -> bool:
    """Whether the first line is no data but Excel's "sep=;"."""
    return bool(_DECLARED.match(text))


def sniffed(text: str, likely: str = ",") -> str:
    """The separator of `text`: the one that parts most of its first rows into the same number of fields.

    An Excel line "sep=;" decides; of equals the first of `likely` and `SEPARATORS`.
    """
    declared = _DECLARED.match(text)
    return (
        declared.group(1) if declared else max(likely + SEPARATORS, key=lambda sign: _regularity(text, sign))
    )


def _regularity(text: str, separator: str) -> float:
    rows = Counter(field.row for field in _head(text, separator))
    widths = Counter(width for width in rows.values() if width > 1)
    if not widths:
        return 0.0
    width, times = max(widths.items(), key=lambda item: item[0] * item[1])
    return times / len(rows) + min(width, 100) / 1000


def _head(text: str, separator: str) -> Iterator[Field]:
    return takewhile(lambda field: field.row <= _SAMPLE, fields(text, separator))
