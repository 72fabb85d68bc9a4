"""Relevance judgements: which document answers which query, and how well.

Three notations are read: TREC's (`query 0 document grade`, white space between), BEIR's (`query-id`,
`corpus-id`, `score` under a header, tabs between) and its JSON lines with the same three names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.lines import GoldError, json_row, line_error, numbered_lines

_TREC_COLUMNS = 4
_BEIR_COLUMNS = 3
_BEIR_NAMES = ("query-id", "corpus-id", "score")

Judgements = dict[str, dict[str, int]]
"""By query, the grade of every judged document; 0 is "not relevant"."""


@dataclass(frozen=True, slots=True)
class _Judgement:
    query: str
    document: str
    grade: int


def read_qrels(path: Path) -> Judgements:
    """The judgements of a file. Raises `GoldError` for a line that is none, or a file without any."""
    found: Judgements = {}
    for one in _judgements(path):
        found.setdefault(one.query, {})[one.document] = one.grade
    if not found:
        raise GoldError(f"{path} 里没有相关性标注。", f"{path} holds no relevance judgements.")
    return found


def judged_documents(path: Path) -> frozenset[str]:
    """Every document that a file of judgements speaks of, relevant or not."""
    return frozenset(document for grades in read_qrels(path).values() for document in grades)


def _judgements(path: Path) -> Iterator[_Judgement]:
    for number, line in numbered_lines(path):
        if line.lstrip().startswith("{"):
            row = json_row(path, number, line)
            columns = [str(row.get(name, "")) for name in _BEIR_NAMES]
        else:
            columns = line.split("\t") if line.count("\t") == _BEIR_COLUMNS - 1 else line.split()
        columns = [column.strip() for column in columns]
        if number > 1 or not _is_header(columns):
            yield _judgement(columns, path, number)


def _is_header(columns: list[str]) -> bool:
    return len(columns) == _BEIR_COLUMNS and not _is_number(columns[-1])


def _judgement(columns: list[str], path: Path, number: int) -> _Judgement:
    if len(columns) == _TREC_COLUMNS:
        query, _, document, grade = columns
    elif len(columns) == _BEIR_COLUMNS:
        query, document, grade = columns
    else:
        query = document = grade = ""
    if not (query and document and _is_number(grade)):
        raise line_error(
            path,
            number,
            "不是一条相关性标注。应是“查询 0 文档 等级”，或制表符分隔的“查询 文档 等级”",
            'no relevance judgement: write "query 0 document grade", or query, document and grade with tabs',
        )
    return _Judgement(query, document, int(float(grade)))


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()
