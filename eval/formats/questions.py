"""What `--gold` names becomes questions, whichever format it is in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path

from eval.formats.beir import QUERIES, is_beir, queries_beside, split_file
from eval.formats.judged import judged_questions
from eval.formats.qrels import judged_documents
from eval.formats.squad import SUFFIX, squad_questions
from eval.gold import ALL, GoldQuestion, load_gold, of_split
from eval.lines import GoldError, numbered_lines

_OURS = ".jsonl"


def load_questions(
    gold: Path, split: str = ALL, *, queries: Path | None = None, corpus: Path | None = None
) -> tuple[GoldQuestion, ...]:
    """The questions of a gold file in our format, a SQuAD-style `.json`, a BEIR folder or TREC judgements.

    `queries` has the text of what TREC judgements are about. `corpus` is where right answers are taken from
    when both it and the gold file are SQuAD-style, of the questions with the same ids: a question in another
    language than the texts is to be answered in theirs.

    Raises `GoldError` for what can't be read or is of none of these formats.
    """
    if gold.suffix == SUFFIX:
        return of_split(_in_the_corpus_language(squad_questions(gold), gold, corpus), gold, split)
    judgements = judgements_of(gold, split, queries)
    if judgements is None:
        return load_gold(gold, split)
    asked = queries or queries_beside(judgements)
    if asked is None:
        raise GoldError(
            f"{gold} 只有相关性标注，没有问题。请用 --queries 给出查询文件（编号<TAB>问题，或 .jsonl）。",
            f"{gold} holds judgements, not questions. "
            "Name the file of queries (id<TAB>query, or .jsonl) with --queries.",
        )
    return judged_questions(judgements, asked, None if split == ALL else split)


def judged_ids(
    gold: Path, split: str, queries: Path | None, questions: Iterable[GoldQuestion]
) -> frozenset[str]:
    """The documents a gold set says anything about: those judged, relevant or not, or the questions' sources."""
    judgements = judgements_of(gold, split, queries)
    if judgements is not None:
        return judged_documents(judgements)
    return frozenset(source for question in questions for source in question.sources)


def judgements_of(gold: Path, split: str = ALL, queries: Path | None = None) -> Path | None:
    """The file of relevance judgements that `--gold` stands for; none where it is no such thing."""
    if gold.is_dir():
        if not is_beir(gold):
            raise GoldError(
                f"文件夹 {gold} 不是 BEIR 格式：里面应有 corpus.jsonl、{QUERIES} 和 qrels/。",
                f"The folder {gold} is not laid out as BEIR's are: corpus.jsonl, {QUERIES} and qrels/.",
            )
        return split_file(gold, split)
    judged = queries is not None or queries_beside(gold) is not None or not _is_json(gold)
    return gold if judged else None


def _is_json(gold: Path) -> bool:
    return gold.suffix in (_OURS, SUFFIX) or all(
        line.lstrip().startswith("{") for _, line in islice(numbered_lines(gold), 1)
    )


def _in_the_corpus_language(
    questions: tuple[GoldQuestion, ...], gold: Path, corpus: Path | None
) -> tuple[GoldQuestion, ...]:
    if corpus is None or corpus == gold or corpus.suffix != SUFFIX:
        return questions
    answers = {question.id: question.answers for question in squad_questions(corpus)}
    return tuple(replace(question, answers=answers.get(question.id, ())) for question in questions)
