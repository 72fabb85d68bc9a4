"""Indicators that a text tells by a verb: 产量 as 生产…3.2万吨, 投资额 as 投资5亿元, 参保人数 as 参保3万人.

A name of a measure is a verb and what is measured of it. The verb with a figure of a fitting unit says the same.
"""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBER = r"\d[\d,.]*(?:万亿|百万|千万|[百千万亿])?多?余?"
_MONEY = "元|美元|欧元|日元"
_PEOPLE = "人|名|位|户"
_AREA = "亩|公顷|平方米|平方公里"
_COUNTED = "个|项|座|条|家|处|件|台|套|辆|只|头|张|次|场"
_WEIGHED = "吨|公斤|千克|斤|立方米|千瓦时|度|件|台|套|辆|只|头|枚|双|人次|次|吨公里"
_MEASURES = {
    "人数": _PEOPLE,
    "数量": f"{_COUNTED}|{_PEOPLE}",
    "面积": _AREA,
    "容量": "千瓦|兆瓦|瓦|吨|立方米",
    "规模": f"千瓦|兆瓦|瓦|{_AREA}|{_MONEY}|{_PEOPLE}|头|只",
    "收入": _MONEY,
    "总额": _MONEY,
    "里程": "公里|千米|米",
    "额": _MONEY,
    "款": _MONEY,
    "量": f"{_WEIGHED}|{_PEOPLE}|千瓦",
    "数": f"{_COUNTED}|{_PEOPLE}",
}
"""What ends the name of a measure, and the units it may have; the longer endings first."""
_VERBS = {"产": r"生产|产出|采出|出产", "销": r"销售|售出|卖出|外销"}
"""The verbs of names that have only a part of one."""
_NOT_NAMES = frozenset({"总", "总数", "金", "数", "面", "大", "少", "多", "全", "年", "人", "户", "单", "变"})
_TOLD_BY_UNIT = frozenset({"人数", "面积", "里程"})
"""Names that say no more than the unit does."""
_REACH = 10


def told_by_verb(name: str, text: str) -> bool:
    """Whether a folded text without spaces tells a measure of this folded name by its verb and a figure."""
    pattern = _pattern(name)
    return bool(pattern and pattern.search(text))


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str] | None:
    ending = next((ending for ending in _MEASURES if name.endswith(ending)), None)
    stem = name.removesuffix(ending) if ending else ""
    stem = stem.removesuffix("总")
    if ending in _TOLD_BY_UNIT and not stem:
        return re.compile(rf"{_NUMBER}(?:{_MEASURES[ending]})")
    if ending is None or stem in _NOT_NAMES or not (stem in _VERBS or len(stem) > 1):
        return None
    verb = _VERBS.get(stem, re.escape(stem))
    return re.compile(rf"(?:{verb})[^，。；、：:;\d]{{0,{_REACH}}}{_NUMBER}(?:{_MEASURES[ending]})")
