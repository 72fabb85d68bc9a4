"""The units of a table's values, and which values they can be of: none rather than a wrong one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

Kind = Literal[
    "money", "share", "people", "households", "area", "amount", "count", "quantity", "average", "other"
]
"""What a unit measures, or the words of a header speak of.

A "quantity" is of any things, an "average" one of money; "other" are ranks, codes, dates and other averages.
"""

_BASES: dict[Kind, str] = {
    "money": "元|美元|欧元|日元|港元|港币|人民币|(?:thousand |million |billion )?(?:yuan|rmb|cny|usd|dollars?)",
    "share": "%|％|‰|个?百分点|per ?cent|percentage points?",
    "people": "人次?|名|位|人·?次|(?:thousand |million )?(?:people|persons|visitors)",
    "households": "户|(?:thousand )?households",
    "area": "亩|公顷|平方米|平方公里|平方千米|㎡|km²|m²|hectares?|ha|mu",
    "amount": (
        "吨(?:标准煤|标煤)?|公斤|千克|斤|克|公里|千米|米|毫米|厘米|立方米|立方|方|升|千?瓦时|千?瓦|兆瓦时?|度|千?伏安?|℃|"
        "(?:thousand |million |billion )?(?:tonnes?|tons?|kg|km|kw|mw|gw|kwh|kw·h|mwh|gwh|m³)"
    ),
    "count": (
        "[个家件次台辆套座处项条所张只头株宗起例间栋艘架部本册篇枚份批种类对场口眼羽箱袋床]|[根吊盒瓶捆卷樘组块棵匹副把双桶]|"
        "床位|人天|岁|天|个月|小时|分钟|倍"
    ),
}
_MAGNITUDE = "[十百千万亿]{0,3}"
_BASE = {kind: re.compile(f"{_MAGNITUDE}(?:{words})", re.IGNORECASE) for kind, words in _BASES.items()}
_PER = re.compile(
    rf"{_MAGNITUDE}(?:{'|'.join(words for words in _BASES.values())})/[^\s/\d、，,%％‰]{{1,6}}", re.IGNORECASE
)

_WORDS: dict[Kind, str] = {
    "money": (
        "金额|资金|投资|收入|支出|产值|增加值|总值|税收?|费用?|[预决]算数?|款项?|(?<!名)额|成本|利润|工资|补贴|补助|奖励|债务?|贷款|余额|"
        "收益|GDP|财政|经费|资产|revenue|expenditure|investment|income|budget|costs?|amount"
    ),
    "people": "(?:人口|人数|人次|人员|职工|劳动力|学生|教师|医[生护]|男性?|女性?|游客)(?:总?数)?|population|people|employees",
    "households": "户(?:总?数)?$|家庭(?:总?数)?|households?",
    "area": "面积|耕地|area",
    "quantity": "数量|总量|工程量|quantity|qty",
    "amount": "量|装机|里程|长度|重量|output|production|capacity",
    "count": "(?<![算行成整计际划月年季总期额付入])数$|(?:项目|企业|学校|医院|村|乡镇?|机构|单位|场所|设施|床位|车辆|宗地)$|number",
}
_MEASURED = frozenset(("people", "households", "area", "amount", "count"))
_WORD = re.compile("|".join(f"(?P<{kind}>{words})" for kind, words in _WORDS.items()), re.IGNORECASE)
_SHARE_WORD = re.compile(
    r"率|增长|增减|增速|[增降涨升减跌]幅|同比|环比|占比|比重|比例|百分比|±|比上年[^（(]{0,4}$|比$|growth|share|rate\b|percent",
    re.IGNORECASE,
)
_OTHER_WORD = re.compile(
    r"均价|单价|价格|系数|指数|得分|分数|评分|倍数|年龄|温度|排[名位]|[位名]次|序号|编[号码]|代码|号$|号码|"
    r"电话|手机|邮[编箱政]|传真|年份|^年度$|日期|时间|批次|型号|规格|备注|面值|rank|code|phone|^year$|date|price|index|\bno\b",
    re.IGNORECASE,
)
_AVERAGE_WORD = re.compile(r"人均|户均|亩均|平均|每|per capita|average|mean\b", re.IGNORECASE)
_WHOLE_MONEY = frozenset(("元", "yuan", "rmb", "cny"))
_WHEN = re.compile(r"\d|年|月|季|本期|上期|同期|累计|[合小总]计|全[省市县区]")
_YEAR_LIKE = re.compile(r"(?:19|20)\d{2}")
_CODE_LIKE = re.compile(r"0\d+|\d{10,}")
_STATED = re.compile(r"单位\s*[：:]\s*([^：:）)。]{1,24}?)\s*[）)]?$|\b[Uu]nits?\s*:\s*([^:)]{1,30}?)\s*\)?$")
_BRACKETED = re.compile(r"\s*[（(\[【]\s*(?:单位\s*[：:])?\s*([^（）()\[\]【】]{1,16}?)\s*[）)\]】]")
_AT_END = re.compile(r"\s*[/／,，]\s*([^\s/／\d,，（）()]{1,8})$|\s*±?([%％‰])$")
_BETWEEN = re.compile(r"\s*[、，,；;/和及或]\s*|\s+")

Span = tuple[int, int]


@lru_cache(maxsize=4096)
def kind_of_unit(text: str) -> Kind | None:
    """What a unit measures; `None` for a word that is no unit ("县财政局", "累计")."""
    if _PER.fullmatch(text):
        return "other"
    if re.fullmatch("[十百千万亿]{1,3}", text):  # "产值（亿）"
        return "quantity"
    return next((kind for kind, base in _BASE.items() if base.fullmatch(text)), None)


@lru_cache(maxsize=4096)
def unit_of_header(header: str) -> tuple[int, Span] | None:
    """How long the name in a header is, and where its unit: "产量（万吨）" has its name in the first two characters.

    A unit in the middle leaves the name whole; `None` where there is none, or more than one.
    """
    if kind_of_unit(header):
        return 0, (0, len(header))
    found = [match for match in _BRACKETED.finditer(header) if kind_of_unit(match.group(1))]
    if len(found) == 1:
        at_end = found[0].end() == len(header)
        return (found[0].start() if at_end else len(header)), found[0].span(1)
    last = _AT_END.search(header) if not found else None
    if last is None or not kind_of_unit(last.group(1) or last.group(2)):
        return None
    return last.start(), last.span(1 if last.group(1) else 2)


def units_stated(line: str) -> tuple[Span, ...]:
    """Where the units stand that a line such as "单位：万元、%" gives for a table; all must be units."""
    stated = _STATED.search(line)
    if stated is None:
        return ()
    start, end = stated.span(1 if stated.group(1) else 2)
    if kind_of_unit(line[start:end]):
        return ((start, end),)
    spans: list[Span] = []
    position = start
    for between in (*_BETWEEN.finditer(line, start, end), None):
        stop = between.start() if between else end
        if not kind_of_unit(line[position:stop]):
            return ()
        spans.append((position, stop))
        position = between.end() if between else end
    return tuple(spans)


def fitting(
    units: Sequence[str], value: str, headers: tuple[str, ...], labels: tuple[str, ...]
) -> int | None:
    """Which of the units given for a whole row or table is this value's; `None` where that is not sure.

    `headers` stand over the value, the uppermost first; `labels` name its row. What they speak of must be
    what the unit measures, of several units the only one; one unit alone is also taken where they speak of
    nothing that is known ("2023年").
    """
    if _CODE_LIKE.fullmatch(value):
        return None
    spoken = kind_spoken_of(headers, labels)
    fits = [number for number, unit in enumerate(units) if _measures(unit, spoken)]
    if spoken is None and len(units) == 1:
        over = headers[-1] if headers else ""
        unsure = (_YEAR_LIKE.fullmatch(value) and not _WHEN.search(over)) or _BRACKETED.search(over)
        return None if unsure else 0
    return fits[0] if len(fits) == 1 else None


def _measures(unit: str, spoken: Kind | None) -> bool:
    kind = kind_of_unit(unit)
    if spoken == "quantity":
        return kind in _MEASURED
    if spoken == "average":  # where sums are told in single yuan, so are averages
        return unit.lower() in _WHOLE_MONEY
    return kind == spoken != "other"


@lru_cache(maxsize=4096)
def kind_spoken_of(headers: tuple[str, ...], labels: tuple[str, ...]) -> Kind | None:
    """What a value is by its headers, or else by its row's labels; a share or an average by any word of either."""
    words = (*reversed(headers), *reversed(labels))
    if any(_OTHER_WORD.search(text) for text in words):
        return "other"
    if any(_SHARE_WORD.search(text) for text in words):
        return "share"
    kind = next((kind for text in words if (kind := _last_word(text))), None)
    if any(_AVERAGE_WORD.search(text) for text in words):
        return "average" if kind == "money" else "other"
    return kind


@lru_cache(maxsize=4096)
def _last_word(text: str) -> Kind | None:
    """Chinese names end with what they name: 贫困人口补助资金 is money."""
    name = text[: unit[0]] if (unit := unit_of_header(text)) else text
    found = [match.lastgroup for match in _WORD.finditer(name)]
    return next((kind for kind in _WORDS if kind == found[-1]), None) if found else None
