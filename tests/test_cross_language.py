"""Questions in one language over documents in another: their words and names take the documents' forms."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from rag.retrieval import sounds
from rag.retrieval.cedict import cedict
from rag.retrieval.dictionary import Dictionary
from rag.retrieval.names import Names, is_transcription
from rag.retrieval.query import QueryReader
from rag.retrieval.terms import Terms
from rag.text.coverage import coverage, searchable
from rag.text.language import detect_language
from rag.text.words import bigrams, words
from tests.listed_terms import ListedTerms
from tests.store_samples import opened, put_all

CHINESE = {
    "发明.txt": "尼古拉·特斯拉于1888年设计了感应电动机，西屋公司买下了专利，付了150万美元。",
    "宪法.txt": "法国的宪法在19世纪多次修改。7月的革命之后，议会有了更多权力。",
    "昔阳.txt": "昔阳县的李阳在左权县的学校当教师。",
}
ENGLISH = {
    "inventor.txt": "Nikola Tesla designed the induction motor and sold the patent for 1.5 million dollars. "
    "The laboratory of the inventor was destroyed by a fire.",
    "law.txt": "The constitution of France was changed in the 19th century, and of the powers of the parliament "
    "the greater part came in July.",
}


def reader(tmp_path: Path, texts: dict[str, str]) -> QueryReader:
    store = opened(tmp_path)
    put_all(store, texts)
    return QueryReader(store)


def forms(reader: QueryReader, question: str) -> set[str]:
    return {form for term in reader.read(question).terms for form in term.forms}


def held(terms: Iterable[str]) -> Terms:
    return Terms(ListedTerms(terms))


@pytest.fixture(scope="module")
def over_chinese(tmp_path_factory: pytest.TempPathFactory) -> QueryReader:
    return reader(tmp_path_factory.mktemp("zh"), CHINESE)


@pytest.fixture(scope="module")
def over_english(tmp_path_factory: pytest.TempPathFactory) -> QueryReader:
    return reader(tmp_path_factory.mktemp("en"), ENGLISH)


class TestQuestionsOverChineseDocuments:
    @pytest.mark.parametrize(
        ("question", "form"),
        [
            ("Who designed the motor of Tesla?", "特斯拉"),
            ("¿Qué diseñó Tesla?", "特斯拉"),
            ("Что спроектировал Тесла?", "特斯拉"),
            ("Was hat Frankreich geändert?", "法国"),
            ("¿Qué cambió en Francia?", "法国"),
            ("Что изменилось во Франции и что Франция решила?", "法国"),
            ("Nước Pháp có gì?", "法国"),
            ("¿Cuándo cambió la constitución?", "宪法"),
            ("When was the constitution changed?", "宪法"),
            ("What happened in the 19th century?", "19世纪"),
            ("What happened in July?", "7月"),
            ("Who paid 1.5 million dollars?", "150万"),
            ("Where does Li Yang teach?", "李阳"),
            ("What is in Xīyáng?", "昔阳"),
            ("What is in Zuo quan?", "左权"),
        ],
    )
    def test_words_and_names_take_chinese_forms(
        self, over_chinese: QueryReader, question: str, form: str
    ) -> None:
        assert form in forms(over_chinese, question)

    @pytest.mark.parametrize(
        ("question", "form"),
        [
            ("When was the constituton changed?", "宪法"),
            ("When was the constitutoin changed?", "宪法"),
            ("When was the konstitution changed?", "宪法"),
        ],
    )
    def test_a_mistyped_word_is_translated_as_it_is_meant(
        self, over_chinese: QueryReader, question: str, form: str
    ) -> None:
        assert form in forms(over_chinese, question)

    @pytest.mark.parametrize(
        "word", ["constituent", "potential", "reputation", "affluent", "greater", "season"]
    )
    def test_a_word_that_a_dictionary_holds_is_never_taken_for_another(self, word: str) -> None:
        store = ListedTerms(["宪法", "constitut", "grater", "reason", "effluent"])
        assert Dictionary(store).respelt(word) == ()

    def test_a_name_that_is_not_there_gets_no_form(self, over_chinese: QueryReader) -> None:
        assert not any(is_transcription(form) for form in forms(over_chinese, "What did Schwarzenegger say?"))


class TestChineseQuestionsOverEnglishDocuments:
    @pytest.mark.parametrize(
        ("question", "form"),
        [
            ("特斯拉设计了什么？", "tesla"),
            ("法国的宪法是什么时候修改的？", "franc"),
            ("法国的宪法是什么时候修改的？", "constitut"),
            ("谁付了150万美元？", "1.5 million"),
            ("19世纪发生了什么？", "19th century"),
            ("7月议会得到了什么？", "juli"),
            ("发明家的实验室怎么了？", "inventor"),
        ],
    )
    def test_words_take_the_stems_of_the_documents(
        self, over_english: QueryReader, question: str, form: str
    ) -> None:
        assert form in forms(over_english, question)

    def test_over_chinese_documents_nothing_is_added(self, over_chinese: QueryReader) -> None:
        assert not any(
            form.isascii() and form.isalpha() for form in forms(over_chinese, "宪法什么时候修改的？")
        )

    @given(st.text(max_size=60))
    def test_any_text_can_be_read(self, over_english: QueryReader, text: str) -> None:
        assert all(term.forms and term.weight > 0 for term in over_english.read(text).terms)


@pytest.fixture(scope="module")
def over_counties(tmp_path_factory: pytest.TempPathFactory) -> QueryReader:
    texts = {
        f"{place}县2023年统计公报.txt": f"{place}县2023年国民经济和社会发展统计公报\n{place}县原煤产量很大。"
        for place in ("昔阳", "岢岚")
    }
    return reader(tmp_path_factory.mktemp("counties"), texts)


class TestNamesInPinyin:
    @pytest.mark.parametrize(("name", "place"), [("xiyang", "昔阳"), ("kelan", "岢岚"), ("Xiyang", "昔阳")])
    def test_a_place_of_the_documents_needs_no_capital(
        self, over_counties: QueryReader, name: str, place: str
    ) -> None:
        query = over_counties.read(f"what was the coal output of {name} in 2023?")
        assert [form for term in query.places for form in term.forms] == [place]

    def test_other_words_are_no_places(self, over_counties: QueryReader) -> None:
        assert over_counties.read("what was the change of the coal output in 2023?").places == ()


def test_a_name_alone_covers_little_of_a_question_in_a_language_the_documents_lack(
    over_english: QueryReader,
) -> None:
    query = over_english.read("¿Qué ciudad visitó el hermano de Tesla durante el verano siguiente?")
    text = searchable(" ".join(ENGLISH.values()))
    assert 0 < coverage(query.terms, text) < 0.4


class TestSounds:
    @pytest.mark.parametrize(
        ("name", "chinese"),
        [
            ("Tesla", "特斯拉"),
            ("Тесла", "特斯拉"),
            ("Newton", "牛顿"),
            ("Lincoln", "林肯"),
            ("Мэннинг", "曼宁"),
        ],
    )
    def test_a_name_sounds_like_its_transcription_and_unlike_others(self, name: str, chinese: str) -> None:
        names = Names(held(bigrams("特斯拉 牛顿 哈佛 林肯 曼宁")))
        assert chinese in names.transcribed(name)

    def test_words_of_one_origin_are_found(self) -> None:
        names = Names(held(words("конституция собака университет")))
        assert names.cognates("constitution") == ["конституция"]
        assert names.cognates("university") == ["университет"]
        assert names.cognates("dog") == []

    @given(st.text(alphabet="abcdefghiklmnoprstuvyzéüшжд", min_size=1, max_size=12))
    def test_a_name_costs_nothing_against_itself(self, name: str) -> None:
        heard = sounds.sounds_of(name)
        known = sounds.Heard.of([name, "longer"], [heard, heard + "K"])
        assert (0.0, name) in sounds.nearest(heard, known, worst=0.1, other_size=1.0)


class TestLocales:
    def test_a_country_has_a_name_in_every_language(self) -> None:
        for language, name in [("de", "frankreich"), ("ru", "франция"), ("th", "ฝรั่งเศส"), ("ar", "فرنسا")]:
            (key,) = (key for key in cedict().keys_of(name, language) if key.startswith("territory"))
            assert "法国" in cedict().names_of(key, "zh")

    def test_a_language_that_nobody_knows_has_none(self) -> None:
        assert cedict().keys_of("france", "qqq") == ()


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("¿Cuántos puntos cedió la defensa?", "es"),
        ("Сколько очков пропустила защита?", "ru"),
        ("كم نقطة تخلى عنها الدفاع؟", "ar"),
        ("Wie viele Punkte gab die Verteidigung ab?", "de"),
        ("Hàng phòng ngự đã để mất bao nhiêu điểm?", "vi"),
        ("ทีมรับยอมแพ้ที่คะแนนเท่าไร", "th"),
    ],
)
def test_the_language_of_a_question_is_told(question: str, language: str) -> None:
    assert detect_language(question) == language


def test_a_concept_of_the_table_is_looked_for_as_it_is_written_too(over_english: QueryReader) -> None:
    assert {"raw coal", "原煤"} <= forms(over_english, "How much raw coal was produced?")
