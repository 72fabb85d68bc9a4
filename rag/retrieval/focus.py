"""The focus of a question: the words for what it wants to know, beside its interrogative.

"亿航的载人飞行器坐一趟票价多少" is about an aircraft and asks for a fare. A text that speaks of the aircraft
and not of a fare does not answer it, however much of the question it holds.
"""

from __future__ import annotations

import re

import rjieba

from rag.text import stopwords
from rag.text.patterns import regex
from rag.text.words import fold

_INTERROGATIVE = regex(
    r"什么时候|啥时候?|何时|哪[一两三四五六七八九十]?[天年月个家里儿座位些几项种类处条所边]?|多少|多大|多长|多高|多久|"
    r"几(?=[个项家座条辆所类处件次批户名人岁年届倍种台万亿])|什么|谁|为什么|为何|怎么样?|怎样|如何|百分之几|何"
)
_HOW_MANY = regex(r"^(?:多少|几)")
_MEASURE = regex(r"^[个项家座条辆所类处件次批户名位人岁年届倍种台万亿亩吨元只笔场只%]+")
_WHEN_OR_WHY = regex(r"时候|何时|天|年|月|为什么|为何|怎么|如何|怎样")
_NOUN = ("n", "v", "j", "l", "i", "b", "e")
_GENERIC = frozenset(
    """
    名字 名称 情况 内容 方面 地方 单位 公司 企业 项目 人 时间 工作 目标 数 总数 总额 总 规模 水平 程度 金额 钱
    指 叫 做 抓 干 有 建 用 要 达 达到 完成 实现 占 获 被 评 成 开 办法 回事 当作 活动 强调 分别 政府 部门
    增 涨 提高 增加 高出 变化 新增 下降 下滑 减少 掉
    """.split()
)
"""Words that any answer has without saying them."""


def focus_words(question: str) -> tuple[str, ...]:
    """The focus of a Chinese question as words to look for; empty where it has none of its own."""
    text = fold(question)
    found = _INTERROGATIVE.search(text)
    if not found:
        return ()
    before, after = text[: found.start()], text[found.end() :]
    after = re.split(r"[，,？?。；、]", after)[0]
    if _HOW_MANY.match(found[0]):
        counted = _content(_MEASURE.sub("", after))
        if counted:
            return counted[-1:]
    elif _WHEN_OR_WHY.search(found[0]):
        return _content(after)[:2] or _content(_last_clause(before))[-1:]
    return _content(after)[:1] or _content(_last_clause(before))[-1:]


def _last_clause(text: str) -> str:
    return re.split(r"[，,？?。；：:]", text)[-1]


def _content(text: str) -> tuple[str, ...]:
    return tuple(
        word
        for word, tag in rjieba.tag(text, hmm=False)  # guessed words are no words to insist on
        if len(word) > 1 and word not in stopwords.ZH and word not in _GENERIC and tag.startswith(_NOUN)
    )
