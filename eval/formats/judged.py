"""Questions made of queries and relevance judgements."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eval.formats.qrels import Judgements, read_qrels
from eval.formats.queries import read_queries
from eval.gold import GoldQuestion
from eval.lines import GoldError
from rag.text.language import detect_language


def judged_questions(qrels: Path, queries: Path, split: str | None = None) -> tuple[GoldQuestion, ...]:
    """The queries that have a relevant document, with the documents' grades; the best come first.

    A judged query whose text is not among the queries can't be asked, and one without a relevant document
    can't be judged: both are left out. Raises `GoldError` when none is left.
    """
    asked, judged = read_queries(queries), read_qrels(qrels)
    questions = tuple(_questions(asked, judged, split))
    if not questions:
        raise GoldError(
            f"{qrels} 所标注的查询没有一条在 {queries} 里。请检查两个文件是否配套。",
            f"No query judged in {qrels} is in {queries}. Check that the two files belong together.",
        )
    return questions


def _questions(asked: Mapping[str, str], judged: Judgements, split: str | None) -> list[GoldQuestion]:
    questions = []
    for name, text in asked.items():
        relevant = {document: grade for document, grade in judged.get(name, {}).items() if grade > 0}
        best_first = sorted(relevant, key=lambda document: -relevant[document])
        if best_first:
            questions.append(
                GoldQuestion(
                    id=name,
                    question=text,
                    lang=detect_language(text),
                    kind="query",
                    answers=(),
                    must_contain_all=(),
                    sources=tuple(best_first),
                    evidence=(),
                    answerable=True,
                    history=(),
                    split=split,
                    grades=tuple(relevant[document] for document in best_first),
                )
            )
    return questions
