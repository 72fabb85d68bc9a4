"""Whether a text tells of a part of what is asked for: 脱贫人口 is not the 人口, 新增面积 is not the 面积."""

from __future__ import annotations

import re

from rag.text.patterns import regex
from rag.types import Query

_WHOLES = "人口|人数|户数|面积|里程|收入|产值|产能|装机|用户|耕地|林地"
_PARTS = "新增|新建|新开|续建|在建|扩建|改建|改造|整治|复垦|流转|托管|脱贫|贫困|低保|参保|受灾|受益|搬迁|外出|流动|返乡|退出|净增|高标准"
_WHOLE_ASKED = regex(rf"(?:{_WHOLES})")
_PART_OF = rf"(?P<part>{_PARTS})(?:的|了)?(?:[㐀-鿿]{{0,2}})?$"
_PART_BEFORE = regex(_PART_OF)
_BEFORE = 6
"""Characters before a word in which its qualifier stands."""


def tells_of_a_part(query: Query, text: str) -> bool:
    """Whether every mention the text makes of a whole that the question asks for is of a part of it.

    A qualifier that the question has as well makes no difference: who asks for 新增面积 is told of it.
    """
    if query.kind != "figure":
        return False
    return any(_only_in_part(whole, query.text, text) for whole in set(_WHOLE_ASKED.findall(query.text)))


def _only_in_part(whole: str, question: str, text: str) -> bool:
    mentions = [match.start() for match in re.finditer(whole, text)]
    parts = [_PART_BEFORE.search(text[max(0, at - _BEFORE) : at]) for at in mentions]
    return bool(mentions) and all(part is not None and part["part"] not in question for part in parts)
