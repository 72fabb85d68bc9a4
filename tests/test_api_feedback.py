"""Opinions of answers: kept as they are given, exported as gold questions that the evaluation reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from eval.gold import GoldQuestion, load_gold
from rag.api import __main__ as command
from rag.api.application import Access
from rag.api.feedback_file import FeedbackError, FeedbackFile, Opinion
from rag.api.keys import ApiKeys
from rag.assistant import Assistant
from tests.api_server import serving
from tests.command_lines import COAL, NOBODY_KNOWS, Run

ALICE, BOB = "a-long-key-of-alice", "a-long-key-of-bob!!"


def asked(client: httpx.Client, question: str) -> Any:
    return client.post("/api/ask", json={"question": question}).json()


def send(client: httpx.Client, answer: Any, verdict: str, **more: object) -> httpx.Response:
    body = {"question": answer["question"], "answer": answer, "verdict": verdict, **more}
    return client.post("/api/feedback", json=body)


def exported(client: httpx.Client, tmp_path: Path) -> tuple[GoldQuestion, ...]:
    """What the evaluation makes of the export."""
    file = tmp_path / "candidates.jsonl"
    file.write_bytes(client.get("/api/feedback").content)
    return load_gold(file) if file.stat().st_size else ()


def test_a_good_answer_becomes_a_gold_question_with_its_evidence(
    seed_assistant: Assistant, tmp_path: Path
) -> None:
    with serving(seed_assistant, tmp_path) as client:
        assert send(client, asked(client, COAL), "good", reason="对的").status_code == 201
        (row,) = exported(client, tmp_path)
    assert row.question == COAL
    assert row.answers == ("2694.5万吨",)
    assert row.answerable
    original = seed_assistant.store.original(row.sources[0])
    assert all(evidence in original.text for evidence in row.evidence) and row.evidence


def test_a_good_refusal_and_a_wrong_answer_to_it_are_unanswerable(
    seed_assistant: Assistant, tmp_path: Path
) -> None:
    with serving(seed_assistant, tmp_path) as client:
        send(client, asked(client, NOBODY_KNOWS), "good")
        send(client, asked(client, COAL), "bad", answerable=False)
        assert [row.answerable for row in exported(client, tmp_path)] == [False, False]


def test_a_bad_answer_says_nothing_unless_the_reader_knows_better(
    seed_assistant: Assistant, tmp_path: Path
) -> None:
    with serving(seed_assistant, tmp_path) as client:
        answer = asked(client, COAL)
        send(client, answer, "bad", reason="不对")
        assert exported(client, tmp_path) == ()
        send(client, answer, "bad", expected="2694.5万吨")
        send(client, answer, "bad", expected="一亿吨")
        known, unknown = exported(client, tmp_path)
    assert known.answers == ("2694.5万吨",) and known.evidence
    assert unknown.answers == ("一亿吨",) and not unknown.evidence, "the quote does not say so"
    assert len((tmp_path / "feedback.jsonl").read_text().splitlines()) == 3, "all of them are kept"


def test_evidence_that_is_not_in_the_documents_is_not_kept(seed_assistant: Assistant, tmp_path: Path) -> None:
    with serving(seed_assistant, tmp_path) as client:
        answer = asked(client, COAL)
        made_up = {**answer["citations"][0], "quote": "原煤产量9999万吨"}
        nowhere = {**answer["citations"][0], "source": "../../etc/passwd"}
        send(client, {**answer, "citations": [made_up, nowhere]}, "good")
        (row,) = exported(client, tmp_path)
    assert row.sources == () and row.evidence == ()


def test_history_goes_along(seed_assistant: Assistant, tmp_path: Path) -> None:
    history = [{"question": "昔阳县2022年原煤产量是多少？", "answer": "没有。"}]
    with serving(seed_assistant, tmp_path) as client:
        send(client, asked(client, COAL), "good", history=history)
        (row,) = exported(client, tmp_path)
    assert [(turn.question, turn.answer) for turn in row.history] == [
        ("昔阳县2022年原煤产量是多少？", "没有。")
    ]


def test_each_key_gets_its_own_opinions_back(seed_assistant: Assistant, tmp_path: Path) -> None:
    access = Access(ApiKeys({"alice": ALICE, "bob": BOB}))
    with serving(seed_assistant, tmp_path, access=access) as client:
        client.headers["authorization"] = f"Bearer {ALICE}"
        send(client, asked(client, COAL), "good")
        assert len(exported(client, tmp_path)) == 1
        client.headers["authorization"] = f"Bearer {BOB}"
        assert exported(client, tmp_path) == ()
    kept = (tmp_path / "feedback.jsonl").read_text()
    assert '"by": "alice"' in kept and ALICE not in kept


@pytest.mark.parametrize(
    "wrong", [{"verdict": "so-so"}, {"question": "长" * 3000}, {"answer": {}}, {"more": 1}]
)
def test_what_is_no_opinion_is_not_kept(seed_assistant: Assistant, tmp_path: Path, wrong: Any) -> None:
    with serving(seed_assistant, tmp_path) as client:
        answer = {"answer": "2694.5万吨", "refused": False}
        body = {"question": COAL, "answer": answer, "verdict": "good", **wrong}
        assert client.post("/api/feedback", json=body).status_code == 400
    assert not (tmp_path / "feedback.jsonl").exists()


def opinion(question: str = "?") -> Opinion:
    answer = {"answer": "", "refused": True, "language": "zh", "backend": "", "claims": [], "citations": []}
    return Opinion(question, answer, "good", history=(("a", "b"),))


def test_the_file_is_private_and_gives_back_what_was_kept(tmp_path: Path) -> None:
    file = FeedbackFile(tmp_path / "data" / "feedback.jsonl")
    given = [opinion("半个字符\udc80"), opinion("第二")]
    for one in given:
        file.keep(one)
    assert list(file.opinions()) == given
    assert file.path.stat().st_mode & 0o077 == 0


def test_a_torn_line_loses_itself_alone(tmp_path: Path) -> None:
    file = FeedbackFile(tmp_path / "feedback.jsonl")
    file.keep(opinion("第一"))
    with file.path.open("a") as torn:
        torn.write('{"question": "torn\n')
    file.keep(opinion("第二"))
    assert [one.question for one in file.opinions()] == ["第一", "第二"]


def test_a_place_that_cannot_be_written_is_told_to_the_terminal_alone(
    seed_assistant: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "feedback.jsonl"
    blocked.mkdir()
    with pytest.raises(FeedbackError, match="RAG_FEEDBACK"):
        FeedbackFile(blocked).keep(opinion())
    with serving(seed_assistant, tmp_path) as client:
        told = send(client, asked(client, COAL), "good")
    assert told.status_code == 500
    assert str(tmp_path) not in told.text
    assert str(tmp_path) in caplog.text


def test_the_command_exports_every_opinion(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_FEEDBACK", str(tmp_path / "feedback.jsonl"))
    assert run(command.main, "feedback").out == ""
    FeedbackFile(tmp_path / "feedback.jsonl").keep(opinion("左权县长是谁？"))
    (line,) = run(command.main, "feedback").out.splitlines()
    assert json.loads(line)["question"] == "左权县长是谁？"
