"""The ablation table: one row a part, on several sets, from one command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval.ablation import Measured, Values, ablation_page, main
from eval.ablations import EVERYTHING, OnceEncoded, ablations
from eval.measures import Share
from eval.question_sets import read_sets
from rag.retrieval.fusion import WEIGHTS
from rag.settings import Settings
from rag.vectors import Encoded
from tests.collection_files import lines, write
from tests.fakes import HashedBagOfWords

TEXTS = {
    "coal": "昔阳县2023年原煤产量2694.5万吨，同比增长42%。",
    "grain": "左权县2024年粮食产量8万吨，略有减少。",
    "sheep": "岢岚县2024年羊饲养量稳定在80万只。",
    "road": "左权县2024年新建农村公路120公里。",
}
QUESTIONS = (
    ("昔阳县原煤产量是多少？", "coal"),
    ("How much grain did Zuoquan produce?", "grain"),
    ("羊饲养量多少只？", "sheep"),
    ("新建农村公路多少公里？", "road"),
)


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of two sets over the same tiny corpus."""
    folder = tmp_path_factory.mktemp("sets")
    write(
        folder / "corpus.jsonl", lines(*({"id": name, "title": "", "text": t} for name, t in TEXTS.items()))
    )
    rows = [
        {"id": str(number), "question": question, "lang": "zh", "kind": "fact", "answers": [], "sources": [source],
         "answerable": True}
        for number, (question, source) in enumerate(QUESTIONS)
    ]  # fmt: skip
    write(folder / "gold.jsonl", lines(*rows))
    told = [
        f'[[set]]\nname = "{name}"\ncorpus = "corpus.jsonl"\ngold = "gold.jsonl"\nstore = "store"\n'
        for name in ("one", "two|2")
    ]
    return write(folder / "sets.toml", "".join(told))


def tables(page: str) -> list[list[list[str]]]:
    """The cells of each Markdown table, its heading first."""
    found = re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)
    return [
        [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in table.splitlines()]
        for table in found
    ]


def test_one_command_gives_a_row_for_every_part_and_a_column_for_every_set(
    sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "docs" / "page.md"
    assert main([str(sets), "--out", str(out)]) == 0
    page = capsys.readouterr().out
    assert out.read_text(encoding="utf-8") == page
    assert re.match(r"# What each part of retrieval is worth, \d{4}-\d\d-\d\d\n", page)
    values, recall, rank = tables(page)  # nothing is said of evidence, which no question names
    assert values[0] == ["", "one (4)", "two\\|2 (4)", "mean of the sets"]
    assert [row[0] for row in values[2:]] == [ablation.name for ablation in ablations()]
    assert [row[0] for row in recall[2:]] == [row[0] for row in rank[2:]] == [row[0] for row in values[3:]]
    assert {len(row) for table in (values, recall, rank) for row in table} == {4}
    for row in values[2:]:
        assert row[1] == row[2] == row[3]
        assert all(0 <= float(value) <= 1 for value in row[1].split(" / "))
    assert "failed" not in page


def test_evidence_counts_where_questions_name_it_and_those_that_nothing_answers_do_not() -> None:
    found: list[Share | None] = [Share(1.0), None]
    named: Values = {"recall@1": found, "MRR@10": found, "evidence@5": found}
    silent: Values = {**named, "evidence@5": [None, None]}
    sets = [
        Measured(name, {EVERYTHING: of, "− words": of}, {}, "m") for name, of in (("a", named), ("b", silent))
    ]
    values, *_, evidence = tables(ablation_page(sets))
    assert values[0][1:3] == ["a (1)", "b (1)"]
    assert values[2][1:] == ["1.000 / 1.000 / 1.000", "1.000 / 1.000 / –", "1.000 / 1.000 / 1.000"]
    assert evidence[2:] == [["− words", "0", "–", "0"]]
    assert len(tables(ablation_page(sets[1:]))) == 3


def test_everything_is_what_the_evaluation_measures(sets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(sets)]) == 0
    (everything,) = [row for row in tables(capsys.readouterr().out)[0] if row[0] == EVERYTHING]
    one = read_sets(sets)[0].session
    assistant, _ = one.opened(one.questions(), Settings())
    firsts = [assistant.search(question)[0].passage.source == source for question, source in QUESTIONS]
    assert float(everything[1].split(" / ")[0]) == sum(firsts) / len(firsts)


def test_a_sample_asks_every_nth_question(sets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(sets), "--sample", "2"]) == 0
    page = capsys.readouterr().out
    assert "one question in 2." in page
    assert tables(page)[0][0][1] == "one (2)"


def test_a_difference_clear_of_zero_stands_out_and_what_failed_is_told() -> None:
    right, wrong = [Share(1.0)] * 40, [Share(0.0)] * 40
    values = {EVERYTHING: right, "− words": wrong, "− place": [*right[:39], *wrong[:1]]}
    by_measure: dict[str, Values] = {
        name: {"recall@1": shares, "MRR@10": shares, "evidence@5": [None] * 40}
        for name, shares in values.items()
    }
    page = ablation_page([Measured("set", by_measure, {EVERYTHING: 0, "− words": 3}, "model")])
    _, recall, _ = tables(page)
    assert recall[2:] == [["− words", "**-1.000 [-1.000, -1.000]**"], ["− place", "-0.025 [-0.075, +0.000]"]]
    assert "set, − words: 3 questions failed" in page
    assert page.count("failed") == 1


@pytest.mark.parametrize("sample", ["0", "-1", "x", "1.5"])
def test_a_sample_is_a_whole_number(sets: Path, sample: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(sets), "--sample", sample])
    assert ended.value.code == 2
    assert sample in capsys.readouterr().err


def test_a_file_of_sets_that_will_not_do_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "gone.toml")]) == 2
    shown = capsys.readouterr()
    assert "gone.toml" in shown.err and not shown.out


def test_each_ablation_differs_from_every_other_and_none_has_what_everything_has_not() -> None:
    rows = ablations()
    assert len({row.name for row in rows}) == len(rows)
    for row in rows:
        assert row.fusion.weights.items() <= WEIGHTS.items()
    settings = [(tuple(sorted(row.fusion.weights.items())), row.switches) for row in rows]
    assert len(set(settings)) == len(rows)


class Counting(HashedBagOfWords):
    """Counts the questions it reads."""

    asked = 0

    def encode_query(self, text: str) -> Encoded:
        self.asked += 1
        return super().encode_query(text)


def test_a_question_is_encoded_once_for_all_ablations() -> None:
    counting = Counting()
    once = OnceEncoded(counting)
    assert once.encode_query("煤炭") is once.encode_query("煤炭")
    assert counting.asked == 1
    once.encode_query("粮食")
    assert counting.asked == 2
    assert once.name == counting.name
