"""Lists told side by side are told again one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.respective import portions


@pytest.mark.parametrize(
    ("clause", "told"),
    [
        (
            "城镇、农村居民人均可支配收入分别为42000元、18000元。",
            ["城镇居民人均可支配收入为42000元。", "农村居民人均可支配收入为18000元。"],
        ),
        ("城乡居民收入分别增长5.5%、9.3%", ["城镇居民收入增长5.5%", "农村居民收入增长9.3%"]),
        (
            "第一、第二、第三产业增加值分别为12亿元、50亿元、32亿元",
            ["第一产业增加值为12亿元", "第二产业增加值为50亿元", "第三产业增加值为32亿元"],
        ),
        (
            "地区生产总值、固定资产投资、社会消费品零售总额分别增长5.1%、8.3%和6.7%",
            ["地区生产总值增长5.1%", "固定资产投资增长8.3%", "社会消费品零售总额增长6.7%"],
        ),
        ("苹果、猕猴桃产量达到300吨、20吨", ["苹果产量达到300吨", "猕猴桃产量达到20吨"]),
        ("企业、个体工商户3200户、14800户", ["企业3200户", "个体工商户14800户"]),
        (
            "东关、西关、南关三个社区分别建成充电桩20个、15个、32个",
            ["东关三个社区建成充电桩20个", "西关三个社区建成充电桩15个", "南关三个社区建成充电桩32个"],
        ),
    ],
)
def test_each_thing_gets_its_own_figure(clause: str, told: list[str]) -> None:
    assert [one.text for one in portions(clause)] == told


@pytest.mark.parametrize(
    "clause",
    [
        "地区生产总值95.2亿元，",
        "新建苗圃20亩、中试基地50亩，",
        "苹果、核桃、红枣产量分别为300吨、20吨",
        "2023年、2024年建成",
        "新能源装机从70万千瓦、80万千瓦",
    ],
)
def test_what_is_not_told_side_by_side_stays_as_it_is(clause: str) -> None:
    assert portions(clause) == ()


def test_a_clause_without_things_goes_on_with_those_of_the_clause_before() -> None:
    things = tuple(one.of for one in portions("苹果和核桃产量分别为300吨和20吨，"))
    assert [one.text for one in portions("分别增长3%和5%。", things)] == [
        "苹果产量增长3%。",
        "核桃产量增长5%。",
    ]
    assert portions("分别增长3%、5%和6%。", things) == ()


@given(st.lists(st.integers(10, 999), min_size=2, max_size=5, unique=True))
def test_the_figures_keep_their_order(numbers: list[int]) -> None:
    things = ["苹果", "核桃", "红枣", "谷子", "玉米"][: len(numbers)]
    clause = f"{'、'.join(things)}分别收获{'、'.join(f'{one}吨' for one in numbers)}"
    assert [one.text for one in portions(clause)] == [
        f"{thing}收获{number}吨" for thing, number in zip(things, numbers, strict=True)
    ]
