"""Figures side by side: a table of what was compared, and what is computed of it with its inputs shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.calculation import difference, total
from rag.answering.comparison import labels
from rag.assistant import Assistant, open_assistant
from rag.text.figures import find_figures
from rag.types import Figure

COUNTIES = {
    "清溪县": ("180.5亿元", "6.1%", "12.4亿元", "31.2万人"),
    "白河县": ("95.2亿元", "4.7%", "8.9亿元", "18.6万人"),
    "石桥县": ("120亿元", "5.5%", "10.2亿元", "25万人"),
}


def report(county: str) -> str:
    """A county's report of 2023."""
    product, growth, revenue, people = COUNTIES[county]
    return (
        f"{county}2023年国民经济和社会发展统计公报\n\n"
        f"2023年，全县地区生产总值完成{product}，增长{growth}。\n\n"
        f"2023年，全县一般公共预算收入{revenue}。\n\n"
        f"2023年年末，全县常住人口{people}。\n"
    )


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant over the reports of three counties."""
    place = tmp_path_factory.mktemp("three")
    for county in COUNTIES:
        (place / f"{county}.txt").write_text(report(county), encoding="utf-8")
    return open_assistant([place], store=Path(place) / "store")


def figure(text: str) -> Figure:
    """The one figure of a text."""
    (found,) = find_figures(text)
    return found


class TestWhatIsComputed:
    @pytest.mark.parametrize(
        ("one", "other", "shown"),
        [
            ("180.3亿元", "50.9亿元", "180.3亿元 − 50.9亿元 = 129.4亿元"),
            ("4000万元", "1.2亿元", "1.2亿元 − 4000万元 = 8000万元"),
            ("5.4%", "5.5%", "5.5% − 5.4% = 0.1个百分点"),
            ("208万千瓦", "252万千瓦", "252万千瓦 − 208万千瓦 = 44万千瓦"),
            ("59个", "64个", "64个 − 59个 = 5个"),
            ("2,694.5万吨", "500万吨", "2,694.5万吨 − 500万吨 = 2194.5万吨"),
        ],
    )
    def test_the_smaller_is_taken_from_the_larger_in_their_own_writing(
        self, one: str, other: str, shown: str
    ) -> None:
        result = difference(figure(one), figure(other))
        assert result is not None
        assert result.shown == shown
        assert shown.endswith(result.figure)

    def test_unlike_units_have_no_difference_and_no_sum(self) -> None:
        assert difference(figure("5.4%"), figure("50.9亿元")) is None
        assert total([figure("3个"), figure("5座")]) is None

    def test_shares_are_not_added_up(self) -> None:
        assert total([figure("5.4%"), figure("5.5%")]) is None

    def test_what_is_rough_stays_rough(self) -> None:
        result = total([figure("130多名"), figure("20名")])
        assert result is not None
        assert (result.figure, result.rough) == ("150名", True)

    @given(st.lists(st.decimals(min_value="0.01", max_value="99999", places=2), min_size=2, max_size=6))
    def test_a_sum_is_read_back_as_what_its_parts_add_up_to(self, numbers: list[object]) -> None:
        parts = [figure(f"{number}万吨") for number in numbers]
        result = total(parts)
        assert result is not None
        assert figure(result.figure).value == pytest.approx(sum(part.value for part in parts), rel=1e-9)

    @given(
        st.decimals(min_value="0.1", max_value="9999", places=1),
        st.decimals(min_value="0.1", max_value="9999", places=1),
    )
    def test_a_difference_is_the_same_whichever_comes_first(self, one: object, other: object) -> None:
        a, b = figure(f"{one}亿元"), figure(f"{other}亿元")
        first, second = difference(a, b), difference(b, a)
        assert first is not None
        assert second is not None
        assert first.figure == second.figure


class TestWhatTheThingsAreCalled:
    @pytest.mark.parametrize(
        ("questions", "called"),
        [
            (("清溪县2023年的收入是多少？", "白河县2023年的收入是多少？"), ["清溪县", "白河县"]),
            (("清溪县2023年的收入是多少？", "白河县2024年的收入是多少？"), ["清溪县", "白河县"]),
            (("清溪县2022年的收入是多少？", "清溪县2023年的收入是多少？"), ["2022年", "2023年"]),
            (("清溪第二产业增加值是多少？", "清溪第三产业增加值是多少？"), ["第二产业", "第三产业"]),
        ],
    )
    def test_they_are_called_by_what_sets_them_apart(
        self, questions: tuple[str, ...], called: list[str]
    ) -> None:
        assert labels(questions) == called

    def test_what_nothing_sets_apart_keeps_its_whole_question(self) -> None:
        assert labels(["收入是多少？", "收入是多少？"]) == ["收入是多少？", "收入是多少？"]


class TestAComparison:
    def test_is_a_table_that_cites_every_row(self, counties: Assistant) -> None:
        answer = counties.ask("清溪县和白河县2023年的地区生产总值各是多少，哪个高？")
        head, rule, first, second, *_ = answer.text.splitlines()
        assert head == "| 对象 | 时间 | 数值 | 原文 |"
        assert set(rule) == {"|", "-"}
        assert first.startswith("| 清溪县 | 2023年 | 180.5亿元 | ")
        assert first.endswith("[1]")
        assert second.startswith("| 白河县 | 2023年 | 95.2亿元 | ")
        assert second.endswith("[2]")

    def test_is_a_table_in_english_too_with_its_figures_converted(self, counties: Assistant) -> None:
        answer = counties.ask("Which is larger, the population of Qingxi or the population of Baihe in 2023?")
        head, _, first, second, *_ = answer.text.splitlines()
        assert head == "| What | When | Figure | The source's words |"
        assert first.startswith("| Qingxi | 2023 | 31.2万人 (312,000 people) | “")
        assert second.startswith("| Baihe | 2023 | 18.6万人 (186,000 people) | “")

    def test_of_all_places_lets_in_those_that_the_condition_holds_for(self, counties: Assistant) -> None:
        answer = counties.ask("2023年哪些县的地区生产总值超过100亿元？")
        assert "180.5亿元" in answer.text
        assert "120亿元" in answer.text
        assert "95.2亿元" not in answer.text
        below = counties.ask("2023年哪些县的地区生产总值低于100亿元？")
        assert "95.2亿元" in below.text
        assert "120亿元" not in below.text

    def test_says_what_it_computed_and_from_what(self, counties: Assistant) -> None:
        answer = counties.ask("清溪县和白河县2023年的地区生产总值各是多少，哪个高？")
        last = answer.text.splitlines()[-1]
        assert last == "清溪县的数值较大，两者相差85.3亿元（180.5亿元 − 95.2亿元 = 85.3亿元）。[1][2]"

    def test_ends_its_table_with_a_blank_line(self, counties: Assistant) -> None:
        text = counties.ask("清溪县和白河县2023年的地区生产总值各是多少，哪个高？").text
        assert text.split("\n\n")[0].count("\n|") == 3

    def test_adds_up_what_is_asked_for_together(self, counties: Assistant) -> None:
        answer = counties.ask("清溪县、白河县、石桥县2023年的一般公共预算收入合计多少？")
        last = answer.text.splitlines()[-1]
        assert last.startswith("合计31.5亿元（12.4亿元 ＋ 8.9亿元 ＋ 10.2亿元 = 31.5亿元）")

    def test_of_all_places_names_the_largest_and_the_smallest(self, counties: Assistant) -> None:
        answer = counties.ask("哪个县2023年的地区生产总值最高？")
        assert answer.text.splitlines()[2].startswith("| 清溪县 | 2023年 | 180.5亿元 |")
        assert "数值最大的是清溪县，最小的是白河县（180.5亿元；95.2亿元）" in answer.text

    def test_of_all_places_says_so_where_none_satisfies_the_condition(self, counties: Assistant) -> None:
        answer = counties.ask("2023年哪些县的地区生产总值超过500亿元？")
        assert answer.text.startswith("找到的这些里没有符合这个条件的：")
        assert len(answer.citations) == len(COUNTIES)

    def test_takes_the_year_that_stands_with_the_last_place_for_all(self, counties: Assistant) -> None:
        answer = counties.ask("清溪县和白河县2021年的地区生产总值各是多少？")
        assert answer.refused


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant over two reports of one county, a year apart."""
    place = tmp_path_factory.mktemp("differ")
    for year, installed in ((2022, "208万千瓦"), (2023, "252万千瓦")):
        text = f"清溪县{year}年统计公报\n\n{year}年，全县新能源装机规模达到{installed}。\n"
        (place / f"清溪县{year}.txt").write_text(text, encoding="utf-8")
    return open_assistant([place], store=Path(place) / "store")


class TestDocumentsThatDiffer:
    def test_stand_side_by_side_with_their_years(self, reports: Assistant) -> None:
        answer = reports.ask("清溪县的新能源装机规模有多大？")
        _, _, first, second = answer.text.splitlines()
        assert first.startswith("| 清溪县 | 2022年 | 208万千瓦 |")
        assert second.startswith("| 清溪县 | 2023年 | 252万千瓦 |")
        assert [claim.citations for claim in answer.claims] == [(1,), (2,)]

    def test_do_not_where_the_question_names_the_year(self, reports: Assistant) -> None:
        answer = reports.ask("清溪县2022年的新能源装机规模有多大？")
        assert "208万千瓦" in answer.text
        assert "252万千瓦" not in answer.text


HALF = (
    "石桥县2024年上半年经济运行\n\n2024年上半年，全县经济持续向好。全县一般公共预算收入完成60亿元，增长5%。\n"
)
WHOLE = "白河县2024年国民经济和社会发展统计公报\n\n2024年，全县一般公共预算收入完成95.2亿元，增长4.7%。\n"


@pytest.fixture(scope="module")
def unlike(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant over the account of a half-year and that of a year."""
    place = tmp_path_factory.mktemp("unlike")
    (place / "石桥县.txt").write_text(HALF, encoding="utf-8")
    (place / "白河县.txt").write_text(WHOLE, encoding="utf-8")
    return open_assistant([place], store=Path(place) / "store")


class TestUnlikePartsOfAYear:
    def test_are_told_in_the_table_and_beside_the_difference(self, unlike: Assistant) -> None:
        answer = unlike.ask("石桥县和白河县2024年的一般公共预算收入相差多少？")
        assert "| 2024年上半年 | 60亿元 |" in answer.text
        assert "| 2024年 | 95.2亿元 |" in answer.text
        assert "两者的时段不同" in answer.text

    def test_in_english_the_rows_are_called_by_their_places(self, unlike: Assistant) -> None:
        answer = unlike.ask("What was Shiqiao's general public budget revenue in 2024 compared with Baihe?")
        assert "| Shiqiao | first half 2024 |" in answer.text
        assert "Larger: Baihe" in answer.text
        assert "not of the same part of the year" in answer.text


RESULT = "白河县2024年政府工作报告\n\n去年，全县原煤产量2694万吨。全县地区生产总值达到180亿元。服务业对GDP增长的贡献率超过40%。\n"
PLAN = (
    "石桥县2024年工作要点\n\n2024年，力争全县原煤产量达到500万吨。全县GDP增长5.5%。招商引资签约项目30个。\n"
)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant over one county's results and another's plans."""
    place = tmp_path_factory.mktemp("planned")
    (place / "白河县.txt").write_text(RESULT, encoding="utf-8")
    (place / "石桥县.txt").write_text(PLAN, encoding="utf-8")
    return open_assistant([place], store=Path(place) / "store")


class TestWhatMustNotBeClaimed:
    def test_a_plan_beside_a_result_is_called_one(self, planned: Assistant) -> None:
        answer = planned.ask("白河县和石桥县哪个县的原煤产量大？")
        assert "| 2024年（计划） | 500万吨 |" in answer.text
        assert "| 2023年 | 2694万吨 |" in answer.text
        assert answer.text.count("其中有计划数") == 1

    def test_of_each_place_the_figure_is_looked_for_and_said_where_there_is_none(
        self, planned: Assistant
    ) -> None:
        answer = planned.ask("哪些县的地区生产总值超过100亿元？")
        assert "180亿元" in answer.text
        assert "没有找到石桥县的这个数值" in answer.text
        assert "5.5%" not in answer.text

    def test_which_way_something_went_is_not_told_by_a_sentence_about_something_else(
        self, planned: Assistant
    ) -> None:
        answer = planned.ask("白河县的固定资产投资下降了吗？")
        assert answer.refused
