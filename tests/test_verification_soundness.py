"""What is true in part is not supported: a plan told as done, a neighbour's figure in a list, two quotes made one."""

from __future__ import annotations

import pytest

from rag.answering.grounding import ground
from rag.answering.verdict import Unsupported, Verdict
from rag.answering.verification import verify
from tests.test_verification import hit

GOAL = "力争全年煤炭产量完成500万吨。"
WORKS = "今年，计划新建高标准农田3万亩，改造老旧小区12个。"
BOTH_YEARS = "去年完成投资26.1亿元，今年力争完成投资30亿元。"
INTENDED = "年初计划投资30亿元，实际完成28亿元。"
DONE = "2023年，全县新建高标准农田2.8万亩，改造老旧小区10个。"
AFTER = "项目建成后，预计年产值可达6亿元，带动就业800人。"
SIGNED = "全县签约项目计划总投资56亿元，目前已开工12个。"
OPENING = "生活垃圾焚烧发电项目将于6月底投产。"
OPENED = "污水处理厂已于去年10月投运。"
INCOMES = "城镇和农村居民人均可支配收入分别达到34690元和13208元，同比分别增长4.9%和8.1%。"
INDUSTRIES = "第一、第二、第三产业增加值分别为12.3亿元、50.4亿元、32.5亿元，分别增长3.1%、5.6%、4.2%。"
FRUIT = "苹果、核桃、红枣产量分别达到1200吨、300吨和450吨。"
BUDGET = "一般公共预算收入完成8.6亿元，增长7.2%；一般公共预算支出完成25.3亿元，增长3.4%。"
FIRMS = "全县共有市场主体18500户，其中企业3200户、个体工商户14800户。"
CROPS = "全县粮食种植面积32万亩，其中玉米25万亩、谷子3万亩。"
STATIONS = "高铁站总投资5.2亿元，客运站总投资1.3亿元，公交枢纽总投资0.8亿元。"
NEW = "64个总投资46.92亿元的新建项目开工59个，开工率92.2%，完成投资31.26亿元。"
HEAT = "导热性随温度升高而下降，随压力变化也有不同。"
BOUNDS = "总投资超3亿元，年接待游客近50万人次，惠及农户2000户以上。"


def judged(source: str, claim: str) -> Verdict:
    return verify(ground(claim, [], [hit(source, place="清溪县")]))


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (GOAL, "2024年清溪县煤炭产量力争完成500万吨。"),
        (GOAL, "清溪县2024年煤炭产量目标是500万吨。"),
        (GOAL, "计划煤炭产量500万吨。"),
        (WORKS, "清溪县2024年计划改造老旧小区12个。"),
        (WORKS, "今年将新建高标准农田3万亩。"),
        (BOTH_YEARS, "2023年完成投资26.1亿元。"),
        (BOTH_YEARS, "今年力争完成投资30亿元。"),
        (INTENDED, "计划投资30亿元，实际完成28亿元。"),
        (INTENDED, "完成投资28亿元。"),
        (DONE, "2023年清溪县改造了老旧小区10个。"),
        (AFTER, "项目建成后，年产值可达6亿元。"),
        (AFTER, "项目预计带动就业800人。"),
        (SIGNED, "签约项目总投资为56亿元。"),
        (SIGNED, "已开工12个。"),
        (OPENING, "生活垃圾焚烧发电项目计划6月底投产。"),
        (OPENED, "污水处理厂2023年10月投运。"),
        (INCOMES, "农村居民人均可支配收入13208元，同比增长8.1%。"),
        (INCOMES, "城镇居民人均可支配收入34690元，同比增长4.9%。"),
        (INDUSTRIES, "第二产业增加值50.4亿元，增长5.6%。"),
        (INDUSTRIES, "第一产业增加值12.3亿元。"),
        (FRUIT, "红枣产量450吨。"),
        (FRUIT, "苹果和红枣产量分别为1200吨和450吨。"),
        (BUDGET, "一般公共预算支出25.3亿元，增长3.4%。"),
        (FIRMS, "全县有企业3200户。"),
        (CROPS, "玉米种植面积25万亩。"),
        (STATIONS, "客运站总投资1.3亿元。"),
        (NEW, "新建项目总投资46.92亿元。"),
        (NEW, "新建项目完成投资31.26亿元。"),
        (BOUNDS, "总投资3亿元以上。"),
        (BOUNDS, "年接待游客约50万人次。"),
    ],
)
def test_what_the_source_says_stands(source: str, claim: str) -> None:
    verdict = judged(source, claim)
    assert verdict.reason is None
    assert verdict.supported


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (GOAL, "清溪县2024年煤炭产量已达到500万吨。"),
        (GOAL, "2024年煤炭产量为500万吨。"),
        (WORKS, "今年改造了老旧小区12个。"),
        (BOTH_YEARS, "今年完成投资30亿元。"),
        (BOTH_YEARS, "2023年计划完成投资26.1亿元。"),
        (INTENDED, "实际完成投资30亿元。"),
        (INTENDED, "计划投资28亿元。"),
        (DONE, "2023年计划新建高标准农田2.8万亩。"),
        (AFTER, "项目年产值已达6亿元。"),
        (AFTER, "项目已带动就业800人。"),
        (SIGNED, "签约项目已完成投资56亿元。"),
        (SIGNED, "计划开工12个。"),
        (OPENING, "生活垃圾焚烧发电项目已于6月底投产。"),
        (OPENED, "污水处理厂将于2023年10月投运。"),
        (INCOMES, "农村居民人均可支配收入34690元。"),
        (INCOMES, "农村居民人均可支配收入13208元，同比增长4.9%。"),
        (INDUSTRIES, "第二产业增加值50.4亿元，增长4.2%。"),
        (INDUSTRIES, "第三产业增加值50.4亿元。"),
        (FRUIT, "核桃产量达到1200吨。"),
        (FRUIT, "苹果、核桃、红枣产量分别达到300吨、1200吨和450吨。"),
        (BUDGET, "一般公共预算支出增长7.2%。"),
        (BUDGET, "一般公共预算收入完成25.3亿元。"),
        (FIRMS, "全县共有市场主体3200户。"),
        (FIRMS, "企业14800户。"),
        (CROPS, "粮食种植面积25万亩。"),
        (STATIONS, "客运站总投资5.2亿元。"),
        (NEW, "新建项目完成投资46.92亿元。"),
        (NEW, "新建项目总投资31.26亿元。"),
        (HEAT, "导热性随温度升高而增长，随压力变化也有不同。"),
        (HEAT, "导热性随温度升高而未下降，随压力变化也有不同。"),
        (BOUNDS, "总投资不足3亿元。"),
        (BOUNDS, "年接待游客超50万人次。"),
        (BOUNDS, "惠及农户近2000户。"),
    ],
)
def test_what_is_only_near_it_falls(source: str, claim: str) -> None:
    assert not judged(source, claim).supported


@pytest.mark.parametrize(
    ("source", "claim"), [(GOAL, "煤炭产量已完成500万吨。"), (DONE, "2023年将改造老旧小区10个。")]
)
def test_a_plan_and_a_result_are_told_apart_by_name(source: str, claim: str) -> None:
    assert judged(source, claim).reason is Unsupported.PLAN


class TestSeveralQuotes:
    PLACES = (
        hit("全县地区生产总值95亿元，增长4.7%。", 1, place="清溪县"),
        hit("全县地区生产总值180亿元，增长6.2%。", 2, place="云岭县"),
    )
    THINGS = (hit("建成日光温室300座。", 1), hit("鲜奶吧项目投资80万元。", 2))

    @pytest.mark.parametrize(
        "claim",
        [
            "清溪县地区生产总值95亿元，云岭县地区生产总值180亿元。",
            "云岭县地区生产总值增长6.2%，清溪县增长4.7%。",
        ],
    )
    def test_each_supports_its_own_part(self, claim: str) -> None:
        statement = ground(claim, [], self.PLACES)
        assert verify(statement).supported
        assert {quote.hit.id for quote in statement.quotes} == {1, 2}

    @pytest.mark.parametrize(
        "claim",
        [
            "清溪县地区生产总值95亿元，增长6.2%。",
            "清溪县增长6.2%，云岭县增长4.7%。",
            "清溪县地区生产总值180亿元，云岭县95亿元。",
        ],
    )
    def test_the_figure_of_one_place_is_not_lent_to_another(self, claim: str) -> None:
        assert not verify(ground(claim, [], self.PLACES)).supported

    def test_what_one_tells_of_its_thing_is_not_told_of_the_others(self) -> None:
        assert not verify(ground("建成日光温室300座，投资80万元。", [], self.THINGS)).supported


def test_a_line_without_words_of_its_language_supports_nothing_said_beside_it() -> None:
    assert not judged("From: office@yunling.example", "清溪县县长是张三。").supported


def test_a_place_named_in_another_language_is_no_support_for_what_is_told_of_it() -> None:
    assert not judged("清溪县开展了法治宣传。", "Qingxi is famous for its wine.").supported
