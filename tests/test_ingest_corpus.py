"""`python -m rag.ingest FILE.jsonl`: a document a line, and a bad line costs no other."""

from __future__ import annotations

from pathlib import Path

from rag import ask, ingest
from tests.command_lines import Run


class TestACorpusFile:
    def test_holds_a_document_a_line_known_by_its_id(self, run: Run, tmp_path: Path) -> None:
        corpus = tmp_path / "c.jsonl"
        corpus.write_text(
            '{"id": "x", "title": "果业", "text": "平遥县2023年苹果产量为31万吨。"}\n', encoding="utf-8"
        )
        store = ("--store", tmp_path / "s", "--json")
        assert run(ingest.main, corpus, *store).json["added"][0]["source"] == "x"
        said = run(ask.main, "平遥县2023年苹果产量是多少？", *store)
        assert (said.json["citations"][0]["source"], said.json["citations"][0]["title"]) == ("x", "果业")

    def test_that_went_bad_keeps_its_documents(self, run: Run, tmp_path: Path) -> None:
        corpus = tmp_path / "c.jsonl"
        corpus.write_text('{"id": "x", "text": "平遥县2023年苹果产量为31万吨。"}\n', encoding="utf-8")
        store = ("--store", tmp_path / "s", "--json")
        run(ingest.main, corpus, *store)
        corpus.write_text('{"id": "x", "te', encoding="utf-8")
        report = run(ingest.main, corpus, "--sync", *store)
        assert report.status == 1
        assert report.json["removed"] == []
        assert [one["source"] for one in run(ingest.main, "--list", *store).json] == ["x"]

    def test_with_a_bad_line_gives_all_others(self, run: Run, tmp_path: Path) -> None:
        corpus = tmp_path / "c.jsonl"
        rows = ['{"id": "x", "text": "苹果31万吨。"}', '{"id": "y"', '{"id": "z", "text": ""}', "7"]
        corpus.write_text("\n".join([*rows, '{"id": "w", "text": "酥梨47万吨。"}']), encoding="utf-8")
        said = run(ingest.main, corpus, "--json", "--store", tmp_path / "s")
        assert said.status == 1
        assert [one["source"] for one in said.json["added"]] == ["x", "w"]
        place = corpus.as_posix()
        assert [(one["source"], one["code"]) for one in said.json["failed"]] == [
            (f"{place}:2", "damaged"), (f"{place}:4", "damaged"), ("z", "no_text"),
        ]  # fmt: skip

    def test_with_an_id_twice_is_told(self, run: Run, tmp_path: Path) -> None:
        corpus = tmp_path / "c.jsonl"
        corpus.write_text(
            '{"id": "x", "text": "苹果31万吨。"}\n{"id": "x", "text": "酥梨47万吨。"}\n', encoding="utf-8"
        )
        said = run(ingest.main, corpus, "--json", "--store", tmp_path / "s")
        assert said.status == 1
        assert "x" in said.json["failed"][0]["reason"]
        assert run(ingest.main, corpus, "--json", "--store", tmp_path / "s").json["updated"] == []
