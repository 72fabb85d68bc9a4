"""The field's own formats, each written here as it is downloaded: SQuAD-style JSON, BEIR folders, TREC files."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from eval.formats import corpus_path, judged_ids, load_questions
from eval.lines import GoldError
from rag.types import Json
from tests.collection_files import documents, lines, write

COAL, GRAIN, RAIN = "昔阳县全年原煤产量2694.5万吨。", "左权县粮食产量8万吨。", "今年雨水多。"


def question(name: str, text: str, *answers: str) -> Json:
    return {"id": name, "question": text, "answers": [{"text": a, "answer_start": 0} for a in answers]}


def squad(*articles: list[Json]) -> Json:
    return {
        "version": "1.1",
        "data": [{"title": "A_Title", "paragraphs": paragraphs} for paragraphs in articles],
    }


class TestSquad:
    ZH = squad(
        [
            {
                "context": COAL,
                "qas": [question("q1", "原煤产量是多少？", "2694.5万吨", "2694.5万吨", "2694.5")],
            }
        ],
        [
            {"context": GRAIN, "qas": [question("q2", "粮食产量是多少？", "8万吨")]},
            {"context": RAIN, "qas": []},
        ],
    )
    EN = squad(
        [
            {
                "context": "Coal: 26.945 million tons.",
                "qas": [question("q1", "How much coal?", "26.945 million")],
            }
        ],
        [{"context": "Grain: 80,000 tons.", "qas": [question("q2", "How much grain?", "80,000 tons")]}],
    )

    def test_the_same_file_gives_questions_and_the_documents_they_are_about(self, tmp_path: Path) -> None:
        file = write(tmp_path / "xquad.zh.json", self.ZH)
        texts = {row["id"]: row for row in documents(file, tmp_path / "cache")}
        assert [row["text"] for row in texts.values()] == [COAL, GRAIN, RAIN]
        coal, grain = load_questions(file, corpus=file)
        assert texts[coal.sources[0]]["text"] == COAL and texts[grain.sources[0]]["text"] == GRAIN
        assert coal.answers == ("2694.5万吨", "2694.5")
        assert (coal.id, coal.lang, coal.answerable) == ("q1", "zh", True)

    def test_titles_are_left_out_because_a_parallel_set_has_them_in_one_language(
        self, tmp_path: Path
    ) -> None:
        file = write(tmp_path / "xquad.zh.json", self.ZH)
        assert {row["title"] for row in documents(file, tmp_path)} == {""}

    def test_questions_of_another_language_fit_the_texts_and_take_their_answers(self, tmp_path: Path) -> None:
        zh, en = write(tmp_path / "zh.json", self.ZH), write(tmp_path / "en.json", self.EN)
        texts = {row["id"]: row["text"] for row in documents(zh, tmp_path)}
        coal, grain = load_questions(en, corpus=zh)
        assert (coal.question, coal.lang) == ("How much coal?", "en")
        assert texts[coal.sources[0]] == COAL and texts[grain.sources[0]] == GRAIN
        assert grain.answers == ("8万吨",)

    def test_drcd_names_its_paragraphs_itself(self, tmp_path: Path) -> None:
        paragraph = {"id": "2128-2", "context": RAIN, "qas": [question("2128-2-1", "雨水多嗎？", "多")]}
        whole = {"version": "1.3", "data": [{"title": "天氣", "id": "2128", "paragraphs": [paragraph]}]}
        file = write(tmp_path / "DRCD_test.json", whole)
        (asked,) = load_questions(file)
        assert asked.sources == ("2128-2",) and documents(file, tmp_path)[0]["id"] == "2128-2"

    def test_cmrc_as_first_published_is_a_flat_list_with_bare_answers(self, tmp_path: Path) -> None:
        query = {"query_text": "雨水怎样？", "query_id": "DEV_0_QUERY_0", "answers": ["多", "雨水多", "多"]}
        blank = {"query_text": "", "query_id": "DEV_0_QUERY_1", "answers": [""]}
        rows = [{"context_id": "DEV_0", "context_text": RAIN, "qas": [query, blank], "title": "天气"}]
        file = write(tmp_path / "cmrc2018_dev.json", rows)
        (asked,) = load_questions(file)
        assert (asked.id, asked.question) == ("DEV_0_QUERY_0", "雨水怎样？")
        assert (asked.answers, asked.sources) == (("多", "雨水多"), ("DEV_0",))
        assert documents(file, tmp_path) == [{"id": "DEV_0", "title": "", "text": RAIN}]

    def test_what_squad_2_calls_impossible_is_not_answerable(self, tmp_path: Path) -> None:
        impossible = {**question("q9", "县长是谁？"), "is_impossible": True, "plausible_answers": []}
        file = write(tmp_path / "dev-v2.0.json", squad([{"context": RAIN, "qas": [impossible]}]))
        (asked,) = load_questions(file)
        assert not asked.answerable and asked.sources == ()

    def test_a_test_set_that_keeps_its_answers_back_asks_for_passages(self, tmp_path: Path) -> None:
        file = write(tmp_path / "test.json", squad([{"context": RAIN, "qas": [question("q", "雨水怎样？")]}]))
        (asked,) = load_questions(file)
        assert asked.answers == () and not asked.has_answer_key and asked.sources == ("1-1",)

    @pytest.mark.parametrize(
        ("content", "named"),
        [
            ('{"data": [', "not valid JSON"),
            ({"rows": []}, "data must be a list"),
            ({"data": [{"paragraphs": [{"qas": []}]}]}, "data[0].paragraphs[0].context must be a string"),
            ({"data": [{"paragraphs": [{"context": RAIN}]}]}, "data[0].paragraphs[0].qas must be a list"),
            (
                squad([{"context": RAIN, "qas": [{"id": "1"}]}]),
                "data[0].paragraphs[0].qas[0].question must be",
            ),
            ([{"context_id": "1"}], "[0].context_text must be"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_place(self, tmp_path: Path, content: object, named: str) -> None:
        file = write(tmp_path / "broken.json", content)
        with pytest.raises(GoldError) as caught:
            load_questions(file)
        assert f"{file}" in caught.value.en and named in caught.value.en
        assert f"{file}" in caught.value.zh

    def test_one_id_with_two_texts_is_an_error_and_with_one_text_is_one_document(
        self, tmp_path: Path
    ) -> None:
        once = {"id": "p", "context": RAIN, "qas": []}
        assert len(documents(write(tmp_path / "a.json", squad([once, once])), tmp_path)) == 1
        other = write(tmp_path / "b.json", squad([once, {**once, "context": COAL}]))
        with pytest.raises(GoldError, match=r'"p" has two different texts.*paragraphs\[0\].*paragraphs\[1\]'):
            corpus_path(other, tmp_path)


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "scifact"
    rows: list[Json] = [
        {"_id": "4983", "title": "Coal", "text": COAL, "metadata": {}},
        {"_id": "5836", "title": "", "text": GRAIN, "metadata": {}},
        {"_id": "7912", "title": "Rain", "text": ""},
    ]
    write(folder / "corpus.jsonl", lines(*rows))
    queries = [
        {"_id": "1", "text": "coal output"},
        {"_id": "3", "text": "粮食产量"},
        {"_id": "5", "text": "rain"},
    ]
    write(folder / "queries.jsonl", lines(*queries))
    write(
        folder / "qrels/test.tsv",
        "query-id\tcorpus-id\tscore\n1\t5836\t1\n1\t4983\t2\n3\t5836\t1\n5\t7912\t0\n",
    )
    write(folder / "qrels/dev.tsv", "query-id\tcorpus-id\tscore\n5\t7912\t1\n")
    return folder


class TestBeir:
    def test_a_folder_gives_documents_with_titles_and_questions_with_grades(
        self, beir: Path, tmp_path: Path
    ) -> None:
        texts = documents(beir, tmp_path / "cache")
        assert texts[0] == {"id": "4983", "title": "Coal", "text": COAL}
        assert texts[2] == {"id": "7912", "title": "", "text": "Rain"}
        coal, grain = load_questions(beir)
        assert (coal.sources, coal.grades) == (("4983", "5836"), (2, 1))
        assert (grain.id, grain.lang, grain.sources, grain.split) == ("3", "zh", ("5836",), None)

    def test_a_split_is_a_file_of_judgements_by_name_or_by_path(self, beir: Path) -> None:
        by_name = load_questions(beir, "dev")
        assert [q.id for q in by_name] == ["5"] and by_name[0].split == "dev"
        assert [q.id for q in load_questions(beir / "qrels" / "dev.tsv")] == ["5"]
        with pytest.raises(GoldError, match=r'split "train" \(it has: dev, test\)'):
            load_questions(beir, "train")

    def test_the_only_split_there_is_will_do(self, beir: Path) -> None:
        (beir / "qrels" / "test.tsv").unlink()
        assert [q.id for q in load_questions(beir)] == ["5"]

    def test_judgements_in_json_lines_are_the_same(self, beir: Path) -> None:
        table = beir / "qrels" / "test.tsv"
        header, *rows = [line.split("\t") for line in table.read_text().splitlines()]
        expected = load_questions(beir)
        table.unlink()
        write(
            beir / "qrels/test.jsonl",
            lines(*(dict(zip(header, [*r[:2], int(r[2])], strict=True)) for r in rows)),
        )
        assert load_questions(beir) == expected

    def test_a_folder_that_is_none_is_told_what_it_lacks(self, tmp_path: Path) -> None:
        with pytest.raises(GoldError, match=r"corpus\.jsonl, queries\.jsonl and qrels/"):
            load_questions(tmp_path)

    def test_what_is_judged_can_be_all_that_is_indexed(self, beir: Path, tmp_path: Path) -> None:
        questions = load_questions(beir)
        kept = judged_ids(beir, "all", None, questions)
        assert kept == {"4983", "5836", "7912"}
        small = judged_ids(beir, "dev", None, load_questions(beir, "dev"))
        assert [row["id"] for row in documents(beir, tmp_path / "cache", small)] == ["7912"]
        assert len(documents(beir, tmp_path / "cache")) == 3


class TestTrec:
    def test_judgements_and_topics_give_graded_questions(self, tmp_path: Path) -> None:
        qrels = write(
            tmp_path / "qrels.miracl-zh-dev.tsv",
            "0 Q0 12#3 1\n0\tQ0\t12#4\t0\n7 0 9#0 3\n7 0 9#1 1\n8 0 9#1 1\n",
        )
        topics = write(
            tmp_path / "topics.tsv", "0\t原煤产量是多少？\r\n7\t粮食产量是多少？\r\n9\t没有标注？\r\n"
        )
        coal, grain = load_questions(qrels, queries=topics)
        assert (coal.id, coal.question, coal.sources, coal.grades) == (
            "0",
            "原煤产量是多少？",
            ("12#3",),
            (1,),
        )
        assert (grain.sources, grain.grades) == (("9#0", "9#1"), (3, 1))

    def test_judgements_without_queries_ask_for_them(self, tmp_path: Path) -> None:
        with pytest.raises(GoldError, match="--queries"):
            load_questions(write(tmp_path / "qrels.txt", "1 0 d 1\n"))

    def test_queries_of_another_set_are_an_error(self, tmp_path: Path) -> None:
        qrels, topics = write(tmp_path / "qrels.txt", "1 0 d 1\n"), write(tmp_path / "topics.tsv", "2\tx\n")
        with pytest.raises(GoldError, match="belong together"):
            load_questions(qrels, queries=topics)

    @pytest.mark.parametrize(
        ("qrels", "topics", "place"),
        [
            ("1 0 d 1\n1 0 d\n", "1\tx\n", "qrels.txt, line 2: no relevance judgement"),
            ("1 0 d high\n", "1\tx\n", "qrels.txt, line 1: no relevance judgement"),
            ("1 0 d 1\n", "1\tx\n\n2 no tab\n", "topics.tsv, line 3: no query"),
            ("1 0 d 1\n", "1\tx\n1\ty\n", 'topics.tsv, line 2: the id "1" stands here again'),
            ("1 0 d 1\n", '{"_id": "1"}\n', "topics.tsv, line 1: no query"),
            ("", "1\tx\n", "no relevance judgements"),
            ("1 0 d 1\n", "", "no queries"),
        ],
    )
    def test_a_broken_line_is_named(self, tmp_path: Path, qrels: str, topics: str, place: str) -> None:
        judged, asked = write(tmp_path / "qrels.txt", qrels), write(tmp_path / "topics.tsv", topics)
        with pytest.raises(GoldError) as caught:
            load_questions(judged, queries=asked)
        assert place in caught.value.en

    def test_a_packed_collection_in_anserinis_fields_is_a_corpus(self, tmp_path: Path) -> None:
        packed = tmp_path / "docs-0.jsonl.gz"
        rows: list[Json] = [{"docid": "12#3", "title": "煤", "text": COAL}, {"id": 7, "contents": GRAIN}]
        packed.write_bytes(gzip.compress(lines(*rows).encode()))
        assert documents(packed, tmp_path / "cache") == [
            {"id": "12#3", "title": "煤", "text": COAL},
            {"id": "7", "title": "", "text": GRAIN},
        ]

    def test_a_packed_file_cut_short_is_named(self, tmp_path: Path) -> None:
        packed = tmp_path / "docs.jsonl.gz"
        packed.write_bytes(gzip.compress(lines({"docid": "1", "text": COAL * 500}).encode())[:-20])
        with pytest.raises(GoldError, match=r"docs\.jsonl\.gz"):
            corpus_path(packed, tmp_path)


class TestOurOwn:
    def test_our_corpora_folders_and_gold_files_stay_as_they_are(self, tmp_path: Path) -> None:
        corpus = write(tmp_path / "corpus.jsonl", lines({"id": "a", "title": "", "text": COAL}))
        assert corpus_path(corpus, tmp_path / "cache") == corpus
        assert corpus_path(tmp_path, tmp_path / "cache") == tmp_path
        assert not (tmp_path / "cache").exists()

    @pytest.mark.parametrize("name", ["gold.jsonl", "gold.txt"])
    def test_our_gold_rows_are_known_whatever_the_file_is_called(self, tmp_path: Path, name: str) -> None:
        row: dict[str, Any] = {"id": "q", "question": "产量？", "sources": ["a"]}
        assert [q.id for q in load_questions(write(tmp_path / name, lines(row)))] == ["q"]

    def test_beirs_fields_in_a_lone_file_are_known(self, tmp_path: Path) -> None:
        file = write(tmp_path / "passages.jsonl", lines({"_id": "x", "text": COAL}))
        assert documents(file, tmp_path / "cache") == [{"id": "x", "title": "", "text": COAL}]

    def test_a_line_without_an_id_is_named(self, tmp_path: Path) -> None:
        file = write(tmp_path / "passages.jsonl", lines({"_id": "x", "text": COAL}, {"text": GRAIN}))
        with pytest.raises(GoldError, match=r"passages\.jsonl, line 2: no row of a corpus"):
            corpus_path(file, tmp_path / "cache")

    def test_a_rewritten_corpus_keeps_its_place_when_it_changes(self, tmp_path: Path) -> None:
        file = write(tmp_path / "x.json", squad([{"context": COAL, "qas": []}]))
        before = corpus_path(file, tmp_path / "cache")
        write(file, squad([{"context": GRAIN, "qas": []}]))
        assert corpus_path(file, tmp_path / "cache") == before
        assert GRAIN in before.read_text(encoding="utf-8")
