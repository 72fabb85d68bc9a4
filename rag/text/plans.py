"""Whether a text tells what is meant to be or what is so: "力争完成500万吨" is no result, "已建成" no plan."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

import rjieba

from rag.text.patterns import regex

_PLANNED = (
    r"力争|争取(?!到|了|.{0,6}(?:资金|项目|专项|政策|支持|债券))|(?<!行动)(?<!发展)(?<!五年)(?<![”》])计划(?!生育|单列|总投资|投资总额|[”》])|"
    r"规划(?=建设|新建|用地|投资(?!总))|预计(?!总投资)|预期|有望|即将|打算|确保(?!了)|年内|抓好(?:以下|如下)|"
    r"任务(?=是|为|[:：])|目标(?=(?:任务|值)?(?:[^，。；、的]{0,4}\d|[是为：:]|[定设](?:的|为|在)))|(?<=[\d%元吨亩个户人家公里瓦米])(?:以上|左右)?的(?:年度|全年|预期)?目标|"
    r"(?:建成|投产|达产|投运|投用|完工|竣工)(?:投产|投运|投用|达产)?(?:之)?后|可(?=[达实年带新增])|"
    r"\b(?:will|would|plan(?:s|ned|ning)?|aim(?:s|ed|ing)?|target(?:s|ed)?|goals?|expect\w*|projected|schedul\w*|intend\w*|propos\w*|"
    r"striv\w*|seeks?|hopes?|to be|going to|set to|forecasts?)\b"
)
_MODAL = r"(?<!即)将(?![军领士近来])|(?<![主重需必摘纪首紧机概提只简扼不])要(?![素求点闻害领塞道地件么])|(?<![虚模])拟(?!定)"
"""Plans if a verb follows: 将改造 is one, 将32个村纳入 is none."""
_VERBAL_TAGS = ("v", "d", "p", "f", "t")
_DONE = (
    r"已(?!知)|(?<![为除])了(?!解|不|得)|实际|目前|截至|迄今|曾(?=[在于是任经])|"
    r"\b(?:has|have|had|already|so far|to date|actual(?:ly)?)\b"
)
_STATED = regex(
    r"完成|达到?|实现|突破|[是为](?=[约近超]?[^，。；㐀-鿿]*\d)|\b(?:was|were|is|are|reached|achieved|completed|totall?ed|hit|stood)\b",
    re.IGNORECASE,
)
_MARK = regex(f"(?P<planned>{_PLANNED})|(?P<modal>{_MODAL})|(?P<done>{_DONE})", re.IGNORECASE)
_AHEAD = 6
_RESULT_ASKED = regex(
    r"了多少|了几|到目前|截至|累计|已经|实际|完成多少|了吗|有多少.*了|\b(?:actual(?:ly)?|so far)\b"
)
_PLAN_ASKED = regex(
    r"目标|计划|力争|预计|预期|打算|准备|将|(?<![主重需])要(?!素)|任务|争取|(?<![社机])会(?![议计])|想|年后|以后|未来"
)


class Stance(Enum):
    """How a text stands to what it tells."""

    OPEN = "open"
    """Nothing says which."""
    PLANNED = "planned"
    DONE = "done"


@lru_cache(maxsize=8192)
def stance_at(text: str, at: int | None = None) -> Stance:
    """What the last mark before a place of the text says, else the first one behind it; `None` is the end."""
    marks = [
        (mark.start(), Stance.DONE if mark["done"] else Stance.PLANNED)
        for mark in _MARK.finditer(text)
        if not mark["modal"] or _before_verb(text, mark.end())
    ]
    before = [stance for start, stance in marks if at is None or start < at]
    if before:
        return before[-1]
    return marks[0][1] if marks else Stance.OPEN


def _before_verb(text: str, at: int) -> bool:
    tagged = rjieba.tag(text[at : at + _AHEAD])
    return bool(tagged) and tagged[0][1].startswith(_VERBAL_TAGS)


def is_stated(text: str) -> bool:
    """Whether a text has a verb by which a figure is told as a fact (完成, 达到, 是)."""
    return bool(_STATED.search(text))


def asks_result(question: str) -> bool:
    """Whether a question asks what has come about, and not what is planned."""
    return bool(_RESULT_ASKED.search(question)) and not _PLAN_ASKED.search(question)
