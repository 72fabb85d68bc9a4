"""A measure is told by its name, or by its verb with a figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.assistant import Assistant, open_assistant
from rag.text.coverage import match, searchable
from rag.text.verb_kin import told_by_verb
from rag.types import Term

REPORT = """平遥县2023年国民经济公报

2023年，全县生产苹果3.2万吨，比上年增长8%；粮食产能稳步提升。
2023年，种植连翘2.6万亩，参保职工4.1万人，发电12亿千瓦时。
2023年，安全生产形势平稳，全年投资项目58个。
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("产量", "全县生产苹果3.2万吨"),
        ("投资额", "投资4亿元建设冷库"),
        ("销售额", "销售农产品6000万元"),
        ("销量", "全年售出新车1200辆"),
        ("种植面积", "种植连翘2.6万亩"),
        ("参保人数", "参保职工4.1万人"),
        ("发电量", "发电12亿千瓦时"),
        ("装机容量", "风电装机30万千瓦"),
        ("人数", "参保职工4.1万人"),
        ("通车里程", "新建公路通车120公里"),
    ],
)
def test_a_verb_with_a_figure_of_its_unit_tells_the_measure(name: str, text: str) -> None:
    assert told_by_verb(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("产量", "安全生产形势平稳，新增企业3家"),
        ("产量", "生产总值50.9亿元"),
        ("产量", "年产10万吨的生产线"),
        ("产量", "投产项目3个"),
        ("投资额", "投资项目58个"),
        ("种植面积", "种植户3200人"),
        ("总量", "总3吨"),
        ("数量", "3个"),
        ("苹果", "苹果3.2万吨"),
    ],
)
def test_another_verb_or_another_unit_does_not(name: str, text: str) -> None:
    assert not told_by_verb(name, text)


def test_a_measure_told_by_its_verb_is_covered() -> None:
    term = Term("产量", ("产量",), 1.0, role="concept")
    assert 0 < match(term, searchable("生产苹果3.2万吨")) < match(term, searchable("苹果产量3.2万吨")) == 1


def test_a_name_of_digits_and_letters_is_found_between_characters() -> None:
    term = Term("5G", ("5g",), 1.0)
    assert match(term, searchable("新开通5G基站76座")) == 1
    assert match(term, searchable("新开通15G基站76座")) == match(term, searchable("5GW电站")) == 0


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("bulletin")
    (folder / "平遥县2023年国民经济公报.txt").write_text(REPORT, encoding="utf-8")
    return open_assistant([folder], tmp_path_factory.mktemp("store"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("平遥县2023年苹果产量是多少？", "3.2万吨"),
        ("平遥县2023年连翘种植面积有多大？", "2.6万亩"),
        ("平遥县2023年发电量是多少？", "12亿千瓦时"),
        ("平遥县2023年职工参保人数是多少？", "4.1万人"),
    ],
)
def test_a_question_for_the_name_is_answered_by_the_verb(
    assistant: Assistant, question: str, answer: str
) -> None:
    assert answer in assistant.ask(question).text


@pytest.mark.parametrize("question", ["平遥县2023年梨产量是多少？", "平遥县2023年苹果产值是多少？"])
def test_another_thing_or_another_measure_is_refused(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).refused
