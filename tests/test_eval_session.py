"""From public files to a report: retrieval alone, a second run, several sets in one command."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.benchmark import main as benchmark
from eval.evaluation import Beside, evaluate
from eval.gold import GoldQuestion
from eval.measures import ANSWER_MEASURES, MEASURES, SOURCE_MEASURES
from eval.pages import html_page, markdown_page
from eval.targets import OriginalTexts
from rag.types import Answer, Json, Turn
from tests.collection_files import lines, write
from tests.scripted_assistant import ScriptedAssistant, corpus

COAL, GRAIN = "昔阳县2023年原煤产量2694.5万吨，同比增长42%。", "左权县2024年粮食产量8万吨，略有减少。"
STORE = corpus(a_txt="原煤产量5吨。\n天气很好。\n", b_txt="粮食产量8吨。\n道路很长。\n")


def gold(name: str, question: str, *sources: str, grades: tuple[int, ...] = ()) -> GoldQuestion:
    answerable = bool(sources)
    return GoldQuestion(name, question, "zh", "query", (), (), sources, (), answerable, (), None, grades)


QUESTIONS = (
    gold("coal", "原煤产量", "a.txt"),
    gold("grain", "粮食产量", "a.txt"),
    gold("both", "产量", "b.txt", "a.txt", grades=(3, 1)),
    gold("nobody", "县长是谁？"),
)


class Silent(ScriptedAssistant):
    """Must not be asked."""

    def ask(self, question: str, history: Sequence[Turn] = (), *, k: int = 10) -> Answer:
        raise AssertionError(question)


@pytest.fixture(scope="module")
def report() -> Json:
    config: Json = {"retrieval_only": True}
    texts = OriginalTexts(STORE)
    return evaluate(
        Silent(STORE), texts, QUESTIONS, corpus="c", config=config, beside=Beside(), retrieval_only=True
    )


class TestRetrievalOnly:
    def test_nothing_is_answered_and_nothing_said_of_answers(self, report: Json) -> None:
        assert [row["errors"] for row in report["rows"]] == [[], [], [], []]
        assert {report["overall"][name]["n"] for name in ANSWER_MEASURES} == {0}
        assert set(report["overall"]) == set(MEASURES)
        assert {row["correct"] for row in report["rows"]} == {None}
        assert report["config"]["backends"] == []

    def test_rankings_and_the_time_of_each_search_are_measured(self, report: Json) -> None:
        assert report["overall"]["recall@1"]["n"] == 3 and report["overall"]["latency_p50"]["n"] == 4
        assert [row["source_ranks"] for row in report["rows"]] == [
            [1],
            [2],
            report["rows"][2]["source_ranks"],
            [],
        ]
        assert report["overall"]["MRR@10"]["value"] == pytest.approx((1 + 1 / 2 + 1) / 3)

    def test_it_is_compared_with_the_best_baseline_by_each_measure(self, report: Json) -> None:
        assert set(report["paired"]) == set(SOURCE_MEASURES)
        for name, paired in report["paired"].items():
            values = {baseline: told[name]["value"] for baseline, told in report["baselines"].items()}
            assert values[paired["baseline"]] == max(values.values())
            ours = report["overall"][name]["value"]
            assert paired["difference"] == pytest.approx(ours - max(values.values()))
        assert json.loads(json.dumps(report, allow_nan=False)) == report

    def test_pages_tell_what_was_not_found_first(self, report: Json) -> None:
        page = markdown_page(report)
        assert "## Not found first (1)" in page and "- **grain** 粮食产量: a.txt at rank 2" in page
        assert "## This run less the best baseline" in page
        assert "answer_accuracy" not in page
        shown = html_page(report)
        assert "MRR@10" in shown and "sources at rank" in shown and "answer accuracy" not in shown


class TestFromFiles:
    """The real retriever over tiny files of each kind."""

    @pytest.fixture
    def squad(self, tmp_path: Path) -> Path:
        def paragraph(text: str, name: str, question: str) -> Json:
            return {"context": text, "qas": [{"id": name, "question": question, "answers": [{"text": "吨"}]}]}

        paragraphs = [
            paragraph(COAL, "q1", "昔阳县2023年原煤产量是多少？"),
            paragraph(GRAIN, "q2", "左权县2024年粮食产量是多少？"),
        ]
        return write(tmp_path / "xquad.zh.json", {"data": [{"title": "T", "paragraphs": paragraphs}]})

    @pytest.fixture
    def beir(self, tmp_path: Path) -> Path:
        folder = tmp_path / "beir"
        write(
            folder / "corpus.jsonl",
            lines({"_id": "d1", "title": "", "text": COAL}, {"_id": "d2", "text": GRAIN}),
        )
        write(folder / "queries.jsonl", lines({"_id": "1", "text": "原煤产量"}))
        write(folder / "qrels/test.tsv", "query-id\tcorpus-id\tscore\n1\td1\t2\n1\td2\t1\n")
        return folder

    def test_a_squad_file_is_corpus_and_gold_and_a_second_run_indexes_nothing(
        self, squad: Path, tmp_path: Path
    ) -> None:
        argv = ["--gold", squad, "--corpus", squad, "--store", tmp_path / "store", "--out", tmp_path / "out"]
        for indexed in (2, 0):
            assert main([*map(str, argv), "--retrieval", "--baselines"]) == 0
            told = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
            assert told["config"]["index"]["indexed_now"] == indexed
            assert told["config"]["retrieval_only"] is True
            assert told["overall"]["recall@1"]["value"] == 1
            assert not [row for row in told["rows"] if row["errors"] or row["problems"]]
        assert told["baselines"]["dense"]["recall@1"]["n"] == 2
        assert list((tmp_path / "store" / "plain-vectors").iterdir())

    def test_a_beir_folder_is_both_too_and_its_grades_count(self, beir: Path, tmp_path: Path) -> None:
        argv = ["--gold", beir, "--corpus", beir, "--store", tmp_path / "store", "--out", tmp_path / "out"]
        assert main([*map(str, argv), "--retrieval"]) == 0
        told = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
        assert told["rows"][0]["source_ranks"] == [1, 2]
        assert told["overall"]["nDCG@10"]["value"] == pytest.approx(1)
        assert told["paired"] == {} and told["baselines"] == {}

    def test_answers_are_measured_on_a_squad_file_when_they_are_wanted(
        self, squad: Path, tmp_path: Path
    ) -> None:
        argv = ["--gold", squad, "--corpus", squad, "--store", tmp_path / "store", "--out", tmp_path / "out"]
        assert main(list(map(str, argv))) == 0
        told = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
        assert told["overall"]["answer_accuracy"]["n"] == 2

    def test_another_model_that_is_not_there_is_told_before_anything_is_indexed(
        self, squad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        argv = ["--gold", squad, "--corpus", squad, "--store", tmp_path / "store", "--out", tmp_path / "out"]
        assert main([*map(str, argv), "--baseline-model", str(tmp_path / "no" / "model")]) == 2
        assert "no/model" in capsys.readouterr().err
        assert not (tmp_path / "store").exists()

    def test_only_what_is_judged_is_indexed_on_wish(self, beir: Path, tmp_path: Path) -> None:
        write(beir / "qrels/test.tsv", "query-id\tcorpus-id\tscore\n1\td1\t2\n")
        argv = ["--gold", beir, "--corpus", beir, "--store", tmp_path / "store", "--out", tmp_path / "out"]
        assert main([*map(str, argv), "--retrieval", "--judged-only"]) == 0
        told = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
        assert told["config"]["index"]["documents"] == 1 and told["config"]["judged_only"] is True

    def test_several_sets_give_one_dated_table(
        self, squad: Path, beir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sets = write(
            tmp_path / "sets.toml",
            f'[[set]]\nname = "squad|zh"\ncorpus = "{squad.name}"\ngold = "{squad.name}"\nstore = "one"\n'
            f'[[set]]\nname = "beir"\ncorpus = "{beir.name}"\ngold = "{beir.name}"\nsplit = "test"\nstore = "two"\n',
        )
        assert benchmark([str(sets), "--out", str(tmp_path / "out")]) == 0
        page = capsys.readouterr().out
        assert re.match(r"# Retrieval beside the baselines, \d{4}-\d\d-\d\d\n", page)
        rows = [line for line in page.splitlines() if line.startswith(("| squad", "| beir"))]
        assert len(rows) == 8
        assert {
            row.replace("\\|", "").count("|") for row in [*rows, page.split("\n\n")[2].splitlines()[0]]
        } == {11}
        assert {path.name for path in (tmp_path / "out").iterdir()} == {"squad-zh", "beir"}

    def test_a_sample_takes_every_nth_question(
        self, squad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        row = f'[[set]]\nname = "squad"\ncorpus = "{squad.name}"\ngold = "{squad.name}"\nstore = "one"\n'
        sets = str(write(tmp_path / "sets.toml", row))
        for extra, asked in (([], "2"), (["--sample", "2"], "1")):
            assert benchmark([sets, *extra]) == 0
            assert f"| squad | {asked} | recall@1 |" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("content", "named"),
        [
            ("", r"has no \[\[set\]\]"),
            ("[[set]\n", "Can't read"),
            ('[[set]]\nname = "a"\ncorpus = "c"\n', r"\[\[set\]\] 1: gold is missing"),
            (2 * '[[set]]\nname = "a"\ncorpus = "c"\ngold = "g"\n', r"\[\[set\]\] 2: name = 'a' is taken"),
            ('[[set]]\nname = "a"\ncorpus = "c"\ngold = 3\n', "gold can't be 3"),
            ('[[set]]\nname = "a"\ncorpus = "c"\ngold = "g"\nspeed = "x"\n', "unknown: speed"),
            ('[[set]]\nname = "a"\ncorpus = "c"\ngold = "g"\nsplit = "last"\n', "split must be one of"),
            ('[[set]]\nname = "a"\ncorpus = "c"\ngold = "gone.json"\n', "Can't read .*gone.json"),
        ],
    )
    def test_a_file_of_sets_that_will_not_do_ends_with_2(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, named: str
    ) -> None:
        assert benchmark([str(write(tmp_path / "sets.toml", content))]) == 2
        shown = capsys.readouterr()
        assert re.search(named, shown.err) and not shown.out
