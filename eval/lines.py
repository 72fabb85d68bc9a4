"""The lines of a data file, plain or gzipped, and errors that name the place."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from rag.errors import WenjuError
from rag.types import Json


class GoldError(WenjuError):
    """A file of questions, judgements or texts that can't be used: names the file, the line and what to change."""


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """(number from 1, line) of every line that is not blank; `.gz` is unpacked on the way.

    Raises `GoldError` when the file can't be read or is not UTF-8.
    """
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise unreadable(path, error) from error


def json_rows(path: Path) -> Iterator[tuple[int, Json]]:
    """(number from 1, object) of every line of a `.jsonl` file. Raises `GoldError` for a line that is none."""
    for number, line in numbered_lines(path):
        yield number, json_row(path, number, line)


def json_row(path: Path, number: int, line: str) -> Json:
    """The JSON object of a line. Raises `GoldError` where it is none."""
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise line_error(path, number, f"不是合法的 JSON（{error}）", f"not valid JSON ({error})") from error
    if not isinstance(row, dict):
        raise line_error(path, number, "应是一个 JSON 对象", "expected a JSON object")
    return row


def line_error(path: Path, number: int, zh: str, en: str) -> GoldError:
    """The error for what is wrong with a line; both sentences without their full stop."""
    return GoldError(f"{path} 第 {number} 行：{zh}。", f"{path}, line {number}: {en}.")


def unreadable(path: Path, error: Exception) -> GoldError:
    """The error for a file that can't be read as text."""
    return GoldError(
        f"打不开 {path}：{error}。请检查路径；文件须是 UTF-8 编码。",
        f"Can't read {path}: {error}. Check the path; the file must be in UTF-8.",
    )


def _opened(path: Path) -> IO[str]:
    # Lines end at "\n" alone: a JSON string may hold U+2028, which is no end of a JSON line.
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="\n")
    return path.open(encoding="utf-8-sig", newline="\n")
