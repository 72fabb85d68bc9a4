"""What was found a moment ago is found at once, as long as nothing changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.assistant import Assistant, open_assistant
from rag.remembered import Remembered
from rag.text.words import stem, words
from rag.types import Turn

APPLES = "青石县2022年苹果产量是多少？"


def test_the_last_values_are_remembered_and_no_more() -> None:
    made: list[int] = []
    remembered: Remembered[int] = Remembered(2)

    def value(key: int) -> int:
        return remembered.value(key, lambda: made.append(key) or key)  # type: ignore[func-returns-value]  # append gives None

    assert [value(key) for key in (1, 2, 1, 3, 1, 2)] == [1, 2, 1, 3, 1, 2]
    assert made == [1, 2, 3, 2], "2 was asked for longest ago when 3 came"


def test_what_raises_is_not_remembered() -> None:
    remembered: Remembered[int] = Remembered(2)
    with pytest.raises(ZeroDivisionError):
        remembered.value("a", lambda: 1 // 0)
    assert remembered.value("a", lambda: 1) == 1


@pytest.fixture
def apples(tmp_path: Path) -> Assistant:
    (tmp_path / "apples.txt").write_text(
        "青石县2022年果业简报\n\n2022年，青石县苹果产量31.5万吨。\n", encoding="utf-8"
    )
    return open_assistant([tmp_path / "apples.txt"], tmp_path / "store")


def test_a_changed_document_is_found_anew(apples: Assistant, tmp_path: Path) -> None:
    assert "31.5" in apples.ask(APPLES).text
    first = apples.ask(APPLES)
    assert "31.5" in first.text and first.timings_ms["retrieve"] < 50
    (tmp_path / "apples.txt").write_text(
        "青石县2022年果业简报\n\n2022年，青石县苹果产量47.2万吨。\n", encoding="utf-8"
    )
    apples.add([tmp_path / "apples.txt"])
    assert "47.2" in apples.ask(APPLES).text


def test_the_same_words_in_another_conversation_or_of_other_documents_are_another_question(
    apples: Assistant,
) -> None:
    apples.ask(APPLES)
    follow_up = apples.ask("那2022年呢？", [Turn("青石县苹果产量是多少？", "31.5万吨。")])
    assert "31.5" in follow_up.text
    assert apples.ask("那2022年呢？", [Turn("左权县长是谁？", "资料里没有。")]).text != follow_up.text
    assert apples.ask(APPLES, sources=("nothing.txt",)).refused


def test_words_are_stemmed_alike_by_many_threads_at_once() -> None:
    asked = [
        f"{beginning}{ending}"
        for beginning in words("connect relate operate nation happy generate")
        for ending in ("ions", "ing", "ed", "ness", "ally", "izations")
    ]
    stem.cache_clear()
    with ThreadPoolExecutor(16) as threads:
        told = list(threads.map(stem, asked * 50))
    stem.cache_clear()
    assert told == [stem(word) for word in asked] * 50
