"""Why these passages: what each stage of retrieval gave each hit, in words."""

from __future__ import annotations

from rag.types import Answer, Hit


def explain(answer: Answer) -> str:
    """One line a hit, best first, in the answer's language, and how long each stage took."""
    zh = answer.language == "zh"
    lines = [_line(number, hit, zh) for number, hit in enumerate(answer.hits, start=1)]
    times = ", ".join(f"{stage} {ms:.0f} ms" for stage, ms in answer.timings_ms.items())
    lines.append(
        (f"把握 {answer.confidence:.2f}；用时 " if zh else f"confidence {answer.confidence:.2f}; ") + times
    )
    return "\n".join(lines)


def _line(number: int, hit: Hit, zh: bool) -> str:
    start = " ".join(hit.passage.text.split())[:40]
    if zh:
        parts = (
            f"总分 {hit.score:.3f}，语义 {hit.dense:.3f}，词语 {hit.lexical:.2f}，问题覆盖 {hit.coverage:.0%}"
        )
    else:
        parts = (
            f"score {hit.score:.3f}, meaning {hit.dense:.3f}, words {hit.lexical:.2f}, "
            f"covers {hit.coverage:.0%} of the question"
        )
    return f"{number}. {hit.passage.source}  {parts}\n   {hit.passage.context} | {start}…"
