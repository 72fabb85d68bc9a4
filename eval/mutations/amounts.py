"""Amounts in a text, read apart from `rag.text.figures`: what is measured must not choose what it is measured on."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

MAGNITUDES = {
    "万亿": 1e12,
    "千亿": 1e11,
    "百亿": 1e10,
    "亿": 1e8,
    "千万": 1e7,
    "百万": 1e6,
    "万": 1e4,
    "千": 1e3,
}
UNITS: dict[str, tuple[str, float]] = {
    # unit as written -> (what it measures, how many of that measure's base it is)
    "%": ("share", 1), "％": ("share", 1), "个百分点": ("point", 1), "倍": ("fold", 1),
    "吨": ("mass", 1), "公斤": ("mass", 1e-3), "亩": ("land", 1), "公顷": ("land", 15),
    "元": ("money", 1), "公里": ("length", 1e3), "千米": ("length", 1e3), "米": ("length", 1),
    "平方米": ("area", 1), "平方公里": ("area", 1e6), "立方米": ("volume", 1),
    "千瓦": ("power", 1e3), "兆瓦": ("power", 1e6), "千瓦时": ("energy", 1e3), "千伏": ("voltage", 1e3),
    "人次": ("visits", 1), "人": ("people", 1), "名": ("people", 1), "户": ("households", 1), "家": ("firms", 1),
    "小时": ("hours", 1), "分钟": ("minutes", 1), "天": ("days", 1),
}  # fmt: skip
_COUNTERS = "个项座条辆所类处件次批种张套台只头株间层艘"
"""Each counts something of its own."""
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNIT_WORDS = "|".join(sorted(UNITS, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?<!\d[.,])(?<![\dA-Za-z.第十百千万－\-—~～至])(?P<number>{_NUMBER})(?!\d|[.,]\d)"
    rf"(?P<magnitude>(?:{'|'.join(MAGNITUDES)})(?![瓦伏米克]))?(?P<more>[多余])?"
    rf"(?P<unit>{_UNIT_WORDS}|[{_COUNTERS}])?(?![年月日号级、－\-—~～至]|\d)"
)
_SIGNIFICANT = 12


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in Arabic digits with its unit, at `[start, end)` of a text.

    `value` is in the base unit of `measure` (yuan, tonnes, metres, watts …); a counter is a measure of its own,
    and a bare number has the measure "". `more` is the 多 or 余 that says there is a little more.
    """

    start: int
    end: int
    number: str
    magnitude: str
    more: str
    unit: str

    @property
    def measure(self) -> str:
        """What it is an amount of."""
        return UNITS.get(self.unit, (self.unit, 1.0))[0]

    @property
    def value(self) -> float:
        """The value in the measure's base unit."""
        return tidy(float(self.number.replace(",", "")) * MAGNITUDES.get(self.magnitude, 1.0) * self._factor)

    @property
    def _factor(self) -> float:
        return UNITS.get(self.unit, (self.unit, 1.0))[1]

    def written(
        self, number: str | None = None, magnitude: str | None = None, unit: str | None = None
    ) -> str:
        """The amount with another number, magnitude or unit."""
        return (
            (self.number if number is None else number)
            + (self.magnitude if magnitude is None else magnitude)
            + self.more
            + (self.unit if unit is None else unit)
        )

    def put(self, text: str, other: str) -> str:
        """The text with other words in the amount's place."""
        return text[: self.start] + other + text[self.end :]


def amounts_in(text: str) -> tuple[Amount, ...]:
    """The amounts of a text in order; years, dates, ordinals, ranges and the digits of names are none."""
    found = []
    for match in _AMOUNT.finditer(text):
        amount = Amount(
            *match.span(), match["number"], match["magnitude"] or "", match["more"] or "", match["unit"] or ""
        )
        if amount.unit or amount.magnitude:
            found.append(amount)
    return tuple(found)


def same_amount(one: Amount, other: Amount) -> bool:
    """Whether two amounts are of one measure and one value."""
    return one.measure == other.measure and math.isclose(one.value, other.value, rel_tol=1e-9)


def stands_in(amount: Amount, text: str) -> bool:
    """Whether a text has this amount, with a unit or, as a header's column does, without one."""
    return any(
        same_amount(amount, other)
        or (not (amount.unit and other.unit) and math.isclose(amount.value, other.value))
        for other in amounts_in(text)
    )


def plain(value: float) -> str:
    """A value in digits, without an exponent and without zeros behind the point."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def tidy(value: float) -> float:
    """Undo what binary arithmetic adds: 2694.5 * 1e4 is 26945000."""
    return float(f"{value:.{_SIGNIFICANT}g}")
