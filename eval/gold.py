"""Gold questions: what was asked, what is right, and where it stands in the corpus."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.lines import GoldError, json_rows, line_error
from rag.types import Json, Language, Turn

ALL = "all"
SPLITS = ("train", "dev", "test", ALL)


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """One row of a gold file.

    `answers` are alternatives, `must_contain_all` are all needed. `sources` are file names or corpus
    ids, `evidence` verbatim pieces of them. `split` is "dev", "test" or `None`. `grades` says of each source
    how relevant it is, from 1 up; where it is empty, all are 1.
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
    grades: tuple[int, ...] = ()

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
    for number, row in json_rows(path):
        question = _question(row, path, number)
        if question.id in seen:
            raise line_error(
                path,
                number,
                f"编号“{question.id}”已在第 {seen[question.id]} 行用过，每行的 id 须不同",
                f'the id "{question.id}" is already on line {seen[question.id]}; give every row its own',
            )
        seen[question.id] = number
        questions.append(question)
    return of_split(questions, path, split)


def of_split(questions: Sequence[GoldQuestion], path: Path, split: str) -> tuple[GoldQuestion, ...]:
    """The questions of a split. Raises `GoldError` when there is none, with the splits there are."""
    kept = tuple(q for q in questions if split in (ALL, q.split))
    if not kept:
        raise _empty_error(path, split, {q.split for q in questions})
    return kept


def _question(row: Json, path: Path, number: int) -> GoldQuestion:
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
        raise line_error(
            path,
            number,
            "可回答的问题须给出 answers、must_contain_all 或 sources，否则无从评判",
            "an answerable question needs answers, must_contain_all or sources, or nothing can be judged",
        )
    if question.answerable and question.evidence and not question.sources:
        raise line_error(
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
        return line_error(self.path, self.number, f"字段 {name} 应是{zh}", f"{name} must be {en}")


def _empty_error(path: Path, split: str, splits: Collection[str | None]) -> GoldError:
    if not splits:
        return GoldError(f"{path} 里没有问题。", f"{path} holds no questions.")
    named = ", ".join(sorted(name for name in splits if name)) or "-"
    return GoldError(
        f"{path} 里没有 split 为“{split}”的问题（有：{named}）。请改用 --split all。",
        f'{path} has no question of the split "{split}" (it has: {named}). Use --split all.',
    )
