"""What a question asks for: the kind of answer, and what a wanted figure measures."""

from __future__ import annotations

import re

from rag.text.figures import dimension_of
from rag.types import QuestionKind

_KINDS_ZH: tuple[tuple[QuestionKind, str], ...] = (
    ("why", r"为什么|为何|原因|如何|怎么|怎样|靠什么|做法|凭什么"),
    ("person", r"谁|哪位|什么人|何人|负责人|姓名|叫什么名字"),
    (
        "list",
        r"哪些|哪几|哪[两三四五六七八九十]|有什么|几件|什么措施|什么举措|列出|列举|分别是什么|五个|包括什么|包含什么|都有|有何|什么工作|抓什么|做什么",
    ),
    (
        "figure",
        r"多少|几[个项家座条辆所类处件次批户名人岁年届倍万亿成%％]|占比|比重|增速|增幅|增长率|多大|多长|多高|总投资|规模|产量|目标值",
    ),
    ("date", r"什么时候|何时|哪年|哪一年|哪天|哪一天|几月|几号|时间|日期|哪个月"),
    ("place", r"哪里|哪儿|在哪|何地|什么地方|哪个(?:县|市|区|镇|村|乡)|哪座"),
    ("definition", r"是什么意思|什么是|指的?是?什么|含义|定义|何谓"),
    ("yes_no", r"吗|是否|是不是|有没有|能否|对不对|是真的"),
)
_KINDS_EN: tuple[tuple[QuestionKind, str], ...] = (
    ("why", r"\bwhy\b|\bhow (?:did|does|do|will|is|are|was|were|can|has|have)\b"),
    ("person", r"\bwho(?:se|m)?\b"),
    ("date", r"\bwhen\b|\b(?:what|which) (?:year|date|day|month)\b"),
    ("figure", r"\bhow (?:much|many|large|big|long|high|far|fast)\b|\b(?:percentage|growth rate|number|amount|share|total|capacity|output|value|size)\b"),
    ("list", r"\bwhich\b.*s\b|\bwhat are\b|\blist\b|\bname the\b"),
    ("place", r"\bwhere\b|\b(?:what|which) (?:county|city|place|town|village)\b"),
    ("definition", r"\bwhat does .* mean\b|\bwhat is meant\b|\bdefine\b"),
    ("yes_no", r"^(?:is|are|was|were|did|does|do|has|have|will|can)\b"),
)  # fmt: skip

_UNIT_ASKED = re.compile(
    r"(?:多少|几)(?:[个]?(百分点)|[万亿千百]*(平方米|平方公里|个百分点|千瓦时|千瓦|兆瓦|公里|公斤|吨|元|亩|人次|人|户|家|岁|倍|只|%))"
)
_SHARE = re.compile(
    r"占比|比重|增速|增幅|增长率|增长了?多少|下降了?多少|百分比|百分之几|开工率|债务率|贡献率|参保率"
)
_MONEY = re.compile(
    r"总投资|投资额|投资多少|收入(?:是|为|达|达到|完成)?多少|产值|税收|生产总值(?:是|为|达|达到|完成)?多少|补贴多少|多少钱"
)
_SHARE_EN = re.compile(
    r"percent|growth rate|how fast|share of|what proportion|by how much did", re.IGNORECASE
)
_MONEY_EN = re.compile(
    r"how much (?:money|was invested|is invested)|investment|revenue|output value|how much tax", re.IGNORECASE
)


def question_kind(question: str, language: str) -> QuestionKind:
    """The kind of answer asked for; "fact" where nothing says."""
    rules = _KINDS_ZH if language == "zh" else _KINDS_EN
    text = question.lower()
    return next((kind for kind, pattern in rules if re.search(pattern, text)), "fact")


def wanted_dimension(question: str, language: str) -> str | None:
    """What the wanted figure measures, as `rag.text.figures.dimension_of` names it, where the question tells."""
    asked = _UNIT_ASKED.search(question)
    if asked:
        return dimension_of(asked[1] or asked[2])
    share, money = (_SHARE, _MONEY) if language == "zh" else (_SHARE_EN, _MONEY_EN)
    if share.search(question):
        return "%"
    return "元" if money.search(question) else None
