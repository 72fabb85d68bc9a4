"""Chinese names in Latin letters, found again in Chinese text."""

from __future__ import annotations

import pytest

from rag.text.latin_names import latin_names, spelt_in


def test_names_are_told_from_english_words() -> None:
    text = "Zuoquan produced coal. Machine output rose. In Xiyang, Ge Changchun visited Shangtai's plant in China."
    assert latin_names(text) == ("Zuoquan", "Xiyang", "Ge Changchun", "Shangtai")


def test_the_owner_and_what_is_owned_are_two_names() -> None:
    assert latin_names("The plant of Zuoquan's Jishan project") == ("Zuoquan", "Jishan")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Xiyang", "昔阳县"),
        ("Li Jun", "县委书记李军说"),
        ("Changchun Ge", "葛昌纯院士"),
        ("Lüliang", "吕梁市"),
    ],
)
def test_a_name_is_found_by_its_characters(name: str, text: str) -> None:
    assert spelt_in(name.replace("ü", "v"), text)


def test_another_name_is_not() -> None:
    assert not spelt_in("Zuoquan", "昔阳县委书记李军")
