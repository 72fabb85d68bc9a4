"""What an answer says in its own voice, in Chinese and English."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answering.calculation import Computed
from rag.types import Language


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """The phrases of one language."""

    refusal: Callable[[Sequence[str]], str]
    removed: Callable[[str, str], str]
    struck: Callable[[str, str], str]
    model_failed: Callable[[str], str]
    model_unsupported: str
    model_language: str
    directed: Callable[[Sequence[str]], str]
    thin: str
    columns: tuple[str, str, str, str]
    """The heads of a comparison: what, when, how much, in which words."""
    when: Callable[[int | None, str | None, bool], str]
    """A year and the part of it, each of which may be unknown, and whether it is only planned."""
    some_planned: str
    """Behind what is computed of results and plans together."""
    other_parts: str
    """Behind what is computed of figures of unlike parts of a year."""
    difference: Callable[[str, Computed], str]
    equal: Callable[[str], str]
    total: Callable[[Computed], str]
    extremes: Callable[[str, str, str], str]
    """The largest, the smallest, and both their figures."""
    none_of_these: str
    no_figure_of: Callable[[Sequence[str]], str]
    """Of which places no figure was found."""
    not_so: Callable[[str], str]
    """In front of a sentence that tells otherwise than the question takes for granted."""


_PARTS_ZH = {
    "first half": "上半年",
    "second half": "下半年",
    "three quarters": "前三季度",
    "first quarter": "一季度",
}
_ZH = AnswerWords(
    refusal=lambda missing: (
        f"资料里没有找到其中一部分的依据：{'；'.join(missing)}。因此不作回答。"
        if missing
        else "资料里没有找到这个问题的答案。"
    ),
    removed=lambda claim, reason: f"这句话在资料中没有依据，已删去：{claim}（{reason}）",
    struck=lambda claim, reason: f"~~{claim}~~（无依据：{reason}）",
    model_failed=lambda reason: f"大模型没有答成，以下是直接摘自资料的回答。{reason}",
    model_unsupported="大模型的回答在资料中找不到依据，以下是直接摘自资料的回答。",
    model_language="大模型没有用提问的语言作答，以下是直接摘自资料的回答。",
    directed=lambda sources: (
        f"资料里有写给大模型的指令（{'、'.join(sources)}）。这些话只作为原文引用，没有照办；请打开出处看全文。"
    ),
    thin="依据不多，请打开出处核对。",
    columns=("对象", "时间", "数值", "原文"),
    when=lambda year, part, planned: (
        (f"{f'{year}年' if year else ''}{_PARTS_ZH.get(part or '', '')}" or "—")
        + ("（计划）" if planned else "")
    ),
    some_planned="注意：其中有计划数，不是实际完成数。",
    other_parts="注意：两者的时段不同。",
    difference=lambda larger, result: (
        f"{larger}的数值较大，两者相差{'约' if result.rough else ''}{result.figure}（{result.shown}）。"
    ),
    equal=lambda figure: f"两者相同，都是{figure}。",
    total=lambda result: f"合计{'约' if result.rough else ''}{result.figure}（{result.shown}）。",
    extremes=lambda largest, smallest, both: f"数值最大的是{largest}，最小的是{smallest}（{both}）。",
    none_of_these="找到的这些里没有符合这个条件的：",
    no_figure_of=lambda places: f"没有找到{'、'.join(places)}的这个数值。",
    not_so=lambda said: f"资料里说的不是“{said}”：",
)
_EN = AnswerWords(
    refusal=lambda missing: (
        f"The documents do not support a part of this: {'; '.join(missing)}. So no answer is given."
        if missing
        else "The documents do not answer this question."
    ),
    removed=lambda claim, reason: (
        f"Removed, because nothing in the documents supports it: {claim} ({reason})"
    ),
    struck=lambda claim, reason: f"~~{claim}~~ (unsupported: {reason})",
    model_failed=lambda reason: (
        f"The language model gave no answer; this one is taken straight from the documents. {reason}"
    ),
    model_unsupported="Nothing in the documents supports what the language model wrote; this answer is taken straight from them.",
    model_language="The language model did not answer in the language of the question; this answer is taken straight from the documents.",
    directed=lambda sources: (
        f"The documents hold instructions meant for a language model ({', '.join(sources)}). They are quoted like "
        "any other words and were not followed: open the source to see them in full."
    ),
    thin="The evidence is thin: check the source.",
    columns=("What", "When", "Figure", "The source's words"),
    when=lambda year, part, planned: (
        (" ".join(filter(None, (part, str(year or "")))) or "—") + (" (plan)" if planned else "")
    ),
    some_planned=" Note: one of them is a plan, not a result.",
    other_parts=" Note: they are not of the same part of the year.",
    difference=lambda larger, result: (
        f"Larger: {larger}; the difference is {'about ' if result.rough else ''}{result.figure} ({result.shown})."
    ),
    equal=lambda figure: f"Both are the same: {figure}.",
    total=lambda result: f"Together: {'about ' if result.rough else ''}{result.figure} ({result.shown}).",
    extremes=lambda largest, smallest, both: f"The largest is {largest}, the smallest {smallest} ({both}).",
    none_of_these="None of those that were found satisfies this:",
    no_figure_of=lambda places: f"No such figure was found of {', '.join(places)}.",
    not_so=lambda said: f"The documents do not say “{said}”. ",
)


def words_of(language: Language) -> AnswerWords:
    """The phrases for an answer: Chinese for Chinese, English for every other language."""
    return _ZH if language == "zh" else _EN
