"""Misread characters are looked for when searching, and never corrected in what is quoted."""

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.index import PASSAGE_SETTINGS
from rag.retrieval.misreadings import misread_forms
from rag.store import open_store
from rag.text.lookalikes import misread_figures, misreadings
from tests.fakes import HashedBagOfWords

SCAN = "苛岚县2O23年工作总结\n\n苛岚县末来五年将建设沙棘种植基地，粱家会乡先行试点，面积达到3.5万亩。\n"


@pytest.fixture
def scanned(tmp_path: Path) -> Assistant:
    (tmp_path / "scan.txt").write_text(SCAN, encoding="utf-8")
    (tmp_path / "other.txt").write_text("清溪县粮食总产量12.6万吨，人口和入口都统计过。\n", encoding="utf-8")
    store = open_store(tmp_path / "store", embedder=HashedBagOfWords(), passage_settings=PASSAGE_SETTINGS)
    assistant = Assistant(store, HashedBagOfWords())
    assistant.add([tmp_path / "scan.txt", tmp_path / "other.txt"])
    return assistant


def test_a_misreading_differs_in_one_character_and_is_no_word() -> None:
    assert "苛岚" in set(misreadings("岢岚", name=True))
    assert "末来" in set(misreadings("未来"))
    assert "入口" not in set(misreadings("人口"))
    assert all(len(misread) == 2 and misread != "未来" for misread in misreadings("未来"))


@pytest.mark.parametrize("word", ["县", "中华人民共和国", "abc", ""])
def test_single_characters_and_long_names_have_none(word: str) -> None:
    assert list(misreadings(word)) == []


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("2O23年", ["2023"]),
        ("产量l2.6万吨", ["12.6"]),
        ("增长4I%", ["41%"]),
        ("CO2排放", []),
        ("A10公路", []),
        ("2023年产量12.6万吨", []),
    ],
)
def test_letters_in_figures_are_read_as_digits(text: str, figures: list[str]) -> None:
    assert misread_figures(text) == figures


def test_only_misreadings_that_the_documents_hold_are_looked_for(scanned: Assistant) -> None:
    assert misread_forms(["岢岚"], scanned.store, name=True) == ("苛岚",)
    assert misread_forms(["左权"], scanned.store, name=True) == ()


@pytest.mark.parametrize("question", ["岢岚县的沙棘", "未来五年", "梁家会乡"])
def test_a_question_in_right_characters_finds_the_misread_passage(scanned: Assistant, question: str) -> None:
    best = scanned.search(question)[0]
    assert best.passage.source.endswith("scan.txt")
    assert best.lexical > 0
    assert "苛岚县末来" in best.passage.text


def test_a_year_with_a_letter_in_it_is_found_by_its_digits(scanned: Assistant) -> None:
    found = dict(scanned.store.lexical(["2023"], 5))
    sources = [stored.passage.source for stored in scanned.store.passages(found)]
    assert [Path(source).name for source in sources] == ["scan.txt"]
