"""Figures in running text: value, unit and place, in Chinese and English.

"2694.5万吨", "26,945,000 tonnes", "两千六百九十四万五千吨" and "26.945 million tonnes" are one figure.
`find_figures` reads them, `same_figure` compares them across magnitudes and unit systems.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from rag.text.numerals import han_value
from rag.text.patterns import regex
from rag.types import Figure

_MAGNITUDES = {
    "千亿": 1e11, "百亿": 1e10, "万亿": 1e12, "亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3, "百": 1e2,
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "bn": 1e9, "mn": 1e6,
}  # fmt: skip

_UNITS: dict[str, tuple[str, float]] = {
    # unit as written -> (dimension, how many of the dimension's base it is)
    "%": ("%", 1), "％": ("%", 1), "percent": ("%", 1), "per cent": ("%", 1), "成": ("%", 10),
    "‰": ("%", 0.1),
    "个百分点": ("百分点", 1), "百分点": ("百分点", 1), "percentage points": ("百分点", 1), "percentage point": ("百分点", 1),
    "percentage-points": ("百分点", 1), "percentage-point": ("百分点", 1), "pp": ("百分点", 1),
    "吨": ("吨", 1), "公斤": ("吨", 1e-3), "千克": ("吨", 1e-3), "斤": ("吨", 5e-4),
    "tonnes": ("吨", 1), "tonne": ("吨", 1), "tons": ("吨", 1), "ton": ("吨", 1), "metric tons": ("吨", 1), "metric ton": ("吨", 1),
    "kilograms": ("吨", 1e-3), "kilogram": ("吨", 1e-3), "kg": ("吨", 1e-3),
    "元": ("元", 1), "块钱": ("元", 1), "人民币": ("元", 1), "yuan": ("元", 1), "rmb": ("元", 1), "cny": ("元", 1),
    "美元": ("美元", 1), "dollars": ("美元", 1), "usd": ("美元", 1),
    "亩": ("亩", 1), "公顷": ("亩", 15), "mu": ("亩", 1), "hectares": ("亩", 15), "hectare": ("亩", 15),
    "公里": ("米", 1e3), "千米": ("米", 1e3), "米": ("米", 1), "里": ("米", 500),
    "kilometers": ("米", 1e3), "kilometres": ("米", 1e3), "km": ("米", 1e3), "meters": ("米", 1), "metres": ("米", 1),
    "kilometer": ("米", 1e3), "kilometre": ("米", 1e3), "meter": ("米", 1), "metre": ("米", 1),
    "miles": ("米", 1609.344), "mile": ("米", 1609.344),
    "英里": ("米", 1609.344), "厘米": ("米", 1e-2), "毫米": ("米", 1e-3),
    "平方米": ("平方米", 1), "平方公里": ("平方米", 1e6), "立方米": ("立方米", 1),
    "square meters": ("平方米", 1), "square metres": ("平方米", 1), "square kilometers": ("平方米", 1e6), "平方千米": ("平方米", 1e6),
    "square kilometres": ("平方米", 1e6), "cubic meters": ("立方米", 1), "cubic metres": ("立方米", 1),
    "千瓦": ("瓦", 1e3), "兆瓦": ("瓦", 1e6), "瓦": ("瓦", 1), "kw": ("瓦", 1e3), "mw": ("瓦", 1e6), "gw": ("瓦", 1e9),
    "kilowatts": ("瓦", 1e3), "megawatts": ("瓦", 1e6), "gigawatts": ("瓦", 1e9), "吉瓦": ("瓦", 1e9),
    "kilowatt": ("瓦", 1e3), "megawatt": ("瓦", 1e6), "gigawatt": ("瓦", 1e9), "kilowatt-hours": ("瓦时", 1e3),
    "千瓦时": ("瓦时", 1e3), "度": ("瓦时", 1e3), "kwh": ("瓦时", 1e3), "千伏": ("伏", 1e3), "kv": ("伏", 1e3),
    "人": ("人", 1), "名": ("人", 1), "人次": ("人次", 1), "people": ("人", 1), "persons": ("人", 1), "patients": ("人", 1),
    "位": ("人", 1), "residents": ("人", 1), "jobs": ("人", 1), "visitors": ("人次", 1),
    "户": ("户", 1), "households": ("户", 1), "家": ("家", 1), "companies": ("家", 1), "enterprises": ("家", 1),
    "岁": ("岁", 1), "周岁": ("岁", 1), "years old": ("岁", 1),
    "倍": ("倍", 1), "times": ("倍", 1), "天": ("天", 1), "日": ("日", 1), "days": ("天", 1), "月": ("月", 1), "个月": ("个月", 1),
    "months": ("个月", 1), "年": ("年", 1), "years": ("年", 1), "小时": ("小时", 1), "hours": ("小时", 1), "分钟": ("分钟", 1),
    "projects": ("个", 1), "counties": ("个", 1), "只": ("只", 1), "pairs": ("双", 1),
}  # fmt: skip

COUNTERS = tuple("个项座条辆所类处件次批种张套台家户届片道级期支场部栋间层头株尾颗门艘架口眼")
"""Measure words that count things; each is a unit of its own."""
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_HAN_DECIMALS = "零〇一二两三四五六七八九"
_HAN_DIGITS = f"{_HAN_DECIMALS}十百千"
_HAN_NUMBER = rf"(?=[万亿]*[{_HAN_DIGITS}])(?:[零〇一二两三四五六七八九十百万亿]|千(?![瓦克米伏]))+"
_LATIN_UNIT = "|".join(
    re.escape(u) for u in sorted(_UNITS, key=len, reverse=True) if u.isascii() and u != "%"
)
_HAN_UNIT = "|".join(
    re.escape(u) for u in sorted(_UNITS, key=len, reverse=True) if not u.isascii() or u == "%"
)
_COUNTER_WORDS = "|".join(COUNTERS)
_MAGNITUDE_WORDS = "|".join(
    one if one != "千" else "千(?![瓦克米伏])" for one in sorted(_MAGNITUDES, key=len, reverse=True)
)

_FIGURE = regex(
    rf"(?<![\dA-Za-z.第])(?P<number>{_ARABIC})(?!\d)"
    rf"(?:\s*(?P<magnitude>{_MAGNITUDE_WORDS})(?![a-z])多?余?)?多?余?"
    rf"(?:(?:\s*|-)(?P<unit>{_HAN_UNIT}|{_COUNTER_WORDS}|(?:{_LATIN_UNIT})(?![A-Za-z])))?",
    re.IGNORECASE,
)
_HAN_FIGURE = regex(
    rf"(?<![第{_HAN_DIGITS}万亿几数])(?P<number>{_HAN_NUMBER}(?:点[{_HAN_DECIMALS}]+[万亿]*)?)(?:多|余)?(?P<unit>{_HAN_UNIT}|{_COUNTER_WORDS})"
)
_ABOUT = regex(r"[一二两三四五六七八九]{2}|几")
_PERCENT_OF = regex(rf"百分之(?P<number>[{_HAN_DIGITS}点\d.]+)")
_FRACTION = regex(rf"(?P<whole>[{_HAN_DIGITS}]+)分之(?P<part>[{_HAN_DIGITS}点\d.]+)")
_LETTERED_YEAR = regex(r"(?P<number>[〇零一二三四五六七八九]{4})年")
_MONEY_PREFIX = regex(r"(?:[¥￥]|RMB|CNY|(?:US)?\$)\s*$", re.IGNORECASE)
CALENDAR = frozenset({"年", "月", "日"})
"""Units that tell a date where their figures are one."""
_ONE = frozenset({"一", "两"})
_SHARED_UNIT = regex(r"\s*(?:[-—–~～−+＋×÷=＝]+|至|到|to)\s*")
"""Between two numbers of which the second has the unit of both: "10～20万吨", "180.3 − 50.9 = 129.4亿元"."""
_COUNTED = frozenset({*COUNTERS, "人", "户", "家", "只", "双", "次"})
UNSAID = frozenset({"", "个"})
"""The units of a bare number and of the counter that stands for any other."""
_MU = 2000 / 3
"""Square metres of one mu: a fifteenth of a hectare."""


@lru_cache(maxsize=8192)
def find_figures(text: str) -> tuple[Figure, ...]:
    """Every figure of `text` in order, with its place in it; bare numbers have the unit "".

    Lone "一" and "两" before a counter ("一个目标") are words, not figures; ordinals are left out.
    """
    found = [*_arabic(text), *_lettered(text)]
    found.sort(key=lambda figure: (figure.start, -figure.end))
    kept: list[Figure] = []
    for figure in found:
        if not kept or figure.start >= kept[-1].end:
            kept.append(figure)
    return tuple(kept)


def same_figure(one: Figure, other: Figure) -> bool:
    """Whether two figures say the same, whatever magnitude, unit of one dimension or script they use."""
    value, other_value = measured(one)[1], measured(other)[1]
    return comparable(one, other) and math.isclose(value, other_value, rel_tol=1e-9)


def comparable(one: Figure, other: Figure) -> bool:
    """Whether two figures measure one thing; "76" and "76个" may count whatever "76座" counts."""
    dimension, other_dimension = measured(one)[0], measured(other)[0]
    if dimension == other_dimension:
        return True
    pair = {dimension, other_dimension}
    return bool(pair & UNSAID) and pair <= _COUNTED | UNSAID


@lru_cache(maxsize=16384)
def measured(figure: Figure) -> tuple[str, float]:
    """What a figure measures and how many of the dimension's base unit it is; mu are square metres."""
    dimension, factor = _UNITS.get(figure.unit.lower(), (figure.unit, 1.0))
    value = figure.value * factor
    return ("平方米", value * _MU) if dimension == "亩" else (dimension, value)


def dimension_of(unit: str) -> str:
    """What a unit measures ("万千瓦" and "MW" are both "瓦"); the unit itself where it is a counter."""
    return _UNITS.get(unit.lower(), (unit, 1.0))[0]


def _arabic(text: str) -> list[Figure]:
    found: list[Figure] = []
    unit, magnitude, following = "", "", len(text) + 1
    for match in reversed(list(_FIGURE.finditer(text))):
        start, end = match.span()
        shares = not match["unit"] and _SHARED_UNIT.fullmatch(text, end, max(end, following))
        unit = unit if shares else match["unit"] or ""
        if match["magnitude"] or not shares:
            magnitude = (match["magnitude"] or "").lower()
        following = start
        if not unit and not magnitude and text[end : end + 1].isascii() and text[end : end + 1].isalpha():
            continue  # the 5 of "5G", the 4 of "4A级"
        money = None if unit else _MONEY_PREFIX.search(text[:start])
        said = ("美元" if "$" in money[0] else "元") if money else unit
        value = float(match["number"].replace(",", "")) * _MAGNITUDES.get(magnitude, 1.0)
        if math.isfinite(value):
            name = _UNIT_NAMES.get(said.lower(), said)
            found.append(Figure(text[start:end].rstrip(), _tidy(value), name, start, end))
    return found


def _lettered(text: str) -> list[Figure]:
    found = []
    for match in _LETTERED_YEAR.finditer(text):
        digits = "".join(str("〇一二三四五六七八九".find(c) if c != "零" else 0) for c in match["number"])
        found.append(Figure(match[0], float(digits), "年", *match.span()))
    for match in _PERCENT_OF.finditer(text):
        value = han_value(match["number"])
        if value is not None:
            found.append(Figure(match[0], value, "%", *match.span()))
    for match in _FRACTION.finditer(text):
        whole, part = han_value(match["whole"]), han_value(match["part"])
        if whole and part is not None and match["whole"] != "百":
            found.append(Figure(match[0], _tidy(100 * part / whole), "%", *match.span()))
    for match in _HAN_FIGURE.finditer(text):
        value = han_value(match["number"]) if match["number"] not in _ONE else None
        if value is not None:
            found.append(Figure(match[0], value, match["unit"], *match.span()))
    return found


def han_integer(numeral: str) -> int | None:
    """The value of a Chinese numeral; `None` for what is none, and for "about" ("七八", "两三百")."""
    if _ABOUT.search(numeral):
        return None
    value = han_value(numeral)
    return None if value is None else int(value)


def _tidy(value: float) -> float:
    """Undo what binary multiplication adds: 2694.5 * 1e4 is 26945000.0, 0.07 * 1e4 is 700.0."""
    return float(f"{value:.12g}")


_UNIT_NAMES = {
    "％": "%", "percent": "%", "per cent": "%", "percentage points": "个百分点", "percentage point": "个百分点",
    "百分点": "个百分点", "tonnes": "吨", "tonne": "吨", "tons": "吨", "ton": "吨", "yuan": "元", "rmb": "元", "cny": "元",
    "people": "人", "persons": "人", "mu": "亩", "km": "公里", "kilometers": "公里", "kilometres": "公里",
    "kw": "千瓦", "kilowatts": "千瓦", "mw": "兆瓦", "megawatts": "兆瓦", "households": "户", "times": "倍",
    "years": "年", "metric tons": "吨", "pp": "个百分点", "percentage-points": "个百分点", "percentage-point": "个百分点",
    "months": "个月", "days": "天", "hours": "小时", "hectares": "公顷", "kilograms": "公斤", "kg": "公斤",
}  # fmt: skip
