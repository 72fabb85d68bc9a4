"""Every word of the page, in Chinese and English. Braces hold what `str.format` puts in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

PageLanguage = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Texts:
    """The page in one language."""

    language: PageLanguage
    other_language: str
    name: str
    promise: str
    new_chat: str
    placeholder: str
    question_label: str
    backend_extractive: str
    welcome: str
    welcome_text: str
    try_asking: str
    no_examples: str
    you: str
    searching: str
    waiting_marker: str
    stopped: str
    failed: str
    sources: str
    open_quote: str
    page: str
    other_hits: str
    closest: str
    rephrase: str
    taken_as: str
    instead: str
    warning: str
    checked: str
    seconds: str
    copy: str
    copied: str
    library: str
    library_empty: str
    characters: str
    pages: str
    back: str
    close: str
    cited_here: str
    close_by: str
    not_placed: str
    cut_before: str
    cut_after: str
    gone: str
    inspector: str
    understood: str
    judged: str
    inspector_hint: str


ZH = Texts(
    language="zh",
    other_language="English",
    name="问据",
    promise="向自己的资料提问，每句话都有出处",
    new_chat="新对话",
    placeholder="问资料里的一个数字、一件事……",
    question_label="问题",
    backend_extractive="摘录原文",
    welcome="问资料，看依据",
    welcome_text="每句答案后面都有编号，点开就是原文，引用的那一段会标出来。资料里没有的，会直说没有。",
    try_asking="可以这样问",
    no_examples="可以问一个具体的数字、日期、名字，或一项工作的进展；写明地方和年份，找得更准。",
    you="问",
    searching="正在资料中查找……",
    waiting_marker="核对之后可以打开",
    stopped="已停止。",
    failed="出了意料之外的错误，详情写在启动本程序的终端里。请再试一次。",
    sources="出处",
    open_quote="打开出处 {number}：{where}",
    page="第 {page} 页",
    other_hits="找到的其他段落（{count}）",
    closest="最接近的内容",
    taken_as="理解为：{question}",
    instead="可以改问：",
    rephrase="这些段落不是答案。可以换个说法，写明地方、年份，或者放宽所选文档再问。",
    warning="注意",
    checked="已与原文核对：{claims} 句，{figures} 个数字",
    seconds="{seconds} 秒",
    copy="连同出处复制",
    copied="已复制",
    library="资料",
    library_empty="还没有资料。启动时用 --docs 指定文件或文件夹。",
    characters="{count} 字",
    pages="{count} 页",
    back="全部资料",
    close="返回对话",
    cited_here="引用的原文",
    close_by="相近段落，不是答案",
    not_placed="这段引文在文件里的位置不能确定，所以没有标出。文件可能在收入之后改过，请重新收入。",
    cut_before="前面还有 {count} 字未显示",
    cut_after="后面还有 {count} 字未显示",
    gone="这份文档已不在资料中。",
    inspector="怎么找到的",
    understood="问题是这样理解的",
    judged="每一段为什么排在这里",
    inspector_hint="条越长，加分越多；标红的是扣分。",
)

EN = Texts(
    language="en",
    other_language="中文",
    name="Wenju",
    promise="Ask your documents; every sentence shows its source",
    new_chat="New chat",
    placeholder="Ask for a figure, a fact…",
    question_label="Question",
    backend_extractive="Extracts",
    welcome="Ask, and see the evidence",
    welcome_text=(
        "Every sentence of an answer carries a number. Open it and the source appears with the quoted words "
        "marked. What the documents do not say, you are told so."
    ),
    try_asking="You could ask",
    no_examples=(
        "Ask for a figure, a date, a name or how a project is going; naming the place and the year helps."
    ),
    you="Asked",
    searching="Searching the documents…",
    waiting_marker="Can be opened once it is checked",
    stopped="Stopped.",
    failed="Something unexpected went wrong; the terminal this program runs in says what. Please try again.",
    sources="Sources",
    open_quote="Open source {number}: {where}",
    page="p. {page}",
    other_hits="Other passages found ({count})",
    closest="Closest found",
    taken_as="Taken to mean: {question}",
    instead="You could ask:",
    rephrase=(
        "These passages are not an answer. Try other words, name the place and the year, "
        "or choose more documents."
    ),
    warning="Note",
    checked="Checked against the text: sentences {claims}, figures {figures}",
    seconds="{seconds} s",
    copy="Copy with sources",
    copied="Copied",
    library="Documents",
    library_empty="There are no documents yet. Name files or folders with --docs when starting.",
    characters="{count} characters",
    pages="{count} pages",
    back="All documents",
    close="Back to the chat",
    cited_here="Quoted words",
    close_by="A near passage, not an answer",
    not_placed=(
        "Where these words stand in the file is not certain, so nothing is marked. "
        "The file may have changed since it was taken in; take it in again."
    ),
    cut_before="{count} more characters before this",
    cut_after="{count} more characters after this",
    gone="This document is no longer there.",
    inspector="How this was found",
    understood="How the question was understood",
    judged="Why each passage stands where it does",
    inspector_hint="The longer the bar, the more it added; a red one took away.",
)

TEXTS: dict[PageLanguage, Texts] = {"zh": ZH, "en": EN}


def page_language(named: str, accept_language: str = "") -> PageLanguage:
    """`named` if the page speaks it, else the first language of an Accept-Language header that it speaks.

    English where the header names neither; Chinese where there is no header at all.
    """
    for language in get_args(PageLanguage):
        if named == language:
            return TEXTS[language].language
    for entry in _preferred(accept_language):
        for language in get_args(PageLanguage):
            if entry == language or entry.startswith(f"{language}-"):
                return TEXTS[language].language
    return "en" if accept_language.strip() else "zh"


def _preferred(accept_language: str) -> list[str]:
    """The languages of an Accept-Language header (RFC 9110, 12.5.4), most wanted first."""
    weighted = []
    for entry in accept_language.lower().split(","):
        language, _, parameter = entry.partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if language.strip() and weight > 0:
            weighted.append((weight, language.strip()))
    return [language for _, language in sorted(weighted, key=lambda entry: -entry[0])]
