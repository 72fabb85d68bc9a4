"""Among whom something is first, largest or compared: "全市首家", "the first in the province"."""

from __future__ import annotations

import re

from rag.text.patterns import regex

_SCOPED = regex(
    r"(?P<scope>全国|全省|全市|全区|全县|全球|世界|国内|省内|市内)(?=(?:[的之中上]|同期|同类|县域|各县)?"
    r"(?:(?P<mean>平均|均值|水平)|(?P<first>(?:排名?|位[列居]?|名列|居)?(?:第[一1]|首))|第|前|排|位|领先|最))"
)
_ALIKE = {"国内": "全国", "省内": "全省", "市内": "全市", "世界": "全球"}
_SCOPED_EN = regex(
    r"\b(?:(?P<first>first|only)|largest|biggest|highest|top|leading|ranked)\b.{0,60}?"
    r"\bin (?:the (?:whole |entire )?)?(?P<where>province|country|nation|city|county|world|china)\b",
    re.IGNORECASE,
)
_MEANT = {
    "province": "全省", "country": "全国", "nation": "全国", "china": "全国", "city": "全市", "county": "全县", "world": "全球",
}  # fmt: skip


def ranks(text: str) -> frozenset[tuple[str, str]]:
    """How a text ranks or compares: "mean", "first" or "ahead", each with the scope's Chinese name.

    Whoever is first is ahead as well.
    """
    chinese = ((_ALIKE.get(one["scope"], one["scope"]), one) for one in _SCOPED.finditer(text))
    english = ((_MEANT[one["where"].lower()], one) for one in _SCOPED_EN.finditer(text))
    found = set()
    for scope, one in (*chinese, *english):
        mean = "mean" in one.re.groupindex and one["mean"]
        found |= (
            {("mean", scope)} if mean else {("ahead", scope), *([("first", scope)] if one["first"] else [])}
        )
    return frozenset(found)
