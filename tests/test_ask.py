"""`python -m rag.ask`: what it prints where, its options, and its exit status."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import rag.assistant
from rag import ask
from rag.types import Json
from tests.command_lines import COAL, NOBODY_KNOWS, Run

ROOT = Path(__file__).parents[1]
XIYANG, ZUOQUAN = "seeds/000_*", "seeds/002_*"
INVESTED = "左权抽水蓄能电站总投资多少？"


def told(answer: Json) -> Json:
    """An answer without what differs from one time to the next."""
    return {key: value for key, value in answer.items() if key != "timings_ms"}


class TestTheAnswer:
    def test_is_printed_with_its_citations_and_nothing_else(self, run: Run, seed_store: Path) -> None:
        said = run(ask.main, COAL, "--store", seed_store)
        assert said.status == 0
        answer, blank, citation, quote = said.out.splitlines()
        assert "2694.5万吨" in answer
        assert answer.endswith("[1]")
        assert blank == ""
        assert citation.startswith("[1] seeds/000_0947b72908ea111b_xiyang-2023-review.txt 2105-")
        assert "同比增长42%" in quote
        assert said.err == ""

    def test_is_a_refusal_with_status_1_where_the_documents_do_not_say(
        self, run: Run, seed_store: Path
    ) -> None:
        said = run(ask.main, NOBODY_KNOWS, "--store", seed_store)
        assert said.status == 1
        assert said.out.strip() == "资料里没有找到这个问题的答案。"
        assert "最接近的内容" in said.err
        assert "seeds/" in said.err

    @pytest.mark.parametrize(
        "question",
        [
            "What is the population of Tokyo?",  # 提高 sounds like it
            "What was the GDP of Japan in 2023?",  # 和 is short for it
            "What is the population of Paris?",
        ],
    )
    def test_is_refused_in_english_where_asked_in_english(
        self, run: Run, seed_store: Path, question: str
    ) -> None:
        said = run(ask.main, question, "--store", seed_store)
        assert said.status == 1
        assert said.out.startswith("The documents do not answer this question.")
        assert "Closest found:" in said.err

    def test_to_an_english_question_cites_the_chinese_text(self, run: Run, seed_store: Path) -> None:
        question = "How many tonnes of raw coal did Xiyang County produce in 2023?"
        said = run(ask.main, question, "--json", "--store", seed_store)
        assert said.status == 0
        assert said.json["language"] == "en"
        assert "2694.5万吨" in said.json["answer"]
        assert "同比增长42%" in said.json["citations"][0]["quote"]

    def test_is_the_same_a_second_time(self, run: Run, seed_store: Path) -> None:
        first, second = (run(ask.main, INVESTED, "--json", "--store", seed_store) for _ in range(2))
        assert told(first.json) == told(second.json)


class TestOptions:
    def test_k_is_how_many_passages_are_given(self, run: Run, seed_store: Path) -> None:
        said = run(ask.main, COAL, "--json", "--k", 3, "--store", seed_store)
        assert len(said.json["hits"]) == 3

    def test_source_limits_the_question_to_documents(self, run: Run, seed_store: Path) -> None:
        said = run(ask.main, INVESTED, "--json", "--store", seed_store, "--source", "seeds/003_*", ZUOQUAN)
        assert said.status == 0
        assert {hit["source"][:9] for hit in said.json["hits"]} <= {"seeds/002", "seeds/003"}
        assert said.json["citations"][0]["source"].startswith("seeds/002")

    def test_what_only_another_document_says_is_refused(self, run: Run, seed_store: Path) -> None:
        assert run(ask.main, COAL, "--store", seed_store, "--source", ZUOQUAN).status == 1

    def test_history_makes_a_follow_up_whole(self, run: Run, seed_store: Path, tmp_path: Path) -> None:
        history = tmp_path / "history.json"
        turn = {"question": "昔阳县2023年原煤产量是多少？", "answer": "2694.5万吨"}
        history.write_text(json.dumps([turn], ensure_ascii=False), encoding="utf-8")
        said = run(ask.main, "同比增长了多少？", "--store", seed_store, "--history", history)
        assert said.status == 0
        assert "42%" in said.out

    def test_explain_speaks_on_standard_error_alone(self, run: Run, seed_store: Path) -> None:
        plain = run(ask.main, COAL, "--store", seed_store)
        said = run(ask.main, COAL, "--store", seed_store, "--explain")
        assert said.out == plain.out
        assert said.err.count("seeds/") >= 10
        assert "用时" in said.err

    def test_docs_are_answered_from_instead_and_read_again_when_they_change(
        self, run: Run, tmp_path: Path
    ) -> None:
        report = tmp_path / "docs" / "报告.txt"
        report.parent.mkdir()
        report.write_text("平遥县2023年苹果产量为31万吨。\n", encoding="utf-8")
        options = ("--docs", report.parent, "--store", tmp_path / "store")
        question = "平遥县2023年苹果产量是多少？"
        assert "31万吨" in run(ask.main, question, *options).out
        report.write_text("平遥县2023年苹果产量为47万吨。\n", encoding="utf-8")
        said = run(ask.main, question, "--json", *options)
        assert "47万吨" in said.json["answer"]
        assert {hit["source"] for hit in said.json["hits"]} == {report.as_posix()}

    def test_a_document_that_fails_is_named_and_the_others_answer(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "好.txt").write_text("平遥县2023年苹果产量为31万吨。\n", encoding="utf-8")
        (tmp_path / "空.txt").write_text("", encoding="utf-8")
        said = run(ask.main, "平遥县2023年苹果产量是多少？", "--docs", tmp_path, "--store", tmp_path / "s")
        assert said.status == 0
        assert "31万吨" in said.out
        assert "空.txt" in said.err

    def test_without_store_and_docs_the_seeds_are_indexed_and_kept_up_to_date(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seeds = tmp_path / "seeds"
        seeds.mkdir()
        (seeds / "a.txt").write_text("平遥县2023年苹果产量为31万吨。\n", encoding="utf-8")
        monkeypatch.setattr(rag.assistant, "seed_folder", lambda: seeds)
        monkeypatch.setattr("rag.index.default_store_folder", lambda: tmp_path / "vectorstore")
        question = "平遥县2023年苹果产量是多少？"
        said = run(ask.main, question, "--json")
        assert said.json["citations"][0]["source"] == "seeds/a.txt"
        (seeds / "a.txt").unlink()
        (seeds / "b.txt").write_text("平遥县2023年苹果产量为47万吨。\n", encoding="utf-8")
        said = run(ask.main, question, "--json")
        assert said.json["citations"][0]["source"] == "seeds/b.txt"
        assert "47万吨" in said.json["answer"]


class TestStandardInput:
    def test_one_question_a_line_gives_one_answer_each(self, run: Run, seed_store: Path) -> None:
        said = run(ask.main, "-", "--json", "--store", seed_store, stdin=f"{COAL}\n\n  {NOBODY_KNOWS}  \n")
        assert [row["question"] for row in said.rows] == [COAL, NOBODY_KNOWS]
        assert [row["refused"] for row in said.rows] == [False, True]
        assert said.status == 1

    def test_the_text_of_each_answer_is_printed_without_json(self, run: Run, seed_store: Path) -> None:
        said = run(ask.main, "-", "--store", seed_store, stdin=f"{COAL}\n{INVESTED}\n")
        assert said.status == 0
        assert said.out.index("2694.5万吨") < said.out.index("左权")

    def test_a_line_may_carry_history_and_source(self, run: Run, seed_store: Path) -> None:
        turn = {"question": COAL, "answer": "2694.5万吨"}
        lines = [
            {"question": "同比增长了多少？", "history": [turn]},
            {"question": COAL, "source": ZUOQUAN},
            {"question": COAL, "source": [XIYANG, ZUOQUAN]},
        ]
        stdin = "\ufeff" + "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        follow_up, elsewhere, both = run(ask.main, "-", "--json", "--store", seed_store, stdin=stdin).rows
        assert "42%" in follow_up["answer"]
        assert elsewhere["refused"]
        assert {hit["source"][:9] for hit in elsewhere["hits"]} == {"seeds/002"}
        assert not both["refused"]

    @pytest.mark.parametrize(
        "line",
        [
            '{"question": "昔阳',
            '{"question": ""}',
            '{"question": 5}',
            '{"answer": "?"}',
            '{"question": "昔阳", "history": 5}',
            '{"question": "昔阳", "history": [{"question": 5}]}',
            '{"question": "昔阳", "source": 5}',
            '{"question": "昔阳", "source": "nowhere/*"}',
        ],
    )
    def test_a_line_that_can_not_be_asked_is_told_and_the_next_one_answered(
        self, line: str, run: Run, seed_store: Path
    ) -> None:
        said = run(ask.main, "-", "--json", "--store", seed_store, stdin=f"{line}\n{COAL}\n")
        wrong, right = said.rows
        assert set(wrong) == {"question", "error", "error_zh"}
        assert wrong["question"] == line
        assert "2694.5万吨" in right["answer"]
        assert said.status == 2

    def test_a_lone_surrogate_does_not_stop_the_answers(self, run: Run, seed_store: Path) -> None:
        line = json.dumps({"question": "\ud800" + COAL})
        said = run(ask.main, "-", "--json", "--store", seed_store, stdin=line)
        assert "2694.5万吨" in said.json["answer"]
        assert said.out.encode()

    def test_nothing_to_ask_is_no_error(self, run: Run, seed_store: Path) -> None:
        said = run(ask.main, "-", "--json", "--store", seed_store, stdin="\n")
        assert (said.status, said.out, said.err) == (0, "", "")


def test_a_reader_that_has_seen_enough_gets_no_stack_trace(seed_store: Path) -> None:
    questions = f"{COAL}\n" * 30
    command = [sys.executable, "-m", "rag.ask", "-", "--store", str(seed_store)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(questions)
        process.stdin.close()
        assert "2694.5万吨" in process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_a_question_on_a_ready_index_is_answered_without_any_giant(seed_store: Path) -> None:
    code = (
        "import sys; from rag.ask import main; status = main(sys.argv[1:]);"
        "giants = 'torch gradio transformers sentence_transformers langchain langchain_core matplotlib pypdf'.split();"
        "print([g for g in giants if g in sys.modules], file=sys.stderr); sys.exit(status)"
    )
    command = [sys.executable, "-c", code, COAL, "--store", str(seed_store)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0
    assert "2694.5万吨" in done.stdout
    assert done.stderr.strip() == "[]"


def test_the_commands_have_one_name_together(run: Run, seed_store: Path) -> None:
    from rag.__main__ import main

    assert "2694.5万吨" in run(main, "ask", COAL, "--store", seed_store).out
    assert "seeds/000_" in run(main, "ingest", "--list", "--store", seed_store).out
    assert run(main, "--help").status == 0
    wrong = run(main, "answer")
    assert wrong.status == 2
    assert "answer" in wrong.err
    assert wrong.out == ""


def test_a_copy_of_the_store_answers_the_same(run: Run, seed_store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "moved"
    shutil.copytree(seed_store, copy)
    here, there = (run(ask.main, COAL, "--json", "--store", store).json for store in (seed_store, copy))
    assert told(here) == told(there)
