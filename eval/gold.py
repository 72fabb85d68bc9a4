"""Gold questions: what was asked, what is right, and where it stands in the corpus."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import WenjuError
from rag.types import Json, Language, Turn

SPLITS = ("dev", "test", "all")


class GoldError(WenjuError):
    """A gold file that can't be used: names the file, the line and what to change."""


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """One row of a gold file.

    `answers` are alternatives, `must_contain_all` are all needed. `sources` are file names or corpus
    ids, `evidence` verbatim pieces of them. `split` is "dev", "test" or `None`.
    """

    id: str
    question: str
    lang: Language
    kind: str
    answers: tuple[str, ...]
    must_contain_all: tuple[str, ...]
    sources: tuple[str, ...]
    evidence: tuple[str, ...]
    answerable: bool
    history: tuple[Turn, ...]
    split: str | None

    @property
    def has_answer_key(self) -> bool:
        """Whether the row says what a right answer contains; a row for retrieval alone does not."""
        return bool(self.answers or self.must_contain_all)


def load_gold(path: Path, split: str = "all") -> tuple[GoldQuestion, ...]:
    """The questions of a gold file, in its order; `split` keeps the rows of that split alone.

    Raises `GoldError` when the file can't be read, a line is not a gold row, an id stands twice, or no
    question is left.
    """
    questions: list[GoldQuestion] = []
    seen: dict[str, int] = {}
    for number, line in _lines(path):
        question = _question(line, path, number)
        if question.id in seen:
            raise _line_error(
                path,
                number,
                f"编号“{question.id}”已在第 {seen[question.id]} 行用过，每行的 id 须不同",
                f'the id "{question.id}" is already on line {seen[question.id]}; give every row its own',
            )
        seen[question.id] = number
        questions.append(question)
    kept = tuple(q for q in questions if split in ("all", q.split))
    if not kept:
        raise _empty_error(path, split, {q.split for q in questions})
    return kept


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(
            f"打不开问题集 {path}：{error}。请用 --gold 指定一个 UTF-8 编码的 .jsonl 文件。",
            f"Can't read the gold file {path}: {error}. Give --gold a .jsonl file in UTF-8.",
        ) from error
    # Not splitlines(): a JSON string may hold U+2028, which is no end of a JSON line.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _question(line: str, path: Path, number: int) -> GoldQuestion:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise _line_error(path, number, f"不是合法的 JSON（{error}）", f"not valid JSON ({error})") from error
    if not isinstance(row, dict):
        raise _line_error(path, number, "应是一个 JSON 对象", "expected a JSON object")
    fields = _Fields(row, path, number)
    question = GoldQuestion(
        id=fields.text("id"),
        question=fields.text("question"),
        lang=fields.text("lang", "und"),
        kind=fields.text("kind", "other"),
        answers=fields.texts("answers"),
        must_contain_all=fields.texts("must_contain_all"),
        sources=tuple(dict.fromkeys(fields.texts("sources"))),
        evidence=fields.texts("evidence"),
        answerable=fields.flag("answerable", default=True),
        history=fields.history(),
        split=fields.text("split", "") or None,
    )
    if question.answerable and not (question.has_answer_key or question.sources):
        raise _line_error(
            path,
            number,
            "可回答的问题须给出 answers、must_contain_all 或 sources，否则无从评判",
            "an answerable question needs answers, must_contain_all or sources, or nothing can be judged",
        )
    if question.answerable and question.evidence and not question.sources:
        raise _line_error(
            path, number, "给了 evidence 就须给 sources", "evidence is given, so sources must be given too"
        )
    return question


@dataclass(frozen=True, slots=True)
class _Fields:
    """A row's fields, each read with a check of its type."""

    row: Json
    path: Path
    number: int

    def text(self, name: str, default: str | None = None) -> str:
        value = self.row.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(name, "非空字符串", "a string that is not empty")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.row.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self._wrong(name, "非空字符串的列表", "a list of strings, none of them empty")
        return tuple(value)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.row.get(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, "true 或 false", "true or false")
        return value

    def history(self) -> tuple[Turn, ...]:
        value = self.row.get("history") or []
        try:
            return tuple(Turn(str(turn["question"]), str(turn["answer"])) for turn in value)
        except (TypeError, KeyError) as error:
            raise self._wrong(
                "history",
                '[{"question", "answer"}] 形式的列表',
                'a list of {"question", "answer"} objects',
            ) from error

    def _wrong(self, name: str, zh: str, en: str) -> GoldError:
        return _line_error(self.path, self.number, f"字段 {name} 应是{zh}", f"{name} must be {en}")


def _line_error(path: Path, number: int, zh: str, en: str) -> GoldError:
    return GoldError(f"{path} 第 {number} 行：{zh}。", f"{path}, line {number}: {en}.")


def _empty_error(path: Path, split: str, splits: Collection[str | None]) -> GoldError:
    if not splits:
        return GoldError(f"{path} 里没有问题。", f"{path} holds no questions.")
    named = ", ".join(sorted(name for name in splits if name)) or "-"
    return GoldError(
        f"{path} 里没有 split 为“{split}”的问题（有：{named}）。请改用 --split all。",
        f'{path} has no question of the split "{split}" (it has: {named}). Use --split all.',
    )
