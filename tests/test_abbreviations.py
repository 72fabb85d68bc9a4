"""Short forms that the documents define stand for the long ones, and the other way round."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.abbreviations import Abbreviations
from rag.retrieval.query import QueryReader
from rag.store.lexicon import term_columns
from rag.text.definitions import DEFINES, Definition, definitions
from tests.fakes import HashedBagOfWords
from tests.store_samples import document, opened, passages, put, put_all


class TestDefinitionsInAText:
    @pytest.mark.parametrize(
        ("text", "long", "short"),
        [
            ("全县一般公共预算收入（以下简称财政收入）完成12亿元。", "一般公共预算收入", "财政收入"),
            ("国家发展和改革委员会（以下称国家发改委）批复。", "国家发展和改革委员会", "国家发改委"),
            ("建设“国家级农业科技示范园区”（简称“农科园”）。", "国家级农业科技示范园区", "农科园"),
            ("大力发展文化旅游（文旅）产业。", "文化旅游", "文旅"),
            ("规模以上工业（规上工业）增加值增长。", "规模以上工业", "规上工业"),
            ("抽蓄（抽水蓄能）项目开工。", "抽水蓄能", "抽蓄"),
            ("全年地区生产总值（GDP）完成50亿元。", "地区生产总值", "GDP"),
            ("The gross domestic product (GDP) grew.", "gross domestic product", "GDP"),
            ("Said the National Bureau of Statistics (NBS).", "National Bureau of Statistics", "NBS"),
            ("The World Health Organization, known as WHO, said so.", "World Health Organization", "WHO"),
        ],
    )
    def test_both_forms_are_found(self, text: str, long: str, short: str) -> None:
        assert Definition(long, short) in definitions(text)

    @pytest.mark.parametrize(
        "text",
        [
            "清溪某某有限公司（以下简称公司）成立。",
            "冯玉（清溪县委书记）说。",
            "推动高质量发展（一）",
            "乡村振兴重点帮扶县（清溪）",
            "同比增长5.5%（不变价）。",
            "由中心（EMC）管理。",
            "the county of the coal (GDP) grew",
            "",
        ],
    )
    def test_brackets_alone_define_nothing(self, text: str) -> None:
        assert definitions(text) == ()

    @given(st.text(max_size=60) | st.text("（）()简称以下文化旅游ABC a“”，", max_size=40))
    def test_what_is_found_stands_in_the_text(self, text: str) -> None:
        for one in definitions(text):
            assert one.long != one.short
            assert one.short in text
            assert "".join(one.long.split()) in "".join(text.split())


class TestLearning:
    def test_a_passage_that_defines_something_is_listed_so(self) -> None:
        defining, other = (
            passages(document("清溪.txt", t))[0] for t in ("文化旅游（文旅）产业。", "文旅产业。")
        )
        assert DEFINES in term_columns(defining)[2].split()
        assert DEFINES not in " ".join(term_columns(other)).split()

    def test_each_form_takes_the_others(self, tmp_path: Path) -> None:
        with opened(tmp_path, HashedBagOfWords()) as store:
            put_all(
                store,
                {"清溪.txt": "清溪县农业科技示范园区（简称农科园）开园。", "望河.txt": "望河县粮食增产。"},
            )
            learned = Abbreviations(store)
            assert learned.forms("农科园") == ("农科园", "农业科技示范园区")
            assert learned.forms("农业科技示范园区") == ("农业科技示范园区", "农科园")
            assert learned.forms("粮食") == ("粮食",)

    def test_a_form_that_means_different_things_is_none(self, tmp_path: Path) -> None:
        with opened(tmp_path, HashedBagOfWords()) as store:
            put_all(
                store,
                {
                    "清溪.txt": "清溪县农业科技示范园区（简称示范园）开园。",
                    "望河.txt": "望河县新型材料产业园（简称示范园）投产。",
                },
            )
            assert Abbreviations(store).forms("示范园") == ("示范园",)

    def test_a_question_is_read_with_what_the_documents_define(self, tmp_path: Path) -> None:
        with opened(tmp_path, HashedBagOfWords()) as store:
            put_all(store, {"清溪.txt": "清溪县农业科技示范园区（简称农科园）投资3亿元。"})
            query = QueryReader(store).read("清溪农科园投资多少？")
            assert [term.forms for term in query.places] == [("清溪",)]
            assert ("农科园", "农业科技示范园区") in [term.forms[:2] for term in query.terms]

    def test_what_is_put_in_later_is_learned_then(self, tmp_path: Path) -> None:
        with opened(tmp_path, HashedBagOfWords()) as store:
            put(store, "望河.txt", "望河县粮食增产。")
            before = QueryReader(store).read("农科园投资多少？")
            put(store, "清溪.txt", "清溪县农业科技示范园区（简称农科园）投资3亿元。")
            after = QueryReader(store).read("农科园投资多少？")
        found = [
            "农业科技示范园区" in {form for term in query.terms for form in term.forms}
            for query in (before, after)
        ]
        assert found == [False, True]
