"""The fields of CSV texts and their places."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.tables.separated import fields, sniffed


@given(st.text(alphabet='ab昔,;"\n\r 1', max_size=40), st.sampled_from(",;\t|"))
def test_fields_are_those_that_the_csv_module_finds(text: str, separator: str) -> None:
    rows: dict[int, list[str]] = {}
    for field in fields(text, separator):
        assert field.column == len(rows.setdefault(field.row, [])) + 1
        rows[field.row].append(text[field.start : field.end].replace('"', ""))
    expected = [row or [""] for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    assert list(rows.values()) == [[value.replace('"', "") for value in row] for row in expected]


@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=5), min_size=1, max_size=6))
def test_what_the_csv_module_writes_is_found_again(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    text = out.getvalue()
    found = [
        (field.row, field.column, text[field.start : field.end].replace('""', '"'))
        for field in fields(text, ",")
    ]
    assert found == [(r, c, value) for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1)]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("县,产量\n昔阳,2694.5\n", ","),
        ("县;产量\n昔阳;2694,5\n左权;15,1\n", ";"),
        ("县\t说明\n昔阳\t一,二,三\n左权\t四\n", "\t"),
        ("县|产量\n昔阳|1\n", "|"),
        ("sep=;\n县,甲;产量\n", ";"),
        ("只有一列\n昔阳\n", ","),
    ],
)
def test_the_separator_is_the_one_that_makes_regular_rows(text: str, separator: str) -> None:
    assert sniffed(text) == separator
