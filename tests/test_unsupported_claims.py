"""A claim that nothing supports is left out, or shown struck out: the user chooses."""

from __future__ import annotations

import pytest

from rag.assistant import Assistant
from rag.contract import answer_json
from rag.types import Answer, UnsupportedClaims
from tests.test_model_answers import COAL, ScriptedChat

TRUE, FALSE = "原煤产量为2694.5万吨[1]。", "原煤产量同比下降42%[1]。"


def ask(assistant: Assistant, unsupported: UnsupportedClaims, *said: str) -> Answer:
    chosen = Assistant(assistant.store, assistant.embedder, unsupported=unsupported)
    return chosen.ask(COAL, model=ScriptedChat(said))


def test_it_is_left_out_and_told_with_the_reason(seed_assistant: Assistant) -> None:
    answer = ask(seed_assistant, "drop", TRUE, FALSE)
    assert answer.text == "原煤产量为2694.5万吨。[1]"
    assert [claim.supported for claim in answer.claims] == [True]
    assert "原煤产量同比下降42%。（增减或比较的方向与资料相反）" in answer.warnings[0]


def test_it_is_kept_struck_out_without_a_citation_where_the_user_wants_it(seed_assistant: Assistant) -> None:
    answer = ask(seed_assistant, "mark", TRUE, FALSE)
    kept, struck = answer.text.splitlines()
    assert kept == "原煤产量为2694.5万吨。[1]"
    assert struck == "~~原煤产量同比下降42%。~~（无依据：增减或比较的方向与资料相反）"
    claims = answer_json(answer, seed_assistant.store.original)["claims"]
    assert [(claim["supported"], claim["citations"], claim["reason"]) for claim in claims] == [
        (True, [1], None),
        (False, [], "direction"),
    ]
    assert answer.warnings == ()


@pytest.mark.parametrize("unsupported", ["drop", "mark"])
def test_where_nothing_is_left_the_documents_own_words_are_given(
    unsupported: UnsupportedClaims, seed_assistant: Assistant
) -> None:
    answer = ask(seed_assistant, unsupported, FALSE)
    assert answer.backend == "extractive"
    assert "~~" not in answer.text


def test_what_strikes_out_in_the_claim_itself_does_not_end_it(seed_assistant: Assistant) -> None:
    struck = ask(seed_assistant, "mark", TRUE, "原煤产量~~下降~~9%。").text.splitlines()[1]
    assert struck.count("~~") == 2
