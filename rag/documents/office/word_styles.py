"""What the styles of a Word document make of a paragraph: a heading of some level, an item, a caption."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from rag.documents.office.word_text import W, is_on, value

_HEADING = re.compile(r"(?:heading|标题|標題|überschrift|titre|título|見出し)\s*([1-9])", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|标题|標題|文档标题|大标题|主标题|公文标题)", re.IGNORECASE)
_CAPTION = re.compile(r"(?:caption|题注|題注|图题|表题|图表标题|表格标题)\d*", re.IGNORECASE)
_CONTENTS = re.compile(
    r"(?:toc|目录|目錄|table of (?:figures|authorities)|index)\s*(?:\d|heading|标题)?", re.IGNORECASE
)
_LIST = re.compile(r"(?:list (?:bullet|number)|列表(?:项目符号|编号)).*", re.IGNORECASE)
_BODY_LEVEL = 9
_LONGEST_CHAIN = 20
_HEADING_LENGTH = 120


class WordStyles:
    """The paragraph styles of a document, by what their names and outline levels say."""

    def __init__(self, styles: etree._Element | None) -> None:
        found = styles.iterfind(f"{W}style") if styles is not None else iter(())
        self._styles: dict[str, etree._Element] = {style.get(f"{W}styleId") or "": style for style in found}
        defaults = (
            s
            for s in self._styles.values()
            if s.get(f"{W}type") == "paragraph" and s.get(f"{W}default") == "1"
        )
        default = next(defaults, None)
        self._default = default.get(f"{W}styleId") if default is not None else None

    def title(self, paragraph: etree._Element) -> bool:
        """Whether it is the document's title."""
        return any(_TITLE.fullmatch(name) for name in self._names(paragraph))

    def level(self, paragraph: etree._Element) -> int:
        """The level of a heading, from 1; 0 for anything else. A whole paragraph of prose is no heading."""
        stated = value(paragraph, "pPr/outlineLvl")
        for style in self._chain(paragraph):
            match = _HEADING.fullmatch(_name(style))
            if match and stated is None:
                return int(match.group(1))
            stated = stated if stated is not None else value(style, "pPr/outlineLvl")
        if stated is None or not stated.isdecimal() or int(stated) >= _BODY_LEVEL:
            return 0
        return int(stated) + 1

    def is_caption(self, paragraph: etree._Element) -> bool:
        """Whether it stands for a table or a picture."""
        return any(_CAPTION.fullmatch(name) for name in self._names(paragraph))

    def is_contents(self, paragraph: etree._Element) -> bool:
        """Whether it is a line of the table of contents."""
        return any(_CONTENTS.fullmatch(name) for name in self._names(paragraph))

    def is_item(self, paragraph: etree._Element) -> bool:
        """Whether it is one of a list."""
        number = value(paragraph, "pPr/numPr/numId")
        for style in self._chain(paragraph):
            if number is None and _LIST.fullmatch(_name(style)):
                return True
            number = number if number is not None else value(style, "pPr/numPr/numId")
        return number not in (None, "0")

    def is_centred(self, paragraph: etree._Element) -> bool:
        """Whether its lines stand in the middle."""
        stated = (value(element, "pPr/jc") for element in (paragraph, *self._chain(paragraph)))
        return next((alignment for alignment in stated if alignment), "") == "center"

    def is_hidden(self, paragraph: etree._Element) -> bool:
        """Whether its style hides it."""
        return any(is_on(style.find(f"{W}rPr"), "vanish") for style in self._chain(paragraph))

    def _names(self, paragraph: etree._Element) -> list[str]:
        return [_name(style) for style in self._chain(paragraph)]

    def _chain(self, paragraph: etree._Element) -> Iterator[etree._Element]:
        """Its style and those that one is based on."""
        name = value(paragraph, "pPr/pStyle") or self._default
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(name or "")
            if style is None:
                return
            yield style
            name = value(style, "basedOn")


def _name(style: etree._Element) -> str:
    return (value(style, "name") or "").strip()
