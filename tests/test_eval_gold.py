"""Gold files: what a row may hold, and how a broken one is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.gold import load_gold
from eval.lines import GoldError
from rag.types import Turn

ROW: dict[str, Any] = {"id": "q1", "question": "产量多少？", "answers": ["5吨"], "sources": ["a.txt"]}


def gold_file(folder: Path, *rows: dict[str, Any] | str) -> Path:
    path = folder / "gold.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_full_row_is_read_as_it_stands(tmp_path: Path) -> None:
    row = {
        **ROW,
        "lang": "zh",
        "kind": "compare",
        "must_contain_all": ["5吨", "6吨"],
        "evidence": ["产量5吨"],
        "answerable": True,
        "history": [{"question": "谁？", "answer": "甲。"}],
        "split": "dev",
        "note": "an unknown field is no error",
    }
    (question,) = load_gold(gold_file(tmp_path, row))
    assert question.must_contain_all == ("5吨", "6吨")
    assert question.evidence == ("产量5吨",)
    assert question.history == (Turn("谁？", "甲。"),)
    assert (question.lang, question.kind, question.split) == ("zh", "compare", "dev")


def test_what_a_row_leaves_out_has_a_meaning(tmp_path: Path) -> None:
    (question,) = load_gold(gold_file(tmp_path, ROW))
    assert question.answerable
    assert (question.lang, question.kind, question.split) == ("und", "other", None)
    assert question.evidence == () and question.history == ()


def test_blank_lines_a_mark_of_byte_order_and_line_separators_in_strings_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    row = json.dumps({**ROW, "question": "one\u2028two?"}, ensure_ascii=False)
    path.write_bytes(b"\xef\xbb\xbf" + f"\r\n{row}\r\n\r\n".encode())
    assert [q.question for q in load_gold(path)] == ["one\u2028two?"]


def test_a_split_keeps_its_rows_alone(tmp_path: Path) -> None:
    path = gold_file(
        tmp_path, {**ROW, "split": "dev"}, {**ROW, "id": "q2", "split": "test"}, {**ROW, "id": "q3"}
    )
    assert [q.id for q in load_gold(path, "test")] == ["q2"]
    assert [q.id for q in load_gold(path)] == ["q1", "q2", "q3"]


def test_a_split_that_no_row_has_is_an_error_that_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="it has: dev"):
        load_gold(gold_file(tmp_path, {**ROW, "split": "dev"}), "test")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("{not json", "not valid JSON"),
        ("[1]", "expected a JSON object"),
        ({**ROW, "id": 7}, "id must be a string"),
        ({**ROW, "id": "b", "question": " "}, "question must be a string that is not empty"),
        ({**ROW, "id": "b", "answers": "5吨"}, "answers must be a list"),
        ({**ROW, "id": "b", "answers": [""]}, "answers must be a list of strings, none of them empty"),
        ({**ROW, "id": "b", "answerable": "yes"}, "answerable must be true or false"),
        ({**ROW, "id": "b", "history": [{"q": "?"}]}, "history must be a list of"),
        ({"id": "b", "question": "?"}, "nothing can be judged"),
        ({"id": "b", "question": "?", "answers": ["5"], "evidence": ["5"]}, "sources must be given too"),
        (ROW, 'the id "q1" is already on line 1'),
    ],
)
def test_a_broken_row_is_named_by_file_and_line(
    tmp_path: Path, broken: dict[str, Any] | str, reason: str
) -> None:
    path = gold_file(tmp_path, ROW, broken)
    with pytest.raises(GoldError) as caught:
        load_gold(path)
    assert f"{path}, line 2: " in caught.value.en
    assert reason in caught.value.en
    assert "第 2 行" in caught.value.zh


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00"])
def test_a_file_that_is_missing_empty_or_not_utf8_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "none.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GoldError, match=r"none\.jsonl"):
        load_gold(path)
