"""Chinese numerals, read against those that cn2an writes."""

from __future__ import annotations

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.numerals import han_value


@given(st.integers(0, 10**15))
def test_every_numeral_is_read_as_it_is_written(number: int) -> None:
    assert han_value(cn2an.an2cn(number)) == number


@given(st.integers(0, 10**6), st.integers(1, 9))
def test_decimals_are_read(whole: int, decimal: int) -> None:
    assert han_value(cn2an.an2cn(float(f"{whole}.{decimal}"))) == float(f"{whole}.{decimal}")


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("两百五", 250), ("一百零五", 105), ("一百十", 110), ("三万五", 35_000), ("十五", 15), ("廿五", 25),
        ("二〇二三", 2023), ("3千5", 3500), ("三点五万亿", 3.5e12), ("零点零七万", 700),
    ],
)  # fmt: skip
def test_as_people_say_them(numeral: str, value: float) -> None:
    assert han_value(numeral) == value


@pytest.mark.parametrize("text", ["", "十百", "万亿", "百", "点五", "一点", "半", "百五", "一万二亿万"])
def test_what_is_no_numeral_has_no_value(text: str) -> None:
    assert han_value(text) is None
