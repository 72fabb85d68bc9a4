"""The words beside a source and around its pages, in Chinese and English. Braces hold what `str.format` puts in."""

from __future__ import annotations

from dataclasses import dataclass

from rag.ui.texts import PageLanguage


@dataclass(frozen=True, slots=True)
class SourceWords:
    """The right side in one language."""

    as_pages: str
    as_text: str
    closer: str
    farther: str
    page_image: str
    view: str
    file_changed: str
    file_gone: str
    not_on_image: str
    not_drawn: str
    pages_before: str
    pages_after: str
    table: str
    sheet: str
    rows_before: str
    rows_after: str


_ZH = SourceWords(
    as_pages="页面",
    as_text="文字",
    closer="放大页面",
    farther="缩小页面",
    page_image="第 {page} 页的图像",
    view="怎么看这份文档",
    file_changed="原文件在收入之后改过，页面图像不再可靠，所以只显示收入时的文字。重新收入后可看页面。",
    file_gone="原文件不在原处了（移走、改名，或来自压缩包），所以只显示收入时的文字。",
    not_on_image="这段引文在页面图像上的位置不能完全确定，所以图上没有标；在“文字”里已标出。",
    not_drawn="这一页画不出来，请看“文字”。",
    pages_before="前面还有 {count} 页未显示",
    pages_after="后面还有 {count} 页未显示",
    table="表 {number}",
    sheet="工作表“{name}”",
    rows_before="前面还有 {count} 行未显示",
    rows_after="后面还有 {count} 行未显示",
)

_EN = SourceWords(
    as_pages="Pages",
    as_text="Text",
    closer="Zoom in",
    farther="Zoom out",
    page_image="Image of page {page}",
    view="How to see this document",
    file_changed=(
        "The file has changed since it was taken in, so its pages can't be trusted; this is the text as it was. "
        "Take it in again to see its pages."
    ),
    file_gone=(
        "The file is not where it was (moved, renamed, or out of an archive), so this is the text as it was taken in."
    ),
    not_on_image=(
        "Where these words stand on the image is not wholly certain, so nothing is marked there; “Text” has them marked."
    ),
    not_drawn="This page can't be drawn; see “Text”.",
    pages_before="{count} more pages before this",
    pages_after="{count} more pages after this",
    table="Table {number}",
    sheet="Sheet “{name}”",
    rows_before="{count} more rows before this",
    rows_after="{count} more rows after this",
)

SOURCE_WORDS: dict[PageLanguage, SourceWords] = {"zh": _ZH, "en": _EN}
