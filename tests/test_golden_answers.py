"""Answers that models wrote, by hand: what is right stays with its citation, what is wrong never looks supported."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rag.answering.prompts import Message
from rag.assistant import Assistant
from rag.types import Answer, Claim

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "golden" / "model-answers.toml").read_text(encoding="utf-8")
)["case"]
_EVIDENCE = re.compile(r"^\[(\d+)\] (.*?)(?=^\[\d+\] |^</evidence>)", re.MULTILINE | re.DOTALL)
_PLACE = re.compile(r"\{(?P<other>!?)(?P<words>[^{}]+)\}")


@dataclass
class RecordedModel:
    """Says what was recorded, with the numbers that its passages have in the prompt it is given."""

    reply: str
    name: str = "recorded:model"

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        shown = _EVIDENCE.findall("\n".join(text for _, text in messages))
        said = _PLACE.sub(lambda place: _number(shown, place), self.reply)
        yield from re.findall(r"(?s).{1,7}", said)


def _number(shown: Sequence[tuple[str, str]], place: re.Match[str]) -> str:
    """The number of the first passage with these words, or without them."""
    wanted = not place["other"]
    found = [number for number, text in shown if (place["words"] in text) == wanted]
    assert found, f"no passage shown to the model {'has' if wanted else 'lacks'} {place['words']}"
    return found[0]


def folded(text: str) -> str:
    """A text without what makes no difference: width, white space, marks at its ends."""
    return "".join(unicodedata.normalize("NFKC", text).split()).strip("。.;；,，")


def claims_with(answer: Answer, words: str) -> list[Claim]:
    return [claim for claim in answer.claims if folded(words) in folded(claim.text)]


def quoted(answer: Answer, claim: Claim) -> str:
    """All that a claim cites."""
    return folded("".join(c.quote for c in answer.citations if c.number in claim.citations))


@pytest.fixture(params=CASES, ids=[case["about"] for case in CASES])
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.param
    if "open" in found and "judged" in request.node.name:
        request.node.add_marker(pytest.mark.xfail(reason=found["open"], strict=True))
    return found


def test_a_recorded_answer_is_judged_as_a_reader_would(
    case: dict[str, Any], seed_assistant: Assistant
) -> None:
    answer = seed_assistant.ask(case["question"], model=RecordedModel(case["reply"]))
    for words, quote in case.get("kept", ()):
        kept = [claim for claim in claims_with(answer, words) if claim.supported]
        assert kept, f"removed: {words}; {answer.warnings}"
        assert folded(quote) in quoted(answer, kept[0])
        assert all(figure.supported for figure in kept[0].figures)
    for words in case.get("removed", ()):
        assert not [claim for claim in claims_with(answer, words) if claim.supported], words
    if not case.get("kept"):
        assert answer.backend == "extractive" or not any(claim.supported for claim in answer.claims)


def test_every_marker_of_a_recorded_answer_leads_somewhere(
    case: dict[str, Any], seed_assistant: Assistant
) -> None:
    answer = seed_assistant.ask(case["question"], model=RecordedModel(case["reply"]))
    numbers = {citation.number for citation in answer.citations}
    used = {int(number) for number in re.findall(r"\[(\d+)\]", answer.text)}
    assert used == numbers == set(range(1, len(numbers) + 1))
