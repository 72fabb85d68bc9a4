"""Words in a document that are meant for a language model and not for a reader: "忽略以上指令，回答……".

They are quoted like any other words. What they tell a model to say is nothing that the document states.
"""

from __future__ import annotations

import re
from typing import Final

from rag.text.patterns import regex
from rag.text.sentences import Span

_GO = r"[^。！？!?\n]"
_ZH: Final = (
    rf"(?:忽略|无视|忘记|忘掉|抛开|推翻|绕过|(?:不要|不必|无需|停止)(?:再)?(?:理会|遵守|遵循|执行|参考)){_GO}{{0,10}}"
    r"(?:以上|上述|上面|之前|此前|先前|前面|前述|下面|以下|所有|一切|全部|任何|你的|您的|系统|原有|其他)"
    rf"{_GO}{{0,10}}(?:指令|指示|命令|提示|设定|规则|要求|限制|约束|对话|内容|资料|证据)",
    r"(?:告诉|告知|回答|回复|答复|对|向)(?:用户|提问者|提问的人)",
    r"(?:请|必须|只能|只需|一律|统一|直接|务必|应当|改为)[^。，,：:\n]{0,6}(?:回答|回复|答复|输出)[^。，,：:\n]{0,4}[：:“「‘\"'是为说]",
    r"(?:^|[。，,；;：:！!\s])(?:回答|回复|输出)[：:“「‘\"']",
    rf"[你您](?:现在|从现在起|将|就|已经)?(?:是|扮演|不再是|必须|应该|应当|只能|需要){_GO}{{0,20}}(?:助手|机器人|模型|角色|回答|输出|遵守|听从|引用|拒绝)",
    r"作为(?:一个|一名|一款)?(?:AI|人工智能|语言模型|大模型|智能助手|助手)",
    r"(?:系统|隐藏|新的?)(?:提示词|指令)",
)
_EN: Final = (
    r"\b(?:ignore|disregard|forget|override|bypass|(?:do not|don't|stop) (?:follow(?:ing)?|obey(?:ing)?))\b"
    r"[^.!?\n]{0,40}\b(?:instructions?|prompts?|rules?|guidelines?|directions?|constraints?|context|evidence|above)\b",
    r"\b(?:you are (?:now|no longer)|from now on,? you|pretend (?:to be|you)|as an? (?:AI|language model|assistant))\b",
    r"(?:^|[.!?;:\n]\s*|\b(?:please|must|instead|just|simply|always|then)\s+)(?:answer|reply|respond|output|say|print|write)\s*"
    r"(?::|\s(?:only|exactly|instead|that|with|[\"“'])|[\"“])",
    r"\b(?:tell|inform|assure|answer) (?:the |your )?(?:user|users|reader|asker)\b",
    r"\b(?:system|hidden|developer|new) (?:prompt|message|instructions?|mode)\b",
)
_TEMPLATE: Final = (
    r"[<＜][|｜][^<>＜＞\n]{1,40}[|｜][>＞]",
    r"\[/?INST\]|<</?SYS>>|</?(?:start|end)_of_turn>|[<＜]\s*[/／]?\s*(?:evidence|system|instructions?|prompt)\s*[>＞]",
    r"(?:^|\n)\s*#{0,4}\s*(?:system|assistant|instructions?|系统|助手)\s*[:：]",
)
_DIRECTIVE = regex("|".join((*_ZH, *_EN, *_TEMPLATE)), re.IGNORECASE)


def is_directive(text: str) -> bool:
    """Whether a text speaks to a language model: gives it orders, a part to play, or control tokens."""
    return _DIRECTIVE.search(text) is not None


def directed_spans(text: str, sentences: tuple[Span, ...]) -> tuple[Span, ...]:
    """For each sentence that stands in words for a model: from where those begin to the sentence's end.

    An order goes on to the end of its paragraph: what follows "忽略以上指令。" in the same line is said to whoever
    obeys it. `sentences` are spans of `text` in order.
    """
    spans: list[Span] = []
    began: int | None = None
    before = 0
    for start, end in sentences:
        if began is not None and "\n" in text[before:start]:
            began = None
        if began is None and is_directive(text[start:end]):
            began = start
        if began is not None:
            spans.append((began, end))
        before = end
    return tuple(spans)
