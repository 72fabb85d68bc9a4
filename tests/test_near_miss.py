"""A refusal names what is there: another year, another place, the subject without what was asked of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.assistant import Assistant, open_assistant
from rag.types import Turn

REPORT = """平遥县2023年国民经济公报

2023年，全县苹果产量3.2万吨，比上年增长8%。
2023年，全县新建冷库12座，总投资6000万元。
上半年，全县接待游客120万人次。
"""
OTHER = """祁县2022年国民经济公报

2022年，全县酥梨产量4.5万吨，比上年增长6%。
2022年，全县玻璃器皿产值达到20亿元。
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("bulletins")
    (folder / "平遥县2023年国民经济公报.txt").write_text(REPORT, encoding="utf-8")
    (folder / "祁县2022年国民经济公报.txt").write_text(OTHER, encoding="utf-8")
    return open_assistant([folder], tmp_path_factory.mktemp("store"))


def test_the_right_thing_of_another_year_is_named_and_offered(assistant: Assistant) -> None:
    answer = assistant.ask("平遥县2021年苹果产量是多少？")
    assert answer.refused
    assert "有2023年的数据，没有2021年的" in answer.text
    assert answer.suggestions == ("平遥县2023年苹果产量是多少？",)


def test_what_is_offered_is_answered(assistant: Assistant) -> None:
    [offered] = assistant.ask("平遥县2021年苹果产量是多少？").suggestions
    assert "3.2万吨" in assistant.ask(offered).text


def test_an_english_question_is_told_in_english(assistant: Assistant) -> None:
    answer = assistant.ask("What was the apple output of Pingyao County in 2021?")
    assert answer.refused
    assert "The documents have this for 2023, not for 2021." in answer.text


def test_a_place_no_document_is_about_is_named_with_those_there_are(assistant: Assistant) -> None:
    answer = assistant.ask("大同市2023年苹果产量是多少？")
    assert answer.refused
    assert "没有大同" in answer.text
    assert "平遥县" in answer.text and "祁县" in answer.text


def test_the_same_thing_of_another_place_is_not_given_for_the_one_asked(assistant: Assistant) -> None:
    answer = assistant.ask("祁县2023年苹果产量是多少？")
    assert answer.refused
    assert "3.2万吨" not in answer.text


def test_an_answered_question_offers_nothing(assistant: Assistant) -> None:
    answer = assistant.ask("平遥县2023年苹果产量是多少？")
    assert not answer.refused
    assert answer.suggestions == ()


def test_a_day_written_as_a_number_is_of_its_year(tmp_path: Path) -> None:
    (tmp_path / "人口.txt").write_text(
        "截至2023-12-31，昔阳县常住人口18.2万人，比2020年减少0.8万人。\n\n"
        "截至2022-12-31，昔阳县常住人口18.7万人，比2020年减少0.3万人。\n",
        encoding="utf-8",
    )
    assistant = open_assistant([tmp_path / "人口.txt"], tmp_path / "store")
    assert "18.2万人" in assistant.ask("昔阳县2023年常住人口是多少？").text
    assert "18.7万人" in assistant.ask("昔阳县2022年末常住人口是多少？").text
    assert "2020年：" not in assistant.ask("昔阳县2020年常住人口是多少？").text


def test_a_follow_up_says_what_it_was_taken_for(assistant: Assistant) -> None:
    answer = assistant.ask("那2021年呢？", [Turn("平遥县2023年苹果产量是多少？", "3.2万吨。")])
    assert answer.resolved_question == "平遥县2021年苹果产量是多少？"
    assert "没有2021年的" in answer.text


def test_a_question_that_stands_alone_was_not_resolved(assistant: Assistant) -> None:
    assert assistant.ask("平遥县2023年苹果产量是多少？", [Turn("大同的面积？", "")]).resolved_question == ""


def test_more_is_never_what_was_said_already(assistant: Assistant) -> None:
    first = assistant.ask("平遥县2023年苹果产量是多少？")
    more = assistant.ask("还有呢？", [Turn("平遥县2023年苹果产量是多少？", first.text)])
    assert "3.2万吨" not in more.text
