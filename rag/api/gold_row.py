"""An opinion as a candidate row of a gold file: what is known for certain of the right answer, no more."""

from __future__ import annotations

from rag.api.feedback_file import Opinion
from rag.types import Json

KIND = "feedback"


def gold_row(opinion: Opinion) -> Json | None:
    """The row, in the format of docs/contracts.md; `None` where the opinion does not say what would be right.

    A good answer is right by its figures, or by its claims where it has none; of a bad one only what the reader
    expected counts, and evidence only where that stands in it.
    """
    unanswerable = opinion.answerable is False or (opinion.verdict == "good" and opinion.answer["refused"])
    answers = [] if unanswerable else _answers(opinion)
    if not unanswerable and not answers:
        return None
    cited = [] if unanswerable else _cited(opinion, answers)
    return {
        "id": f"feedback-{opinion.id}",
        "question": opinion.question,
        "lang": opinion.answer["language"] or "und",
        "kind": KIND,
        "answers": answers,
        "sources": list(dict.fromkeys(one["source"] for one in cited)),
        "evidence": list(dict.fromkeys(one["quote"] for one in cited)),
        "answerable": not unanswerable,
        "history": [{"question": question, "answer": answer} for question, answer in opinion.history],
        "split": "dev",
        "note": opinion.reason,
    }


def _answers(opinion: Opinion) -> list[str]:
    """Alternatives of which a right answer contains one."""
    if opinion.expected.strip():
        return [opinion.expected.strip()]
    if opinion.verdict == "bad":
        return []
    claims = opinion.answer["claims"]
    figures = [figure["text"] for claim in claims for figure in claim["figures"]]
    return list(dict.fromkeys(figures or [claim["text"] for claim in claims]))


def _cited(opinion: Opinion, answers: list[str]) -> list[Json]:
    citations: list[Json] = opinion.answer["citations"]
    if opinion.verdict == "good":
        return citations
    return [
        one for one in citations if any(answer in _dense(one["quote"]) for answer in map(_dense, answers))
    ]


def _dense(text: str) -> str:
    return "".join(text.split())
