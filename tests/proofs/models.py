"""What a real small model may say, and whether its markers hold: over the development questions."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import track

from eval.gold import GoldQuestion, load_gold
from eval.judge import is_right_citation
from eval.oracle import Stray, figures_not_in, stray_figures
from eval.targets import OriginalTexts
from rag.answering.chat_model import ChatBackend, open_chat_model
from rag.assistant import Assistant, open_assistant
from rag.types import Answer
from tests.gold_model import STYLES, GoldModel
from tests.llm_server import service, smollm2

GOLD = Path(__file__).parents[2] / "eval" / "gold"
WINDOW = 1024
"""Tokens of SmolLM2's window that are used: an eighth, so that evidence has to be chosen for it, soon read."""
SECONDS = 120.0
SET = ("seeds.jsonl", "seeds-more-dev.jsonl")
STYLES_A_QUESTION = 3
LEAST_RIGHT = 0.97


def questions(names: Sequence[str] = SET, step: int = 1) -> list[GoldQuestion]:
    """The development questions of the gold files, every `step`-th."""
    return [question for name in names for question in load_gold(GOLD / name, "dev")][::step]


@dataclass
class Told:
    """What a model was let say: replies by who worded the answer, figures it made up, and those shown as supported."""

    backends: Counter[str] = field(default_factory=Counter)
    made_up: int = 0
    claims: int = 0
    strays: list[tuple[str, Stray]] = field(default_factory=list)


def told_by(assistant: Assistant, model: ChatBackend, asked: Sequence[GoldQuestion]) -> Told:
    """Ask a real model, and hold what is shown as supported against its quotes by `eval.oracle`."""
    told = Told()
    for question in track(asked, "SmolLM2", console=Console(stderr=True)):
        *pieces, answer = assistant.stream(question.question, question.history, model=model)
        assert isinstance(answer, Answer)
        passages = [hit.passage.text for hit in answer.hits]
        made_up = figures_not_in("".join(map(str, pieces)), [question.question, *passages])
        told.made_up += len(made_up)
        told.backends["refused" if answer.refused else answer.backend.partition(":")[0]] += 1
        told.claims += len(answer.claims) if answer.backend == model.name else 0
        told.strays += [
            (question.id, stray) for stray in stray_figures(answer) if answer.backend == model.name
        ]
    return told


@dataclass
class Marked:
    """Citations of one marker style: how many there are, and how many of them the gold evidence supports."""

    answers: int = 0
    citations: int = 0
    right: int = 0
    dangling: int = 0
    missing: int = 0


@contextmanager
def gold_model() -> Iterator[tuple[GoldModel, ChatBackend]]:
    """The model that is always right, behind real HTTP."""
    model = GoldModel()
    with service(lambda handler: model.respond(handler, served.requests[-1][1]["messages"])) as served:
        before = os.environ.get("OPENAI_BASE_URL")
        os.environ["OPENAI_BASE_URL"] = f"{served.address}/v1"
        try:
            yield model, open_chat_model("openai:gold")
        finally:
            os.environ.pop("OPENAI_BASE_URL")
            if before is not None:
                os.environ["OPENAI_BASE_URL"] = before


def marked_by_style(
    assistant: Assistant, asked: Sequence[GoldQuestion], styles: int = STYLES_A_QUESTION
) -> dict[str, Marked]:
    """Let the right answer be given in several styles a question, all styles equally often."""
    results = {style: Marked() for style in STYLES}
    texts, names = OriginalTexts(assistant.store), list(STYLES)
    answerable = [question for question in asked if question.answerable and question.evidence]
    with gold_model() as (model, backend):
        for index, question in enumerate(answerable):
            for turn in range(styles):
                model.style = names[(index * styles + turn) % len(names)]
                model.evidence, model.found = question.evidence, []
                answer = assistant.ask(question.question, question.history, model=backend)
                if model.found:
                    _count(results[model.style], answer, question, texts, backend.name)
    return results


def _count(result: Marked, answer: Answer, question: GoldQuestion, texts: OriginalTexts, name: str) -> None:
    if answer.backend != name:
        result.missing += 1
        return
    target, known = texts.target(question), {citation.number for citation in answer.citations}
    result.answers += 1
    result.citations += len(answer.citations)
    result.right += sum(is_right_citation(citation, target, texts) for citation in answer.citations)
    result.dangling += sum(
        not claim.citations or not known.issuperset(claim.citations) for claim in answer.claims
    )


def lines(step: int = 1) -> Iterator[str]:
    """The Markdown lines of the report; a figure shown without support, or too many wrong markers, raises."""
    assistant = open_assistant()
    yield from _marker_lines(assistant, step)
    yield ""
    yield from _model_lines(assistant, step)


def _marker_lines(assistant: Assistant, step: int) -> Iterator[str]:
    results = marked_by_style(assistant, questions(step=step))
    yield "A scripted model says the gold evidence that it is shown, with markers in this style, two characters at a"
    yield "time over real HTTP. A citation is right if it overlaps the gold evidence."
    yield ""
    yield "| style | answers | citations | right | share | claims without a citation or with one that is not there | fell back |"
    yield "|---|---|---|---|---|---|---|"
    for style, one in results.items():
        share = f"{one.right / one.citations:.3f}" if one.citations else "–"
        yield (
            f"| `{style}` | {one.answers} | {one.citations} | {one.right} | {share} | {one.dangling} | {one.missing} |"
        )
    total, right = (
        sum(one.citations for one in results.values()),
        sum(one.right for one in results.values()),
    )
    yield f"| all | {sum(one.answers for one in results.values())} | {total} | {right} | {right / total:.3f} | | |"
    assert right / total >= LEAST_RIGHT, f"{right} of {total} citations are right"
    assert not any(one.dangling for one in results.values())


def _model_lines(assistant: Assistant, step: int) -> Iterator[str]:
    asked = questions(step=step)
    model = open_chat_model(f"gguf:{smollm2()}", timeout=SECONDS, window=WINDOW)
    told = told_by(assistant, model, asked)
    yield f"SmolLM2-135M (4 bits, `gguf:`, a window of {WINDOW} tokens) over {len(asked)} development questions, each"
    yield "figure of a shown claim looked up in its quotes by `eval/oracle.py`, which shares no code with verification:"
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| answers worded by the model | {told.backends['gguf']} ({told.claims} claims) |"
    yield f"| extractive answers in their place | {told.backends['extractive']} |"
    yield f"| refusals | {told.backends['refused']} |"
    yield f"| figures it wrote that stand in no passage found | {told.made_up} |"
    yield f"| **unsupported figures shown as supported** | **{len(told.strays)}** |"
    for name, stray in told.strays:
        yield f"| {name}: {stray.figure} | {stray.claim} |"
    assert not told.strays, "\n".join(f"{name}: {stray}" for name, stray in told.strays)
