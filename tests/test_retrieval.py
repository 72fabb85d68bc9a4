"""A question becomes hits: what is read out of it, what is found, and what is left out."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from rag.assistant import Assistant
from rag.original import AlignedText
from rag.retrieval.dictionary import Dictionary
from rag.retrieval.duplicates import without_duplicates
from rag.retrieval.query import QueryReader
from rag.retrieval.retriever import Retriever
from rag.text.synonyms import concepts, stems
from rag.text.words import fold
from rag.types import Hit, Metadata, Passage, Query
from tests.fakes import HashedBagOfWords
from tests.listed_terms import ListedTerms
from tests.store_samples import opened, put_all


@pytest.fixture(scope="module")
def reader(seed_assistant: Assistant) -> QueryReader:
    """Reads questions against the seeds."""
    return QueryReader(seed_assistant.store)


def places(query: Query) -> list[str]:
    return [term.forms[0] for term in query.places]


def forms(query: Query) -> set[str]:
    return {form for term in query.terms for form in term.forms}


class TestReadingAQuestion:
    @pytest.mark.parametrize(
        ("question", "language", "kind"),
        [
            ("昔阳县2023年原煤产量是多少？", "zh", "figure"),
            ("左权今年农业上抓哪几件事？", "zh", "list"),
            ("左权县县委书记是谁？", "zh", "person"),
            ("项目什么时候投产？", "zh", "date"),
            ("昔阳为什么发展甲醇汽车？", "zh", "why"),
            ("岢岚的羊饲养量达到80万只了吗？", "zh", "yes_no"),
            ("How much raw coal did Xiyang produce?", "en", "figure"),
            ("Who is the county magistrate?", "en", "person"),
            ("When did the plant open?", "en", "date"),
            ("Why did output fall?", "en", "why"),
        ],
    )
    def test_the_kind_of_answer_is_told_from_its_wording(
        self, question: str, language: str, kind: str, reader: QueryReader
    ) -> None:
        query = reader.read(question)
        assert (query.language, query.kind) == (language, kind)

    @pytest.mark.parametrize(
        ("question", "years"),
        [
            ("昔阳县2023年原煤产量是多少？", (2023,)),
            ("2023年和2024年的收入各是多少？", (2023, 2024)),
            ("“十四五”期间装机增加多少？", (2021, 2022, 2023, 2024, 2025)),
            ("原煤产量是多少？", ()),
            ("What was the output in 2023?", (2023,)),
        ],
    )
    def test_years_are_those_named(self, question: str, years: tuple[int, ...], reader: QueryReader) -> None:
        assert tuple(sorted(reader.read(question).years)) == years

    @pytest.mark.parametrize(
        ("question", "unit"),
        [
            ("原煤产量多少吨？", "吨"),
            ("增速是多少？", "%"),
            ("耕地多少亩？", "亩"),
            ("总投资是多少？", "元"),
            ("新能源装机是多少？", "瓦"),
            ("What was the growth rate?", "%"),
            ("What is the total investment?", "元"),
        ],
    )
    def test_a_wanted_figure_has_a_unit(self, question: str, unit: str, reader: QueryReader) -> None:
        assert unit in reader.read(question).units

    def test_places_are_those_of_the_documents_and_any_other_county(self, reader: QueryReader) -> None:
        assert set(reader.places) >= {"昔阳", "左权", "岢岚", "晋中"}
        assert places(reader.read("昔阳县的GDP是多少？")) == ["昔阳"]
        assert places(reader.read("岢岚和左权哪个县收入高？")) == ["岢岚", "左权"]
        assert places(reader.read("平遥县原煤产量是多少？")) == ["平遥"]
        assert places(reader.read("全县原煤产量是多少？")) == []
        assert places(reader.read("How much coal did Xiyang County produce?")) == ["昔阳"]

    def test_a_concept_takes_every_form_it_has(self, reader: QueryReader) -> None:
        assert "地区生产总值" in forms(reader.read("昔阳县GDP是多少？"))
        assert "gdp" in forms(reader.read("昔阳县地区生产总值是多少？"))
        assert "地区生产总值" in forms(reader.read("What is the gross domestic product?"))

    def test_english_words_take_chinese_forms_that_the_documents_hold(self, reader: QueryReader) -> None:
        assert "原煤" in forms(reader.read("raw coal output"))
        assert "医院" in forms(reader.read("How many hospitals are there?"))

    def test_a_follow_up_takes_its_place_and_year_from_what_came_before(self, reader: QueryReader) -> None:
        query = reader.read("同比增长多少？", background="昔阳县2023年原煤产量")
        assert places(query) == ["昔阳"]
        assert query.years == (2023,)
        assert "原煤" in forms(query)
        assert places(reader.read("左权县的呢？", background="昔阳县2023年原煤产量")) == ["左权"]

    @given(st.text(max_size=80))
    def test_any_text_can_be_read(self, reader: QueryReader, text: str) -> None:
        query = reader.read(text)
        assert all(term.forms and term.weight > 0 for term in query.terms)


class TestParts:
    def test_each_place_is_asked_of_with_its_own_year(self, reader: QueryReader) -> None:
        one, other = reader.read("岢岚2023年和左权2024年的一般公共预算收入增幅各是多少？").parts
        assert ("岢岚" in one, "2023" in one, "左权" in one, "2024" in one) == (True, True, False, False)
        assert ("岢岚" in other, "2023" in other, "左权" in other, "2024" in other) == (
            False,
            False,
            True,
            True,
        )
        assert "一般公共预算收入" in one
        assert "一般公共预算收入" in other

    def test_each_year_is_asked_of(self, reader: QueryReader) -> None:
        parts = reader.read("左权2023年和2024年的粮食产量各是多少？").parts
        assert [("2023" in part, "2024" in part) for part in parts] == [(True, False), (False, True)]
        assert all("左权" in part and "粮食产量" in part for part in parts)

    def test_two_figures_are_each_looked_for(self, reader: QueryReader) -> None:
        one, other = reader.read("昔阳的新能源装机到底是208万还是252万千瓦？").parts
        assert "208万" in one
        assert "252万" not in one
        assert "252万" in other

    def test_english_places_are_asked_of_apart(self, reader: QueryReader) -> None:
        one, other = reader.read("Which grew faster, revenue of Kelan in 2023 or Zuoquan in 2024?").parts
        assert ("Kelan" in one, "Zuoquan" in one) == (True, False)
        assert ("Kelan" in other, "Zuoquan" in other) == (False, True)

    @pytest.mark.parametrize(
        "question",
        [
            "昔阳县2023年原煤产量是多少？",
            "左权县核桃和连翘产业怎么发展？",
            "How much coal did Xiyang produce?",
        ],
    )
    def test_one_question_has_none(self, question: str, reader: QueryReader) -> None:
        assert reader.read(question).parts == ()


class TestTheDictionary:
    VOCABULARY = frozenset("昔阳 左权 煤炭 煤 医院 太行 行山 农业".split())

    def test_gives_only_words_that_the_corpus_holds(self) -> None:
        dictionary = Dictionary(ListedTerms(self.VOCABULARY))
        assert dictionary.translate(stems("hospital")) == ("医院",)
        assert "农业" in dictionary.translate(stems("agriculture"))
        assert dictionary.translate(stems("university")) == ()
        assert Dictionary(ListedTerms([])).translate(stems("hospital")) == ()

    def test_finds_a_name_by_its_pinyin(self) -> None:
        dictionary = Dictionary(ListedTerms(self.VOCABULARY))
        assert dictionary.named("Xiyang") == ("昔阳",)
        assert dictionary.named("Zuo Quan") == ("左权",)
        assert dictionary.named("London") == ()

    def test_every_concept_has_forms_in_both_languages(self) -> None:
        for concept in concepts():
            assert all(form == fold(form) for form in concept.zh)
            assert all(concept.zh)
            assert all(concept.en)


def hit(number: int, text: str) -> Hit:
    passage = Passage("a.txt", number, AlignedText.identity(text), (), "", ((0, len(text)),), Metadata())
    return Hit(number, passage, 1.0, 1.0, 1.0, 1.0)


class TestNearDuplicates:
    COAL = "去年原煤产量2694.5万吨，同比增长42%，煤炭先进产能占比达68%，煤炭产业稳盘托底作用充分发挥。"

    def test_collapse_to_the_first(self) -> None:
        spaced = self.COAL.replace("，", " , ").replace("原煤产量", "原煤 产量")
        hits = [hit(1, self.COAL), hit(2, "全县粮食总产量3.2亿斤。"), hit(3, spaced), hit(4, self.COAL)]
        assert [kept.id for kept in without_duplicates(hits)] == [1, 2]

    def test_passages_that_share_only_a_part_both_stay(self) -> None:
        hits = [hit(1, self.COAL), hit(2, self.COAL[:20] + "全县粮食总产量3.2亿斤，羊饲养量稳定在80万只。")]
        assert len(list(without_duplicates(hits))) == 2

    @given(st.lists(st.text(max_size=30), max_size=8))
    def test_no_text_is_lost_altogether(self, texts: list[str]) -> None:
        kept = list(without_duplicates(hit(n, text) for n, text in enumerate(texts)))
        assert [one.id for one in kept] == sorted(one.id for one in kept)
        assert len(kept) >= bool(texts)
        assert len(list(without_duplicates(kept))) == len(kept)


class TestSearching:
    def test_the_place_asked_for_comes_first_where_documents_say_the_same(self, tmp_path: Path) -> None:
        said = "一般公共预算收入增长5.5%，羊饲养量稳定在80万只。"
        embedder = HashedBagOfWords()
        with opened(tmp_path, embedder) as store:
            put_all(store, {"岢岚.txt": f"2024年{said}", "左权.txt": f"{said}全年", "昔阳.txt": said})
            retriever = Retriever(store, embedder)
            for place in ("岢岚", "左权", "昔阳"):
                found = retriever.search(f"{place}羊饲养量是多少？", 3)
                assert found.hits[0].passage.source == f"{place}.txt"

    def test_the_year_asked_for_comes_first(self, tmp_path: Path) -> None:
        embedder = HashedBagOfWords()
        with opened(tmp_path, embedder) as store:
            put_all(
                store,
                {
                    "昔阳.txt": "2023年原煤产量2694.5万吨。\n2022年原煤产量1897万吨。\n2021年原煤产量1500万吨。"
                },
            )
            retriever = Retriever(store, embedder)
            for year in (2021, 2022, 2023):
                found = retriever.search(f"昔阳县{year}年原煤产量是多少？", 3)
                assert found.hits[0].passage.text.startswith(f"{year}年")

    def test_an_english_question_finds_the_chinese_passage(self, seed_assistant: Assistant) -> None:
        hits = seed_assistant.search("How much raw coal did Xiyang County produce in 2023?", k=3)
        assert "2694.5万吨" in hits[0].passage.text

    def test_only_the_sources_given_are_searched(self, seed_assistant: Assistant) -> None:
        source = seed_assistant.store.sources()[3].source
        hits = seed_assistant.search("昔阳县原煤产量是多少？", k=10, sources=[source])
        assert {found.passage.source for found in hits} == {source}
        assert seed_assistant.search("昔阳县原煤产量是多少？", sources=[]) == []

    def test_hits_come_best_first_each_passage_once(self, seed_assistant: Assistant) -> None:
        hits = seed_assistant.search("昔阳县2023年原煤产量是多少？", k=30)
        assert len(hits) == 30
        assert [one.score for one in hits] == sorted((one.score for one in hits), reverse=True)
        assert len({one.id for one in hits}) == 30

    def test_what_was_put_in_meanwhile_is_found(self, tmp_path: Path) -> None:
        embedder = HashedBagOfWords()
        with opened(tmp_path, embedder) as store:
            put_all(store, {"昔阳.txt": "2023年原煤产量2694.5万吨。"})
            retriever = Retriever(store, embedder)
            assert retriever.places() == ("昔阳",)
            put_all(store, {"岢岚.txt": "羊饲养量稳定在80万只。"})
            assert set(retriever.places()) == {"昔阳", "岢岚"}
            assert retriever.search("岢岚羊饲养量？", 1).hits[0].passage.source == "岢岚.txt"
