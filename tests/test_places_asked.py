"""Which place a question is about, and which place a sentence tells of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.assistant import Assistant, open_assistant
from rag.retrieval.places import PlaceNames, asks_several_places, asks_which_places, stem_of
from rag.types import Metadata, SourceRecord

REPORT = """# 2023年晋中市各县（区）经济运行情况

晋中市统计局综合各县（区）情况如下，晋中市经济总体平稳。

## 左权县

全年地区生产总值完成95.3亿元，增长4.1%。粮食总产量达到7.2万吨。

## 和顺县

全年地区生产总值完成90.1亿元，增长3.3%。粮食总产量达到4.2万吨。

## 寿阳县

全年地区生产总值完成140.3亿元，增长6.6%。粮食总产量达到30.5万吨。
"""
TABLE = """县名,地区生产总值(亿元),一般公共预算收入(亿元),粮食产量(万吨)
平遥县,88.2,6.1,5.3
左权县,102.4,7.9,8.8
寿阳县,140.3,15.2,30.5
和顺县,90.1,9.9,4.2
"""


def record(place: str, *places: str) -> SourceRecord:
    return SourceRecord(f"{place}.txt", "txt", "", 0, None, 0, Metadata(place=place, places=places))


NAMES = PlaceNames.of(
    [record("昔阳县", "昔阳县", "山西省", "寿阳县"), record("晋中市", "晋中市", "左权县", "祁县")]
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over one document that tells of three counties, section by section."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "report.md").write_text(REPORT, encoding="utf-8")
    yield open_assistant([folder / "report.md"], folder / "store")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over one table with a county a row."""
    folder = tmp_path_factory.mktemp("table")
    (folder / "各县指标.csv").write_text(TABLE, encoding="utf-8")
    yield open_assistant([folder / "各县指标.csv"], folder / "store")


class TestNames:
    def test_what_documents_are_about_is_told_from_what_they_name(self) -> None:
        assert set(NAMES.known) == {"昔阳", "晋中"}
        assert set(NAMES.named) == {"寿阳", "左权", "祁县"}  # a province is no county

    @pytest.mark.parametrize(
        ("question", "found"),
        [
            ("昔阳和寿阳的粮食产量各是多少", ("昔阳", "寿阳")),
            ("左权县2023年收入", ("左权",)),
            ("平遥的收入是多少", ("平遥",)),
            ("太原和昔阳谁高", ("太原", "昔阳")),
            ("山西农大和哪两家公司合建", ()),
            ("太原理工大学派了几个人", ()),
            ("哪个县收入最高", ()),
        ],
    )
    def test_places_in_a_question(self, question: str, found: tuple[str, ...]) -> None:
        assert NAMES.named_in(question) == found

    def test_a_name_of_two_characters_stays(self) -> None:
        assert [stem_of(place) for place in ("昔阳县", "祁县", "晋中市")] == ["昔阳", "祁县", "晋中"]


class TestAskingForPlaces:
    @pytest.mark.parametrize(
        ("question", "which", "several"),
        [
            ("哪些县有抽水蓄能项目？", True, True),
            ("各县的GDP增速分别是多少？", True, True),
            ("哪个县的收入最高？", True, True),
            ("哪个县有机场？", True, False),
            ("Which counties have pumped storage?", True, True),
            ("Which county has an airport?", True, False),
            ("昔阳县的GDP是多少？", False, False),
            ("哪个县长说的？", False, False),
            ("How fast did the county grow?", False, False),
        ],
    )
    def test_is_told_from_the_wording(self, question: str, which: bool, several: bool) -> None:
        assert (asks_which_places(question), asks_several_places(question)) == (which, several)


class TestADocumentOfManyPlaces:
    @pytest.mark.parametrize(
        ("question", "told"),
        [
            ("左权县的地区生产总值是多少？", "95.3亿元"),
            ("和顺2023年GDP增速是多少？", "3.3%"),
            ("寿阳的粮食产量是多少？", "30.5万吨"),
            ("What was the grain output of Zuo quan?", "7.2万吨"),
            ("What was Shouyang County's GDP growth in 2023?", "6.6%"),
        ],
    )
    def test_each_section_answers_for_its_own_place(
        self, question: str, told: str, report: Assistant
    ) -> None:
        answer = report.ask(question)
        assert told in answer.text
        assert not answer.refused

    def test_two_sections_are_compared_each_by_its_name(self, report: Assistant) -> None:
        text = report.ask("左权和寿阳的粮食产量各是多少？").text
        assert "| 左权 | 2023年 | 7.2万吨 | 粮食总产量达到7.2万吨" in text
        assert "| 寿阳 | 2023年 | 30.5万吨 | 粮食总产量达到30.5万吨" in text

    @pytest.mark.parametrize("question", ["昔阳县的粮食产量是多少？", "昔阳和左权的GDP各是多少？"])
    def test_a_place_that_it_does_not_tell_of_is_refused(self, question: str, report: Assistant) -> None:
        assert report.ask(question).refused

    def test_rows_of_a_table_are_named_by_their_own_places(self, table: Assistant) -> None:
        text = table.ask("寿阳和和顺的粮食产量各是多少？").text
        assert "平遥" not in text
        assert "| 寿阳 | — | 30.5万吨 |" in text
        assert "| 和顺 | — | 4.2万吨 |" in text

    def test_which_is_most_is_answered_with_every_row(self, table: Assistant) -> None:
        text = table.ask("哪个县的粮食产量最高？").text
        assert all(figure in text for figure in ("5.3万吨", "8.8万吨", "30.5万吨", "4.2万吨"))

    def test_a_stranger_among_the_places_is_refused(self, table: Assistant) -> None:
        assert table.ask("昔阳和寿阳的粮食产量各是多少？").refused


class TestSeveralDocuments:
    def test_which_counties_never_gets_one_document_alone(self, seed_assistant: Assistant) -> None:
        for question in (
            "哪些县有抽水蓄能项目？",
            "哪些县的地区生产总值增长超过5%？",
            "Which counties plan pumped storage?",
        ):
            hits = seed_assistant.search(question, k=5)
            assert len({hit.passage.source for hit in hits}) > 1

    def test_which_county_is_highest_is_answered_from_each(self, seed_assistant: Assistant) -> None:
        answer = seed_assistant.ask("哪个县的一般公共预算收入最高？")
        assert {"昔阳县", "岢岚县"} <= {
            place for place in ("昔阳县", "岢岚县", "左权县") if place in answer.text
        }
        assert len({citation.source for citation in answer.citations}) > 1

    def test_what_no_document_tells_is_refused(self, seed_assistant: Assistant) -> None:
        assert seed_assistant.ask("哪些县有机场？").refused
