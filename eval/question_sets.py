"""Question sets that the user names in a TOML file, to be measured one after another."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.gold import ALL, SPLITS
from eval.lines import GoldError
from eval.session import Session

_PATHS = ("corpus", "gold", "queries", "store")
_KEYS = {"name", "split", "judged_only", "left_out", *_PATHS}


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A corpus with questions about it, and what the set is called.

    `left_out`, 0 to 1, is the share of its documents that a calibration takes out of the corpus.
    """

    name: str
    session: Session
    left_out: float = 0.0


def read_sets(path: Path, model: str | None = None) -> tuple[QuestionSet, ...]:
    """The sets of a file, each to be ranked beside the baselines.

    Every `[[set]]` has `name`, `corpus` and `gold`, and may have `queries`, `split`, `judged_only`, `left_out`
    and `store`. Paths count from the folder of the file. Raises `GoldError` for a file that says anything else.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GoldError(
            f"读不了 {path}：{error}。请给出一个 TOML 文件，每个数据集一段 [[set]]。",
            f"Can't read {path}: {error}. Give a TOML file with a [[set]] for each set.",
        ) from error
    rows = told.get("set")
    if not isinstance(rows, list) or not rows:
        raise GoldError(
            f"{path} 里没有 [[set]]。每个数据集一段，写明 name、corpus 和 gold。",
            f"{path} has no [[set]]. Write one for each set, with name, corpus and gold.",
        )
    sets: dict[str, QuestionSet] = {}
    for number, row in enumerate(rows, start=1):
        one = _set(row, number, path, model)
        if one.name in sets:
            taken = f"name = {one.name!r}"
            raise _wrong(path, f"[[set]] {number}", f"{taken} 用过了", f"{taken} is taken by another set")
        sets[one.name] = one
    return tuple(sets.values())


def _set(row: Any, number: int, path: Path, model: str | None) -> QuestionSet:  # noqa: ANN401  TOML may be anything
    where = f"[[set]] {number}"
    if not isinstance(row, dict) or not row.keys() <= _KEYS:
        unknown = ", ".join(sorted(row.keys() - _KEYS)) if isinstance(row, dict) else str(row)
        raise _wrong(path, where, f"不认识 {unknown}", f"unknown: {unknown}")
    for key in ("name", "corpus", "gold"):
        if key not in row:
            raise _wrong(path, where, f"缺少 {key}", f"{key} is missing")
    for key, value in row.items():
        kind = {"judged_only": bool, "left_out": float}.get(key, str)
        if not isinstance(value, kind):
            raise _wrong(path, where, f"{key} 的值不能是 {value!r}", f"{key} can't be {value!r}")
    if row.get("split", ALL) not in SPLITS:
        named = ", ".join(SPLITS)
        raise _wrong(path, where, f"split 应是其中之一：{named}", f"split must be one of {named}")
    if not 0 <= row.get("left_out", 0.0) < 1:
        raise _wrong(path, where, "left_out 应在 0 和 1 之间", "left_out must be from 0 to below 1")
    paths = {key: path.parent / row[key] for key in _PATHS if key in row}
    session = Session(
        **paths,
        split=row.get("split", ALL),
        judged_only=row.get("judged_only", False),
        retrieval_only=True,
        baselines=True,
        model=model,
    )
    return QuestionSet(row["name"], session, row.get("left_out", 0.0))


def _wrong(path: Path, where: str, zh: str, en: str) -> GoldError:
    return GoldError(f"{path} 的 {where}：{zh}。", f"{path}, {where}: {en}.")
