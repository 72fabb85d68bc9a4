"""What asks for several things falls into questions that each ask for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.english_parts import en_parts
from rag.retrieval.parts import MOST_PARTS, zh_parts

PLACES = ("清溪", "望河", "临山")
LATIN = {"Qingxi": "清溪", "Wanghe": "望河", "Linshan": "临山"}


def english(question: str) -> tuple[str, ...]:
    return en_parts(question, {word: name for word, name in LATIN.items() if word in question})


class TestPlacesAndYears:
    def test_each_place_takes_the_year_beside_it(self) -> None:
        assert zh_parts("清溪2023年和望河2024年的粮食产量各是多少？", PLACES) == (
            "清溪2023年的粮食产量是多少？",
            "望河2024年的粮食产量是多少？",
        )

    def test_the_year_beside_the_last_place_alone_is_that_of_all(self) -> None:
        one, other = zh_parts("清溪县和望河县2023年的地区生产总值各是多少？", PLACES)
        assert "2023年" in one
        assert "2023年" in other

    def test_a_share_is_no_comparison(self) -> None:
        one, other = zh_parts("清溪先进产能占比，2022年和2023年分别是多少？", PLACES)
        assert "占比" in one
        assert "占比" in other

    def test_three_places_in_a_row_are_three_questions(self) -> None:
        assert zh_parts("清溪、望河和临山三个县的GDP分别是多少？", PLACES) == (
            "清溪的GDP是多少？",
            "望河的GDP是多少？",
            "临山的GDP是多少？",
        )

    def test_what_exceeds_the_other_is_asked_of_both(self) -> None:
        assert zh_parts("清溪县2023年粮食产量比望河县2024年粮食产量目标多多少？", PLACES) == (
            "清溪县2023年粮食产量是多少？",
            "望河县2024年粮食产量目标是多少？",
        )
        assert zh_parts("续建项目的总投资比新建项目少多少亿元？", PLACES) == (
            "续建项目的总投资是多少？",
            "新建项目的总投资是多少？",
        )

    @pytest.mark.parametrize(
        "question",
        ["清溪收入比上年高多少？", "清溪的占比比五年前提高了多少？", "清溪装机比全省平均水平高出多少？"],
    )
    def test_what_is_compared_with_itself_or_an_average_is_one_question(self, question: str) -> None:
        assert zh_parts(question, PLACES) == ()

    def test_the_measure_may_stand_before_the_things(self) -> None:
        assert english("Which county had the higher growth rate in 2023, Qingxi or Wanghe?") == (
            "What is the growth rate of Qingxi in 2023?",
            "What is the growth rate of Wanghe in 2023?",
        )

    def test_a_place_that_no_document_knows_is_one_all_the_same(self) -> None:
        assert zh_parts("清溪和和顺的GDP各是多少？", PLACES) == ("清溪的GDP是多少？", "和顺的GDP是多少？")

    @pytest.mark.parametrize(
        "question",
        ["2021年到2023年清溪的粮食产量合计是多少？", "清溪2021-2023年每年的粮食产量是多少？"],
    )
    def test_a_sum_over_years_asks_for_each_year(self, question: str) -> None:
        parts = zh_parts(question, PLACES)
        assert [part for year in ("2021年", "2022年", "2023年") for part in parts if year in part] == list(
            parts
        )
        assert all("清溪" in part and "粮食产量" in part and "合计" not in part for part in parts)

    def test_a_plan_and_a_year_are_two_times(self) -> None:
        one, other = zh_parts("清溪先进产能占比，2023年和“十四五”末比提高到多少了？", PLACES)
        assert ("2023年" in one, "十四五" in one) == (True, False)
        assert ("2023年" in other, "十四五" in other, "末比" in other) == (False, True, False)


class TestThings:
    def test_which_of_several_is_the_most_asks_for_each(self) -> None:
        assert zh_parts("2023年清溪三次产业里增速最高的是哪一个？", PLACES) == (
            "2023年清溪第一产业的增速是多少？",
            "2023年清溪第二产业的增速是多少？",
            "2023年清溪第三产业的增速是多少？",
        )
        assert zh_parts("晋中的项目里投资最大的是哪个？", PLACES) == ()

    def test_the_measure_asked_in_the_verdict_is_asked_of_each(self) -> None:
        wanted = ("甲光伏项目的总投资是多少？", "乙风电项目的总投资是多少？")
        for question in (
            "甲光伏项目和乙风电项目，哪个总投资大？",
            "甲光伏项目和乙风电项目相比，总投资哪边多？",
            "甲光伏项目与乙风电项目谁的总投资更高？",
        ):
            assert zh_parts(question, PLACES) == wanted

    def test_what_differs_is_compared_without_the_verdict(self) -> None:
        assert zh_parts("清溪2023年的原煤产量和望河2024年的煤炭目标相比哪个大？", PLACES) == (
            "清溪2023年的原煤产量是多少？",
            "望河2024年的煤炭目标是多少？",
        )

    def test_which_comes_first_asks_when_each_does(self) -> None:
        assert zh_parts("古镇与老街片区，哪个先对外开放？", PLACES) == (
            "古镇什么时候对外开放？",
            "老街片区什么时候对外开放？",
        )

    def test_the_second_thing_takes_over_place_and_time(self) -> None:
        one, other = zh_parts("清溪2023年续建项目和新建项目的总投资各是多少？", PLACES)
        assert one == "清溪2023年续建项目的总投资是多少？"
        assert other == "清溪2023年新建项目的总投资是多少？"

    def test_a_place_alone_takes_over_what_is_asked_of_the_first(self) -> None:
        one, other = zh_parts("把清溪23年上半年的经济增速和望河23年全年的放一起比，谁高？", PLACES)
        assert (one, other) == ("清溪23年上半年的经济增速是多少？", "望河23年全年的经济增速是多少？")

    @pytest.mark.parametrize(
        ("question", "members"),
        [
            ("清溪三次产业里谁增得最快？", ("第一产业", "第二产业", "第三产业")),
            ("清溪城乡居民人均可支配收入分别是多少？", ("城镇居民", "农村居民")),
            ("清溪城镇和农村居民收入各是多少？", ("城镇居民", "农村居民")),
            ("粮食、蔬菜和水果的产量各是多少？", ("粮食", "蔬菜", "水果")),
        ],
    )
    def test_the_members_of_a_set_are_asked_of_apart(self, question: str, members: tuple[str, ...]) -> None:
        parts = zh_parts(question, PLACES)
        assert len(parts) == len(members)
        assert all(member in part for member, part in zip(members, parts, strict=True))

    @pytest.mark.parametrize(
        "question",
        [
            "清溪县2023年原煤产量是多少？",
            "清溪县核桃和连翘产业怎么发展？",
            "清溪县委书记和县长是谁？",
            "研究中心是农大和哪两家公司合建的？",
            "哪些县的GDP增速超过5%？",
            "哪个县的收入最高？",
            "比亚迪和谁合作？",
            "",
        ],
    )
    def test_one_question_has_none(self, question: str) -> None:
        assert zh_parts(question, PLACES) == ()


class TestEnglish:
    @pytest.mark.parametrize(
        ("question", "parts"),
        [
            (
                "Which is higher: Qingxi's 2023 GDP growth or Wanghe's 2024 GDP growth target?",
                ("What is Qingxi's 2023 GDP growth?", "What is Wanghe's 2024 GDP growth target?"),
            ),
            (
                "Compare Qingxi's target for retail sales with Wanghe's actual retail sales.",
                ("What is Qingxi's target for retail sales?", "What is Wanghe's actual retail sales?"),
            ),
            (
                "Which grew faster in Qingxi in 2023: industrial value added or retail sales?",
                (
                    "How much did industrial value added grow in Qingxi in 2023?",
                    "How much did retail sales grow in Qingxi in 2023?",
                ),
            ),
            (
                "How much coal did Qingxi produce in 2022 and 2023?",
                ("How much coal did Qingxi produce in 2022?", "How much coal did Qingxi produce in 2023?"),
            ),
            (
                "What were the GDP of Qingxi and Wanghe in 2023?",
                ("What were the GDP of Qingxi in 2023?", "What were the GDP of Wanghe in 2023?"),
            ),
        ],
    )
    def test_each_side_is_asked_of(self, question: str, parts: tuple[str, ...]) -> None:
        assert set(english(question)) == set(parts)

    def test_years_stay_with_their_places(self) -> None:
        one, other = english("Which grew faster, revenue of Qingxi in 2023 or Wanghe in 2024?")
        assert ("Qingxi" in one, "2023" in one, "Wanghe" in one, "2024" in one) == (True, True, False, False)
        assert ("Qingxi" in other, "2023" in other, "Wanghe" in other, "2024" in other) == (
            False,
            False,
            True,
            True,
        )

    def test_a_sum_over_years_asks_for_each_year(self) -> None:
        parts = english("How much coal did Qingxi produce in total from 2021 to 2023?")
        assert [next(y for y in ("2021", "2022", "2023") if y in part) for part in parts] == [
            "2021",
            "2022",
            "2023",
        ]

    @pytest.mark.parametrize(
        "question",
        [
            "What is the total investment of Qingxi's pumped-storage project?",
            "Which counties plan pumped storage?",
            "Which three industries does Qingxi want to strengthen in 2024?",
        ],
    )
    def test_one_question_has_none(self, question: str) -> None:
        assert english(question) == ()


PIECES = st.lists(
    st.sampled_from(
        [
            *PLACES,
            "2023年",
            "2021年到2024年",
            "和",
            "、",
            "，",
            "？",
            "哪个",
            "谁",
            "各是多少",
            "分别",
            "相比",
            "的",
            "产量",
            "更高",
        ]
    ),
    max_size=12,
).map("".join)


@given(PIECES | st.text(max_size=40))
def test_any_question_falls_into_none_or_a_few_different_ones(question: str) -> None:
    for parts in (zh_parts(question, PLACES), english(question)):
        assert len(parts) != 1
        assert len(parts) == len(set(parts)) <= MOST_PARTS
        assert all(part.strip() for part in parts)
