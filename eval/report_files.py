"""The files of a report: JSON, Markdown and one HTML page."""

from __future__ import annotations

import json
from pathlib import Path

from eval.pages import html_page, markdown_page
from rag.errors import SettingsError
from rag.types import Json


def make_folders(*folders: Path) -> None:
    """Make the report's folders before anything is asked: a long run must not end in "no such folder".

    Raises `SettingsError` for one that can't be made.
    """
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(folder, error) from error


def write_report(report: Json, out: Path, json_file: Path | None = None) -> None:
    """Write `report.json`, `report.md` and `report.html` into a folder, and the JSON once more where wished.

    Raises `SettingsError` for a file that can't be written.
    """
    as_json = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    files = {
        out / "report.json": as_json,
        out / "report.md": markdown_page(report),
        out / "report.html": html_page(report),
    }
    if json_file:
        files[json_file] = as_json
    for path, text in files.items():
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> SettingsError:
    """What to say of a report that can't be written."""
    reason = error.strerror or str(error)
    return SettingsError(
        f"写不了报告 {path}：{reason}。请用 --out 或 --json 换一个可写的位置。",
        f"Can't write the report {path}: {reason}. Choose a writable place with --out or --json.",
    )
