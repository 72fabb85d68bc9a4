"""The text of a Word paragraph as it is shown: insertions in, deletions and hidden text out, boxes apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_SIGNS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "\u2011",
}
_SKIPPED = frozenset(
    {
        *(
            f"{W}{name}"
            for name in ("del", "moveFrom", "rPr", "pPr", "delText", "instrText", "delInstrText", "rt")
        ),
        *(f"{W}{name}" for name in ("footnoteRef", "endnoteRef", "annotationRef", "sdtPr", "sdtEndPr")),
        f"{_MC}Fallback",
    }
)
_TEXT = frozenset({f"{W}t", f"{_M}t"})
_OFF = ("0", "false", "off", "none")


@dataclass(slots=True)
class ParagraphText:
    """The text of a paragraph, the text boxes anchored in it, the numbers of the notes it refers to."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    pictures: int = 0

    @property
    def text(self) -> str:
        """All of its text."""
        return "".join(self.pieces)


def paragraph_text(paragraph: etree._Element) -> ParagraphText:
    """What a `w:p` shows."""
    found = ParagraphText()
    for child in paragraph:
        _gather(child, found)
    return found


def is_on(parent: etree._Element | None, name: str) -> bool:
    """Whether a property such as `w:vanish` is there and not switched off."""
    flag = parent.find(f"{W}{name}") if parent is not None else None
    return flag is not None and (flag.get(f"{W}val") or "true").lower() not in _OFF


def value(parent: etree._Element | None, path: str) -> str | None:
    """The `w:val` of the element at a path of `w:` names ("numPr/numId"); `None` where it is missing."""
    if parent is None:
        return None
    found = parent.find("/".join(f"{W}{name}" for name in path.split("/")))
    return found.get(f"{W}val") if found is not None else None


def inside(element: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs and tables of a body, a cell, a note or a box, in order, wrappers looked through."""
    for child in element:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
            yield from inside(child)


def _gather(element: etree._Element, found: ParagraphText) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIPPED:
        return
    if tag in _TEXT:
        found.pieces.append(element.text or "")
    elif tag in _SIGNS:
        found.pieces.append(_SIGNS[tag])
    elif tag == f"{W}txbxContent":
        found.boxes.append(element)
    elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
        found.notes.append((tag.removeprefix(W).removesuffix("Reference"), element.get(f"{W}id") or ""))
    elif not (tag == f"{W}r" and is_on(element.find(f"{W}rPr"), "vanish")):
        found.pictures += tag in (f"{W}drawing", f"{W}pict")
        for child in element:
            _gather(child, found)
