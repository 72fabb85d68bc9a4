"""The indicators a text names: what a figure may be said of, in Chinese and English.

A figure of one indicator is not a figure of another. Those of the synonym table that are measured are known;
of nested names the longest counts, so that 人均地区生产总值 is not 地区生产总值.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from rag.text.patterns import regex
from rag.text.synonyms import concepts, en_forms, stems
from rag.text.words import fold

_MEASURED = frozenset(
    """
    地区生产总值 人均地区生产总值 一般公共预算收入 一般公共预算支出 固定资产投资 社会消费品零售总额 规模以上工业 规模以上工业增加值
    工业增加值 增加值 第一产业 第二产业 第三产业 可支配收入 人均可支配收入 农村居民 城镇居民 城乡居民 常住人口 人均预期寿命 产量 产能 产值
    年产值 年产 总投资 税收 就业 原煤 先进产能 装机容量 粮食 耕地 居民消费价格指数 进出口总额 城镇化率 城镇登记失业率 森林覆盖率
    高标准农田 恩格尔系数 政府债务率 民生支出 市场主体 高新技术企业 研发投入 游客 专利
    """.split()
)
"""The concepts, by their first forms, that figures are said of."""
_AKIN = (
    frozenset({"规模以上工业", "规模以上工业增加值"}),
    frozenset({"工业增加值", "规模以上工业增加值"}),
    frozenset({"增加值", "规模以上工业增加值", "工业增加值", "第一产业", "第二产业", "第三产业"}),
    frozenset({"可支配收入", "人均可支配收入", "农村居民", "城镇居民", "城乡居民"}),
    frozenset({"城乡居民", "农村居民", "城镇居民"}),
    frozenset({"产值", "年产值"}),
    frozenset({"产能", "年产", "先进产能", "产量", "原煤"}),
    frozenset({"产量", "年产", "原煤", "粮食"}),
    frozenset({"产能", "装机容量", "年产"}),
)
"""Indicators that may stand for one another where one text says more than the other; 城镇居民 and 农村居民 never do."""
_APART = (
    frozenset({"农村居民", "城镇居民"}),
    frozenset({"第一产业", "第二产业", "第三产业"}),
    frozenset({"地区生产总值", "人均地区生产总值"}),
)
_VAGUE = frozenset(
    """
    增速 下降 占比 投资 建成 投产 开工 投运 签约 获批 承建 目标 规划 配套 全年 上半年 下半年 年均 措施 战略 国家级 重点项目 会议 上映
    """.split()
)
"""Concepts that a sentence may be translated with without its original having them."""
_LATIN = regex(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Named:
    """An indicator named at `[start, end)` of the folded text, as any of `meanings`."""

    start: int
    end: int
    meanings: frozenset[str]


@lru_cache(maxsize=8192)
def indicators_in(text: str) -> tuple[Named, ...]:
    """The indicators a text names, in order; of overlapping names only the longest."""
    folded = fold(text)
    matches = _pattern().finditer(folded)
    return tuple(Named(*match.span(), _meanings()[_plain(match[0])]) for match in matches)


def agree(said: frozenset[str], written: frozenset[str]) -> bool:
    """Whether figures of these indicators may be of one thing; an empty set says nothing."""
    if not said or not written or said & written:
        return not any(
            (said & apart) and (written & apart) and not said & written & apart for apart in _APART
        )
    if any((said & apart) and (written & apart) for apart in _APART):
        return False
    return any(said & akin and written & akin for akin in _AKIN)


@lru_cache(maxsize=2048)
def english_nouns(text: str) -> tuple[tuple[str, ...], ...]:
    """The things an English text names that the synonym table knows, each by its Chinese forms; longest names first."""
    table, longest = en_forms(), max(map(len, en_forms()))
    given = stems(text)
    found, at = [], 0
    while at < len(given):
        sizes = range(min(longest, len(given) - at), 0, -1)
        size = next((size for size in sizes if given[at : at + size] in table), 0)
        forms = table[given[at : at + size]] if size else ()
        if forms and not _VAGUE & set(forms):
            found.append(forms)
        at += size or 1
    return tuple(found)


@cache
def _meanings() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for concept in concepts():
        first = concept.zh[0].upper()
        if concept.zh[0] in _MEASURED or first in _MEASURED:
            for form in (*concept.zh, *concept.en):
                table.setdefault(_plain(fold(form)), set()).add(concept.zh[0])
    return {form: frozenset(meanings) for form, meanings in table.items()}


@cache
def _pattern() -> re.Pattern[str]:
    forms = sorted(_meanings(), key=len, reverse=True)
    return re.compile(
        "|".join(
            rf"\b{re.escape(form)}s?\b".replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]+")
            if _LATIN.search(form) and form.isascii()
            else re.escape(form)
            for form in forms
        )
    )


def _plain(form: str) -> str:
    plain = " ".join(form.replace("-", " ").split())
    return plain if plain in _known() or not plain.endswith("s") else plain.removesuffix("s")


@cache
def _known() -> frozenset[str]:
    return frozenset(
        " ".join(fold(form).replace("-", " ").split())
        for concept in concepts()
        for form in (*concept.zh, *concept.en)
    )
