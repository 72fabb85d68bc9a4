"""A plan is told from a result by the words that mark it."""

from __future__ import annotations

import pytest

from rag.text.plans import Stance, stance_at


@pytest.mark.parametrize(
    "text",
    [
        "力争全年煤炭产量完成500万吨",
        "今年计划新建高标准农田3万亩",
        "新能源装机将达到252万千瓦",
        "要确保粮食产量稳定在8万吨以上",
        "全年销售额目标是6000万元",
        "项目建成后年产值可达6亿元",
        "Output is expected to reach 5 million tonnes",
    ],
)
def test_plans(text: str) -> None:
    assert stance_at(text) is Stance.PLANNED


@pytest.mark.parametrize(
    "text",
    [
        "已建成高标准农田3万亩",
        "改造了老旧小区12个",
        "实际完成投资28亿元",
        "目前抚育累计35万亩",
        "The county has built 12",
    ],
)
def test_results(text: str) -> None:
    assert stance_at(text) is Stance.DONE


@pytest.mark.parametrize(
    "text",
    [
        "原煤产量2694.5万吨",
        "实施“雨露计划”补助1200人",
        "落实三年行动计划",
        "主要指标居全市第一",
        "为了方便群众",
        "将32个村纳入试点",
        "争取专项资金3.2亿元",
        "签约项目计划总投资56亿元",
        "完成年度目标任务的105%",
    ],
)
def test_neither(text: str) -> None:
    assert stance_at(text) is Stance.OPEN


def test_the_last_mark_before_a_figure_tells() -> None:
    text = "去年已完成26亿元，今年力争完成30亿元"
    assert stance_at(text, text.index("26")) is Stance.DONE
    assert stance_at(text, text.index("30")) is Stance.PLANNED
