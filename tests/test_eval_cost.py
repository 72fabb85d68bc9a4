"""What retrieval costs is measured on a corpus and questions of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.cost import main

DOCUMENT = {"id": "a", "title": "", "text": "昔阳县2023年原煤产量2694.5万吨。"}
QUESTION = {"id": "1", "question": "昔阳县原煤产量是多少？", "sources": ["a"]}


def written(path: Path, *lines: str) -> str:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def gold(tmp_path: Path) -> str:
    return written(tmp_path / "gold.jsonl", json.dumps(QUESTION))


def test_the_page_has_the_size_and_the_times(
    tmp_path: Path, gold: str, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = written(tmp_path / "corpus.jsonl", json.dumps(DOCUMENT))
    assert main(["--corpus", corpus, "--gold", gold, "--copies", "2"]) == 0
    page = capsys.readouterr().out
    assert "| documents, passages | 2, 2 |" in page
    assert "1 questions" in page


@pytest.mark.parametrize("line", ["no JSON", "{}", '{"id": "a"}', '{"id": "a", "text": 1}'])
def test_a_broken_line_of_the_corpus_is_named(
    line: str, tmp_path: Path, gold: str, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = written(tmp_path / "corpus.jsonl", json.dumps(DOCUMENT), line)
    assert main(["--corpus", corpus, "--gold", gold]) == 2
    assert "corpus.jsonl, line 2" in capsys.readouterr().err


def test_an_empty_corpus_is_no_corpus(tmp_path: Path, gold: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", written(tmp_path / "corpus.jsonl"), "--gold", gold]) == 2
    assert "no documents" in capsys.readouterr().err


@pytest.mark.parametrize("copies", ["0", "-1", "two", "²"])
def test_copies_are_a_whole_number(copies: str, gold: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--corpus", gold, "--gold", gold, "--copies", copies])
    assert ended.value.code == 2
    assert copies in capsys.readouterr().err
