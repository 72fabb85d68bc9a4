"""The dictionary, compiled: what it gives in both directions, and that it is there for every process."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from rag.retrieval.cedict import Cedict, cedict, open_cedict
from rag.retrieval.dictionary import Dictionary
from rag.text.words import plain_stems
from tests.listed_terms import ListedTerms


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cedict]:
    path = tmp_path_factory.mktemp("cache") / "cedict.sqlite"
    return path, open_cedict(path)


class TestTheCompiledDictionary:
    def test_a_gloss_gives_words_the_most_central_first(self) -> None:
        found = cedict().words(plain_stems("constitution"))
        assert "宪法" in [word.text for word in found]
        assert [word.central for word in found] == sorted((word.central for word in found), reverse=True)

    def test_a_word_gives_its_glosses(self) -> None:
        assert cedict().glosses("宪法")[0].text == "constitution"
        assert cedict().glosses("联盟")[0].text == "alliance"

    @pytest.mark.parametrize(
        ("english", "chinese"),
        [("Zürich", "苏黎世"), ("Scotland", "苏格兰"), ("hospitals", "医院"), ("steam engine", "蒸汽机")],
    )
    def test_accents_capitals_and_inflection_make_no_difference(self, english: str, chinese: str) -> None:
        assert chinese in [word.text for word in cedict().words(plain_stems(english))]

    def test_it_is_compiled_once(self, compiled: tuple[Path, Cedict]) -> None:
        path, first = compiled
        made = path.stat().st_mtime_ns
        assert open_cedict(path).glosses("宪法") == first.glosses("宪法")
        assert path.stat().st_mtime_ns == made
        assert list(path.parent.iterdir()) == [path]

    def test_where_nothing_can_be_written_it_is_read_into_memory(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("no folder")
        assert open_cedict(tmp_path / "file" / "cedict.sqlite").glosses("宪法")[0].text == "constitution"

    def test_one_that_was_cut_off_is_compiled_anew(
        self, compiled: tuple[Path, Cedict], tmp_path: Path
    ) -> None:
        whole, path = compiled[0].read_bytes(), tmp_path / "words.sqlite"
        path.write_bytes(whole[:1_000_000])
        assert open_cedict(path).glosses("宪法")[0].text == "constitution"
        assert path.read_bytes() == whole

    def test_several_threads_may_read_it(self, compiled: tuple[Path, Cedict]) -> None:
        found: list[str] = []
        threads = [
            threading.Thread(target=lambda: found.append(compiled[1].glosses("宪法")[0].text))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == ["constitution"] * 8


class TestTranslations:
    def test_english_words_take_forms_that_the_documents_hold(self) -> None:
        dictionary = Dictionary(ListedTerms(["constitut", "allianc"]))
        assert dictionary.english("宪法") == ("constitut",)
        assert dictionary.english("联盟") == ("allianc",)
        assert dictionary.english("医院") == ()

    def test_a_phrase_needs_all_its_words(self) -> None:
        assert Dictionary(ListedTerms(["steam", "engin"])).english("蒸汽机") == ("steam engine",)
        assert Dictionary(ListedTerms(["engin"])).english("蒸汽机") == ()

    @pytest.mark.parametrize("word", ["constitución", "конституция", "Konstitution"])
    def test_a_word_that_is_nearly_english_is_translated_through_it(self, word: str) -> None:
        assert "宪法" in Dictionary(ListedTerms(["宪法"])).translate_cognate(word)

    @pytest.mark.parametrize("word", ["Hund", "собака", "cómo"])
    def test_a_word_that_is_like_no_english_one_is_not(self, word: str) -> None:
        assert Dictionary(ListedTerms(["宪法", "狗"])).translate_cognate(word) == ()
