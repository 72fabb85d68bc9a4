"""Differences and sums of figures that a text gives, computed in decimals and shown with their inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rag.text.patterns import regex
from rag.types import Figure

_NUMBER = regex(r"^\d[\d,]*(?:\.\d+)?")
_ROUGH = regex(r"[多余]")
_YI, _WAN = Decimal(10) ** 8, Decimal(10) ** 4


@dataclass(frozen=True, slots=True)
class Computed:
    """A figure that was computed, in the writing of its inputs ("129.4亿元").

    `shown` is how it comes about ("180.3亿元 − 50.9亿元 = 129.4亿元"); `rough` where an input is ("130多名").
    """

    figure: str
    shown: str
    rough: bool


def difference(one: Figure, other: Figure) -> Computed | None:
    """The larger less the smaller; of percentages in percentage points. `None` for figures of unlike units."""
    if one.unit != other.unit:
        return None
    large, small = (one, other) if one.value >= other.value else (other, one)
    return _computed([large, small], "−", _exact(large) - _exact(small))


def total(figures: Sequence[Figure]) -> Computed | None:
    """The sum of two or more figures of one unit; `None` for unlike units, and for shares, which no sum is of."""
    units = {figure.unit for figure in figures}
    if len(figures) < 2 or len(units) > 1 or units & {"%", "个百分点", "倍"}:
        return None
    return _computed(figures, "＋", sum(map(_exact, figures), Decimal(0)))


def written(figure: Figure) -> str:
    """The figure as the text has it, without blanks."""
    return "".join(figure.text.split())


def is_rough(figure: Figure) -> bool:
    """Whether the text itself gives it as about so much."""
    return bool(_ROUGH.search(figure.text))


def _exact(figure: Figure) -> Decimal:
    return Decimal(repr(figure.value))


def _computed(figures: Sequence[Figure], sign: str, value: Decimal) -> Computed:
    result = _in_the_writing_of(figures, value)
    inputs = f" {sign} ".join(written(figure) for figure in figures)
    rough = any(map(is_rough, figures))
    return Computed(result, f"{inputs} = {result}", rough)


def _in_the_writing_of(figures: Sequence[Figure], value: Decimal) -> str:
    """A value in the magnitude that all figures are written in, else in 亿 or 万."""
    unit = "个百分点" if figures[0].unit == "%" else figures[0].unit
    sizes = {size for figure in figures if (size := _magnitude(figure))}
    if len(sizes) == 1 and len({_magnitude_word(figure) for figure in figures}) == 1:
        return f"{_plain(value / sizes.pop())}{_magnitude_word(figures[0])}{unit}"
    if abs(value) >= _YI:
        return f"{_plain(value / _YI)}亿{unit}"
    return f"{_plain(value / _WAN)}万{unit}" if abs(value) >= _WAN else f"{_plain(value)}{unit}"


def _magnitude(figure: Figure) -> Decimal | None:
    """What one of the written number is worth: 10,000 for "2694.5万吨"."""
    number = _NUMBER.match(figure.text)
    wrote = Decimal(number[0].replace(",", "")) if number else Decimal(0)
    return _exact(figure) / wrote if wrote else None


def _magnitude_word(figure: Figure) -> str:
    return _ROUGH.sub("", _NUMBER.sub("", figure.text).strip().removesuffix(figure.unit)).strip()


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
