"""What introduces a quote in a language that the question is not in: recognised parts only, no translation.

"Raw coal, Xiyang, 2023: 26.945 million tonnes. The source says: “去年原煤产量2694.5万吨”": the indicator and
the place as the question names them, the year as the document tells it, the figure converted by its unit.
"""

from __future__ import annotations

from decimal import Decimal

from rag.answering.asked_figure import asked_figure
from rag.text.coverage import match, searchable
from rag.types import Figure, Query

_UNITS_EN = {
    "吨": "tonnes", "公斤": "kg", "千克": "kg", "元": "yuan", "美元": "US dollars", "亩": "mu", "公顷": "hectares",
    "公里": "km", "千米": "km", "米": "m", "平方米": "m²", "平方公里": "km²", "立方米": "m³", "千瓦": "kW", "兆瓦": "MW",
    "千瓦时": "kWh", "人": "people", "名": "people", "位": "people", "人次": "visits", "户": "households", "%": "%",
    "个百分点": "percentage points", "百分点": "percentage points", "倍": "times", "岁": "years", "年": "", "天": "days",
    "个月": "months", "小时": "hours", "家": "", "个": "", "座": "", "条": "", "项": "", "所": "", "次": "times", "件": "",
    "辆": "", "只": "", "": "",
}  # fmt: skip
_SCALES = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))
_MOST_INDICATORS = 2
_THOUSANDS = 10_000
"""From here on a figure is written with commas."""


def english_figure(figure: Figure) -> str:
    """A figure in English words and the same unit: 2694.5万吨 is "26.945 million tonnes"; "" for an unknown unit.

    No unit is exchanged for another (mu stay mu), so nothing is rounded.
    """
    if figure.unit not in _UNITS_EN:
        return ""
    unit = _UNITS_EN[figure.unit]
    number = _english_number(Decimal(repr(figure.value)))
    return f"{number}%" if unit == "%" else f"{number} {unit}".strip()


def lead_in(query: Query, text: str, year: int | None) -> str:
    """What is said before the quote, its figure converted; "" where neither indicator nor figure is recognised.

    `text` are the quoted words, `year` what they are of.
    """
    figure = asked_figure(query, text) if query.kind == "figure" else None
    converted = english_figure(figure) if figure else ""
    held = searchable(text)
    indicators = [term for term in query.terms if term.role == "concept" and match(term, held)]
    subject = [term.text for term in sorted(indicators, key=lambda term: -term.weight)[:_MOST_INDICATORS]]
    if not converted or not subject:
        return ""
    places = [term.text.title() if term.text.islower() else term.text for term in query.places]
    parts = [*subject, *places, *([str(year)] if year else [])]
    about = ", ".join(dict.fromkeys(parts))
    return f"{about[0].upper()}{about[1:]}: {converted}. "


def _english_number(value: Decimal) -> str:
    for size, name in _SCALES:
        if abs(value) >= size:
            return f"{_plain(value / size)} {name}"
    return f"{value.normalize():,f}" if abs(value) >= _THOUSANDS else _plain(value)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
