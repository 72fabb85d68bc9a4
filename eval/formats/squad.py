"""SQuAD-style JSON: paragraphs with their questions, as SQuAD, XQuAD, MLQA, DRCD and CMRC 2018 ship them.

SQuAD (Rajpurkar et al. 2016) has `data[].paragraphs[].context` and `.qas[]`. CMRC 2018 as it was first
published is a flat list of `context_id`, `context_text` and `qas[]` of `query_id`, `query_text` and answers
that are bare strings; both are read.

A paragraph is known by its own id, else by the number of its article and its own in it ("12-3"): the same in
every language of a parallel set such as XQuAD, so that questions of one file fit the paragraphs of another.
Titles are left out: XQuAD has English ones in every language, which would give a search across languages the
answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.formats.text import CollectionText
from eval.gold import GoldQuestion
from eval.lines import GoldError, numbered_lines
from rag.text.language import detect_language
from rag.types import Json

SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class _Node:
    """A value of the file, with the way to it in words ("data[3].paragraphs[0]")."""

    path: Path
    way: str
    value: Any

    def items(self, name: str) -> Iterator[_Node]:
        """What is in the list of that name."""
        found = self.value.get(name) if isinstance(self.value, dict) else None
        if not isinstance(found, list):
            raise self.wrong(name, "列表", "a list")
        way = f"{self.way}.{name}".lstrip(".")
        return (_Node(self.path, f"{way}[{number}]", item) for number, item in enumerate(found))

    def text(self, *names: str) -> str:
        """The first of these fields that is there; a string that is not empty."""
        given = self.optional(*names)
        if given is None:
            raise self.wrong(names[0], "非空字符串", "a string that is not empty")
        return given

    def optional(self, *names: str) -> str | None:
        """The same, or nothing. A number will do as an id."""
        row: Json = self.value if isinstance(self.value, dict) else {}
        values = (str(row[name]) for name in names if isinstance(row.get(name), str | int))
        return next((value for value in values if value.strip()), None)

    def is_blank(self, *names: str) -> bool:
        """Whether one of these fields is there, and holds nothing but white space."""
        row: Json = self.value if isinstance(self.value, dict) else {}
        return any(isinstance(row.get(name), str) and not row[name].strip() for name in names)

    def wrong(self, name: str, zh: str, en: str) -> GoldError:
        """The error for a field that is missing or of another kind."""
        way = f"{self.way}.{name}".lstrip(".")
        return GoldError(
            f"{self.path}：{way} 应是{zh}。这不是 SQuAD 格式（data[].paragraphs[].qas[]）。",
            f"{self.path}: {way} must be {en}. This is not SQuAD's format (data[].paragraphs[].qas[]).",
        )


@dataclass(frozen=True, slots=True)
class _Paragraph:
    id: str
    context: str
    node: _Node


def squad_texts(path: Path) -> Iterator[CollectionText]:
    """The paragraphs of a file. Raises `GoldError` where it is of no such format."""
    for paragraph in _paragraphs(path):
        yield CollectionText(paragraph.id, "", paragraph.context, f"{path}: {paragraph.node.way}")


def squad_questions(path: Path) -> tuple[GoldQuestion, ...]:
    """The questions of a file, each with its paragraph as the source. Raises `GoldError`, as for texts.

    A question that SQuAD 2.0 calls impossible is one that no document answers. One without a word, as CMRC's
    trial set has, is left out.
    """
    return tuple(
        _question(node, paragraph.id, number)
        for paragraph in _paragraphs(path)
        for number, node in enumerate(paragraph.node.items("qas"), start=1)
        if not node.is_blank("question", "query_text")
    )


def _paragraphs(path: Path) -> Iterator[_Paragraph]:
    whole = _Node(path, "", _parsed(path))
    if isinstance(whole.value, list):
        for node in _Node(path, "", {"": whole.value}).items(""):
            yield _Paragraph(node.text("context_id"), node.text("context_text"), node)
        return
    for article_number, article in enumerate(whole.items("data"), start=1):
        for number, node in enumerate(article.items("paragraphs"), start=1):
            yield _Paragraph(node.optional("id") or f"{article_number}-{number}", node.text("context"), node)


def _parsed(path: Path) -> Any:  # noqa: ANN401  JSON may be anything
    try:
        return json.loads("".join(line for _, line in numbered_lines(path)))
    except (json.JSONDecodeError, RecursionError) as error:
        raise GoldError(
            f"{path} 不是合法的 JSON：{error}。可能没有下载完整。",
            f"{path} is not valid JSON: {error}. Perhaps it was not downloaded whole.",
        ) from error


def _question(node: _Node, paragraph: str, number: int) -> GoldQuestion:
    text = node.text("question", "query_text")
    answerable = node.value.get("is_impossible") is not True
    return GoldQuestion(
        id=node.optional("id", "query_id") or f"{paragraph}-q{number}",
        question=text,
        lang=detect_language(text),
        kind="fact" if answerable else "unanswerable",
        answers=_answers(node) if answerable else (),
        must_contain_all=(),
        sources=(paragraph,) if answerable else (),
        evidence=(),
        answerable=answerable,
        history=(),
        split=None,
    )


def _answers(node: _Node) -> tuple[str, ...]:
    """The answers, each once; none where the file keeps them back, as test sets do."""
    if not node.value.get("answers"):
        return ()
    given = (one.value if isinstance(one.value, str) else one.text("text") for one in node.items("answers"))
    return tuple(dict.fromkeys(answer for answer in given if answer.strip()))
