"""A value has the unit that is surely its own, and none where that is in doubt."""

from __future__ import annotations

import pytest

from rag.documents.cleaning.pieces import clean_regions
from rag.documents.extract import Region
from rag.documents.tables.units import kind_of_unit, unit_of_header, units_stated
from rag.original import Cell, Original
from tests.test_tables import Grid, table, told


def value(header: str, number: str, *, label: str = "清溪镇", above: str = "单位：万元") -> str:
    """What is told of one figure below a header, behind its row's label."""
    (sentence,) = told([["乡镇", header], [label, number]], above=above)
    return sentence.removeprefix(f"{label}：").removesuffix("。")


@pytest.mark.parametrize(
    "header", ["投资额", "2023年", "合计", "税收收入", "贫困人口补助资金", "预算数", "2023年度"]
)
def test_a_sum_of_money_has_the_tables_unit(header: str) -> None:
    assert value(header, "345") == f"{header}345万元"


@pytest.mark.parametrize(
    "header",
    "户数 总户数 人口 常住人口 职工人数 人均收入 排名 位次 邮编 邮政编码 联系电话 年份 建成年份 完成时间 面积 产量 数量 "
    "企业数 项目 增速 同比增长 比上年增减 完成率 占比 价格指数 单价 得分 收入增速".split(),
)
def test_what_is_no_sum_of_money_has_not(header: str) -> None:
    assert value(header, "345") == f"{header}345"


@pytest.mark.parametrize(
    "label", ["城镇化率", "户数", "人口", "企业数", "财政收入增速", "人均可支配收入", "面积"]
)
def test_a_rows_own_label_says_that_it_is_no_sum_of_money(label: str) -> None:
    assert value("2023年", "12", label=label) == "2023年12"


def test_a_labels_own_unit_goes_before_the_tables() -> None:
    assert value("2023年", "12", label="人口（万人）") == "2023年12万人"
    assert value("比上年增长", "12", label="人口（万人）") == "比上年增长12"


def test_units_of_header_and_label_that_differ_are_both_left_out() -> None:
    assert value("2023年（亿元）", "12", label="人口（万人）", above="") == "2023年（亿元）12"
    assert value("增速（%）", "12", label="人口（万人）", above="") == "增速12%"


@pytest.mark.parametrize(
    ("number", "header"), [("0354", "投资"), ("13903541234", "2023年"), ("2021", "开工")]
)
def test_codes_and_years_have_no_unit(number: str, header: str) -> None:
    assert value(header, number) == f"{header}{number}"


@pytest.mark.parametrize(
    "line", ["单位：万元、%", "单位：万元，％", "（单位：万元/%）", "表2 财政收支 单位:万元、 %"]
)
def test_of_two_units_each_goes_to_what_is_surely_measured_in_it(line: str) -> None:
    assert value("财政收入", "12", above=line) == "财政收入12万元"
    assert value("增长", "12", above=line)[:4] == "增长12"
    assert value("增长", "12", above=line)[4:] in "%％"
    assert value("原煤", "12", above=line) == "原煤12"


def test_three_units_are_told_apart() -> None:
    grid: Grid = [["县", "投资", "户数", "人数", "其他"], ["清溪县", "9", "8", "7", "6"]]
    assert told(grid, above="单位：万元、户、人") == ["清溪县：投资9万元，户数8户，人数7人，其他6。"]


@pytest.mark.parametrize(
    "line", ["编制单位：清溪县财政局", "填报单位：教育局", "单位：见各栏", "单位：万元、见注"]
)
def test_an_organisation_is_no_unit(line: str) -> None:
    assert value("金额", "12", above=line) == "金额12"


def test_a_column_of_organisations_names_the_row() -> None:
    grid = [["序号", "单位", "人数", "金额（万元）"], ["1", "县教育局", "30", "12.5"]]
    assert told(grid) == ["1，县教育局：人数30，金额12.5万元。"]


def test_a_column_of_units_is_that_of_quantities_not_of_prices_and_sums() -> None:
    grid = [["名称", "单位", "数量", "单价", "金额", "同比增长"], ["水泥", "吨", "30", "300", "9000", "2"]]
    assert told(grid) == ["水泥：数量30吨，单价300，金额9000，同比增长2。"]


@pytest.mark.parametrize("header", ["总量（累计）", "财政收入（不含基金）", "预算/决算", "得分（满分）"])
def test_what_stands_in_brackets_is_not_always_a_unit(header: str) -> None:
    assert value(header, "12", above="") == f"{header}12"


def test_averages_of_money_are_told_in_single_yuan_alone() -> None:
    assert value("人均可支配收入", "31000", above="单位：元") == "人均可支配收入31000元"
    assert value("平均年龄", "31", above="单位：元") == "平均年龄31"


def test_a_row_of_units_below_the_header_gives_them() -> None:
    grid: Grid = [["指标", "生产总值", "人口"], [None, "亿元", "万人"], ["清溪县", "30", "2"]]
    assert told(grid, headers=2) == ["清溪县：生产总值30亿元，人口2万人。"]


def test_the_unit_above_one_table_is_not_the_next_ones() -> None:
    original, regions = table([["县", "2023年"], ["清溪县", "1"]], above="单位：万元")
    start = len(original.text)
    text = original.text + "县\t2023年\n云岭县\t2\n"
    spans = [(start, start + 1), (start + 2, start + 7), (start + 8, start + 11), (start + 12, start + 13)]
    cells = [
        Cell(*span, 2, 1 + index // 2, 1 + index % 2, header=index < 2) for index, span in enumerate(spans)
    ]
    body, _ = clean_regions(
        Original(text, cells=(*original.cells, *cells)), [*regions, Region("row", tuple(spans[2:]))]
    )
    assert body.text.endswith("清溪县：2023年1万元。\n云岭县：2023年2。")


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("万元", "money"),
        ("亿千瓦时", "amount"),
        ("%", "share"),
        ("元/人", "other"),
        ("局", None),
        ("亿", "quantity"),
    ],
)
def test_units_are_known_by_what_they_measure(unit: str, kind: str | None) -> None:
    assert kind_of_unit(unit) == kind


def test_a_units_place_in_a_header_is_told() -> None:
    assert unit_of_header("产量（万吨）") == (2, (3, 5))
    assert unit_of_header("同比±%") == (2, (3, 4))
    assert unit_of_header("产量（万吨）①") == (7, (3, 5))
    assert unit_of_header("产量（万吨）与产值（亿元）") is None
    assert units_stated("单位：万吨") == ((3, 5),)
