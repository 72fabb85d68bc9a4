"""The blocks of a web page written out: headings, paragraphs, items, captions and tables in their order."""

from __future__ import annotations

import copy
import re

from rag.documents.office.writing import Writing
from rag.documents.web.page import Element, Page
from rag.documents.web.page_tables import grid_of, is_layout
from rag.documents.web.site_furniture import BLOCKS, drop_furniture, drop_hidden, is_furniture_line, main_part
from rag.types import BlockKind

_SPACES = re.compile(r"[ \t\n\r\f]+")
_HEADING = re.compile(r"h[1-6]")
_KINDS: dict[str, BlockKind] = {"li": "item", "dd": "item", "figcaption": "caption", "caption": "caption"}
_ENDS = re.compile(r"[。！？；：.!?;:”」』）)]\s*$")
_INDENT = re.compile(r"[\u3000\u00a0 ]{2,}")


def write_page(writing: Writing, page: Page, *, title: str = "", deeper: int = 0) -> None:
    """Add what a page says, without what is only round it; all it shows if nothing else is left.

    `title` is what the page says it is called: if no heading of level 1 is there, the line with these words
    is one. Headings are put `deeper` levels down.
    """
    drop_hidden(page.body)
    shown = copy.deepcopy(page.body)
    drop_furniture(page.body)
    part = main_part(page.body)
    blocks = _blocks(part, filtered=True)
    if part is not page.body and not any(block.level == 1 for block in blocks):
        blocks = [block for block in _blocks(page.body, filtered=True) if block.level == 1][:1] + blocks
    if not blocks:
        blocks = _blocks(shown, filtered=False)
    for block in _titled(blocks, title):
        if block.table is not None:
            writing.table(grid_of(block.table, _cell_text))
        else:
            writing.line(block.kind, block.text, block.level + deeper if block.level else 0)


class _Block:
    """A line to be written, or a table."""

    __slots__ = ("kind", "level", "table", "text")

    def __init__(self, kind: BlockKind, text: str, level: int = 0, table: Element | None = None) -> None:
        self.kind, self.text, self.level, self.table = kind, text, level, table


def _blocks(part: Element, *, filtered: bool) -> list[_Block]:
    collector = _Collector()
    collector.walk(part, "paragraph", 0)
    collector.flush("paragraph", 0)
    return [
        block
        for block in collector.blocks
        if not (filtered and block.table is None and is_furniture_line(block.text))
    ]


def _titled(blocks: list[_Block], title: str) -> list[_Block]:
    wanted = _letters(title)
    if wanted and not any(block.level == 1 for block in blocks):
        named = next(
            (block for block in blocks if block.table is None and _letters(block.text) == wanted), None
        )
        if named:
            named.kind, named.level = "heading", 1
    return blocks


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text)


class _Collector:
    """Walks down an element and gathers blocks; text between block elements is a paragraph of its own."""

    def __init__(self) -> None:
        self.blocks: list[_Block] = []
        self._pending: list[str] = []

    def walk(self, element: Element, kind: BlockKind, level: int, *, kept: bool = False) -> None:
        """Gather what is in `element`; its text is of this kind and level. `kept` text keeps its line ends."""
        self._add(element.text, kept)
        for child in element:
            self._enter(child, kind, level, kept=kept)
            self._add(child.tail, kept)

    def flush(self, kind: BlockKind, level: int) -> None:
        """What is pending becomes blocks: one, or one for each line that ends like a paragraph."""
        text = "".join(self._pending)
        self._pending.clear()
        lines = [text.replace("\n", " ")] if kind == "heading" else _paragraphs(text)
        self.blocks += [_Block(kind, line.strip(" \n"), level) for line in lines if line.strip()]

    def _enter(self, child: Element, kind: BlockKind, level: int, *, kept: bool) -> None:
        tag = child.tag
        if tag == "br":
            self._pending.append("\n")
        elif tag == "table" and not is_layout(child):
            self.flush(kind, level)
            self._captions(child)
            self.blocks.append(_Block("row", "", table=child))
        elif tag in BLOCKS:
            self.flush(kind, level)
            inner, depth = _KINDS.get(tag, kind), level
            if _HEADING.fullmatch(tag):
                inner, depth = "heading", int(tag[1])
            self.walk(child, inner, depth, kept=kept or tag == "pre")
            self.flush(inner, depth)
        else:
            self.walk(child, kind, level, kept=kept)

    def _captions(self, table: Element) -> None:
        for caption in table.findall("caption"):
            self.walk(caption, "caption", 0)
            self.flush("caption", 0)

    def _add(self, text: str | None, kept: bool) -> None:
        if text:
            self._pending.append(text if kept else _SPACES.sub(" ", text))


def _paragraphs(text: str) -> list[str]:
    """Text with line breaks as paragraphs: a line goes on in the next unless it ends, or the next is set in."""
    paragraphs: list[str] = []
    for line in text.split("\n"):
        goes_on = paragraphs and paragraphs[-1].strip() and not _ENDS.search(paragraphs[-1])
        if goes_on and line.strip() and not _INDENT.match(line):
            paragraphs[-1] += "\n" + line
        else:
            paragraphs.append(line)
    return paragraphs


def _cell_text(cell: Element) -> str:
    """The text of a table's cell, blocks and line breaks in it on lines of their own."""
    collector = _Collector()
    collector.walk(cell, "paragraph", 0)
    collector.flush("paragraph", 0)
    lines = [
        block.text
        if block.table is None
        else " ".join(other.text for other in grid_of(block.table, _cell_text))
        for block in collector.blocks
    ]
    return "\n".join(lines)
