"""The table of what stores of some sizes take, made of the seeds alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.speed.made_passages import made_documents, made_vectors
from eval.speed.scale import main
from eval.speed.sentence_pool import SentencePool, sentence_pool
from rag.embedding import open_embedder
from rag.resources import seed_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scale")


@pytest.fixture(scope="module")
def pool(folder: Path) -> SentencePool:
    files = sorted(seed_folder().glob("*.txt"))
    return sentence_pool(files, open_embedder(None), folder / "pool", most=12)


def test_made_documents_are_the_same_each_time_and_differ_from_each_other(pool: SentencePool) -> None:
    first, second, again = (next(made_documents(pool, n, n + 1, 5)) for n in (0, 1, 0))
    assert first.document.body.text == again.document.body.text
    assert first.sha256 == again.sha256 != second.sha256
    assert [one.text for one in first.passages] == [one.text for one in again.passages]
    assert made_vectors(pool, 0, 5).tobytes() == b"".join(one.text.vector for one in first.passages)


def test_made_passages_have_the_terms_and_the_sentences_that_their_text_has(pool: SentencePool) -> None:
    from rag.store.lexicon import term_columns

    made = next(made_documents(pool, 3, 4, 8))
    for one in made.passages:
        passage = one.passage
        assert "".join(passage.text[start:end] for start, end in passage.sentences) == passage.text
        assert made.document.body.text.count(passage.text) >= 1
        assert one.terms[0] == term_columns(passage)[0]
        assert set(one.terms[3].split()) <= set(term_columns(passage)[3].split())


def test_the_table_has_a_row_a_size_with_every_measure(
    folder: Path, pool: SentencePool, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = folder / "rows.json"
    gold = folder / "gold.jsonl"
    questions = ("昔阳县2023年原煤产量是多少？", "How much coal?")
    gold.write_text("".join(json.dumps({"question": one}) + "\n" for one in questions), encoding="utf-8")
    arguments = ["--sizes", "300", "100", "--sentences", str(len(pool)), "--gold", str(gold)]
    assert main([*arguments, "--store", str(folder), "--json", str(rows)]) == 0
    head, _, *lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in lines] == ["| 100", "| 300"]
    assert all(line.count("|") == head.count("|") and "–" not in line for line in lines)
    found = json.loads(rows.read_bytes())["rows"]
    assert [row["passages"] for row in found] == [100, 300]
    assert all(row["recall@10"] == 1.0 for row in found)
