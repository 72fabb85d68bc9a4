"""What speaks against a sentence, though it holds the question's words: it is asked for something it does not tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answering.confidence import ANSWER_FROM, DECISIVE, signals
from rag.assistant import Assistant, open_assistant

BULLETIN = """平遥县2024年政府工作报告

2023年，全县生产苹果3.2万吨，粮食产能稳步提升，玻璃器皿专业镇完成总投资5.6亿元。
2024年主要指标任务是，地区生产总值增长5.5%；社会消费品零售总额增长6.5%。
目前抚育连翘累计达35万亩，今年要发展连翘抚育1万亩。
要抓好项目建设，力争2024年煤炭产量完成500万吨，今年新建冷库4座。
2023年，全县规模以上工业增加值中，装备制造业增长26.8%。全市首家为60周岁以上老人提供体检补贴。
平遥县委、县政府聚焦“11365”总体思路，推动全县经济社会发展取得新成效。
要推动电视剧《古城往事》6月在央视八套上映。古城灯会由平遥县文旅集团承办。
平遥县委副书记、县长李雪表示，要稳中求进。石城县委书记韩军说，平遥经验值得学习。地区生产总值较“十三五”末翻了一番。
在4座煤矿全面铺开智能化开采，新开通5G基站76座。
实施“双十示范”行动，每年创建精品示范村、综合治理村各10个。
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("report")
    (folder / "平遥县2024年政府工作报告.txt").write_text(BULLETIN, encoding="utf-8")
    return open_assistant([folder], tmp_path_factory.mktemp("store"))


def against(assistant: Assistant, question: str) -> set[str]:
    """What speaks against the best sentence for a question."""
    found = signals(assistant.findings(question).evidence)
    return {name for name in (*DECISIVE, "unlisted", "nameless", "undated") if found[name]}


@pytest.mark.parametrize(
    ("question", "sign"),
    [
        ("平遥县2024年煤炭产量实际完成了多少？", "plan"),
        ("平遥县2024年社会消费品零售总额实际增长了多少？", "plan"),
        ("平遥县玻璃器皿专业镇2023年的产值是多少元？", "measure"),
        ("平遥县2023年规模以上工业增加值增速是多少？", "measure"),
        ("平遥县的“11365”总体思路指的是什么？", "mentioned"),
        ("平遥县智能化开采的4座煤矿分别叫什么？", "unlisted"),
        ("电视剧《古城往事》的导演是谁？", "nameless"),
        ("平遥县2023年梨产量是多少？", "subject"),
        ("平遥县2023年固定资产投资增速是多少？", "subject"),
        ("平遥县新开通的5G基站是哪家公司建的？", "nobody"),
    ],
)
def test_what_is_not_told_is_seen_and_refused(assistant: Assistant, question: str, sign: str) -> None:
    assert sign in against(assistant, question)
    answer = assistant.ask(question)
    assert answer.refused
    assert answer.confidence < ANSWER_FROM


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("平遥县2024年煤炭产量的目标是多少？", "500万吨"),
        ("平遥县玻璃器皿专业镇完成了多少投资？", "5.6亿元"),
        ("平遥县“双十示范”行动每年创建哪两类村？", "综合治理村"),
        ("平遥县古城灯会由哪家企业承办？", "文旅集团"),
        ("电视剧《古城往事》什么时候上映？", "6月"),
        ("平遥县新开通了多少座5G基站？", "76座"),
        ("平遥县2023年装备制造业增长了多少？", "26.8%"),
        ("平遥县打算今年挖多少煤？", "500万吨"),
        ("平遥县2024年社会消费品零售总额要增长多少？", "6.5%"),
        ("平遥县连翘目前累计抚育了多少亩？", "35万亩"),
        ("平遥县长是谁？", "李雪"),
        ("Who is the county mayor of Pingyao?", "李雪"),
        ("平遥县地区生产总值比“十三五”末增长了多少？", "翻了一番"),
    ],
)
def test_what_is_told_is_answered(assistant: Assistant, question: str, answer: str) -> None:
    assert answer in assistant.ask(question).text


@pytest.mark.parametrize("question", ["平遥县委书记是谁？", "Who is the party secretary of Pingyao?"])
def test_an_office_of_another_place_is_not_the_one_asked_for(assistant: Assistant, question: str) -> None:
    assert "韩军" not in assistant.ask(question).text


def test_the_later_year_of_a_comparison_has_to_be_told(assistant: Assistant) -> None:
    assert assistant.ask("平遥县2024年苹果产量比2023年增加了多少？").refused


def test_a_plan_is_told_as_one_where_a_result_is_asked_for(assistant: Assistant) -> None:
    told = assistant.ask("平遥县2024年煤炭产量实际完成了多少？").text
    assert "只有计划" in told
    assert "500万吨" in told


def test_a_row_of_targets_is_told_as_targets(assistant: Assistant) -> None:
    told = assistant.ask("平遥县2024年社会消费品零售总额增长多少？").text
    assert "6.5%（这是计划或目标）" in told


def test_the_kind_that_is_not_told_is_named(assistant: Assistant) -> None:
    assert "具体是哪些" in assistant.ask("平遥县智能化开采的4座煤矿分别叫什么？").text
    assert "没有说到“导演”" in assistant.ask("电视剧《古城往事》的导演是谁？").text
    assert "具体指什么" in assistant.ask("平遥县的“11365”总体思路指的是什么？").text


def test_what_is_grown_is_not_what_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "清溪县2024年工作计划.txt").write_text(
        "清溪县2024年农业工作计划\n\n今年引进巨菌草试验示范项目，先期实验种植巨菌草100亩。\n",
        encoding="utf-8",
    )
    assistant = open_assistant([tmp_path], tmp_path / "store")
    assert "100亩" in assistant.ask("清溪县2024年巨菌草种植面积是多少？").text
    assert assistant.ask("清溪县2024年草莓种植面积是多少？").refused
    assert assistant.ask("清溪县羊肚菌种植面积").refused
