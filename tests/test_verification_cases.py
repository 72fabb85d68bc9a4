"""Claims about texts of every make-up: each figure is held to its row, place, time, direction and bound."""

from __future__ import annotations

import time

import pytest

from rag.answering.draft import Quote, Statement
from rag.answering.grounding import ground
from rag.answering.verdict import Unsupported, Verdict
from rag.answering.verification import verify
from rag.types import Hit
from tests.test_verification import BUDGET, COAL, hit

OUTPUT = (
    "2023年，全县地区生产总值完成95.2亿元，同比增长4.7%，其中第一产业增加值12.3亿元，增长3.1%，第二产业增加值50.4亿元，增"
    "长5.6%；2022年全县地区生产总值为90.1亿元。"
)
TABLE = (
    "清溪县2023年：地区生产总值180亿元，人口21万人，粮食产量12～1"
    "5万吨。云岭县2023年：地区生产总值95亿元，人口9.8万人，粮食产量8万吨。"
)
INCOMES = (
    "城镇居民人均可支配收入42000元，农村居民人均可支配收入18000元，城镇化率"
    "由52.3%提高到58.1%，高于全省平均水平2.4个百分点。"
)
MEETING = (
    "1月24日，县委书记李建国主持召开经济工作会议，县长王海涛作报告，会议没有讨论机构改革。项目总投资约"
    "3.6亿元，位居全市第三，上半年已完成投资超1.2亿元，惠及群众3000余户。"
)
ENGLISH = (
    "In 2023 the county's grain output reached 1.25 million tonnes, up 3.2% from 2022, while "
    "coal output fell 5.1% to 18.4 million tonnes. Mayor Zhang Wei said the new library would "
    "open in May 2025."
)


def judged(source: str, claim: str) -> Verdict:
    return verify(Statement(claim, (Quote(hit(source, year=2024, place="清溪县"), 0, len(source)),)))


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (OUTPUT, "2023年地区生产总值为95.2亿元，增长4.7%。"),
        (OUTPUT, "2022年地区生产总值为90.1亿元。"),
        (OUTPUT, "第二产业增加值50.4亿元，增长5.6%。"),
        (OUTPUT, "地区生产总值由2022年的90.1亿元增加到2023年的95.2亿元，增加5.1亿元。"),
        (OUTPUT, "二产增加值50.4亿元。"),
        (OUTPUT, "In 2023 the county's GDP was 9.52 billion yuan, up 4.7%."),
        (OUTPUT, "Secondary industry value added was 5.04 billion yuan, up 5.6%."),
        (OUTPUT, "GDP同比增长百分之四点七"),
        (OUTPUT, "GDP约95亿元"),
        (TABLE, "清溪县地区生产总值180亿元。"),
        (TABLE, "云岭县人口为98,000人。"),
        (TABLE, "清溪县粮食产量为12万至15万吨。"),
        (TABLE, "清溪县地区生产总值180亿元，云岭县95亿元，相差85亿元。"),
        (TABLE, "清溪县的地区生产总值比云岭县高85亿元。"),
        (INCOMES, "农村居民人均可支配收入1.8万元。"),
        (INCOMES, "城镇化率提高到58.1%。"),
        (INCOMES, "城镇化率从52.3%提高到58.1%，提高了5.8个百分点。"),
        (INCOMES, "城镇居民收入是农村居民的2.3倍（42000元与18000元）。"),
        (INCOMES, "Rural residents' per capita disposable income was 18,000 yuan."),
        (MEETING, "县委书记是李建国。"),
        (MEETING, "会议没有讨论机构改革。"),
        (MEETING, "经济工作会议于1月24日召开。"),
        (MEETING, "项目总投资约3.6亿元，居全市第3位。"),
        (MEETING, "上半年完成投资超过1.2亿元。"),
        (MEETING, "惠及群众3000多户。"),
        (ENGLISH, "Grain output was 1.25 million tonnes in 2023."),
        (ENGLISH, "Coal output dropped by 5.1% to 18.4 million tonnes."),
        (ENGLISH, "粮食产量为125万吨，增长3.2%。"),
        (ENGLISH, "Mayor Zhang Wei said that the new library would open in May 2025."),
    ],
)
def test_what_the_source_says_in_other_words_stands(source: str, claim: str) -> None:
    verdict = judged(source, claim)
    assert verdict.reason is None
    assert verdict.supported


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (OUTPUT, "2022年地区生产总值为95.2亿元。"),
        (OUTPUT, "第一产业增加值50.4亿元。"),
        (OUTPUT, "第二产业增加值增长3.1%。"),
        (OUTPUT, "地区生产总值由2022年的90.1亿元增加到2023年的95.2亿元，增加6.1亿元。"),
        (OUTPUT, "In 2022 the county's GDP was 9.52 billion yuan."),
        (OUTPUT, "The county's fiscal revenue was 9.52 billion yuan in 2023."),
        (OUTPUT, "Secondary industry value added was 1.23 billion yuan."),
        (OUTPUT, "GDP fell by 4.7%."),
        (OUTPUT, "地区生产总值同比增长4.7个百分点"),
        (OUTPUT, "GDP超过95.2亿元"),
        (OUTPUT, "GDP不足95亿元"),
        (TABLE, "云岭县地区生产总值180亿元。"),
        (TABLE, "清溪县人口9.8万人。"),
        (TABLE, "清溪县粮食产量为12万吨。"),
        (TABLE, "清溪县地区生产总值180亿元，云岭县95亿元，相差75亿元。"),
        (INCOMES, "农村居民人均可支配收入42000元。"),
        (INCOMES, "城镇化率由58.1%下降到52.3%。"),
        (INCOMES, "城镇化率低于全省平均水平2.4个百分点。"),
        (INCOMES, "城镇化率高于全省平均水平2.4%。"),
        (INCOMES, "城镇化率从52.3%提高到58.1%，提高了5.8%。"),
        (INCOMES, "Rural residents' per capita disposable income was 42,000 yuan."),
        (MEETING, "县委书记是王海涛。"),
        (MEETING, "县长李建国作报告。"),
        (MEETING, "会议讨论了机构改革。"),
        (MEETING, "1月25日召开经济工作会议。"),
        (MEETING, "项目位居全市第二。"),
        (MEETING, "全年已完成投资超1.2亿元。"),
        (MEETING, "上半年完成投资不足1.2亿元。"),
        (MEETING, "惠及群众3000余人。"),
        (MEETING, "下半年完成投资1.2亿元。"),
        (ENGLISH, "Coal output was 1.25 million tonnes in 2023."),
        (ENGLISH, "Grain output fell 3.2%."),
        (ENGLISH, "Coal output rose 5.1%."),
        (ENGLISH, "Mayor Li Ming said the new library would open in May 2025."),
        (ENGLISH, "The new library would open in June 2025."),
        (ENGLISH, "The new library would not open in May 2025."),
    ],
)
def test_what_it_does_not_say_falls(source: str, claim: str) -> None:
    verdict = judged(source, claim)
    assert not verdict.supported
    assert verdict.quotes == ()
    assert verdict.reason is not None


@pytest.mark.parametrize(
    ("source", "claim", "reason"),
    [
        (OUTPUT, "地区生产总值为98.2亿元。", Unsupported.FIGURE),
        (OUTPUT, "地区生产总值超过95.2亿元。", Unsupported.BOUND),
        (OUTPUT, "2021年地区生产总值为95.2亿元。", Unsupported.PERIOD),
        (TABLE, "云岭县地区生产总值180亿元。", Unsupported.PLACE),
        (OUTPUT, "第一产业增加值50.4亿元。", Unsupported.SUBJECT),
        (OUTPUT, "地区生产总值同比下降4.7%。", Unsupported.DIRECTION),
        (MEETING, "会议讨论了机构改革。", Unsupported.NEGATION),
        (MEETING, "县委书记是赵国庆。", Unsupported.NAME),
        (MEETING, "项目位居全市第二。", Unsupported.ORDINAL),
        (MEETING, "群众普遍反映道路泥泞难行。", Unsupported.WORDING),
    ],
)
def test_the_reason_is_told(source: str, claim: str, reason: Unsupported) -> None:
    assert judged(source, claim).reason is reason


@pytest.mark.parametrize("reason", Unsupported)
def test_every_reason_has_words_in_both_languages(reason: Unsupported) -> None:
    assert reason.told("zh") != reason.told("en")
    assert reason.told("fr") == reason.told("en")


def test_a_claim_is_not_moved_to_a_weaker_passage_when_the_same_sentence_says_the_contrary() -> None:
    passages = [hit("全县粮食产量稳步提升，农民收入增加。", 1), hit("全县粮食产量下降的乡镇有两个。", 2)]
    assert not verify(ground("全县粮食产量稳步下降，农民收入增加。", [], passages)).supported


def test_a_claim_over_two_passages_cites_both() -> None:
    passages: list[Hit] = [hit(COAL, 1), hit(BUDGET, 2)]
    claim = "去年原煤产量2694.5万吨，2024年一般公共预算收入达到12.6亿元。"
    statement = ground(claim, [], passages)
    assert verify(statement).supported
    assert {quote.hit.id for quote in statement.quotes} == {1, 2}


def test_verification_of_an_answer_takes_no_time_that_is_felt() -> None:
    """Target: 30 ms an answer. Measured in processor time with five-fold room, for a busy machine."""
    passages = [hit(text, n) for n, text in enumerate((OUTPUT, TABLE, INCOMES, MEETING, COAL, BUDGET))]
    claims = ["第二产业增加值50.4亿元，增长5.6%。", "城镇化率提高到58.1%。", "原煤产量为9999万吨。"]
    ground(claims[0], [], passages)  # dictionaries are loaded once
    for number, text in enumerate((OUTPUT, TABLE, INCOMES, MEETING, COAL, BUDGET)):
        passages[number] = hit(text, number)
    began = time.process_time()
    for claim in claims:
        verify(ground(claim, [], passages))
    assert time.process_time() - began < 0.15
