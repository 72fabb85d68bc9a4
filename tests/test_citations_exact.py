"""Every citation and hit of every third gold question is the very characters of the file it names.

Of all of them: `quote_exact` of `python -m eval`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from eval.gold import GoldQuestion, load_gold
from rag.assistant import Assistant
from rag.contract import answer_json
from rag.resources import seed_folder
from rag.types import Json

GOLD = Path(__file__).parents[1] / "eval" / "gold" / "seeds.jsonl"
QUESTIONS = load_gold(GOLD)[::3]
each_question = pytest.mark.parametrize("gold", QUESTIONS, ids=[gold.id for gold in QUESTIONS])
_MARKER = re.compile(r"\[(\d+)\]")


@cache
def file_text(source: str) -> str:
    """A seed as it is on disk; decoded here, without the reader under test."""
    return (seed_folder() / source.removeprefix("seeds/")).read_bytes().decode("utf-8-sig")


@pytest.fixture(scope="module")
def answers(seed_assistant: Assistant) -> dict[str, Json]:
    """Each question's answer as JSON, by the question's id. Each is asked once."""
    original = seed_assistant.store.original
    return {
        gold.id: answer_json(seed_assistant.ask(gold.question, gold.history), original) for gold in QUESTIONS
    }


def test_both_halves_of_the_gold_set_are_asked() -> None:
    assert {gold.split for gold in QUESTIONS} == {"dev", "test"}
    assert len(QUESTIONS) >= 100


@each_question
def test_a_quote_is_the_original_between_its_offsets(gold: GoldQuestion, answers: dict[str, Json]) -> None:
    for citation in answers[gold.id]["citations"]:
        assert citation["quote"].strip()
        assert citation["page"] is None
        assert file_text(citation["source"])[citation["start"] : citation["end"]] == citation["quote"]


@each_question
def test_a_hit_is_the_original_between_its_offsets(gold: GoldQuestion, answers: dict[str, Json]) -> None:
    hits = answers[gold.id]["hits"]
    assert len(hits) == 10
    for hit in hits:
        assert file_text(hit["source"])[hit["start"] : hit["end"]] == hit["text"]


@each_question
def test_markers_and_claims_refer_to_citations_and_every_citation_is_referred_to(
    gold: GoldQuestion, answers: dict[str, Json]
) -> None:
    answer = answers[gold.id]
    numbers = [citation["number"] for citation in answer["citations"]]
    marked = {int(number) for number in _MARKER.findall(answer["answer"])}
    assert numbers == list(range(1, len(numbers) + 1))
    assert marked == set(numbers)
    assert {number for claim in answer["claims"] for number in claim["citations"]} == set(numbers)


@each_question
def test_a_refusal_has_no_citations_and_an_answer_has_a_cited_claim(
    gold: GoldQuestion, answers: dict[str, Json]
) -> None:
    answer = answers[gold.id]
    if answer["refused"]:
        assert answer["citations"] == answer["claims"] == []
    else:
        assert answer["claims"]
        for claim in answer["claims"]:
            assert claim["supported"] is True
            assert claim["citations"]
            assert all(figure["supported"] for figure in claim["figures"])


@each_question
def test_an_answer_is_given_in_the_language_of_the_question(
    gold: GoldQuestion, answers: dict[str, Json]
) -> None:
    assert answers[gold.id]["language"] == gold.lang


def test_the_set_is_neither_all_refused_nor_all_answered(answers: dict[str, Json]) -> None:
    refused = sum(answer["refused"] for answer in answers.values())
    assert 0.05 * len(answers) < refused < 0.5 * len(answers)
