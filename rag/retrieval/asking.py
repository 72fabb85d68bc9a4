"""What a question asks for: the kind of answer, and the units a wanted figure may have."""

from __future__ import annotations

import re

from rag.text.figures import COUNTERS, dimension_of
from rag.text.patterns import regex
from rag.types import QuestionKind

_KINDS_ZH: tuple[tuple[QuestionKind, str], ...] = (
    ("person", r"^谁(?!的)|[是由被]谁[?？]?$"),
    ("why", r"为什么|为何|原因|如何(?!$)|怎么(?!样)|怎样|靠什么|凭什么|因为什么|用来|有什么用"),
    ("person",
        r"谁|哪位|什么人|何人|(?<!都)(?<!分别)叫什么名字|(?:书记|[县市区镇乡局院校厂]长|主任|负责人|一把手)叫[啥什]|"
        r"姓名|姓什么|哪个记者|署名|(?:作者|记者)是?[?？]?$"),
    ("organisation", r"哪一?家|哪个(?:公司|企业|单位|部门|机构)|什么(?:公司|企业|单位|机构)"),
    ("list",
        r"[二两三四五六七八九十\d]+(?:大|项|个|件|条|类|座|家|种)[^，。]{0,16}(?:叫什么|名称|名字)|"
        r"都叫什么|分别叫|各指什么|"
        r"[二两三四五六七八九十\d]+(?:大|项|个|件|条|类|方面)[^，。]{0,12}(?:是什么|是哪|有哪|包括|分别)|"
        r"分别[^，。多几]{0,8}(?:什么|哪)|"
        r"哪些|哪几|哪[两三四五六七八九十]|有什么|几件事|什么措施|什么举措|列出|列举|分别是什么|包括什么|"
        r"包含什么|都有|有何|抓什么|做什么|特征"),
    ("figure",
        r"多少|(?<![这那近前后每好])几(?:[个项家座条辆所类处件次批户名人岁年届倍成]|万|亿|千)|占比|比重|"
        r"增速|增幅|增长率|百分之几|多大|多长|多高|多久|多远|第几(?=[次届批个条期])"),
    ("date", r"什么时候|何时|哪年|哪一年|哪天|哪一天|几月|几号|时间|日期|哪个月"),
    ("place", r"哪里|哪儿|在哪|何地|什么地方|哪个(?:县|市|区|镇|村|乡|公园|景区)|哪座"),
    ("yes_no", r"吗[?？]?$|是否|是不是|有没有|能否|对不对|是真的|对吗"),
    ("definition", r"是什么意思|什么是|指的?是?什么|含义|定义|何谓|指什么"),
    ("figure", r"总投资|规模|产量|目标|总额|总量|收入|产值|面积|装机"),
)  # fmt: skip
_KINDS_EN: tuple[tuple[QuestionKind, str], ...] = (
    ("why", r"\bwhy\b|\bhow (?:did|does|do|will|is|are|was|were|can|has|have)\b"),
    ("person",
        r"\bwho(?:se|m)?\b|\bname (?:of )?the (?:[\w-]+ ){0,3}(?:magistrate|mayor|governor|secretary|director|head|chief|"
        r"chair\w*|president|manager|reporter|author|expert)\b"),
    ("organisation", r"\b(?:which|what) (?:company|companies|firm|firms|enterprise|organi[sz]ation|institution)\b"),
    ("date", r"\bwhen\b|\bby when\b|\b(?:what|which) (?:year|date|day|month)\b"),
    ("list", r"\bwhich\b(?:\s\w+){0,3}\s(?:two|three|four|five|six|seven|\w+s)\b|\bwhat are\b|\blist\b|\bname the\b"),
    ("figure",
        r"\bhow (?:much|many|large|big|long|high|far|fast|old)\b|\bby how\b|\bpercent(?:age)?\b|"
        r"\b(?:growth rate|total|output|value|size|revenue|gdp|capacity|growth|expectancy)\b"),
    ("place", r"\bwhere\b|\b(?:what|which) (?:county|city|place|town|village)\b"),
    ("definition", r"\bwhat does .* (?:mean|stand for)\b|\bwhat is meant\b|\bdefine\b"),
    ("yes_no", r"^(?:is|are|was|were|did|does|do|has|have|will|can)\b"),
)  # fmt: skip

_DATE_UNITS = (
    ("日", regex(r"哪天|哪一天|几号|\b(?:what|which) day\b", re.IGNORECASE)),
    ("年", regex(r"哪年|哪一年|\b(?:what|which) year\b", re.IGNORECASE)),
    ("月", regex(r"几月|哪个月|\b(?:what|which) month\b", re.IGNORECASE)),
)
_UNIT_ASKED = regex(
    r"(?:多少|(?<![这那近前后每好])几)[万亿千百]*(?P<unit>个?百分点|平方米|平方公里|立方米|千瓦时|千瓦|兆瓦|公里|公斤|人次|吨|元|亩|米|岁|倍|%|年|天|个月|月|"
    rf"人|户|名|位|只|{'|'.join(COUNTERS)})"
)
_ASKED = regex(
    r"多少|多大|多长|多高|(?<![这那近前后每好])几[个项家座条辆处件次批户名人岁年届倍]|百分之几|哪里|哪儿|哪[天年]|谁|什么时候|啥时"
)
_NOUN_ASKED = regex(r"多少(?P<noun>[㐀-鿿]{1,4})")
_WEIGHED = (
    (regex(r"原?煤|焦炭|粮|钢|铁|水泥|石|肉|奶|蛋|菜|水果|[苹梨核]|药材"), ("吨",)),
    (regex(r"用?电"), ("瓦时",)),
    (regex(r"土?地|[农耕]?田|耕地|林"), ("亩", "平方米")),
)
"""What is not counted but weighed or measured, and the units of its figures: 多少煤 is told in tonnes."""
_PEOPLE = regex(r"人|患者|病患|老人|职工|学生|居民|群众|游客|农民|劳动力")
_HOW_LONG = regex(
    r"多久|多长时间|(?:周期|工期|期限|时间)[^，。]{0,8}多[长少]|多[长久][^，。]{0,4}(?:缩|压|延|减)|"
    r"\bhow long\b|\bhow many (?:[\w-]+ )?(?:years|months|weeks|days|hours)\b",
    re.IGNORECASE,
)
_DURATIONS = ("年", "个月", "月", "天", "小时", "分钟")
_ANY_COUNT = ("个", *COUNTERS, "户", "人", "名", "位", "只", "人次", "")

_INDICATORS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (regex(
        r"增速|增幅|增长率|增长了?多少|下降了?多少|减少了?多少|占比|比重|比例|比率|百分之几|百分比|开工率|债务率|"
        r"贡献率|参保率"), ("%", "百分点", "倍")),
    (regex(r"(?:增长|增收|收入).{0,8}目标|涨了?多少|提高了?多少|变化"), ()),
    (regex(r"高出?多少|差多少|快多少"), ()),
    (regex(r"寿命|年龄"), ("岁",)),
    (regex(r"年产(?!值)|产量"), ("吨", "只", "件", "台", "辆", "套", "双", "立方米", "")),
    (regex(r"装机"), ("瓦",)),
    (regex(r"面积|耕地"), ("亩", "平方米")),
    (regex(r"人口|从业|就业人"), ("人",)),
    (regex(r"生产总值|gdp|GDP|投资|收入|产值|税收|利税|销售额|总额|增加值|补贴|多少钱|金额|资金|财政|利润|支出|"
        r"票价|价格|单价|房价|租金|工资|薪|学费|费用|成本|[营经]业额|[交成]交?易?额|贷款|债务余额"), ("元", "美元")),
)  # fmt: skip
_INDICATORS_EN: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (regex(r"percent|growth|how fast|share of|proportion|shrink|decline|\brate\b", re.IGNORECASE), ("%", "百分点", "倍")),
    (regex(r"life expectancy|how old", re.IGNORECASE), ("岁",)),
    (regex(
        r"how many (?:people|residents|patients|jobs|visitors|tourists|persons|workers)|population", re.IGNORECASE), ("人", "人次")),
    (regex(
        r"how many (?:tonnes|tons)|raw coal|coal output|annual output|how much (?:\w+ )?(?:coal|grain|steel)", re.IGNORECASE),
        ("吨", "只")),
    (regex(r"how many (?:mu|hectares)|farmland|arable", re.IGNORECASE), ("亩",)),
    (regex(r"capacity", re.IGNORECASE), ("瓦", "吨", "只")),
    (regex(r"how much (?:did|has|have|was|were|is)\b.*\b(?:increase|gr[eo]w|r[io]se|climb|fall|drop|decrease|decline)", re.IGNORECASE),
        ("%", "百分点", "倍")),
    (regex(r"how many times", re.IGNORECASE), ("倍", "次")),
    (regex(r"how many", re.IGNORECASE), _ANY_COUNT),
    (regex(r"how much money|invest|revenue|\bgdp\b|output value|tax|subsid|retail sales|cost", re.IGNORECASE), ("元", "美元")),
)  # fmt: skip


def question_kind(question: str, language: str) -> QuestionKind:
    """The kind of answer asked for; "fact" where nothing says."""
    rules = _KINDS_ZH if language == "zh" else _KINDS_EN
    text = question.lower()
    return next((kind for kind, pattern in rules if re.search(pattern, text)), "fact")


def wanted_units(question: str, language: str) -> tuple[str, ...]:
    """The units (dimensions, as `rag.text.figures.dimension_of` names them) a wanted figure may have.

    Empty where the question leaves it open.
    """
    for unit, pattern in _DATE_UNITS:
        if pattern.search(question):
            return (unit,)
    if _HOW_LONG.search(question):
        return _DURATIONS
    if language != "zh":
        return next((units for pattern, units in _INDICATORS_EN if pattern.search(question)), ())
    if len(set(_ASKED.findall(question))) > 1:
        return ()  # two things are asked at once
    asked = _UNIT_ASKED.search(question)
    if asked:
        return _equivalents(asked["unit"])
    if units := _units_of_noun(question):
        return units
    return next((units for pattern, units in _INDICATORS if pattern.search(question)), ())


def _units_of_noun(question: str) -> tuple[str, ...]:
    """The units of what "多少" stands right before: people, households, or what is weighed."""
    asked = _NOUN_ASKED.search(question)
    noun = asked["noun"] if asked else ""
    if not noun or noun.startswith("钱"):
        return ()
    if _PEOPLE.match(noun):
        return ("人", "个", "人次")
    if noun.startswith("家庭"):
        return ("户", "个")
    return next((units for pattern, units in _WEIGHED if pattern.match(noun)), ())


def _equivalents(unit: str) -> tuple[str, ...]:
    name = dimension_of(unit)
    if name == "个":
        return _ANY_COUNT
    if name == "百分点":  # "增长几个百分点" is said of rates as well
        return ("百分点", "%")
    if name in COUNTERS or name in ("户", "只", "家"):
        return (name, "个", "")
    if name == "人":
        return ("人", "个", "人次")
    return (name,)
