"""A piece of evidence as an answer: shortened, completed beside the quote, and held against what was supposed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.asked_figure import asked_figure
from rag.answering.change import change_first
from rag.answering.draft import Statement
from rag.answering.evidence import Evidence, find_evidence
from rag.answering.lead_in import english_figure
from rag.answering.premise import other_direction, verdict
from rag.answering.subset import tells_of_a_part
from rag.answering.wording import worded
from rag.assistant import open_assistant
from rag.original import AlignedText
from rag.retrieval.query import QueryReader
from rag.text.figures import find_figures
from rag.types import Figure, Hit, Metadata, Passage

REPORT = (
    "清溪县2024年政府工作报告\n\n"
    "去年，全县酥梨产量达到47万吨，同比增长4.7%，出口创汇2.1亿元。\n\n"
    "玻璃器皿项目总投资3.6亿元，完成投资1.2亿元，安排就业500人。\n\n"
    "新能源装机规模从70万千瓦跃升至252万千瓦。\n\n"
    "1月24日，清溪县经济工作会议召开。\n"
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> QueryReader:
    """Reads questions against one county's report."""
    place = tmp_path_factory.mktemp("wording")
    (place / "清溪县.txt").write_text(REPORT, encoding="utf-8")
    return QueryReader(open_assistant([place], store=Path(place) / "store").store)


def answered(reader: QueryReader, question: str, text: str) -> Statement:
    """What is said on a question from one passage of a report of 2024 on 清溪县."""
    return worded(reader.read(question), found(reader, question, text)[0])


def found(reader: QueryReader, question: str, text: str) -> tuple[Evidence, ...]:
    """The evidence of one passage of a report of 2024 on 清溪县."""
    ends = [at + 1 for at, char in enumerate(text) if char == "。"]
    sentences = tuple(zip([0, *ends], ends, strict=False))
    metadata = Metadata(title="清溪县2024年政府工作报告", place="清溪县", year=2024, years=(2023, 2024))
    passage = Passage("a.txt", 1, AlignedText.identity(text), (), "清溪县", sentences, metadata)
    query = reader.read(question)
    return find_evidence(query, [Hit(1, passage, 1.0, 1.0, 1.0, 1.0)], [np.zeros(0)])


def figure(text: str) -> Figure:
    """The one figure of a text."""
    (found,) = find_figures(text)
    return found


class TestTheFigureAskedFor:
    @pytest.mark.parametrize(
        ("question", "text", "asked"),
        [
            ("玻璃器皿项目总投资多少元？", "玻璃器皿项目总投资3.6亿元，完成投资1.2亿元", "3.6亿元"),
            ("玻璃器皿项目完成了多少投资？", "玻璃器皿项目总投资3.6亿元，完成投资1.2亿元", "1.2亿元"),
            ("新能源装机达到多少？", "新能源装机规模从70万千瓦跃升至252万千瓦", "252万千瓦"),
            ("新能源装机原来有多少？", "新能源装机规模从70万千瓦跃升至252万千瓦", "70万千瓦"),
            ("新能源装机是70万还是252万千瓦？", "总规模100万千瓦，新能源装机70万千瓦", "70万千瓦"),
            ("酥梨产量是多少吨？", "酥梨产量47万吨，出口创汇2.1亿元", "47万吨"),
        ],
    )
    def test_is_the_one_whose_words_the_question_has(
        self, question: str, text: str, asked: str, reader: QueryReader
    ) -> None:
        found = asked_figure(reader.read(question), text)
        assert found is not None
        assert found.text == asked

    def test_is_none_where_no_figure_has_the_unit(self, reader: QueryReader) -> None:
        assert asked_figure(reader.read("酥梨产量是多少吨？"), "种植面积6万亩") is None


class TestAnAnswer:
    def test_is_the_clause_that_says_it_and_cites_its_whole_sentence(self, reader: QueryReader) -> None:
        text = "去年，全县酥梨产量达到47万吨，同比增长4.7%，出口创汇2.1亿元。"
        said = answered(reader, "清溪县2023年酥梨产量是多少吨？", text)
        assert "47万吨" in said.text
        assert "2.1亿元" not in said.text
        assert said.quotes[0].text == text

    def test_says_beside_the_quote_what_its_words_mean(self, reader: QueryReader) -> None:
        said = answered(reader, "清溪县2023年酥梨产量是多少吨？", "去年全县酥梨产量达到47万吨。")
        assert said.text == "去年全县酥梨产量达到47万吨"
        assert said.after == "（去年指2023年，全县指清溪县）。"

    def test_names_the_topic_that_stands_above_it(self, reader: QueryReader) -> None:
        said = answered(reader, "清溪县核桃再托管多少亩？", "一是核桃产业。再托管5万亩，实现能托尽托。")
        assert "核桃产业" in said.before
        assert "核桃" not in said.text

    def test_to_an_english_question_converts_the_figure_and_quotes_the_original(
        self, reader: QueryReader
    ) -> None:
        said = answered(
            reader, "How many tonnes of raw coal were produced in 2023?", "去年原煤产量2694.5万吨。"
        )
        assert said.text == "去年原煤产量2694.5万吨"
        assert "26.945 million tonnes" in said.before
        assert said.before.endswith("The source says: “")
        assert "去年 = 2023" in said.after


class TestAPremise:
    @pytest.mark.parametrize(
        ("question", "text", "direction"),
        [
            ("酥梨产量下降了多少？", "酥梨产量47万吨，同比增长4.7%", "up"),
            ("酥梨产量增长了多少？", "酥梨产量47万吨，同比下降4.7%", "down"),
            ("酥梨产量增长了多少？", "酥梨产量47万吨，同比增长4.7%", None),
            ("酥梨产量是多少？", "酥梨产量同比增长4.7%", None),
        ],
    )
    def test_of_a_direction_is_put_right(
        self, question: str, text: str, direction: str | None, reader: QueryReader
    ) -> None:
        assert other_direction(reader.read(question), text) == direction

    def test_is_answered_by_what_the_source_says(self, reader: QueryReader) -> None:
        said = answered(reader, "清溪县2023年酥梨产量下降了多少？", "去年酥梨产量47万吨，同比增长4.7%。")
        assert "同比增长4.7%，并非下降" in said.told

    @pytest.mark.parametrize(
        ("question", "text", "said"),
        [
            ("酥梨产量达到47万吨，对吗？", "酥梨产量达到47万吨", "yes"),
            ("酥梨产量达到470万吨，对吗？", "酥梨产量达到47万吨", "no"),
            ("酥梨产量超过40万吨了吗？", "酥梨产量达到47万吨", "yes"),
            ("酥梨产量超过50万吨了吗？", "酥梨产量达到47万吨", "no"),
            ("酥梨产量不到50万吨吗？", "酥梨产量达到47万吨", "yes"),
            ("酥梨产量低于40万吨吗？", "酥梨产量达到47万吨", "no"),
            ("酥梨产量在40万吨以上吗？", "酥梨产量达到47万吨", "yes"),
            ("酥梨产量不低于47万吨吗？", "酥梨产量达到47万吨", "yes"),
            ("酥梨产量超过47万吨了吗？", "酥梨产量达到47万吨", "no"),
            ("会议是1月25日开的吗？", "1月24日，会议召开", "no"),
            ("会议是1月24日开的吗？", "1月24日，会议召开", "yes"),
            ("是把4个矿井拆成8个采区吗？", "将8个矿井整合，设计4个采区", "no"),
            ("玻璃器皿项目投产了吗？", "玻璃器皿项目计划明年投产", None),
            ("清溪是全省第一个投产的吗？", "清溪项目投产，为全市首家", "otherwise"),
            ("清溪是全市第一个投产的吗？", "清溪项目投产，为全市首家", None),
            ("玻璃器皿项目不是投产了吗？", "玻璃器皿项目投产", None),
        ],
    )
    def test_of_a_yes_or_no_question_is_judged_by_its_figures(
        self, question: str, text: str, said: str | None, reader: QueryReader
    ) -> None:
        assert verdict(reader.read(question), text) == said


class TestAFigureInEnglish:
    @pytest.mark.parametrize(
        ("chinese", "english"),
        [
            ("2694.5万吨", "26.945 million tonnes"),
            ("90亿元", "9 billion yuan"),
            ("1.83万户", "18,300 households"),
            ("5.4%", "5.4%"),
            ("25个百分点", "25 percentage points"),
            ("252万千瓦", "2.52 million kW"),
            ("76座", "76"),
            ("3万亿元", "3 trillion yuan"),
        ],
    )
    def test_is_the_same_amount_of_the_same_unit(self, chinese: str, english: str) -> None:
        assert english_figure(figure(chinese)) == english

    @given(st.decimals(min_value="0.1", max_value="99999999", places=1), st.sampled_from(["", "万", "亿"]))
    def test_loses_no_digit(self, number: object, magnitude: str) -> None:
        chinese = figure(f"{number}{magnitude}吨")
        (back,) = find_figures(english_figure(chinese))
        assert back.value == pytest.approx(chinese.value, rel=1e-9)


class TestAPart:
    @pytest.mark.parametrize(
        ("question", "text", "part"),
        [
            ("清溪县人口有多少？", "带动1.5万名脱贫人口稳定就业", True),
            ("清溪县脱贫人口有多少？", "带动1.5万名脱贫人口稳定就业", False),
            ("清溪县人口有多少？", "全县常住人口31.2万人", False),
            ("清溪县人口有多少？", "常住人口31.2万人，其中脱贫人口1.5万人", False),
            ("连翘面积有多少亩？", "新增连翘面积1万亩", True),
            ("连翘新增面积有多少亩？", "新增面积1万亩", False),
            ("连翘面积有多少亩？", "连翘面积达到40万亩", False),
        ],
    )
    def test_is_not_told_for_the_whole(
        self, question: str, text: str, part: bool, reader: QueryReader
    ) -> None:
        assert tells_of_a_part(reader.read(question), text) is part


class TestAChange:
    def test_is_told_by_the_sentence_that_has_both_ends(self, reader: QueryReader) -> None:
        text = "新能源装机容量将达到208万千瓦。新能源装机规模从70万千瓦跃升至252万千瓦。"
        question = "清溪县新能源装机之前有多少？"
        assert "从70万千瓦" in change_first(reader.read(question), found(reader, question, text))[0].text
        now = "清溪县新能源装机有多少？"
        best = found(reader, now, text)
        assert change_first(reader.read(now), best) == list(best)
