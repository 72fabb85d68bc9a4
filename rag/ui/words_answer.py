"""The words in and around an answer, in Chinese and English. Braces hold what `str.format` puts in."""

from __future__ import annotations

from dataclasses import dataclass

from rag.ui.texts import PageLanguage


@dataclass(frozen=True, slots=True)
class AnswerTexts:
    """What is said of an answer in one language."""

    supported: str
    computed: str
    unsupported: str
    written_as: str
    written_same: str
    worked_out: str
    removed: str
    thin: str
    looked_for: str
    differing: str
    chart: str
    chart_of: str
    chart_copy: str
    chart_save: str
    chart_sources: str
    resolved: str
    prompt: str
    prompt_hint: str
    tap_again: str


_ZH = AnswerTexts(
    supported="已与原文核对",
    computed="由引用的数字算出，已核对算式",
    unsupported="资料中没有依据：{reason}",
    written_as="已核对：原文写作“{text}”，见 [{number}] {where}",
    written_same="已核对：与原文相同，见 [{number}] {where}",
    worked_out="已核对：由引用的数字算出",
    removed="删去了 {count} 句：资料中没有依据",
    thin="依据不多",
    looked_for="找的是",
    differing="各处说法不同，并列如下",
    chart="图",
    chart_of="{count} 个数值的条形图，单位：{unit}",
    chart_copy="复制数据和出处",
    chart_save="下载图（SVG）",
    chart_sources="出处",
    resolved="问题当作",
    prompt="发给大模型的原文",
    prompt_hint="一字不差；[1]、[2] 是给它看的段落的编号。",
    tap_again="再点一次打开原文",
)

_EN = AnswerTexts(
    supported="Checked against the source",
    computed="Worked out from cited figures; the sum was checked",
    unsupported="Nothing in the documents supports this: {reason}",
    written_as="Checked: the source writes “{text}”, see [{number}] {where}",
    written_same="Checked: the same in the source, see [{number}] {where}",
    worked_out="Checked: worked out from cited figures",
    removed="Sentences removed because nothing in the documents supports them: {count}",
    thin="Thin evidence",
    looked_for="Looked for",
    differing="The sources differ; side by side",
    chart="Chart",
    chart_of="Bar chart of {count} figures in {unit}",
    chart_copy="Copy data and sources",
    chart_save="Download (SVG)",
    chart_sources="Sources",
    resolved="Taken as",
    prompt="What the language model was sent",
    prompt_hint="To the letter; [1], [2] number the passages it was shown.",
    tap_again="Tap again to open the source",
)

ANSWER_TEXTS: dict[PageLanguage, AnswerTexts] = {"zh": _ZH, "en": _EN}
