"""Hits become an answer: the right words of the right place and year, or none at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.answering.clauses import best_run
from rag.answering.evidence import Evidence, find_evidence
from rag.answering.fit import fitting_figures, holds_asked
from rag.assistant import Assistant, open_assistant
from rag.original import AlignedText
from rag.retrieval.query import QueryReader
from rag.types import Answer, Hit, Metadata, Passage, Query

DOCUMENTS = {
    "平遥.txt": (
        "平遥县2024年政府工作报告\n\n"
        "2023年，全县地区生产总值完成180.5亿元，增长6.1%；苹果产量达到31万吨，创历史新高。\n\n"
        "二、2024年重点工作\n\n"
        "2024年要重点抓好三项工作。\n\n"
        "一是建设古城保护工程，修缮城墙6公里。\n\n"
        "二是发展文旅产业，新增民宿120家。\n\n"
        "三是办好民生实事，新建学校4所。\n"
    ),
    "祁县.txt": (
        "祁县2024年政府工作报告\n\n"
        "2023年，全县地区生产总值完成95.2亿元，增长4.7%；酥梨产量达到47万吨，出口创汇2.1亿元。\n\n"
        "2022年，全县酥梨产量为42万吨。\n\n"
        "县委书记王建国主持会议。玻璃器皿项目总投资3.6亿元，2024年10月投产。\n"
    ),
}


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant over two counties' reports, with the default embedder."""
    place = tmp_path_factory.mktemp("counties")
    for name, text in DOCUMENTS.items():
        (place / name).write_text(text, encoding="utf-8")
    return open_assistant([place], store=place / "store")


@pytest.fixture(scope="module")
def reader(counties: Assistant) -> QueryReader:
    """Reads questions against the two reports."""
    return QueryReader(counties.store)


def hit(text: str, *, place: str = "祁县", year: int | None = 2023, number: int = 1) -> Hit:
    """A hit of one sentence a full stop."""
    ends = [at + 1 for at, char in enumerate(text) if char == "。"]
    sentences = tuple(zip([0, *ends], ends, strict=False))
    metadata = Metadata(title=f"{place}报告", place=place, year=year, years=() if year is None else (year,))
    passage = Passage("a.txt", number, AlignedText.identity(text), (), f"{place} {year}", sentences, metadata)
    return Hit(number, passage, 1.0, 1.0, 1.0, 1.0)


def evidence(query: Query, *hits: Hit) -> list[str]:
    """The sentences found to be evidence, best first, as their tokens say nothing."""
    found: tuple[Evidence, ...] = find_evidence(query, hits, [np.zeros(0)] * len(hits))
    return [one.text for one in found]


class TestEvidence:
    def test_the_sentence_about_the_thing_comes_first(self, reader: QueryReader) -> None:
        query = reader.read("祁县2023年酥梨产量是多少吨？")
        text = "苹果产量31万吨。酥梨产量47万吨。粮食产量20万吨。"
        assert evidence(query, hit(text))[0] == "酥梨产量47万吨。"

    def test_of_a_city_s_report_the_county_that_is_named_too_is_asked_for(self, reader: QueryReader) -> None:
        query = reader.read("晋中市这篇报道里祁县酥梨产量是多少吨？")
        text = "平遥县酥梨产量31万吨。祁县酥梨产量47万吨。"
        assert evidence(query, hit(text, place="晋中市")) == ["祁县酥梨产量47万吨。"]

    def test_how_fast_the_economy_grew_is_the_growth_of_the_product(self, reader: QueryReader) -> None:
        (term,) = [term for term in reader.read("祁县2023年的经济增速").terms if "gdp" in term.forms]
        assert "地区生产总值" in term.forms
        assert not any("gdp" in term.forms for term in reader.read("祁县民营经济增长情况").terms)

    def test_a_sentence_without_the_figure_asked_for_is_none(self, reader: QueryReader) -> None:
        query = reader.read("祁县2023年酥梨产量是多少吨？")
        assert evidence(query, hit("酥梨产量再创新高。酥梨种植面积6万亩。")) == []

    def test_another_place_is_none(self, reader: QueryReader) -> None:
        query = reader.read("祁县2023年酥梨产量是多少吨？")
        assert evidence(query, hit("酥梨产量47万吨。", place="平遥县")) == []
        assert evidence(query, hit("平遥县酥梨产量5万吨。")) == [], "whatever the document is about"
        assert evidence(query, hit("祁县酥梨产量47万吨。", place="平遥县")) == ["祁县酥梨产量47万吨。"]

    def test_another_year_is_none(self, reader: QueryReader) -> None:
        query = reader.read("祁县2023年酥梨产量是多少吨？")
        assert evidence(query, hit("2022年酥梨产量42万吨。")) == []
        assert evidence(query, hit("酥梨产量47万吨。", year=2019)) == []
        both = evidence(query, hit("2022年酥梨产量42万吨。2023年酥梨产量47万吨。", year=2024))
        assert both == ["2023年酥梨产量47万吨。"]

    def test_last_year_means_the_year_before_the_documents(self, reader: QueryReader) -> None:
        text = "去年酥梨产量47万吨。"
        assert evidence(reader.read("祁县2023年酥梨产量是多少吨？"), hit(text, year=2024)) == [text]
        assert evidence(reader.read("祁县2024年酥梨产量是多少吨？"), hit(text, year=2024)) == []

    def test_no_hits_are_no_evidence(self, reader: QueryReader) -> None:
        assert evidence(reader.read("祁县2023年酥梨产量是多少吨？")) == []


class TestClauses:
    SENTENCE = "酥梨产量达到47万吨，出口创汇2.1亿元，玻璃器皿项目总投资3.6亿元，全县面貌焕然一新。"

    @pytest.mark.parametrize(
        ("question", "clause"),
        [
            ("祁县酥梨产量是多少吨？", "酥梨产量达到47万吨"),
            ("祁县玻璃器皿项目总投资多少元？", "玻璃器皿项目总投资3.6亿元"),
        ],
    )
    def test_the_shortest_run_that_says_it_is_taken(
        self, question: str, clause: str, reader: QueryReader
    ) -> None:
        query = reader.read(question)
        terms = [term for term in query.terms if term.role != "place"]
        run = best_run(query, terms, self.SENTENCE)
        assert self.SENTENCE[run.start : run.end].strip("，。") == clause
        assert run.asked == 1

    def test_a_run_lies_within_its_sentence_whatever_that_is(self, reader: QueryReader) -> None:
        query = reader.read("祁县酥梨产量是多少吨？")
        for sentence in ("", "。", "，，，", "酥梨", self.SENTENCE * 5):
            run = best_run(query, query.terms, sentence)
            assert 0 <= run.start <= run.end <= len(sentence)


class TestWhatIsAskedFor:
    @pytest.mark.parametrize(
        ("question", "right", "wrong"),
        [
            ("酥梨产量是多少吨？", "酥梨产量47万吨", "酥梨种植面积6万亩"),
            ("增速是多少？", "同比增长4.7%", "完成95.2亿元"),
            ("项目哪年投产？", "2024年投产", "按期投产"),
            ("县委书记是谁？", "县委书记王建国主持会议", "县委召开会议"),
            ("稿件的作者是谁？", "记者 王建国", "书记王建国"),
        ],
    )
    def test_a_sentence_either_has_it_or_can_not_answer(
        self, question: str, right: str, wrong: str, reader: QueryReader
    ) -> None:
        query = reader.read(question)
        assert holds_asked(query, right) == 1
        assert holds_asked(query, wrong) < 0.5

    def test_figures_that_fit_are_those_of_the_unit_asked_for(self, reader: QueryReader) -> None:
        query = reader.read("祁县酥梨产量是多少吨？")
        fitting = fitting_figures(query, "2023年酥梨产量47万吨，增长4.7%，创汇2.1亿元。")
        assert [figure.text for figure in fitting] == ["47万吨"]


class TestTheExtractiveAnswer:
    def test_gives_the_clause_and_quotes_the_sentence(self, counties: Assistant) -> None:
        answer = counties.ask("祁县2023年酥梨产量是多少吨？")
        assert "酥梨产量达到47万吨" in answer.text
        assert "95.2" not in answer.text
        assert "42万吨" not in answer.text
        assert "酥梨产量达到47万吨" in answer.citations[0].quote
        assert answer.citations[0].source.endswith("祁县.txt")

    def test_takes_the_place_and_the_year_asked_for(self, counties: Assistant) -> None:
        assert "180.5亿元" in counties.ask("平遥县2023年GDP是多少？").text
        assert "95.2亿元" in counties.ask("祁县2023年GDP是多少？").text
        assert "42万吨" in counties.ask("祁县2022年酥梨产量是多少吨？").text

    @pytest.mark.parametrize(
        "question",
        [
            "祁县2021年酥梨产量是多少吨？",
            "太谷县2023年酥梨产量是多少吨？",
            "平遥县2023年原煤产量是多少？",
            "平遥县县长是谁？",
            "祁县机场什么时候通航？",
            "你好",
        ],
    )
    def test_is_a_refusal_where_place_year_or_thing_is_another(
        self, question: str, counties: Assistant
    ) -> None:
        answer = counties.ask(question)
        assert answer.refused
        assert (len(answer.citations), len(answer.claims)) == (0, 0)
        assert answer.text.startswith("资料里没有找到这个问题的答案。")
        assert answer.hits, "what was closest is offered"

    def test_to_a_question_in_two_parts_names_each_place(self, counties: Assistant) -> None:
        answer = counties.ask("平遥县和祁县2023年的地区生产总值各是多少？")
        head, _, one, other, *_ = answer.text.splitlines()
        assert head == "| 对象 | 时间 | 数值 | 原文 |"
        assert ("平遥" in one, "180.5亿元" in one) == (True, True)
        assert ("祁县" in other, "95.2亿元" in other) == (True, True)
        assert [citation.source.rsplit("/", 1)[1] for citation in answer.citations] == [
            "平遥.txt",
            "祁县.txt",
        ]

    def test_to_two_parts_of_which_one_is_unknown_is_a_refusal_that_names_it(
        self, counties: Assistant
    ) -> None:
        answer = counties.ask("祁县2021年和2023年的酥梨产量各是多少吨？")
        assert answer.refused
        assert "2021" in answer.text
        assert answer.citations == ()

    def test_to_a_question_for_a_list_gives_every_item_in_order(self, counties: Assistant) -> None:
        answer = counties.ask("平遥县2024年重点抓好哪三项工作？")
        assert [line[:2] for line in answer.text.splitlines()] == ["一是", "二是", "三是"]
        assert [claim.citations for claim in answer.claims] == [(1,), (2,), (3,)]

    def test_says_what_last_year_means(self, seed_assistant: Assistant) -> None:
        assert "去年指2023年" in seed_assistant.ask("昔阳县2023年原煤产量是多少？").text

    def test_to_an_english_question_says_that_the_words_are_the_sources(
        self, seed_assistant: Assistant
    ) -> None:
        answer = seed_assistant.ask("How much raw coal did Xiyang County produce in 2023?")
        assert answer.text.startswith("Raw coal, Xiyang, 2023: 26.945 million tonnes. The source says: “")
        assert "2694.5万吨" in answer.text

    def test_checks_every_figure_it_gives(self, counties: Assistant) -> None:
        for question in ("祁县2023年GDP是多少？", "平遥县2024年重点抓好哪三项工作？"):
            answer = counties.ask(question)
            assert answer.claims
            assert all(figure.supported for claim in answer.claims for figure in claim.figures)

    def test_is_the_same_every_time_and_after_the_store_is_opened_anew(
        self, counties: Assistant, tmp_path: Path
    ) -> None:
        def said(answer: Answer) -> tuple[object, ...]:
            return answer.text, answer.citations, answer.confidence, [hit.id for hit in answer.hits]

        question = "平遥县和祁县2023年的地区生产总值各是多少？"
        first = said(counties.ask(question))
        again = Assistant(counties.store, counties.embedder)
        assert said(counties.ask(question)) == first
        assert said(again.ask(question)) == first


def test_a_stream_ends_with_the_answer(counties: Assistant) -> None:
    pieces: Iterator[str | Answer] = counties.stream("祁县2023年酥梨产量是多少吨？")
    *text, last = pieces
    assert text == []
    assert isinstance(last, Answer)
    assert set(last.timings_ms) == {"retrieve", "answer", "total"}
    assert last.timings_ms["total"] >= last.timings_ms["answer"]
