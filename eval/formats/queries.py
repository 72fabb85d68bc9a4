"""Queries by id: JSON lines as BEIR has them, or `id<TAB>query` lines as TREC's topics are handed out."""

from __future__ import annotations

from pathlib import Path

from eval.lines import GoldError, json_row, line_error, numbered_lines

_IDS = ("_id", "id", "query_id", "qid")
_TEXTS = ("text", "query", "question", "title")


def read_queries(path: Path) -> dict[str, str]:
    """The queries of a file, in its order. Raises `GoldError` for a line that is none, or an id met twice."""
    found: dict[str, str] = {}
    for number, line in numbered_lines(path):
        name, text = _in_json(path, number, line) if line.lstrip().startswith("{") else _in_columns(line)
        if not (name and text):
            raise line_error(
                path,
                number,
                "不是一条查询。应是“编号<TAB>问题”，或带 _id 和 text 的 JSON 对象",
                'no query: write "id<TAB>query", or a JSON object with _id and text',
            )
        if name in found:
            raise line_error(path, number, f"编号“{name}”出现了两次", f'the id "{name}" stands here again')
        found[name] = text
    if not found:
        raise GoldError(f"{path} 里没有查询。", f"{path} holds no queries.")
    return found


def _in_columns(line: str) -> tuple[str, str]:
    name, _, text = line.partition("\t")
    return name.strip(), text.strip()


def _in_json(path: Path, number: int, line: str) -> tuple[str, str]:
    row = json_row(path, number, line)
    name = next((str(row[key]) for key in _IDS if row.get(key) is not None), "")
    text = next((row[key] for key in _TEXTS if isinstance(row.get(key), str)), "")
    return name.strip(), text.strip()
