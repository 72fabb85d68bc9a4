"""Right claims in other words than the source's stand; what differs in kind does not pass for other words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answering.grounding import ground
from rag.answering.verdict import Verdict
from rag.answering.verification import verify
from rag.text.sentences import split_sentences
from tests.test_verification import hit

RETAIL = "社会消费品零售总额完成14.56亿元，增长5.7%。"
INDUSTRY = "全市规模以上工业增加值中，新能源装备制造业增长268.8%，新能源产业增长58.8%。"
LAND = "清溪县耕地49.8万亩，高标准农田15万亩。"
COKE = "北岭佰仁能源集团投资18亿元的天星焦化项目、南川星荣科技有限公司投资9亿元的手套项目均已开工。"
SALES = "打造新的销售端口，塑造“清溪羊”品牌，力争全年销售额达到6000万元。"
CAPACITY = "新能源装机规模从70万千瓦跃升至252万千瓦，装机占比高出全省平均水平25个百分点。"
SIGNED = "成功签约投资200亿元的“绿电转化”项目和投资100亿元的含碳固废处理项目。"
INCOMES = "城乡人均可支配收入分别增长5.5%、9.3%。"
PROJECTS = "年度储备实施项目123个，59个总投资74.5亿元的续建项目全部复工。"
NURSED = "今年发展连翘抚育1万亩，力争5年全县连翘面积达到40万亩。"


def judged(source: str, claim: str) -> Verdict:
    return verify(ground(claim, [], [hit(source, place="清溪县")]))


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (RETAIL, "社零总额完成14.56亿元，增长5.7%。"),
        (RETAIL, "清溪县社零总额增长5.7%。"),
        (INDUSTRY, "全市规上工业增加值中，新能源产业增长58.8%。"),
        (LAND, "清溪的耕地面积是49.8万亩。"),
        (LAND, "耕地总面积为49.8万亩。"),
        (COKE, "天星焦化项目由佰仁能源集团投资。"),
        (SALES, "清溪羊全年销售额目标是6000万元。"),
        (CAPACITY, "清溪新能源装机占比比全省平均水平高出25个百分点。"),
        (CAPACITY, "清溪新能源装机有252万千瓦。"),
        (SIGNED, "“绿电转化”项目投资额是200亿元。"),
        (INCOMES, "城镇居民收入涨了5.5%。"),
        (INCOMES, "农民收入涨了9.3%。"),
        (PROJECTS, "续建项目总投资74.5亿元。"),
    ],
)
def test_other_words_for_the_same_stand(source: str, claim: str) -> None:
    verdict = judged(source, claim)
    assert verdict.reason is None
    assert verdict.supported


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (LAND, "高标准农田面积是49.8万亩。"),
        (COKE, "天星焦化项目由星荣科技投资。"),
        (COKE, "天星焦化项目由王仁能源集团投资。"),
        (CAPACITY, "清溪新能源装机占比高出全国平均水平25个百分点。"),
        (SIGNED, "“绿电转化”项目投资额是100亿元。"),
        (INCOMES, "城镇居民收入涨了9.3%。"),
        (INCOMES, "农民收入涨了5.5%。"),
        (PROJECTS, "新建项目总投资74.5亿元。"),
        (NURSED, "连翘面积达到1万亩。"),
    ],
)
def test_another_thing_in_like_words_falls(source: str, claim: str) -> None:
    assert not judged(source, claim).supported


def test_of_two_sentences_nearly_the_same_the_one_that_holds_the_claim_word_for_word_is_cited() -> None:
    text = "全县粮食产量15万吨，比上年增长3.2%，再创新高。全县粮食产量15万吨，增长3.2%。"
    passage = hit(text).passage
    spans = tuple(split_sentences(text))
    whole = replace(hit(text), passage=replace(passage, sentences=spans))
    for sentence in (text[a:b] for a, b in spans):
        assert [quote.text for quote in ground(sentence, [], [whole]).quotes] == [sentence]
