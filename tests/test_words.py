"""Search words: Chinese cut by a dictionary, English stemmed, figures whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import snowballstemmer
from hypothesis import given
from hypothesis import strategies as st

from rag.text.coverage import coverage, match, searchable
from rag.text.language import detect_language
from rag.text.periods import years_meant, years_named
from rag.text.words import bigrams, fold, stem, words
from rag.types import Term


def test_figures_stay_whole() -> None:
    found = words("原煤产量2694.5万吨，同比增长42%，共1,234户")
    assert {"2694.5", "42%", "1234", "原煤", "产量"} <= set(found)


def test_long_words_bring_the_words_inside_them() -> None:
    assert {"新能源", "能源"} <= set(words("新能源装机"))


def test_traditional_and_full_width_forms_are_searched_as_simplified_half_width() -> None:
    assert words("昔陽縣ＧＤＰ２０２３") == words("昔阳县gdp2023")
    assert fold("１２３％") == "123%"


@given(
    st.from_regex(
        r"[a-z]{1,8}(?:ed|ing|ly|ness|ation|ist|ism|ful|able|ment|ity|ous|er|t|n|p)?", fullmatch=True
    )
)
def test_a_stem_is_porters(word: str) -> None:
    assert stem(word) == snowballstemmer.stemmer("english").stemWord(word)


def test_english_words_are_stemmed() -> None:
    assert words("counties investing") == words("county invested")


def test_bigrams_overlap_and_a_lone_character_stands_for_itself() -> None:
    assert bigrams("原煤产 量5") == ["原煤", "煤产", "量"]


@given(st.text())
def test_any_text_can_be_cut(text: str) -> None:
    assert all(word and not word.isspace() for word in (*words(text), *bigrams(text)))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("昔阳县GDP是多少", "zh"),
        ("What is the GDP of Xiyang?", "en"),
        ("What does 福莱特 plan in Zuoquan?", "en"),
        ("What does the “十大示范、百村整治” campaign involve?", "en"),
        ("“Green Belt for Small Towns”是什么项目？", "zh"),
        ("¿Cuántos habitantes tiene la ciudad?", "es"),
        ("Wie viele Menschen leben in der Stadt?", "de"),
        ("Какой город самый большой?", "ru"),
        ("كم عدد السكان", "ar"),
        ("", "zh"),
    ],
)
def test_the_language_of_a_question_is_told(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_years_are_named_or_meant() -> None:
    assert years_named("2023年和24年，2021-2025年规划；2694.5万吨") == (2021, 2022, 2023, 2024, 2025)
    assert years_named("1756年建城，已有1500年历史，藏书1,860册") == (1756,)
    assert years_meant("去年原煤产量", 2024) == (2023,)
    assert years_meant("清溪县2023年：产量312.6万吨，公布日期2024-03-15", 2024) == (2023,)
    assert years_meant("公布日期2024-03-15", None) == (2024,)
    assert years_meant("截至2023-12-31，常住人口18.2万人，比2020年减少0.8万人", None) == (2020, 2023)
    assert years_meant("2023/6/30报告期末余额5亿元，2022年末4亿元", None) == (2022, 2023)
    assert years_meant("Last year it grew", 2024) == (2023,)
    assert years_meant("去年原煤产量", None) == ()


def test_coverage_is_the_share_of_weight_held() -> None:
    coal, output = Term("原煤", ("原煤",), 3.0), Term("产量", ("产量", "output"), 1.0)
    text = searchable("去年原 煤生产")
    assert match(coal, text) == 1.0
    assert coverage([coal, output], text) == pytest.approx(0.75)
    assert coverage([], text) == 1.0


def test_a_long_term_found_in_pieces_counts_for_less_than_a_whole_one() -> None:
    term = Term("抽水蓄能电站", ("抽水蓄能电站",), 1.0)
    assert 0 < match(term, searchable("抽水蓄能项目")) < match(term, searchable("箕山抽水蓄能电站"))


def test_a_phrase_is_held_by_its_words_whatever_their_endings() -> None:
    term = Term("rural roads", ("rural road",), 1.0, "concept")
    assert match(term, searchable("120 kilometres of rural roads")) == 1.0
    assert match(term, searchable("roads in the county")) == 0.0


def test_any_form_of_a_term_is_a_match() -> None:
    term = Term("GDP", ("gdp", "地区生产总值"), 1.0)
    assert match(term, searchable("全年地区生产总值完成")) == match(term, searchable("GDP growth")) == 1.0


def test_words_are_stemmed_alike_by_several_threads_at_once() -> None:
    listed = [f"{start}{ending}" for start in _STARTS for ending in ("ed", "ing", "ations", "ies", "fulness")]
    alone = [stem.__wrapped__(word) for word in listed]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: [stem.__wrapped__(word) for word in listed], range(24)))
    assert all(one == alone for one in together)


_STARTS = [f"{a}{b}{c}" for a in "bcdfglmnprst" for b in "aeio" for c in ("st", "nd", "rt", "l")]
