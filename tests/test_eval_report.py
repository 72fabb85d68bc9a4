"""The report: what it says in JSON, Markdown and HTML, and how the command line ends."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.baselines import DESCRIPTIONS
from eval.evaluation import Beside, evaluate
from eval.gold import GoldQuestion
from eval.measures import MEASURES, RETRIEVAL_MEASURES
from eval.pages import html_page, markdown_page
from eval.targets import OriginalTexts, hit_span
from eval.trial import run_trials
from rag.types import Answer, Json, Turn
from tests.scripted_assistant import ScriptedAssistant, answer, cite, corpus

CONTRACT_MEASURES = {
    "answer_accuracy",
    "citation_precision",
    "citation_recall",
    "refusal_precision",
    "refusal_recall",
    "recall@1",
    "recall@5",
    "recall@10",
    "MRR@10",
    "nDCG@10",
    "evidence@5",
    "latency_p50",
    "latency_p95",
}

STORE = corpus(a_txt="原煤产量5吨。\n天气很好。\n", b_txt="粮食产量8吨。\n道路很长。\n")
A, B = STORE.texts["a.txt"], STORE.texts["b.txt"]
HISTORY = (Turn("原煤产量是多少？", "5吨。"),)


def gold(name: str, question: str, kind: str, said: str = "", **more: tuple[str, ...]) -> GoldQuestion:
    return GoldQuestion(
        id=name,
        question=question,
        lang="en" if question.isascii() else "zh",
        kind=kind,
        answers=(said,) if said else (),
        must_contain_all=(),
        sources=more.get("sources", ()),
        evidence=more.get("evidence", ()),
        answerable=kind != "unanswerable",
        history=HISTORY if kind == "follow_up" else (),
        split="test" if name == "failing" else "dev",
    )


QUESTIONS = (
    gold("right", "原煤产量是多少？", "fact", "5吨", sources=("a.txt",), evidence=("产量5吨",)),
    gold("wrong", "粮食产量是多少？", "fact", "8吨", sources=("b.txt",), evidence=("产量8吨",)),
    gold("refused", "县长是谁？", "unanswerable"),
    gold("follow", "那粮食呢？", "follow_up", "8吨", sources=("b.txt",), evidence=("产量8吨",)),
    gold("failing", "How much coal?", "fact", "5", sources=("a.txt",), evidence=("产量5吨",)),
)
SCRIPT = {
    "原煤产量是多少？": answer("5吨[1]。", cite(A, "a.txt", "原煤产量5吨")),
    "粮食产量是多少？": answer(
        "<script>9吨</script>[1] | [2]", cite(A, "a.txt", "天气"), cite(B, "b.txt", "8吨")
    ),
    "县长是谁？": answer("文档里没有。", refused=True, confidence=0.1),
    "那粮食呢？": answer("8吨[1]", cite(B, "b.txt", "8吨")),
}


@pytest.fixture(scope="module")
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant(STORE, SCRIPT)


@pytest.fixture(scope="module")
def report(assistant: ScriptedAssistant) -> Json:
    texts = OriginalTexts(assistant.store)
    return evaluate(assistant, texts, QUESTIONS, corpus="docs/", config={"gold": "g.jsonl"}, beside=Beside())


@pytest.fixture(scope="module")
def page(report: Json) -> str:
    return html_page(report)


class TestJson:
    def test_it_has_the_shape_of_the_contract(self, report: Json) -> None:
        assert {"config", "corpus", "questions", "overall", "by_kind", "by_lang", "baselines", "rows"} <= set(
            report
        )
        assert (report["corpus"], report["questions"]) == ("docs/", 5)
        assert CONTRACT_MEASURES <= set(report["overall"]) == set(MEASURES)
        groups = [report["overall"], *report["by_kind"].values(), *report["by_lang"].values()]
        for estimate in [e for group in groups for e in group.values()]:
            assert set(estimate) == {"value", "low", "high", "n"}
        for row in report["rows"]:
            assert {"id", "correct", "refused", "answer", "citations", "ranks", "ms"} <= set(row)
        citation = report["rows"][0]["citations"][0]
        assert {"number", "source", "title", "page", "start", "end", "quote"} <= set(citation)

    def test_it_is_strict_json(self, report: Json) -> None:
        assert json.loads(json.dumps(report, allow_nan=False)) == report

    def test_values_are_those_worked_out_by_hand(self, report: Json) -> None:
        value = {name: estimate["value"] for name, estimate in report["overall"].items()}
        assert value["answer_accuracy"] == 3 / 5
        assert value["answerable_accuracy"] == 2 / 4
        assert value["citation_precision"] == 3 / 4
        assert value["citation_recall"] == 3 / 4
        assert (value["refusal_precision"], value["refusal_recall"], value["false_refusal"]) == (1, 1, 0)
        assert value["quote_exact"] == 1

    def test_a_question_on_which_the_assistant_fails_is_wrong_and_says_why(self, report: Json) -> None:
        row = report["rows"][4]
        assert row["correct"] is False and row["answer"] == "" and row["citations"] == []
        assert row["errors"] == ["ask: ModelError: 模型没有回答\nthe model gave no answer"]
        assert set(row["ranks"]) == {"a.txt", "b.txt"}

    def test_groups_split_the_questions(self, report: Json) -> None:
        counts = {kind: measured["answer_accuracy"]["n"] for kind, measured in report["by_kind"].items()}
        assert counts == {"fact": 3, "follow_up": 1, "unanswerable": 1}
        assert set(report["by_lang"]) == {"en", "zh"}
        assert set(report["by_split"]) == {"dev", "test"}

    def test_what_a_group_has_none_of_is_null(self, report: Json) -> None:
        nothing = {"value": None, "low": None, "high": None, "n": 0}
        assert report["by_kind"]["unanswerable"]["MRR@10"] == nothing
        assert report["by_kind"]["fact"]["refusal_recall"] == nothing

    def test_baselines_have_the_measures_of_retrieval_overall_and_by_group(self, report: Json) -> None:
        assert set(DESCRIPTIONS) <= set(report["baselines"])
        for name, measured in report["baselines"].items():
            assert set(measured) == set(RETRIEVAL_MEASURES)
            assert measured["recall@1"]["n"] == report["overall"]["recall@1"]["n"] == 4
            assert set(report["baselines_by_kind"][name]) == set(report["by_kind"])

    def test_earlier_turns_are_handed_over(self, assistant: ScriptedAssistant, report: Json) -> None:
        assert ("那粮食呢？", HISTORY) in assistant.heard

    def test_the_hits_an_answer_shows_are_ranked_before_a_deeper_search(
        self, assistant: ScriptedAssistant
    ) -> None:
        question = QUESTIONS[0]
        deeper = assistant.search(question.question, k=100)
        shown = replace(SCRIPT[question.question], hits=tuple(reversed(deeper[:3])))
        scripted = ScriptedAssistant(STORE, {question.question: shown})
        (trial,) = run_trials(scripted, [question], OriginalTexts(STORE))
        assert list(trial.spans) == [hit_span(deeper[n]) for n in (2, 1, 0, *range(3, len(deeper)))]

    def test_a_citation_of_nowhere_is_an_error_of_that_question_alone(self) -> None:
        astray = answer("5吨[1]", cite(A, "gone.txt", "产量"))
        question = QUESTIONS[0]
        broken = ScriptedAssistant(STORE, {**SCRIPT, question.question: astray})
        told = evaluate(broken, OriginalTexts(STORE), QUESTIONS[:3], corpus="c", config={})
        assert [row["correct"] for row in told["rows"]] == [False, False, True]
        assert "UnknownSourceError" in told["rows"][0]["errors"][0]

    def test_an_interrupt_is_no_result_of_a_question(self) -> None:
        class Interrupted(ScriptedAssistant):
            def ask(self, question: str, history: Sequence[Turn] = (), *, k: int = 10) -> Answer:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            evaluate(Interrupted(STORE), OriginalTexts(STORE), QUESTIONS, corpus="c", config={})


class TestPages:
    def test_markdown_tells_measures_groups_baselines_and_mistakes(self, report: Json) -> None:
        text = markdown_page(report)
        assert re.search(r"\| answer_accuracy \| 0\.600 \| 0\.\d{3}–1\.000 \| 5 \|", text)
        assert "| langchain-faiss-our-passages |" in text
        assert "- **wrong** 粮食产量是多少？\n  wanted: 8吨" in text
        assert "- failing: ask: ModelError" in text

    def test_tables_in_markdown_have_a_cell_a_column(self, report: Json) -> None:
        tables = re.findall(r"(?:^\|.*\|\n)+", markdown_page(report), re.M)
        assert len(tables) >= 6
        for table in tables:
            assert len({line.count("|") for line in table.splitlines()}) == 1

    def test_the_page_names_no_other_host(self, page: str) -> None:
        assert not re.findall(r"https?:|src=|@import|//[a-z]", page)
        assert all(target.startswith("#") for target in re.findall(r'href="([^"]*)"', page))
        assert "default-src 'none'" in page

    def test_the_page_has_its_plots_inside(self, page: str) -> None:
        assert page.count("<svg") == page.count("</svg>") == 7
        assert "answer_accuracy</text>" in page

    def test_what_an_answer_says_is_shown_and_never_run(self, page: str) -> None:
        assert "&lt;script&gt;9吨&lt;/script&gt;" in page
        assert "<script>9吨" not in page

    def test_every_question_is_on_the_page(self, page: str) -> None:
        rows = _Rows()
        rows.feed(page)
        assert rows.marks == ["right", "wrong", "right", "right", "wrong"]


class _Rows(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.marks: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "details":
            self.marks.append(dict(attrs)["data-mark"])


class TestCommandLine:
    def test_a_missing_gold_file_ends_with_2_and_says_which(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["--gold", str(tmp_path / "none.jsonl"), "--out", str(tmp_path)]) == 2
        shown = capsys.readouterr()
        assert "none.jsonl" in shown.err and not shown.out

    def test_a_missing_corpus_ends_with_2(self, gold_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        argv = ["--gold", str(gold_file), "--corpus", "nowhere", "--out", str(gold_file.parent)]
        assert main(argv) == 2
        assert "nowhere does not exist" in capsys.readouterr().err

    def test_a_folder_that_cannot_be_made_ends_with_2_before_anything_is_asked(
        self, gold_file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["--gold", str(gold_file), "--out", str(gold_file / "below-a-file")]) == 2
        assert "Choose a writable place" in capsys.readouterr().err

    @pytest.fixture
    def gold_file(self, tmp_path: Path) -> Path:
        path = tmp_path / "gold.jsonl"
        rows = [
            {"id": q.id, "question": q.question, "answers": ["5吨"], "sources": ["a.txt"]}
            for q in QUESTIONS[:1]
        ]
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        return path

    def test_the_whole_path_from_files_to_a_report(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        docs, out = tmp_path / "docs", tmp_path / "out"
        docs.mkdir()
        text = "昔阳县2023年工作回顾\n\n2023年，昔阳县原煤产量2694.5万吨，同比增长42%。\n"
        (docs / "xiyang.txt").write_text(text, encoding="utf-8")
        rows = [
            {
                "id": "coal",
                "question": "昔阳县2023年原煤产量是多少？",
                "lang": "zh",
                "kind": "fact",
                "answers": ["2694.5万吨"],
                "sources": ["xiyang.txt"],
                "evidence": ["原煤产量2694.5万吨"],
            },
            {"id": "mayor", "question": "昔阳县的县长是谁？", "kind": "unanswerable", "answerable": False},
        ]
        gold = tmp_path / "gold.jsonl"
        gold.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        argv = ["--gold", gold, "--corpus", docs, "--store", tmp_path / "store", "--out", out]
        assert main([*map(str, argv), "--baselines", "--json", str(tmp_path / "deep" / "r.json")]) == 0

        told = json.loads((out / "report.json").read_text(encoding="utf-8"))
        assert told == json.loads((tmp_path / "deep" / "r.json").read_text(encoding="utf-8"))
        assert told["config"]["index"]["documents"] == told["config"]["index"]["indexed_now"] == 1
        assert told["config"]["backends"] == ["extractive"]
        coal, mayor = told["rows"]
        assert coal["correct"] and coal["evidence_ranks"] == [1] and coal["citations"][0]["right"]
        assert mayor["correct"] and mayor["refused"]
        assert not [row for row in told["rows"] if row["errors"] or row["problems"]]
        assert "answer_accuracy" in capsys.readouterr().out
        assert {path.name for path in out.iterdir()} == {"report.json", "report.md", "report.html"}
