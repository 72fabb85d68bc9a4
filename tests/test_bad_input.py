"""Whatever is wrong with a call is said once, in Chinese and English, with the right exit status."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import ask, ingest
from tests.command_lines import COAL, NOBODY_KNOWS, Run, Said, is_in_both_languages
from tests.llm_server import free_port, no_provider, openai_stream, service, status
from tests.test_store_read_only import unprivileged

__all__ = ["no_provider"]


def assert_told(said: Said, *words: str) -> None:
    """One message in both languages, nothing on standard output, status 2."""
    assert said.status == 2
    assert said.out == ""
    assert is_in_both_languages(said.err), said.err
    for word in words:
        assert said.err.count(word) >= 1, said.err


@pytest.fixture
def own_store(seed_store: Path, tmp_path: Path) -> Path:
    """A copy of the seeds' index that a test may spoil."""
    return Path(shutil.copytree(seed_store, tmp_path / "own"))


@pytest.fixture
def protected(seed_store: Path) -> Iterator[Path]:
    """A copy of the seeds' index that may only be read, with a new file beside it."""
    place = Path(tempfile.mkdtemp())
    store = Path(shutil.copytree(seed_store, place / "store"))
    (place / "a.txt").write_text("平遥县2023年苹果产量为31万吨。", encoding="utf-8")
    try:
        for path in (*store.iterdir(), store, place / "a.txt", place):
            path.chmod(0o555 if path.is_dir() else 0o444)
        with unprivileged():
            yield store
    finally:
        for folder in (place, store):
            folder.chmod(0o755)
        shutil.rmtree(place)


class TestTheQuestion:
    @pytest.mark.parametrize("question", ["", "   ", "\n\t"])
    def test_an_empty_one(self, question: str, run: Run, seed_store: Path) -> None:
        assert_told(run(ask.main, question, "--store", seed_store), "问题是空的", "empty")

    def test_one_of_ten_thousand_characters(self, run: Run, seed_store: Path) -> None:
        said = run(ask.main, "煤" * 10_000, "--store", seed_store)
        assert_told(said, "10000", "2000", "Shorten", "请缩短")

    def test_one_of_nothing_but_marks_is_refused(self, run: Run, seed_store: Path) -> None:
        assert run(ask.main, "？？！…", "--store", seed_store).status == 1

    def test_none_at_all(self, run: Run) -> None:
        said = run(ask.main)
        assert said.status == 2
        assert "QUESTION" in said.err


class TestTheOptions:
    def test_a_source_that_matches_nothing(self, run: Run, seed_store: Path) -> None:
        said = run(ask.main, COAL, "--store", seed_store, "--source", "nowhere/*")
        assert_told(said, "nowhere/*", "--list")

    @pytest.mark.parametrize(
        "content",
        [None, "", "{", "5", '{"question": "?"}', '[{"answer": "?"}]', '["?"]', '[{"question": 5}]'],
    )
    def test_a_history_file_that_is_missing_or_no_history(
        self, content: str | None, run: Run, seed_store: Path, tmp_path: Path
    ) -> None:
        history = tmp_path / "history.json"
        if content is not None:
            history.write_text(content, encoding="utf-8")
        said = run(ask.main, COAL, "--store", seed_store, "--history", history)
        assert_told(said, history.as_posix(), "question")

    @pytest.mark.parametrize("k", ["0", "-1", "101"])
    def test_a_number_of_passages_out_of_range(self, k: str, run: Run, seed_store: Path) -> None:
        assert_told(run(ask.main, COAL, "--store", seed_store, "--k", k), k, "RAG_HITS")

    @pytest.mark.parametrize("k", ["many", "1.5"])
    def test_a_number_of_passages_that_is_none(self, k: str, run: Run) -> None:
        said = run(ask.main, COAL, "--k", k)
        assert said.status == 2
        assert k in said.err

    def test_documents_that_are_not_there(self, run: Run, tmp_path: Path) -> None:
        said = run(ask.main, COAL, "--docs", tmp_path / "nothing.txt", "--store", tmp_path / "s")
        assert_told(said, (tmp_path / "nothing.txt").as_posix())

    def test_an_option_that_does_not_exist(self, run: Run) -> None:
        assert run(ask.main, COAL, "--colour").status == 2
        assert run(ingest.main, "--colour").status == 2


class TestTheSettings:
    def test_an_environment_variable_with_a_value_that_can_not_be_used(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("RAG_LLM_TIMEOUT", "soon")
        assert_told(run(ask.main, COAL), "RAG_LLM_TIMEOUT", "soon")
        assert_told(run(ingest.main, "--list"), "RAG_LLM_TIMEOUT", "soon")

    @pytest.mark.parametrize(
        ("content", "named"), [("hits = 'ten'", "ten"), ("colour = 1", "colour"), ("= 1", "rag.toml")]
    )
    def test_a_settings_file_that_can_not_be_used(
        self, content: str, named: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("rag.toml").write_text(content, encoding="utf-8")
        assert_told(run(ask.main, COAL), named, "rag.toml")


class TestTheStore:
    def test_one_that_is_not_there_is_not_made(self, run: Run, tmp_path: Path) -> None:
        for said in (
            run(ask.main, COAL, "--store", tmp_path / "none"),
            run(ingest.main, "--list", "--store", tmp_path / "none"),
            run(ingest.main, "--show", "a.txt", "--store", tmp_path / "none"),
            run(ingest.main, "--remove", "a.txt", "--store", tmp_path / "none"),
        ):
            assert_told(said, (tmp_path / "none").as_posix())
        assert not (tmp_path / "none").exists()

    def test_one_written_by_a_newer_version_is_left_alone(
        self, run: Run, own_store: Path, tmp_path: Path
    ) -> None:
        manifest = own_store / "manifest.json"
        content = json.loads(manifest.read_text(encoding="utf-8"))
        content["format"] += 1
        manifest.write_text(json.dumps(content), encoding="utf-8")
        before = {path.name: path.read_bytes() for path in own_store.iterdir()}
        (tmp_path / "a.txt").write_text("平遥县2023年苹果产量为31万吨。", encoding="utf-8")
        for said in (
            run(ask.main, COAL, "--store", own_store),
            run(ask.main, COAL, "--docs", tmp_path / "a.txt", "--store", own_store),
            run(ingest.main, tmp_path / "a.txt", "--store", own_store),
            run(ingest.main, "--list", "--store", own_store),
        ):
            assert_told(said, own_store.as_posix(), "newer version", "更新版本")
        assert {path.name: path.read_bytes() for path in own_store.iterdir()} == before

    def test_a_damaged_one(self, run: Run, own_store: Path) -> None:
        (own_store / "passages.sqlite").write_bytes(b"not a database" * 100)
        assert_told(run(ask.main, COAL, "--store", own_store), "passages.sqlite", "--rebuild")

    def test_a_file_in_place_of_the_folder(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "store").write_text("", encoding="utf-8")
        (tmp_path / "a.txt").write_text("平遥县2023年苹果产量为31万吨。", encoding="utf-8")
        said = run(ingest.main, tmp_path / "a.txt", "--store", tmp_path / "store")
        assert_told(said, (tmp_path / "store").as_posix())

    def test_a_read_only_one_answers_and_says_why_it_takes_nothing_in(
        self, run: Run, protected: Path
    ) -> None:
        new = protected.parent / "a.txt"
        asked = run(ask.main, COAL, "--store", protected)
        assert (asked.status, asked.err) == (0, "")
        assert "2694.5万吨" in asked.out
        for said in (
            run(ask.main, COAL, "--docs", new, "--store", protected),
            run(ingest.main, new, "--store", protected),
            run(ingest.main, "--remove", "seeds/nothing.txt", "--store", protected),
        ):
            assert_told(said, protected.as_posix(), "不能写入", "can't be written")


@pytest.mark.usefixtures("no_provider")
class TestTheLanguageModel:
    @pytest.mark.parametrize("spec", ["nonsense", "openai:", ":qwen3", "no_such_provider:m"])
    def test_a_spec_that_names_none_ends_before_any_work(self, spec: str, run: Run, tmp_path: Path) -> None:
        said = run(ask.main, COAL, "--docs", tmp_path, "--store", tmp_path / "s", "--llm", spec)
        assert_told(said, spec.strip(":"))
        assert not (tmp_path / "s").exists()

    def test_one_that_can_not_be_reached_leaves_the_extractive_answer_with_a_warning(
        self, run: Run, seed_store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{free_port()}/v1")
        options = ("--store", seed_store, "--llm", "openai:some-model")
        said = run(ask.main, COAL, "--json", *options)
        assert said.status == 0
        assert said.json["backend"] == "extractive"
        assert "2694.5万吨" in said.json["answer"]
        assert any("大模型没有答成" in warning for warning in said.json["warnings"])
        plain = run(ask.main, COAL, *options)
        assert plain.out == run(ask.main, COAL, "--store", seed_store).out
        assert "大模型没有答成" in plain.err
        assert "Traceback" not in plain.err

    def test_one_that_fails_leaves_the_extractive_answer_with_a_warning(
        self, run: Run, seed_store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with service(status(401, "bad key")) as failing:
            monkeypatch.setenv("OPENAI_BASE_URL", f"{failing.address}/v1")
            question = "How many tonnes of raw coal did Xiyang County produce in 2023?"
            said = run(ask.main, question, "--json", "--store", seed_store, "--llm", "openai:m")
        assert said.status == 0
        assert said.json["backend"] == "extractive"
        assert "The language model gave no answer" in said.json["warnings"][0]

    def test_one_that_answers_is_cited_and_checked(
        self, run: Run, seed_store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reply = ["2023年昔阳县原煤产量为2694.", "5万吨【1】。", "全县有机场9个[1]。"]
        with service(openai_stream(reply)) as service_:
            monkeypatch.setenv("OPENAI_BASE_URL", f"{service_.address}/v1")
            said = run(ask.main, COAL, "--json", "--store", seed_store, "--llm", "openai:m")
        assert said.status == 0
        assert said.json["backend"] == "openai:m"
        assert said.json["answer"] == "2023年昔阳县原煤产量为2694.5万吨。[1]"
        assert any("机场9个" in warning for warning in said.json["warnings"])

    def test_a_question_that_is_refused_never_reaches_it(
        self, run: Run, seed_store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with service(openai_stream(["左权县长是张三[1]。"])) as service_:
            monkeypatch.setenv("OPENAI_BASE_URL", f"{service_.address}/v1")
            said = run(ask.main, NOBODY_KNOWS, "--store", seed_store, "--llm", "openai:m")
            assert said.status == 1
            assert service_.requests == []
